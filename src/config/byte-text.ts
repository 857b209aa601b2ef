/**
 * The bytes a word of the configuration stands for. `\xNN` escapes arrive as characters up to U+00FF, one a byte; a word with
 * any character above is text, in UTF-8.
 */
export function wordBytes(text: string): Buffer {
  const isText = [...text].some((character) => character > '\xff');
  return Buffer.from(text, isText ? 'utf8' : 'latin1');
}

export type ParsedHex =
  | { readonly ok: true; readonly bytes: Buffer }
  /** HAProxy's words: an odd number of digits, or a character that is none. */
  | { readonly ok: false; readonly message: string };

/** Reads pairs of hexadecimal digits (`send-binary`, `expect binary`). */
export function parseHex(text: string): ParsedHex {
  const strange = /[^0-9A-Fa-f]/.exec(text);
  if (text.length % 2 !== 0) return { ok: false, message: 'an even number of hex digit is expected' };
  if (strange !== null) return { ok: false, message: `an hex digit is expected (found '${strange[0]}')` };
  return { ok: true, bytes: Buffer.from(text, 'hex') };
}
