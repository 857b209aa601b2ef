/** What can be wrong with a line as text: each problem with its place, its words and what to do. */
import type { LineProblemCode } from '../grammar/line.ts';
import type { DirectiveProblem } from './conditional-blocks.ts';
import type { Severity } from './diagnostic.ts';
import type { DiagnosticLog } from './diagnostic-log.ts';
import { type Fix, replaceLine } from './fix.ts';
import type { Line, Word } from './keyword.ts';
import { caretLines } from './line-picture.ts';
import { binaryHelp } from './text-damage.ts';
import type { UnquotedVariable } from './unquoted-variables.ts';

/** Longer lines are refused before the grammar sees them. */
export const MAX_LINE_BYTES = 1 << 20;
export const MAX_WORDS = 64;

export interface LineProblem {
  readonly code: string;
  /** What follows `parsing [file:line]: `. */
  readonly message: string;
  readonly start: number;
  readonly end: number;
  readonly help?: string | undefined;
  readonly severity: Severity;
  readonly fix?: Fix;
  /** HAProxy ends at once after it. */
  readonly fatal?: boolean;
}

const problemTexts: Record<LineProblemCode, string> = {
  quote: 'unmatched quote',
  hexadecimal: 'truncated or invalid hexadecimal sequence',
  'variable-name': 'forbidden first char in environment variable name',
  'variable-brace': 'unmatched brace in environment variable name',
};

/** `bytes`: of the line. */
export function lineTooLong(bytes: number): LineProblem {
  const message = `line too long (${bytes} bytes, the limit is ${MAX_LINE_BYTES}).`;
  return { code: 'line-too-long', message, start: 0, end: 0, severity: 'alert' };
}

export function emptyLine({ words }: Line): LineProblem {
  const message = 'line ignored because its first word is empty.';
  const help = 'Remove the line, or give the variable in it a value.';
  const { start } = words[0]!.span;
  return { code: 'ignored-keyword', severity: 'warning', message, help, start, end: words.at(-1)!.span.end };
}

export function unquotedVariable({ word: { text, span }, fix }: UnquotedVariable): LineProblem {
  const message = `'${text}' is no variable outside of double quotes.`;
  const help = `Taken as "${text}" in double quotes; HAProxy would take it as it stands.`;
  return { code: 'unquoted-variable', severity: 'warning', message, help, fix, start: span.start, end: span.end };
}

export function directiveProblem(problem: DirectiveProblem, { words }: Line): LineProblem {
  const [first, last] = problem.word === undefined ? [0, words.length - 1] : [problem.word, problem.word];
  const { rewritten, ...rest } = problem;
  const fix = rewritten === undefined ? {} : { fix: replaceLine({ words }, rewritten) };
  return { ...rest, ...fix, start: words[first]!.span.start, end: words[last]!.span.end };
}

export function lexicalProblem(text: string, problem: { code: LineProblemCode; at: number }): LineProblem {
  const { code, at } = problem;
  const position = bytePosition(text, at);
  return {
    code: `unmatched-${code}`
      .replace('unmatched-hexadecimal', 'bad-hexadecimal')
      .replace(/unmatched-(variable.*)/, 'bad-$1'),
    message: `${problemTexts[code]} at position ${position}:\n${caretLines(text, at)}`,
    start: at,
    end: at + 1,
    severity: 'alert',
  };
}

export function tooManyWords(words: readonly Word[]): LineProblem {
  const word = words[MAX_WORDS]!;
  const position = words.slice(0, MAX_WORDS - 1).reduce((sum, each) => sum + Buffer.byteLength(each.text) + 1, 1);
  return {
    code: 'too-many-words',
    message: `too many words, truncating after word ${MAX_WORDS}, position ${position}: <${words[MAX_WORDS - 1]!.text}>.`,
    start: word.span.start,
    end: words[words.length - 1]!.span.end,
    severity: 'alert',
  };
}

export function strayNul(text: string, firstLine: string): LineProblem {
  const position = Buffer.byteLength(text) + 1;
  // A NUL at the very start of a line looks like a cut file to HAProxy.
  const message =
    position === 1
      ? 'Missing LF on last line, file might have been truncated at position 1.'
      : `Stray NUL character at position ${position}.`;
  const help = binaryHelp(firstLine);
  return { code: 'stray-nul', message, start: text.length, end: text.length + 1, severity: 'alert', help };
}

export function missingLineFeed(file: string, number: number, text: string, fatal: boolean): LineProblem {
  const position = Buffer.byteLength(text) + 1;
  return {
    code: 'missing-line-feed',
    message: `Missing LF on last line, file might have been truncated at position ${position}.`,
    start: text.length,
    end: text.length,
    severity: fatal ? 'alert' : 'warning',
    help: 'End the last line with a newline.',
    fix: { title: 'End it with a newline', edits: [{ kind: 'terminate', file, line: number }] },
  };
}

/** HAProxy takes the mark for a part of the first word, which it then does not know. */
export function byteOrderMark(file: string): LineProblem {
  return {
    code: 'byte-order-mark',
    message: 'byte order mark before the first word.',
    start: 0,
    end: 0,
    severity: 'warning',
    help: 'Save the file as UTF-8 without a byte order mark; HAProxy refuses it.',
    fix: {
      title: 'Remove the mark',
      edits: [{ kind: 'replace', span: { file, line: 1, start: 0, end: 1 }, text: '' }],
    },
  };
}

/** 1-based, in bytes. */
function bytePosition(text: string, offset: number): number {
  return Buffer.byteLength(text.slice(0, offset)) + 1;
}

/** Adds a problem of a line to the log, with the text HAProxy gives it. */
export function reportLineProblem(
  log: DiagnosticLog,
  file: string,
  number: number,
  problem: LineProblem,
  strict: boolean,
): void {
  log.add({
    code: problem.code,
    severity: problem.severity,
    message: `config : parsing [${file}:${number}]: ${problem.message}`,
    span: { file, line: number, start: problem.start, end: problem.end },
    parsing: true,
    ...(problem.fatal && strict ? { fatal: true } : {}),
    ...(problem.help === undefined ? {} : { help: problem.help }),
    ...(problem.fix === undefined ? {} : { fix: problem.fix }),
  });
}
