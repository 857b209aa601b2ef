import { escapeClass } from './pcre-classes.ts';

/** What one backslash sequence means; `end` is the offset after it. */
export type PcreEscape =
  | { readonly kind: 'code'; readonly code: number; readonly end: number }
  /** The inside of a character class. */
  | { readonly kind: 'class'; readonly inside: string; readonly end: number }
  /** A piece of RegExp that asserts something (`\b`, `\A`), matches a character, or is atomic (`\R`). */
  | { readonly kind: 'assertion' | 'piece' | 'atomic'; readonly source: string; readonly end: number }
  | { readonly kind: 'number'; readonly group: number; readonly end: number }
  | { readonly kind: 'name'; readonly name: string; readonly at: number; readonly end: number }
  /** Everything up to `\E` is literal. */
  | { readonly kind: 'quote'; readonly text: string; readonly end: number }
  | { readonly kind: 'error'; readonly message: string; readonly offset: number; readonly unsupported?: boolean };

const CONTROL: Readonly<Record<string, number>> = { a: 7, e: 27, f: 12, n: 10, r: 13, t: 9 };

const PIECES: Readonly<Record<string, string>> = { N: '[^\\n]', C: '[^]' };

/** The end of a line is never half of CR LF. */
const LINE_END = '(?>\\r\\n|[\\n\\v\\f\\r\\x85])';

const ASSERTIONS: Readonly<Record<string, string>> = {
  b: '\\b',
  B: '\\B',
  A: '^',
  G: '^',
  z: '$',
  Z: '(?=\\n?$)',
};

/** Reads the escape at `source[at]` (a backslash). `groups`: so many with numbers stand before it. */
export function readEscape(source: string, at: number, groups: number): PcreEscape {
  const letter = source.charAt(at + 1);
  const end = at + 2;
  const digits = /^[1-9]\d*/.exec(source.slice(at + 1))?.[0];
  if (digits !== undefined && (Number(digits) < 10 || /^[89]/.test(digits) || Number(digits) <= groups)) {
    return { kind: 'number', group: Number(digits), end: at + 1 + digits.length };
  }
  if (Object.hasOwn(ASSERTIONS, letter)) return { kind: 'assertion', source: ASSERTIONS[letter]!, end };
  if (Object.hasOwn(PIECES, letter) && !source.startsWith('{U+', end)) {
    return { kind: 'piece', source: PIECES[letter]!, end };
  }
  // Where the text found begins is nobody's question.
  if (letter === 'K') return { kind: 'quote', text: '', end };
  if (letter === 'R') return { kind: 'atomic', source: LINE_END, end };
  if (letter === 'X') return { kind: 'error', message: '\\X is not supported', offset: at, unsupported: true };
  if (letter === 'k') return readNamed(source, at);
  if (letter === 'g') return readGroup(source, at, groups);
  return readMemberEscape(source, at, false);
}

function readNamed(source: string, at: number): PcreEscape {
  const name = /^[<'{](\w*)([>'}]?)/.exec(source.slice(at + 2));
  if (name === null) {
    const message = '\\k is not followed by a braced, angle-bracketed, or quoted name';
    return { kind: 'error', message, offset: at + 2 };
  }
  const end = at + 2 + name[0].length;
  if (name[2] !== '') return { kind: 'name', name: name[1]!, at: at + 3, end };
  return { kind: 'error', message: 'syntax error in subpattern name (missing terminator?)', offset: end };
}

/** `\g1`, `\g{1}`, `\g{-1}`, `\g{name}` */
function readGroup(source: string, at: number, groups: number): PcreEscape {
  const found = /^(?:\{(?:([+-]?)(\d+)|(\w+))\}|([+-]?)(\d+))/.exec(source.slice(at + 2));
  if (found === null) return { kind: 'error', message: '\\g is not supported', offset: at, unsupported: true };
  const end = at + 2 + found[0].length;
  if (found[3] !== undefined) return { kind: 'name', name: found[3], at: at + 3, end };
  const sign = found[1] ?? found[4];
  const number = Number(found[2] ?? found[5]);
  const group = sign === '-' ? groups + 1 - number : sign === '+' ? groups + number : number;
  if (group > 0) return { kind: 'number', group, end };
  return { kind: 'error', message: 'reference to non-existent subpattern', offset: at + 2 };
}

/** Reads an escape that stands for characters, alone or (`inBrackets`, where `\b` is a backspace) among others. */
export function readMemberEscape(source: string, at: number, inBrackets: boolean): PcreEscape {
  const letter = source.charAt(at + 1);
  const end = at + 2;
  const error = (message: string, offset: number): PcreEscape => ({ kind: 'error', message, offset });
  if (letter === '') return error('\\ at end of pattern', source.length);
  if (inBrackets && letter === 'b') return { kind: 'code', code: 8, end };
  const inside = escapeClass(letter);
  if (inside !== undefined) return { kind: 'class', inside, end };
  if (Object.hasOwn(CONTROL, letter)) return { kind: 'code', code: CONTROL[letter]!, end };
  if (letter === 'x') {
    const found = /^\{([0-9A-Fa-f]*)(\}?)|^[0-9A-Fa-f]{0,2}/.exec(source.slice(end))!;
    const after = end + found[0].length;
    const digits = found[1] ?? found[0];
    if (found[1] !== undefined) {
      if (digits === '' && after === source.length) {
        return error('digits missing in \\x{} or \\o{} or \\N{U+}', after);
      }
      if (Number.parseInt(digits, 16) > 255) {
        return error('character code point value in \\x{} or \\o{} is too large', after - 1);
      }
      if (found[2] === '') return error('non-hex character in \\x{} (closing brace missing?)', end + 1);
    }
    return { kind: 'code', code: digits === '' ? 0 : Number.parseInt(digits, 16), end: after };
  }
  if (letter === 'c') {
    if (end === source.length) return error('\\c at end of pattern', end);
    if (!/[ -~]/.test(source.charAt(end))) return error('\\c must be followed by a printable ASCII character', end);
    return { kind: 'code', code: source.charAt(end).toUpperCase().charCodeAt(0) ^ 64, end: end + 1 };
  }
  const octal = /^o\{([0-7]+)\}/.exec(source.slice(at + 1));
  if (octal !== null && Number.parseInt(octal[1]!, 8) < 256) {
    return { kind: 'code', code: Number.parseInt(octal[1]!, 8), end: at + 1 + octal[0].length };
  }
  if (/[0-7]/.test(letter)) {
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
  if (inBrackets && /[ABGKRXZkz]/.test(letter)) return error('escape sequence is invalid in character class', at + 1);
  if (inBrackets && letter === 'N') return error('\\N is not supported in a class', end);
  if (/[FLlUuN]/.test(letter)) {
    return letter === 'N'
      ? error('\\N{U+dddd} is supported only in Unicode (UTF) mode', end)
      : error('PCRE2 does not support \\F, \\L, \\l, \\N{name}, \\U, or \\u', end);
  }
  if (/[pPoX]/.test(letter)) {
    return { kind: 'error', message: `\\${letter} is not supported`, offset: at, unsupported: true };
  }
  if (/[A-Za-z]/.test(letter)) {
    return error('unrecognized character follows \\', at + 1);
  }
  return { kind: 'code', code: letter.charCodeAt(0), end };
}
