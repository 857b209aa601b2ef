/** `struct sockaddr` of Linux, from and to addresses as people write them. */
import { isIPv6 } from 'node:net';
import { type AddressFamily, isIp } from './address-family.ts';
import { libc } from './libc.ts';
import { AF_INET, AF_INET6, AF_UNIX } from './linux-numbers.ts';
import type { Memory } from './memory.ts';
import type { Syscalls } from './syscalls.ts';

export interface SocketAddress {
  readonly family: AddressFamily;
  /** IP in its usual form (with a zone, `fe80::1%eth0`), path, or abstract name. */
  readonly host: string;
  readonly port: number;
}

/** Room for any address and, in the last word, its length. */
export const ADDRESS_ROOM = 116;
/** Bytes of `sun_path`. */
const SUN_PATH = 108;

export const FAMILY_NUMBER = { ipv4: AF_INET, ipv6: AF_INET6, unix: AF_UNIX, abns: AF_UNIX } as const;

/** The address in memory for `bind` and `connect`; undefined when it is not one (a port too high, a path too long). */
export function encodeAddress(calls: Syscalls, { family, host, port }: SocketAddress): Memory | undefined {
  if (isIp(family)) {
    if (!Number.isInteger(port) || port < 0 || port > 65_535) return undefined;
    return family === 'ipv4' ? encodeIpv4(calls, host, port) : encodeIpv6(calls, host, port);
  }
  const name = new TextEncoder().encode(host);
  const abstract = family === 'abns';
  if (name.length > SUN_PATH - 1) return undefined;
  // An abstract name is the whole field, zeros included, as HAProxy has it.
  const memory = calls.memory(2 + (abstract ? SUN_PATH : name.length + 1));
  memory.bytes[0] = AF_UNIX;
  memory.bytes.set(name, abstract ? 3 : 2);
  return memory;
}

function encodeIpv4(calls: Syscalls, host: string, port: number): Memory | undefined {
  const parts = ipv4Bytes(host);
  if (parts === undefined) return undefined;
  const memory = calls.memory(16);
  memory.bytes.set([AF_INET, 0, port >> 8, port & 255, ...parts]);
  return memory;
}

function ipv4Bytes(host: string): readonly number[] | undefined {
  const parts = host.split('.').map(Number);
  return parts.length === 4 && parts.every((part) => part >= 0 && part <= 255) ? parts : undefined;
}

function encodeIpv6(calls: Syscalls, text: string, port: number): Memory | undefined {
  const [host = '', zone] = text.split('%', 2);
  if (!isIPv6(host)) return undefined;
  const memory = calls.memory(28);
  memory.bytes.set([AF_INET6, 0, port >> 8, port & 255]);
  const [head = '', tail] = host.split('::', 2);
  const before = groupBytes(head);
  const after = groupBytes(tail ?? '');
  memory.bytes.set(before, 8);
  memory.bytes.set(after, 24 - after.length);
  if (zone !== undefined) memory.words[6] = zoneIndex(zone);
  return memory;
}

function groupBytes(text: string): number[] {
  if (text === '') return [];
  return text.split(':').flatMap((group) => {
    if (group.includes('.')) return ipv4Bytes(group) ?? [];
    const value = Number.parseInt(group, 16);
    return [value >> 8, value & 255];
  });
}

function zoneIndex(zone: string): number {
  const number = Number(zone);
  if (Number.isInteger(number)) return number;
  return libc()?.bind<[string]>('unsigned int if_nametoindex(const char *name)')(zone) ?? 0;
}

/** IP and port of a `struct sockaddr` whose length is in the last word; undefined for a Unix socket. */
export function decodeAddress({ bytes }: Memory): { readonly host: string; readonly port: number } | undefined {
  const family = bytes[0];
  const port = ((bytes[2] as number) << 8) | (bytes[3] as number);
  if (family === AF_INET) return { host: `${bytes[4]}.${bytes[5]}.${bytes[6]}.${bytes[7]}`, port };
  if (family !== AF_INET6) return undefined;
  const groups = Array.from({ length: 8 }, (_, at) => {
    return ((bytes[8 + 2 * at] as number) << 8) | (bytes[9 + 2 * at] as number);
  });
  return { host: ipv6Text(groups), port };
}

/** As inet_ntop(3) writes it: the longest run of zeros (of at least two) as `::`, an IPv4 address at the end as such. */
export function ipv6Text(groups: readonly number[]): string {
  const mapped = groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff;
  if (mapped) {
    const [high = 0, low = 0] = groups.slice(6);
    return `::ffff:${high >> 8}.${high & 255}.${low >> 8}.${low & 255}`;
  }
  let start = -1;
  let longest = 1;
  for (let at = 0; at < 8; at++) {
    let length = 0;
    while (groups[at + length] === 0) length++;
    if (length > longest) {
      start = at;
      longest = length;
    }
  }
  const text = (part: readonly number[]) => part.map((group) => group.toString(16)).join(':');
  if (start < 0) return text(groups);
  return `${text(groups.slice(0, start))}::${text(groups.slice(start + longest))}`;
}
