/** The tables of the comparison over real configuration files: of classes, and file by file. */
import { type FileVerdicts, ORACLE_CLASSES, SUBJECT_CLASSES } from './corpus-verdicts.ts';

/** How many files of each of HAProxy's classes hapax takes how. */
export function classTable(all: readonly FileVerdicts[]): string {
  const head = ['HAProxy 2.6 \\ hapax', 'files', ...SUBJECT_CLASSES, 'of these warned', 'HAProxy takes them fixed'];
  const rows = ORACLE_CLASSES.map((verdict) => {
    const files = all.filter(({ oracle }) => oracle.verdict === verdict);
    const counts = SUBJECT_CLASSES.map((each) => files.filter(({ subject }) => subject === each).length);
    const warned = files.filter(({ diagnostics }) => diagnostics.some(({ severity }) => severity === 'warning'));
    const fixed = files.filter((each) => each.fixed !== undefined);
    const taken = fixed.length === 0 ? '-' : String(fixed.filter(isTakenFixed).length);
    return [verdict, files.length, ...counts, warned.length, taken].map(String);
  });
  const lines = [head, ...rows];
  const widths = head.map((_, column) => Math.max(...lines.map((line) => line[column]!.length)));
  return lines
    .map((line) =>
      line
        .map((cell, column) => cell.padEnd(widths[column]!))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

/** HAProxy accepts what `hapax fix` made, or refuses it for outside reasons only. */
export function isTakenFixed({ fixed }: FileVerdicts): boolean {
  return fixed?.verdict === 'accepted' || fixed?.verdict === 'outside';
}

/** File by file: both verdicts, and below them what each program says that the other does not. */
export function fileTable(all: readonly FileVerdicts[]): string {
  return all.map(describe).join('\n');
}

function describe({ file, oracle, subject, diagnostics, fixed }: FileVerdicts): string {
  const says = [...oracle.alerts.map((text) => `ALERT ${text}`), ...oracle.warnings.map((text) => `WARNING ${text}`)];
  const ours = diagnostics
    .filter(({ severity }) => severity === 'alert' || severity === 'warning')
    .map(({ severity, message }) => `${severity.toUpperCase()} ${message.split('\n')[0]}`);
  const lines = [`${file.id}  HAProxy: ${oracle.verdict}  hapax: ${subject}`];
  if (fixed !== undefined) lines[0] += `  fixed: ${fixed.verdict}${fixed.warnings.length > 0 ? ' with warnings' : ''}`;
  for (const each of new Set(says)) if (!ours.includes(each)) lines.push(`    HAProxy: ${each}`);
  for (const each of new Set(ours)) if (!says.includes(each)) lines.push(`    hapax:   ${each}`);
  for (const each of fixed === undefined ? [] : [...fixed.alerts, ...fixed.warnings])
    lines.push(`    fixed:   ${each}`);
  return lines.join('\n').replaceAll(file.path, `${file.id}.cfg`);
}
