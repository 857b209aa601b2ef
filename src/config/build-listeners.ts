import type { ProxyDraft } from './draft.ts';
import type { ListenerModel } from './model.ts';

/** The sockets of a proxy's `bind` lines, numbered from 1 unless `id` says otherwise. */
export function buildListeners(draft: ProxyDraft): readonly ListenerModel[] {
  const forced = new Set(draft.binds.map((bind) => bind.id));
  let next = 1;
  const listeners: ListenerModel[] = [];
  for (const bind of draft.binds) {
    for (const [index, address] of bind.sockets.entries()) {
      const own = index === 0 ? bind.id : undefined;
      if (own === undefined) while (forced.has(next)) next++;
      listeners.push({
        address,
        ...(bind.name === undefined ? {} : { name: bind.name }),
        id: own ?? next++,
        maxconn: bind.maxconn,
        ...(bind.backlog === undefined ? {} : { backlog: bind.backlog }),
        ...(bind.v6only === undefined ? {} : { v6only: bind.v6only }),
        ...(bind.mode === undefined ? {} : { mode: bind.mode }),
        ...(bind.uid === undefined ? {} : { uid: bind.uid }),
        ...(bind.gid === undefined ? {} : { gid: bind.gid }),
        place: bind.place,
      });
    }
  }
  return listeners;
}
