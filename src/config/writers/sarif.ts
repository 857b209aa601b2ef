/** SARIF 2.1.0, which code scanning services read. */
import { HAPAX_VERSION } from '../../version.ts';
import type { Diagnostic } from '../diagnostic.ts';
import type { Fix } from '../fix.ts';
import type { LoadResult } from '../load.ts';
import { levelOf, plainMessage, regionOf } from './plain-diagnostic.ts';

const SCHEMA = 'https://json.schemastore.org/sarif-2.1.0.json';

/** One run with a result a diagnostic. Fixes that only replace text come along. Ends with a line feed. */
export function formatSarif({ diagnostics }: LoadResult): string {
  const codes = [...new Set(diagnostics.map(({ code }) => code))].sort();
  const log = {
    $schema: SCHEMA,
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'hapax', version: HAPAX_VERSION, rules: codes.map((id) => ({ id })) } },
        columnKind: 'utf16CodeUnits',
        results: diagnostics.map((diagnostic) => result(diagnostic, codes.indexOf(diagnostic.code))),
      },
    ],
  };
  return `${JSON.stringify(log, null, 2)}\n`;
}

function result(diagnostic: Diagnostic, ruleIndex: number) {
  const { code, severity, span, help, related, fix } = diagnostic;
  const level = levelOf(severity);
  const text = help === undefined ? plainMessage(diagnostic) : `${plainMessage(diagnostic)}\n${help}`;
  const changes = fix === undefined ? undefined : replacements(fix);
  return {
    ruleId: code,
    ruleIndex,
    level: level === 'notice' ? 'note' : level,
    message: { text },
    ...(span === undefined ? {} : { locations: [location(span.file, regionOf(span))] }),
    ...(related === undefined
      ? {}
      : {
          relatedLocations: related.map(({ file, line, message }) => ({
            ...location(file, { startLine: line }),
            message: { text: message },
          })),
        }),
    ...(changes === undefined ? {} : { fixes: [{ description: { text: fix!.title }, artifactChanges: changes }] }),
  };
}

function location(file: string, region: object) {
  return { physicalLocation: { artifactLocation: { uri: fileUri(file) }, region } };
}

function fileUri(file: string): string {
  return file
    .split('/')
    .map((part) => encodeURIComponent(part))
    .join('/');
}

/** Undefined for edits that need to know the lines around them. */
function replacements({ edits }: Fix) {
  const changes = [];
  for (const edit of edits) {
    if (edit.kind !== 'replace') return undefined;
    changes.push({
      artifactLocation: { uri: fileUri(edit.span.file) },
      replacements: [{ deletedRegion: regionOf(edit.span), insertedContent: { text: edit.text } }],
    });
  }
  return changes;
}
