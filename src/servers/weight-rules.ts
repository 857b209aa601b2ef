import type { ProxyModel } from '../config/model.ts';
import type { ServerRecord } from './server-record.ts';

/** The highest weight a server can have. */
export const HIGHEST_WEIGHT = 256;

/**
 * The weight that `text` stands for: `10`, or `50%` of the configured weight, rounded down and cut at the highest; or what
 * is wrong with it, in HAProxy's words.
 */
export function readWeight(text: string, configured: number): number | { readonly problem: string } {
  const [, digits, rest] = /^([+-]?\d*)(.*)$/s.exec(text) ?? [];
  if (digits === undefined || !/\d/.test(digits))
    return { problem: 'Empty weight string empty or preceded by garbage' };
  const value = Number(digits);
  if (rest === '%') {
    if (value < 0) return { problem: 'Relative weight must be positive.' };
    return Math.min(HIGHEST_WEIGHT, Math.floor((configured * value) / 100));
  }
  if (value < 0 || value > HIGHEST_WEIGHT) {
    return { problem: `Absolute weight can only be between 0 and ${HIGHEST_WEIGHT} inclusive.` };
  }
  if (rest !== '') return { problem: 'Trailing garbage in weight string' };
  return value;
}

/** Why the server cannot have this weight: its backend's algorithm knows only the configured one and none. */
export function weightProblem(server: ServerRecord, weight: number): string | undefined {
  if (hasDynamicWeights(server.proxy) || weight === 0 || weight === server.model.weight) return undefined;
  return "Backend is using a static LB algorithm and only accepts weights '0%' and '100%'.";
}

const DYNAMIC = new Set(['roundrobin', 'leastconn', 'first', 'random']);

/**
 * Whether the backend's algorithm follows weights that move while the process runs. The others know only a server's
 * configured weight and none at all; slowstart does not step there.
 */
export function hasDynamicWeights(proxy: ProxyModel): boolean {
  const { balance = 'roundrobin', hashConsistent = false } = proxy.backend ?? {};
  return DYNAMIC.has(balance) || hashConsistent;
}
