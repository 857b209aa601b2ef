/** Character classes of PCRE written for JavaScript's RegExp; shared by both halves of the translation (pcre.ts). */

/** Insides of `[[:name:]]`, to stand between brackets. */
const POSIX: Readonly<Record<string, string>> = {
  alnum: 'A-Za-z0-9',
  alpha: 'A-Za-z',
  ascii: '\\x00-\\x7f',
  blank: ' \\t',
  cntrl: '\\x00-\\x1f\\x7f',
  digit: '0-9',
  graph: '!-~',
  lower: 'a-z',
  print: ' -~',
  punct: '!-\\/:-@\\[-`{-~',
  space: ' \\t\\n\\v\\f\\r',
  upper: 'A-Z',
  word: 'A-Za-z0-9_',
  xdigit: '0-9A-Fa-f',
};

/** The complements, since a negated class cannot stand inside brackets in JavaScript. */
const POSIX_NEGATED: Readonly<Record<string, string>> = {
  alnum: '\\x00-\\/:-@\\[-`{-\\uffff',
  alpha: '\\x00-@\\[-`{-\\uffff',
  ascii: '\\x80-\\uffff',
  blank: '\\x00-\\b\\n-\\x1f!-\\uffff',
  cntrl: ' -~\\x80-\\uffff',
  digit: '\\x00-\\/:-\\uffff',
  graph: '\\x00- \\x7f-\\uffff',
  lower: '\\x00-`{-\\uffff',
  print: '\\x00-\\x1f\\x7f-\\uffff',
  punct: '\\x00- 0-9A-Za-z\\x7f-\\uffff',
  space: '\\x00-\\b\\x0e-\\x1f!-\\uffff',
  upper: '\\x00-@\\[-\\uffff',
  word: '\\x00-\\/:-@\\[-\\^`{-\\uffff',
  xdigit: '\\x00-\\/:-@G-`g-\\uffff',
};

/** Insides of `\d`, `\s`, ... as PCRE means them (bytes, no Unicode properties). */
const ESCAPES: Readonly<Record<string, string>> = {
  d: POSIX.digit!,
  D: POSIX_NEGATED.digit!,
  w: POSIX.word!,
  W: POSIX_NEGATED.word!,
  s: POSIX.space!,
  S: POSIX_NEGATED.space!,
  h: ' \\t\\xa0',
  H: '\\x00-\\b\\n-\\x1f!-\\x9f\\xa1-\\uffff',
  v: '\\n\\v\\f\\r\\x85',
  V: '\\x00-\\t\\x0e-\\x84\\x86-\\uffff',
};

/** Inside of a `[:name:]` or `[:^name:]`; absent when there is no class of that name. */
export function posixClass(name: string): string | undefined {
  return name.startsWith('^') ? POSIX_NEGATED[name.slice(1)] : POSIX[name];
}

/** Inside of a class escape (`d` for `\d`); absent when the letter names no class. */
export function escapeClass(letter: string): string | undefined {
  return Object.hasOwn(ESCAPES, letter) ? ESCAPES[letter] : undefined;
}

/** A character code as it can stand anywhere in a RegExp, inside brackets or outside. */
export function quoteCode(code: number): string {
  if ((code >= 48 && code <= 57) || (code >= 65 && code <= 90) || (code >= 97 && code <= 122)) {
    return String.fromCharCode(code);
  }
  return code < 256 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u${code.toString(16).padStart(4, '0')}`;
}

/** The code of the same ASCII letter in the other case; absent for anything else. */
export function otherCase(code: number): number | undefined {
  if (code >= 65 && code <= 90) return code + 32;
  if (code >= 97 && code <= 122) return code - 32;
  return undefined;
}

/** What a range covers in both cases of ASCII letters, to stand between brackets. */
export function rangeInBothCases(from: number, to: number): string {
  let text = `${quoteCode(from)}-${quoteCode(to)}`;
  for (const [first, last, step] of [
    [65, 90, 32],
    [97, 122, -32],
  ] as const) {
    const low = Math.max(from, first);
    const high = Math.min(to, last);
    if (low <= high) text += `${quoteCode(low + step)}-${quoteCode(high + step)}`;
  }
  return text;
}
