/** What the writers for machines share: a diagnostic without the frame HAProxy puts around its words. */
import type { Diagnostic, Severity } from '../diagnostic.ts';
import type { Span } from '../place.ts';

/** The message without `config : ` and `parsing [file:line] : ` before it and without pictures below it. */
export function plainMessage({ message, span }: Diagnostic): string {
  const lines = message
    .split('\n')
    .filter((line) => !/^ {2}/.test(line))
    .map((line) => line.replace(/^ {3}\| /, ''));
  const text = lines.join(' ').replace(/^config : /, '');
  if (span === undefined) return text;
  const place = `[${span.file}:${span.line}]`;
  for (const frame of [`parsing ${place} : `, `parsing ${place}: `, `${place} : `, `Parsing ${place}: `]) {
    if (text.startsWith(frame)) return text.slice(frame.length).replace(/:$/, '');
  }
  return text;
}

/** A span as editors count: lines and columns from 1, in UTF-16 units; the end is the column after the last. */
export interface Region {
  readonly startLine: number;
  readonly startColumn: number;
  readonly endColumn: number;
}

export function regionOf({ line, start, end }: Span): Region {
  return { startLine: Math.max(1, line), startColumn: start + 1, endColumn: Math.max(start, end) + 1 };
}

/** `diag` is a hint, and so a notice elsewhere. */
export function levelOf(severity: Severity): 'error' | 'warning' | 'notice' {
  if (severity === 'alert') return 'error';
  return severity === 'warning' ? 'warning' : 'notice';
}
