/** ACL patterns as functions of a value. */
import { compilePattern } from '../../patterns/pattern.ts';
import { addressBytes } from '../addresses.ts';
import type { MatchModel, NetworkModel, NumberRange } from '../model.ts';
import { asAddress, asNumber, asText, type IpAddress, type Value } from './value.ts';

export type Matcher = (value: Value) => boolean;

export function compileMatch(match: MatchModel): Matcher {
  switch (match.method) {
    case 'found':
      return () => true;
    case 'bool':
      return (value) => asNumber(value) !== 0;
    case 'int':
      return inRanges(match.ranges, asNumber);
    case 'len':
      return inRanges(match.ranges, (value) => asText(value).length);
    case 'ip': {
      const { networks } = match;
      return (value) => {
        const address = asAddress(value, addressBytes);
        return address !== undefined && networks.some((network) => inNetwork(address, network));
      };
    }
    case 'bin': {
      const known = new Set(match.patterns.map((hex) => Buffer.from(hex, 'hex').toString('latin1')));
      return (value) => known.has(asText(value));
    }
    case 'reg': {
      const expressions = match.patterns.map(compilePattern);
      return (value) => {
        const text = asText(value);
        return expressions.some((expression) => expression.matches(text));
      };
    }
    default:
      return compileText(match.method, match.patterns, match.ignoreCase);
  }
}

function inRanges(ranges: readonly NumberRange[], read: (value: Value) => number | undefined): Matcher {
  return (value) => {
    const number = read(value);
    return (
      number !== undefined &&
      ranges.some(({ min, max }) => (min === undefined || number >= min) && (max === undefined || number <= max))
    );
  };
}

/** An IPv4 address and its form in IPv6 (`::ffff:1.2.3.4`) are the same. */
export function inNetwork({ bytes }: IpAddress, { address, mask }: NetworkModel): boolean {
  const same = bytes.length === address.length ? bytes : convert(bytes, address.length);
  if (same === undefined) return false;
  return address.every((byte, at) => ((same[at] as number) & (mask[at] as number)) === byte);
}

const MAPPED = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255];

function convert(bytes: readonly number[], length: number): readonly number[] | undefined {
  if (length === 16) return [...MAPPED, ...bytes];
  return MAPPED.every((byte, at) => bytes[at] === byte) ? bytes.slice(12) : undefined;
}

type TextMethod = 'str' | 'beg' | 'sub' | 'dir' | 'dom' | 'end';

function compileText(method: TextMethod, patterns: readonly string[], ignoreCase: boolean): Matcher {
  const fold = (text: string) => (ignoreCase ? lower(text) : text);
  const wanted = patterns.map((pattern) => fold(Buffer.from(pattern, 'utf8').toString('latin1')));
  if (method === 'str') {
    const known = new Set(wanted);
    return (value) => known.has(fold(asText(value)));
  }
  const test = textTests[method];
  return (value) => {
    const text = fold(asText(value));
    return wanted.some((pattern) => test(text, pattern));
  };
}

/** ASCII letters alone: bytes above mean nothing here. */
export function lower(text: string): string {
  return text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
}

const textTests: Readonly<Record<Exclude<TextMethod, 'str'>, (text: string, pattern: string) => boolean>> = {
  beg: (text, pattern) => text.startsWith(pattern),
  end: (text, pattern) => text.endsWith(pattern),
  sub: (text, pattern) => text.includes(pattern),
  dir: (text, pattern) => standsBetween(text, pattern, '/?'),
  dom: (text, pattern) => standsBetween(text, pattern, '/?.:'),
};

/** The pattern, without delimiters at its own ends, with a delimiter or an end of the text on both sides of it. */
function standsBetween(text: string, pattern: string, delimiters: string): boolean {
  let from = 0;
  let to = pattern.length;
  while (from < to && delimiters.includes(pattern[from] as string)) from++;
  while (to > from && delimiters.includes(pattern[to - 1] as string)) to--;
  const core = pattern.slice(from, to);
  if (core === '') return false;
  for (let at = text.indexOf(core); at >= 0; at = text.indexOf(core, at + 1)) {
    const before = at === 0 || delimiters.includes(text[at - 1] as string);
    const after = at + core.length === text.length || delimiters.includes(text[at + core.length] as string);
    if (before && after) return true;
  }
  return false;
}
