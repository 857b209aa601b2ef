/** Commands of GitHub Actions, which it shows beside the lines of a pull request. */
import type { LoadResult } from '../load.ts';
import { levelOf, plainMessage, regionOf } from './plain-diagnostic.ts';

/** One line a diagnostic; empty when nothing was found. */
export function formatGithub({ diagnostics }: LoadResult): string {
  return diagnostics
    .map((diagnostic) => {
      const { code, severity, span, help } = diagnostic;
      const place: [string, string | number][] = [];
      if (span !== undefined) {
        const { startLine, startColumn, endColumn } = regionOf(span);
        place.push(['file', span.file], ['line', startLine]);
        if (span.end > 0) place.push(['col', startColumn], ['endColumn', endColumn]);
      }
      place.push(['title', `hapax ${code}`]);
      const properties = place.map(([name, value]) => `${name}=${property(String(value))}`).join(',');
      const text = help === undefined ? plainMessage(diagnostic) : `${plainMessage(diagnostic)}\n${help}`;
      return `::${levelOf(severity)} ${properties}::${data(text)}\n`;
    })
    .join('');
}

function data(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function property(text: string): string {
  return data(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
