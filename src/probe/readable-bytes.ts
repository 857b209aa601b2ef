/** Bytes for a terminal: what cannot be printed is written as in C, and long pieces are cut. */
export function readable(bytes: Uint8Array, most = 300): string {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, most)).toString('latin1');
  const shown = readableText(text);
  return bytes.length > most ? `${shown}...` : shown;
}

export function readableText(text: string): string {
  return text.replaceAll(/[^\x20-\x7e]|\\/g, (character) => {
    switch (character) {
      case '\r':
        return '\\r';
      case '\n':
        return '\\n';
      case '\t':
        return '\\t';
      case '\\':
        return '\\\\';
      default: {
        const code = character.charCodeAt(0);
        return code > 0xff ? character : `\\x${code.toString(16).padStart(2, '0')}`;
      }
    }
  });
}

/** A pattern, in which backslashes are as they were written. */
export function readablePattern(text: string): string {
  return text.split('\\').map(readableText).join('\\');
}

/** `1 byte`, `2 bytes` */
export function byteCount(bytes: number): string {
  return bytes === 1 ? '1 byte' : `${bytes} bytes`;
}
