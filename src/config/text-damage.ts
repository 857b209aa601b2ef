/** What happens to text on its way into a file: other encodings, other line ends, characters that cannot be seen. */
import type { LineProblem } from './line-problems.ts';

/** To HAProxy a carriage return ends a line that has begun, even within quotes. */
export function beforeReturn(text: string): string {
  if (!text.includes('\r')) return text;
  const at = text.indexOf('\r', Math.max(0, text.search(/[^ \t\v\f\r]/)));
  return at < 0 ? text : text.slice(0, at);
}

/** Words behind the carriage return that ended a line; undefined when there are none. */
export function strayReturn(text: string, read: string): LineProblem | undefined {
  if (read.length === text.length || read.includes('#') || text.slice(read.length).trim() === '') return undefined;
  return {
    code: 'stray-carriage-return',
    severity: 'warning',
    message: `the line ends at the carriage return at position ${Buffer.byteLength(read) + 1}; what follows is ignored.`,
    help: "Lines end with a line feed; write one there (\"tr '\\r' '\\n'\" makes them of all carriage returns).",
    start: read.length,
    end: read.length + 1,
  };
}

/** Bytes of a line that are no UTF-8. HAProxy would use them as they are. */
export function brokenCharacters(words: readonly { readonly text: string; readonly span: Span }[]) {
  const word = words.find(({ text }) => text.includes('\ufffd'));
  if (word === undefined) return undefined;
  return {
    code: 'invalid-utf8',
    severity: 'warning',
    message: `bytes that are no UTF-8 are read as U+FFFD in '${word.text}'.`,
    help: 'Save the file as UTF-8; bytes of other kinds are written \\xHH.',
    start: word.span.start,
    end: word.span.end,
  } as const satisfies LineProblem;
}

type Span = { readonly start: number; readonly end: number };

/** What a NUL in the first line, or none, says about the file. */
export function binaryHelp(firstLine: string): string {
  const wide = firstLine.startsWith('\ufffd\ufffd') || /^(?:[^\0]\0|\0[^\0]){2}/.test(firstLine);
  return wide
    ? 'This looks like UTF-16: save the file as UTF-8 ("iconv -f UTF-16 -t UTF-8").'
    : 'A configuration is text; this file holds binary data from here on.';
}

const INVISIBLE = /[\u0080-\u00a0\u00ad\u200b-\u200f\u2028-\u202f\u205f-\u2064\u3000\ufeff]/u;
const TYPOGRAPHIC = /[\u2018-\u201f\u2013\u2014\u2212]/u;

/** Says which character of a word one does not see, or takes for another; undefined when there is none. */
export function unusualCharacter(word: string): string | undefined {
  const found = INVISIBLE.exec(word)?.[0] ?? TYPOGRAPHIC.exec(word)?.[0];
  if (found === undefined) return undefined;
  const code = `U+${found.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')}`;
  return TYPOGRAPHIC.test(found)
    ? `The word holds ${code} (${found}), which is no plain quote or hyphen.`
    : `The word holds ${code}, a character that cannot be seen; put a plain blank there, or nothing.`;
}
