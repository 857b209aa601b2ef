/** Turns what a keyword says about a line into a diagnostic. */
import type { Diagnostic } from './diagnostic.ts';
import type { DiagnosticLog } from './diagnostic-log.ts';
import type { Line, LineContext } from './keyword.ts';
import type { Span } from './place.ts';
import { suggest } from './suggest.ts';

export type LineProblemReport = Parameters<LineContext<never>['report']>[0];

export type ReportLine = (problem: LineProblemReport) => void;

/** The reporter of one line, and whether it has reported an alert. */
export class LineReporter {
  readonly #line: Line;
  readonly #log: DiagnosticLog;
  readonly #strict: boolean;
  #failed = false;

  constructor(line: Line, log: DiagnosticLog, strict: boolean) {
    this.#line = line;
    this.#log = log;
    this.#strict = strict;
  }

  readonly report: ReportLine = (problem) => {
    const { file, number } = this.#line;
    const severity = problem.severity ?? 'alert';
    if (severity === 'alert' && !problem.harmless) this.#failed = true;
    const help = problem.help ?? helpFrom(problem);
    const diagnostic: Diagnostic = {
      code: problem.code,
      severity,
      message: `${prefix(problem, file, number)}${problem.message}`,
      span: this.#span(problem),
      parsing: true,
      ...(problem.harmless ? { harmless: true } : {}),
      ...(problem.fatal && this.#strict ? { fatal: true } : {}),
      ...(help === undefined ? {} : { help }),
      ...(problem.fix === undefined ? {} : { fix: problem.fix }),
      ...(problem.related === undefined ? {} : { related: problem.related }),
    };
    this.#log.add(diagnostic);
  };

  readonly failed = (): boolean => this.#failed;

  #span(problem: LineProblemReport): Span {
    const words = this.#line.words;
    const first = problem.word ?? words[0]!;
    const last = problem.until ?? problem.word ?? words[words.length - 1]!;
    return { file: this.#line.file, line: this.#line.number, start: first.span.start, end: last.span.end };
  }
}

function prefix(problem: LineProblemReport, file: string, number: number): string {
  if (problem.raw) return 'config : ';
  return problem.tight ? `config : parsing [${file}:${number}]: ` : `config : parsing [${file}:${number}] : `;
}

function helpFrom(problem: LineProblemReport): string | undefined {
  if (problem.suggestFrom === undefined || problem.word === undefined) return undefined;
  const near = suggest(problem.word.text, problem.suggestFrom);
  return near === undefined ? undefined : `Did you mean '${near}'?`;
}
