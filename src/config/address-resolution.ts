/** Names in addresses: resolved once, when the configuration is loaded, all at the same time, by the system's resolver. */
import { lookup as systemLookup } from 'node:dns';
import type { AddressParts } from './address.ts';
import type { HostLookup } from './draft.ts';
import type { AddressModel } from './model.ts';

/** Asks for every address of a name; the answer is never an exception. */
export type LookupHost = (name: string) => Promise<HostLookup>;

/** The resolver of libc (files, DNS, whatever nsswitch.conf says). */
export const lookupHost: LookupHost = (name) =>
  new Promise((resolve) => {
    systemLookup(name, { all: true, verbatim: true }, (error, addresses) => {
      if (error !== null) resolve({ ok: false, code: error.code ?? 'EAI_FAIL' });
      else if (addresses.length === 0) resolve({ ok: false, code: 'ENODATA' });
      else resolve({ ok: true, addresses: addresses.map((one) => ({ address: one.address, family: ipFamily(one) })) });
    });
  });

function ipFamily(one: { readonly family: number }): 4 | 6 {
  return one.family === 6 ? 6 : 4;
}

/** Resolves names in parallel, each distinct name once. */
export async function resolveHosts(
  names: Iterable<string>,
  lookup: LookupHost = lookupHost,
): Promise<ReadonlyMap<string, HostLookup>> {
  const distinct = [...new Set(names)];
  const answers = await Promise.all(distinct.map(lookup));
  return new Map(distinct.map((name, index) => [name, answers[index]!]));
}

/** The IP a name stands for: its first IPv4 address, an IPv6 one only if it has no other. */
export function chooseAddress(answer: HostLookup | undefined, only?: 4 | 6): AddressModel | undefined {
  if (answer === undefined || !answer.ok) return undefined;
  const families = only === undefined ? [4, 6] : [only];
  for (const family of families) {
    const found = answer.addresses.find((one) => one.family === family);
    if (found !== undefined) return { family: family === 4 ? 'ipv4' : 'ipv6', host: found.address, port: 0 };
  }
  return undefined;
}

/**
 * The model of an address, with `port` (default: its first). Absent when it is a name that has no answer in `hosts`, or none
 * of the family that was asked for.
 */
export function addressModel(
  parts: AddressParts,
  hosts: ReadonlyMap<string, HostLookup>,
  port: number = parts.port,
): AddressModel | undefined {
  // Only places to listen on can be descriptors, and what they are is asked where those are read.
  if (parts.family === 'fd') return undefined;
  const offset = parts.portIsOffset ? { portIsOffset: true } : {};
  if (parts.family === 'unix' || parts.family === 'abns') return { family: parts.family, host: parts.host, port: 0 };
  if (parts.isName) {
    const found = chooseAddress(hosts.get(parts.host), parts.only);
    return found && { ...found, port, ...offset, name: parts.host };
  }
  if (parts.host === '') {
    return parts.only === 6
      ? { family: 'ipv6', host: '::', port, ...offset }
      : { family: 'ipv4', host: '0.0.0.0', port, ...offset };
  }
  return { family: parts.host.includes(':') ? 'ipv6' : 'ipv4', host: parts.host, port, ...offset };
}

/** HAProxy's words for a name without an address, where that is an error of the line. */
export function invalidAddress(parts: AddressParts): string {
  return `invalid address: '${parts.host}' in '${parts.text}'`;
}
