/** Networks of ACL patterns as bytes. */
import { isIPv4, isIPv6 } from 'node:net';
import type { NetworkModel } from './model.ts';

/** The bytes of an IP address in its usual form; undefined where it is none. */
export function addressBytes(text: string): number[] | undefined {
  if (isIPv4(text)) return text.split('.').map(Number);
  if (!isIPv6(text) || text.includes('%')) return undefined;
  const dotted = /(\d+)\.(\d+)\.(\d+)\.(\d+)$/.exec(text);
  const [a, b, c, d] = (dotted ?? []).slice(1).map(Number) as [number, number, number, number];
  const hex = dotted === null ? text : text.slice(0, dotted.index) + [a * 256 + b, c * 256 + d].map(toHex).join(':');
  const [head = '', tail] = hex.split('::');
  const groups = (part: string) => part.split(':').filter((group) => group !== '');
  const left = groups(head);
  const right = tail === undefined ? [] : groups(tail);
  const middle: string[] = new Array(8 - left.length - right.length).fill('0');
  return [...left, ...middle, ...right].map((group) => Number.parseInt(group, 16)).flatMap((n) => [n >> 8, n & 255]);
}

const toHex = (value: number): string => value.toString(16);

/**
 * What the system's resolver makes of a number without four parts: `10` is 0.0.0.10, `10.1` is 10.0.0.1, a leading 0 means
 * octal and 0x hexadecimal. HAProxy asks it for whatever is no address at once.
 */
export function numericHost(text: string): number[] | undefined {
  const parts = text.split('.');
  if (parts.length > 4 || !parts.every((part) => /^(0x[0-9a-f]+|\d+)$/i.test(part))) return undefined;
  const numbers = parts.map((part) => (/^0[0-7]+$/.test(part) ? Number.parseInt(part, 8) : Number(part)));
  const last = numbers.pop() as number;
  const room = 4 - numbers.length;
  if (numbers.some((each) => each > 255) || last >= 256 ** room) return undefined;
  const rest = Array.from({ length: room }, (_, index) => Math.floor(last / 256 ** (room - 1 - index)) % 256);
  return [...numbers, ...rest];
}

/** A mask of so many bits. */
export function maskOf(bits: number, bytes: 4 | 16): number[] {
  return Array.from({ length: bytes }, (_, index) => {
    const left = Math.min(8, Math.max(0, bits - index * 8));
    return (0xff << (8 - left)) & 0xff;
  });
}

/** `10.0.0.0/8`, `10.0.0.0/255.0.0.0`, `::1`. `lookUp` gives the bytes of what is no address (a name, `10.1`). */
export function readNetworks(
  text: string,
  lookUp: (name: string) => readonly (readonly number[])[],
): readonly NetworkModel[] | undefined {
  const slash = text.indexOf('/');
  const host = slash < 0 ? text : text.slice(0, slash);
  const suffix = slash < 0 ? undefined : text.slice(slash + 1);
  const own = addressBytes(host);
  const addresses = own === undefined ? lookUp(host) : [own];
  const networks: NetworkModel[] = [];
  for (const address of addresses) {
    const bytes = address.length === 4 ? 4 : 16;
    const mask = suffix === undefined ? maskOf(bytes * 8, bytes) : readMask(suffix, bytes);
    if (mask === undefined) return undefined;
    networks.push({ address: address.map((byte, index) => byte & (mask[index] as number)), mask });
  }
  return networks.length === 0 ? undefined : networks;
}

function readMask(text: string, bytes: 4 | 16): number[] | undefined {
  if (/^\d+$/.test(text)) return Number(text) <= bytes * 8 ? maskOf(Number(text), bytes) : undefined;
  return bytes === 4 && isIPv4(text) ? addressBytes(text) : undefined;
}
