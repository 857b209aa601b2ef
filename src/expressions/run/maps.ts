/** Maps: a value's key looked up in the lines of a file. */
import { addressBytes, numericHost, readNetworks } from '../addresses.ts';
import type { NetworkModel } from '../model.ts';
import { compileMatch, inNetwork } from './matching.ts';
import { asAddress, asNumber, asText, type Value } from './value.ts';

type Converter = (value: Value) => Value | undefined;

type Entries = readonly (readonly [key: string, value: string])[];

const latin1 = (text: string) => Buffer.from(text, 'utf8').toString('latin1');

/** The converter of a map; `otherwise` is the value of keys it does not hold. */
export function compileMap(method: string, entries: Entries, otherwise: string | undefined): Converter {
  const find = finder(
    method,
    entries.map(([key, value]) => [latin1(key), latin1(value)] as const),
  );
  const fallback = otherwise === undefined || otherwise === '' ? undefined : latin1(otherwise);
  return (value) => find(value) ?? fallback;
}

function finder(method: string, entries: Entries): (value: Parameters<Converter>[0]) => string | undefined {
  if (method === 'str') {
    const known = firstOf(entries);
    return (value) => known.get(asText(value));
  }
  if (method === 'int') {
    const known = firstOf(entries);
    return (value) => known.get(String(asNumber(value)));
  }
  if (method === 'ip') return networkFinder(entries);
  if (method === 'beg') {
    // The longest one that fits.
    const longest = [...entries].sort(([a], [b]) => b.length - a.length);
    return (value) => {
      const text = asText(value);
      return longest.find(([key]) => text.startsWith(key))?.[1];
    };
  }
  const tests = entries.map(([key, value]) => {
    const matches =
      method === 'reg'
        ? compileMatch({ method: 'reg', patterns: [key] })
        : compileMatch({ method: method as 'sub', ignoreCase: false, patterns: [key] });
    return { matches, value };
  });
  return (value) => tests.find(({ matches }) => matches(value))?.value;
}

/** Of equal keys the first counts. */
function firstOf(entries: Entries): ReadonlyMap<string, string> {
  const known = new Map<string, string>();
  for (const [key, value] of entries) if (!known.has(key)) known.set(key, value);
  return known;
}

/** The narrowest network that holds the address. */
function networkFinder(entries: Entries): (value: Parameters<Converter>[0]) => string | undefined {
  const rows = entries.flatMap(([key, value]) => {
    const networks = readNetworks(key, (name) => [numericHost(name)].filter((bytes) => bytes !== undefined)) ?? [];
    return networks.map((network) => ({ network, value, bits: bitsOf(network) }));
  });
  rows.sort((a, b) => b.bits - a.bits);
  return (value) => {
    const address = asAddress(value, addressBytes);
    return address && rows.find(({ network }) => inNetwork(address, network))?.value;
  };
}

function bitsOf({ mask }: NetworkModel): number {
  return mask.reduce((sum, byte) => sum + byte.toString(2).replaceAll('0', '').length, 0);
}
