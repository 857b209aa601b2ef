/** Proxies by their names: with thousands of them, a search for each would take minutes. */
import type { ProxyDraft } from './draft.ts';

interface Index {
  readonly byName: Map<string, ProxyDraft[]>;
  /** How many of the list it holds. */
  size: number;
}

const indexes = new WeakMap<readonly ProxyDraft[], Index>();

/** Those of a list (which only grows) that have a name, in order. */
export function proxiesNamed(proxies: readonly ProxyDraft[], name: string): readonly ProxyDraft[] {
  let index = indexes.get(proxies);
  if (index === undefined) {
    index = { byName: new Map(), size: 0 };
    indexes.set(proxies, index);
  }
  for (; index.size < proxies.length; index.size++) {
    const proxy = proxies[index.size]!;
    const others = index.byName.get(proxy.name);
    if (others === undefined) index.byName.set(proxy.name, [proxy]);
    else others.push(proxy);
  }
  return index.byName.get(name) ?? [];
}

/** The one of that name servers can be asked of: a backend or a listen. */
export function backendNamed(proxies: readonly ProxyDraft[], name: string): ProxyDraft | undefined {
  return proxiesNamed(proxies, name).find(({ kind }) => kind !== 'frontend');
}
