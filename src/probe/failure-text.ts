import { failureReason } from '../health/errors.ts';
import { readableText } from './readable-bytes.ts';

/** A failed connection in the words of the system, or of OpenSSL; then the name of the error. */
export function failureText({ code, reason }: { readonly code: string; readonly reason?: string }): string {
  const text = failureReason(code, reason);
  if (text === '') return code === '' ? 'failed' : code;
  return readableText(code === '' ? text : `${text} (${code})`);
}
