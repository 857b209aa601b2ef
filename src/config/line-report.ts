/** Turns what a keyword says about a line into a diagnostic. */
import type { Diagnostic } from './diagnostic.ts';
import type { DiagnosticLog } from './diagnostic-log.ts';
import type { Line, LineContext } from './keyword.ts';
import type { Span } from './place.ts';
import { suggest } from './suggest.ts';
import { unusualCharacter } from './text-damage.ts';

export type LineProblemReport = Parameters<LineContext<never>['report']>[0];

export type ReportLine = (problem: LineProblemReport) => void;

/** The reporter of one line, and whether it has reported an alert. */
export interface LineReporter {
  readonly report: ReportLine;
  readonly failed: () => boolean;
}

/** Makes one. Every line has its own, so it is no more than two functions. */
export function lineReporter(line: Line, log: DiagnosticLog, strict: boolean): LineReporter {
  let failed = false;
  return {
    report(problem) {
      const diagnostic = diagnosticOf(problem, line, strict);
      if (diagnostic.severity === 'alert' && !diagnostic.harmless) failed = true;
      log.add(diagnostic);
    },
    failed: () => failed,
  };
}

function diagnosticOf(problem: LineProblemReport, line: Line, strict: boolean): Diagnostic {
  const help = problem.help ?? helpFrom(problem);
  return {
    code: problem.code,
    severity: problem.severity ?? 'alert',
    message: `${prefix(problem, line.file, line.number)}${problem.message}`,
    span: spanOf(problem, line),
    parsing: true,
    ...(problem.harmless ? { harmless: true } : {}),
    ...(problem.fatal && strict ? { fatal: true } : {}),
    ...(help === undefined ? {} : { help }),
    ...(problem.fix === undefined ? {} : { fix: problem.fix }),
    ...(problem.related === undefined ? {} : { related: problem.related }),
  };
}

function spanOf(problem: LineProblemReport, { file, number, words }: Line): Span {
  const first = problem.word ?? words[0]!;
  const last = problem.until ?? problem.word ?? words[words.length - 1]!;
  return { file, line: number, start: first.span.start, end: last.span.end };
}

function prefix(problem: LineProblemReport, file: string, number: number): string {
  if (problem.raw) return 'config : ';
  return problem.tight ? `config : parsing [${file}:${number}]: ` : `config : parsing [${file}:${number}] : `;
}

function helpFrom(problem: LineProblemReport): string | undefined {
  const unusual = problem.word === undefined ? undefined : unusualCharacter(problem.word.text);
  if (unusual !== undefined && problem.severity !== 'warning') return unusual;
  if (problem.suggestFrom === undefined || problem.word === undefined) return undefined;
  const near = suggest(problem.word.text, problem.suggestFrom);
  return near === undefined ? undefined : `Did you mean '${near}'?`;
}
