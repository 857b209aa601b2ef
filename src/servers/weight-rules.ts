import type { ProxyModel } from '../config/model.ts';

/** The highest weight a server can have. */
export const HIGHEST_WEIGHT = 256;

const DYNAMIC = new Set(['roundrobin', 'leastconn', 'first', 'random']);

/**
 * Whether the backend's algorithm follows weights that move while the process runs. The others know only a server's
 * configured weight and none at all; slowstart does not step there.
 */
export function hasDynamicWeights(proxy: ProxyModel): boolean {
  const { balance = 'roundrobin', hashConsistent = false } = proxy.backend ?? {};
  return DYNAMIC.has(balance) || hashConsistent;
}
