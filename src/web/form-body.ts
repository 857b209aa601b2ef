/** Reads the body of a form. */
import type { IncomingMessage } from 'node:http';

/** Enough for some thousand servers; HAProxy takes what fits its buffer, 16 kB. */
export const MAX_FORM = 65_536;

/** How the body ended: its text, too large, or the client left before its end. */
export type FormBody = { readonly kind: 'whole'; readonly text: string } | { readonly kind: 'too-large' | 'gone' };

/** Never rejects. After `too-large` nothing more is kept. */
export function readForm(request: IncomingMessage): Promise<FormBody> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let size = 0;
    request.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size > MAX_FORM) {
        chunks.length = 0;
        resolve({ kind: 'too-large' });
      } else chunks.push(chunk);
    });
    request.once('end', () => resolve({ kind: 'whole', text: Buffer.concat(chunks).toString() }));
    // `close` without `end`: half a form must not be done.
    request.once('close', () => resolve({ kind: 'gone' }));
  });
}
