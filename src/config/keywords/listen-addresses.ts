import { systemErrorText } from '../../system/error-text.ts';
import { describeInheritedSocket, type InheritedSocket } from '../../system/inherited-socket.ts';
import { type AddressRules, parseAddress, splitAddresses } from '../address.ts';
import { addressModel, invalidAddress } from '../address-resolution.ts';
import type { ConfigDraft } from '../draft.ts';
import type { AddressModel } from '../model.ts';

export type ListenAddresses =
  | { readonly ok: true; readonly sockets: readonly AddressModel[] }
  | { readonly ok: false; readonly message: string; readonly unsupported: boolean };

const RULES: AddressRules = { kind: 'listen' };

/** The sockets a list of addresses means: one a port of a range, in order. Names must already be in `config.hosts`. */
export function listenAddresses(text: string, config: ConfigDraft): ListenAddresses {
  const sockets: AddressModel[] = [];
  for (const one of splitAddresses(text)) {
    const address = parseAddress(one, RULES, config.env);
    if (!address.ok) return { ok: false, message: address.message, unsupported: address.unsupported ?? false };
    const { parts } = address;
    if (parts.family === 'fd') {
      const inherited = describeInheritedSocket(Number(parts.host));
      if (!inherited.ok) return { ok: false, message: complaint(parts.host, inherited), unsupported: false };
      sockets.push({ ...inherited.socket, fd: Number(parts.host) });
      continue;
    }
    for (let port = parts.port; port <= parts.lastPort; port++) {
      const socket = addressModel(parts, config.hosts, port);
      if (socket === undefined) return { ok: false, message: invalidAddress(parts), unsupported: false };
      sockets.push(socket);
    }
  }
  return { ok: true, sockets };
}

function complaint(fd: string, found: Exclude<InheritedSocket, { ok: true }>): string {
  switch (found.problem) {
    case 'errno':
      return `cannot use file descriptor '${fd}' : ${systemErrorText(found.code)}.`;
    case 'wrong-type':
      return `socket on file descriptor '${fd}' is of the wrong type.`;
    case 'unknown':
      return `cannot use file descriptor '${fd}' : ${found.reason}.`;
  }
}
