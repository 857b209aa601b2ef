import { addressModel, chooseAddress } from './address-resolution.ts';
import type { ConfigDraft } from './draft.ts';
import type { AddressModel } from './model.ts';
import type { InitialAddressMethod, ServerDraft } from './server-draft.ts';

/** What `init-addr` made of a server's address. */
export type InitialAddress =
  | {
      readonly kind: 'found';
      readonly address: AddressModel;
      /** The name had no address: the one written in `init-addr` is used. */
      readonly fellBack: boolean;
    }
  /** `none`: the server starts without an address, in maintenance. `asked`: the resolver was tried first. */
  | { readonly kind: 'none'; readonly name: string; readonly port: number; readonly asked: boolean }
  /** No way led to an address. */
  | { readonly kind: 'failed'; readonly name: string; readonly asked: boolean };

const STANDARD: readonly InitialAddressMethod[] = ['last', 'libc'];

/** Finds the address a server starts with. A state file (`last`) is never read, so that method finds nothing. */
export function initialAddress(server: ServerDraft, config: ConfigDraft): InitialAddress {
  const parts = server.address!;
  if (!parts.isName) return { kind: 'found', address: addressModel(parts, config.hosts)!, fellBack: false };
  const { port, host: name } = parts;
  const { initAddr } = server.settings;
  let asked = false;
  for (const method of initAddr.length === 0 ? STANDARD : initAddr) {
    if (method === 'last') continue;
    if (method === 'none') return { kind: 'none', name, port, asked };
    if (method === 'libc') {
      asked = true;
      if (chooseAddress(config.hosts.get(name), parts.only) === undefined) continue;
      return { kind: 'found', address: addressModel(parts, config.hosts)!, fellBack: false };
    }
    const family = method.ip.includes(':') ? 'ipv6' : 'ipv4';
    const offset = parts.portIsOffset ? { portIsOffset: true } : {};
    return { kind: 'found', address: { family, host: method.ip, port, ...offset, name }, fellBack: asked };
  }
  return { kind: 'failed', name, asked };
}
