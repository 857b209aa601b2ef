import { isUtf8 } from 'node:buffer';

/** HAProxy keeps 127 bytes of a check's text. */
const TEXT_LIMIT = 127;

/** What a server said, fit for `last_chk`: its first line, at most 127 bytes, UTF-8 where it is that. */
export function serverText(bytes: Uint8Array): string {
  let end = 0;
  while (end < bytes.length && bytes[end] !== 0x0a && bytes[end] !== 0x0d && bytes[end] !== 0) end++;
  return decode(bytes.subarray(0, end));
}

/** Cuts a text of ours that quotes configuration or server to the same length. */
export function checkText(text: string): string {
  if (text.length <= TEXT_LIMIT / 3) return text;
  return decode(Buffer.from(text, 'utf8'));
}

/** A text that was put together while the check ran, one character a byte. */
export function formedText(bytes: string): string {
  return decode(Buffer.from(bytes, 'latin1'));
}

function decode(bytes: Uint8Array): string {
  let end = Math.min(bytes.length, TEXT_LIMIT);
  // A cut inside a character takes the whole character away.
  if (end < bytes.length) while (end > 0 && ((bytes[end] ?? 0) & 0xc0) === 0x80) end--;
  const part = Buffer.from(bytes.buffer, bytes.byteOffset, end);
  return part.toString(isUtf8(part) ? 'utf8' : 'latin1');
}
