import { escapeClass } from './pcre-classes.ts';

/** What one backslash sequence means; `end` is the offset after it. */
export type PcreEscape =
  | { readonly kind: 'code'; readonly code: number; readonly end: number }
  /** The inside of a character class. */
  | { readonly kind: 'class'; readonly inside: string; readonly end: number }
  /** A piece of RegExp that asserts something (`\b`, `\A`) or matches several things (`\R`). */
  | { readonly kind: 'assertion' | 'piece'; readonly source: string; readonly end: number }
  | { readonly kind: 'number'; readonly group: number; readonly end: number }
  | { readonly kind: 'name'; readonly name: string; readonly at: number; readonly end: number }
  /** Everything up to `\E` is literal. */
  | { readonly kind: 'quote'; readonly text: string; readonly end: number }
  | { readonly kind: 'error'; readonly message: string; readonly offset: number };

const CONTROL: Readonly<Record<string, number>> = { a: 7, e: 27, f: 12, n: 10, r: 13, t: 9 };

const PIECES: Readonly<Record<string, string>> = { R: '(?:\\r\\n|[\\n\\v\\f\\r\\x85])', N: '[^\\n]' };

const ASSERTIONS: Readonly<Record<string, string>> = {
  b: '\\b',
  B: '\\B',
  A: '^',
  z: '$',
  Z: '(?=\\n?$)',
};

/** Reads the escape at `source[at]` (a backslash). Inside brackets `\b` is a backspace and assertions do not exist. */
export function readEscape(source: string, at: number, inBrackets: boolean): PcreEscape {
  const letter = source.charAt(at + 1);
  const end = at + 2;
  if (letter === '') return { kind: 'error', message: '\\ at end of pattern', offset: source.length };
  if (inBrackets && letter === 'b') return { kind: 'code', code: 8, end };
  const inside = escapeClass(letter);
  if (inside !== undefined) return { kind: 'class', inside, end };
  if (Object.hasOwn(CONTROL, letter)) return { kind: 'code', code: CONTROL[letter]!, end };
  if (letter === 'x') {
    const found = /^\{([0-9A-Fa-f]+)\}|^[0-9A-Fa-f]{0,2}/.exec(source.slice(end))!;
    const digits = found[1] ?? found[0];
    return { kind: 'code', code: digits === '' ? 0 : Number.parseInt(digits, 16), end: end + found[0].length };
  }
  if (letter === 'c' && end < source.length) {
    return { kind: 'code', code: source.charAt(end).toUpperCase().charCodeAt(0) ^ 64, end: end + 1 };
  }
  if (letter === '0' || (inBrackets && /[1-7]/.test(letter))) {
    const digits = /^[0-7]{1,3}/.exec(source.slice(at + 1))![0];
    return { kind: 'code', code: Number.parseInt(digits, 8) & 255, end: at + 1 + digits.length };
  }
  if (letter === 'Q') {
    const stop = source.indexOf('\\E', end);
    return {
      kind: 'quote',
      text: source.slice(end, stop < 0 ? undefined : stop),
      end: stop < 0 ? source.length : stop + 2,
    };
  }
  if (letter === 'E') return { kind: 'quote', text: '', end };
  if (!inBrackets) {
    if (/[1-9]/.test(letter)) {
      const digits = /^\d+/.exec(source.slice(at + 1))![0];
      return { kind: 'number', group: Number(digits), end: at + 1 + digits.length };
    }
    if (Object.hasOwn(ASSERTIONS, letter)) return { kind: 'assertion', source: ASSERTIONS[letter]!, end };
    if (Object.hasOwn(PIECES, letter)) return { kind: 'piece', source: PIECES[letter]!, end };
    const name = /^k(?:<(\w+)>|'(\w+)'|\{(\w+)\})/.exec(source.slice(at + 1));
    if (name !== null) {
      return { kind: 'name', name: (name[1] ?? name[2] ?? name[3])!, at: at + 3, end: at + 1 + name[0].length };
    }
  }
  if (/[A-Za-z]/.test(letter)) {
    return { kind: 'error', message: 'unrecognized character follows \\', offset: at + 1 };
  }
  return { kind: 'code', code: letter.charCodeAt(0), end };
}
