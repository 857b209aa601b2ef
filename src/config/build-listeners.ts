import { isIp } from '../system/address-family.ts';
import type { BindDraft } from './bind-draft.ts';
import type { ProxyDraft } from './draft.ts';
import type { AddressModel, ListenerModel } from './model.ts';
import { assignNumbers } from './numbering.ts';

/** What acts on TCP alone; sockets of other kinds pass over it, as in HAProxy. */
function socketOptions(bind: BindDraft, { family }: AddressModel): Partial<ListenerModel> {
  if (!isIp(family)) return {};
  return {
    ...(bind.interface === undefined ? {} : { interface: bind.interface }),
    ...(bind.transparent ? { transparent: true } : {}),
    ...(bind.mss === undefined ? {} : { mss: bind.mss }),
    ...(bind.userTimeout ? { userTimeout: bind.userTimeout } : {}),
    ...(bind.deferAccept ? { deferAccept: true } : {}),
    ...(bind.fastOpen ? { fastOpen: true } : {}),
  };
}

/** The sockets of a proxy's `bind` lines, numbered from 1 unless `id` says otherwise. */
export function buildListeners(draft: ProxyDraft): readonly ListenerModel[] {
  const sockets = draft.binds.flatMap((bind) =>
    bind.sockets.map((address, index) => ({ bind, address, id: index === 0 ? bind.id : undefined })),
  );
  const numbers = assignNumbers(
    sockets.map((socket) => socket.id),
    1,
  );
  return sockets.map(({ bind, address }, index) => ({
    address,
    ...(bind.name === undefined ? {} : { name: bind.name }),
    id: numbers[index]!,
    maxconn: bind.maxconn,
    ...(bind.backlog === undefined ? {} : { backlog: bind.backlog }),
    ...(bind.v6only === undefined ? {} : { v6only: bind.v6only }),
    ...socketOptions(bind, address),
    ...(bind.mode === undefined ? {} : { mode: bind.mode }),
    ...(bind.uid === undefined ? {} : { uid: bind.uid }),
    ...(bind.gid === undefined ? {} : { gid: bind.gid }),
    place: bind.place,
  }));
}
