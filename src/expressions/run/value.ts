/** Samples while rules run. Text is held one byte a character (latin1), as it came off the wire. */

/** 4 bytes for IPv4, 16 for IPv6. */
export interface IpAddress {
  readonly bytes: readonly number[];
}

/** Numbers are `sint`; bytes (`bin`) are texts too. */
export type Value = boolean | number | string | IpAddress;

/** As HAProxy casts to `str`. */
export function asText(value: Value): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'boolean') return value ? '1' : '0';
  return typeof value === 'number' ? integerText(value) : addressText(value);
}

/** A 64-bit integer; the ends of the range, which a double misses by one, come out whole. */
function integerText(value: number): string {
  if (Number.isSafeInteger(value)) return String(value);
  const [most, exact] = [2n ** 63n - 1n, BigInt(Math.trunc(value))];
  return String(exact > most ? most : exact);
}

/** As HAProxy casts to `bin`: a number is its eight bytes, most significant first. */
export function asBytes(value: Value): Buffer {
  if (typeof value === 'string') return Buffer.from(value, 'latin1');
  if (typeof value === 'object') return Buffer.from(value.bytes);
  const bytes = Buffer.alloc(8);
  bytes.writeBigInt64BE(BigInt.asIntN(64, BigInt(Math.trunc(Number(value)))));
  return bytes;
}

/** As HAProxy casts to `sint`; undefined where it does not. */
export function asNumber(value: Value): number | undefined {
  if (typeof value === 'number') return value;
  if (typeof value === 'boolean') return value ? 1 : 0;
  if (typeof value === 'string') return Number.parseInt(/^[-+]?\d+/.exec(value)?.[0] ?? '0', 10);
  return value.bytes.length === 4 ? value.bytes.reduce((sum, byte) => sum * 256 + byte, 0) : undefined;
}

export function asBoolean(value: Value): boolean {
  return asNumber(value) !== 0;
}

/** An address, be it written. */
export function asAddress(value: Value, parse: (text: string) => number[] | undefined): IpAddress | undefined {
  if (typeof value === 'object') return value;
  if (typeof value === 'number') return { bytes: [24, 16, 8, 0].map((shift) => (Math.trunc(value) >> shift) & 255) };
  if (typeof value !== 'string') return undefined;
  const bytes = parse(value);
  return bytes === undefined ? undefined : { bytes };
}

function addressText({ bytes }: IpAddress): string {
  if (bytes.length === 4) return bytes.join('.');
  const groups = Array.from({ length: 8 }, (_, at) => ((bytes[at * 2] ?? 0) << 8) | (bytes[at * 2 + 1] ?? 0));
  const longest = longestZeros(groups);
  const hex = groups.map((group) => group.toString(16));
  if (longest.length < 2) return hex.join(':');
  return `${hex.slice(0, longest.start).join(':')}::${hex.slice(longest.start + longest.length).join(':')}`;
}

function longestZeros(groups: readonly number[]): { readonly start: number; readonly length: number } {
  let best = { start: 0, length: 0 };
  let start = -1;
  for (const [at, group] of groups.entries()) {
    if (group !== 0) start = -1;
    else {
      if (start < 0) start = at;
      if (at - start + 1 > best.length) best = { start, length: at - start + 1 };
    }
  }
  return best;
}
