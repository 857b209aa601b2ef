import { HAPAX_VERSION } from '../../version.ts';
import type { Diagnostic } from '../diagnostic.ts';
import type { LoadResult } from '../load.ts';
import type { Verdict } from '../verdict.ts';
import { plainMessage, regionOf } from './plain-diagnostic.ts';

/** One object: the verdict, and every diagnostic with its place, its help and the edits that mend it. Ends with a line feed. */
export function formatJson({ diagnostics }: LoadResult, { exitCode, closing }: Verdict): string {
  const whole = {
    tool: 'hapax',
    version: HAPAX_VERSION,
    exitCode,
    ...(closing === undefined ? {} : { closing: closing.replace(/^config : /, '') }),
    diagnostics: diagnostics.map(plain),
  };
  return `${JSON.stringify(whole, null, 2)}\n`;
}

function plain(diagnostic: Diagnostic) {
  const { code, severity, span, help, fix, related } = diagnostic;
  return {
    code,
    severity,
    message: plainMessage(diagnostic),
    ...(span === undefined ? {} : { file: span.file, ...regionOf(span) }),
    ...(help === undefined ? {} : { help }),
    ...(related === undefined ? {} : { related }),
    ...(fix === undefined ? {} : { fix }),
    text: diagnostic.message,
  };
}
