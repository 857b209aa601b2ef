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
