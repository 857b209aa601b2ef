/** `errorfile <code> <file>`, of proxies and of `http-errors` sections. */
import { readUpTo } from '../bounded-read.ts';
import type { LineContext, Word } from '../keyword.ts';
import { errorText } from '../source.ts';

/** An answer that is longer is not read to its end. */
const MAX_BYTES = 1 << 20;

/** The answers HAProxy can give itself. */
export const errorCodes: readonly string[] =
  '200 400 401 403 404 405 407 408 410 413 421 422 425 429 500 501 502 503 504'.split(' ');

/** What is wrong with the arguments, the file included; `missing` is said when there are not two. */
export function errorFileProblem(
  args: readonly Word[],
  missing: string,
): Parameters<LineContext<never>['report']>[0] | undefined {
  const [code, file] = args;
  if (code === undefined || file === undefined) return { code: 'missing-argument', message: missing };
  try {
    readUpTo(file.text, MAX_BYTES);
  } catch (error) {
    const how = (error as NodeJS.ErrnoException).code === 'EISDIR' ? 'reading' : 'opening';
    const message = `errorfile : error ${how} file '${file.text}'.`;
    return { code: 'unreadable-file', message, word: file, help: `${errorText(error)}.` };
  }
  if (errorCodes.includes(code.text)) return undefined;
  return { code: 'invalid-number', message: `errorfile : status code '${code.text}' not handled.`, word: code };
}
