/** Files to lines of words: the first of two passes over a configuration. Environment statements already act here. */
import { hostname } from 'node:os';
import { type LineProblemCode, parseLine } from '../grammar/line.ts';
import type { DiagnosticLog } from './diagnostic-log.ts';
import type { Line, Word } from './keyword.ts';
import type { SourceFile } from './source.ts';

/** Longer lines are refused before the grammar sees them. */
export const MAX_LINE_BYTES = 65536;
const MAX_WORDS = 64;

export type Environment = Record<string, string | undefined>;

/** One line as the second pass wants it: its words, or the problem it has. Blank lines are left out. */
export interface LexedLine {
  readonly number: number;
  readonly line?: Line;
  readonly problem?: LineProblem;
}

export interface LineProblem {
  readonly code: string;
  /** What follows `parsing [file:line]: `. */
  readonly message: string;
  readonly start: number;
  readonly end: number;
  readonly help?: string;
  readonly severity: 'alert' | 'warning';
}

const problemTexts: Record<LineProblemCode, string> = {
  quote: 'unmatched quote',
  hexadecimal: 'truncated or invalid hexadecimal sequence',
  'variable-name': 'forbidden first char in environment variable name',
  'variable-brace': 'unmatched brace in environment variable name',
};

/** Takes a file apart. `environment` is read and, by `setenv` and the like in `global`, changed. */
export function lexSource(source: SourceFile, environment: Environment, strict: boolean): readonly LexedLine[] {
  const result: LexedLine[] = [];
  let section = '';
  for (const [index, whole] of source.lines.entries()) {
    const number = index + 1;
    const isLast = index === source.lines.length - 1;
    const nul = whole.indexOf('\0');
    const cut = nul < 0 ? whole : whole.slice(0, nul);
    const marked = index === 0 && cut.startsWith('\ufeff') && !strict;
    // The mark becomes a blank, so that offsets stay those of the file.
    const text = marked ? ` ${cut.slice(1)}` : cut;
    if (marked) result.push({ number, problem: byteOrderMark() });
    const lexed = lexLine(source.name, number, text, (name) =>
      variable(name, environment, source.name, number, section),
    );
    if (lexed !== undefined) {
      result.push(lexed);
      const first = lexed.line?.words[0]?.text;
      if (first === 'global' || first === 'defaults') section = first;
      else if (first === 'frontend' || first === 'backend' || first === 'listen') section = first;
      else if (section === 'global' && lexed.line !== undefined)
        applyEnvironmentStatement(lexed.line.words, environment);
    }
    if (nul >= 0 && !(isLast && source.unterminated)) {
      result.push({ number, problem: strayNul(text) });
      break;
    }
    if (isLast && source.unterminated) result.push({ number, problem: missingLineFeed(text, strict || nul >= 0) });
  }
  return result;
}

function lexLine(
  file: string,
  number: number,
  text: string,
  lookup: (name: string) => string | undefined,
): LexedLine | undefined {
  if (text.length > MAX_LINE_BYTES || Buffer.byteLength(text) > MAX_LINE_BYTES) {
    const message = `line too long (${Buffer.byteLength(text)} bytes, the limit is ${MAX_LINE_BYTES}).`;
    return { number, problem: { code: 'line-too-long', message, start: 0, end: 0, severity: 'alert' } };
  }
  const parsed = parseLine(text, lookup);
  if (parsed.problem !== undefined) return { number, problem: lexicalProblem(text, parsed.problem) };
  if (parsed.words.length === 0) return undefined;
  const words: Word[] = parsed.words.map((word) => ({
    text: word.text,
    span: { file, line: number, start: word.start, end: word.end },
  }));
  if (words.length > MAX_WORDS) return { number, problem: tooManyWords(words) };
  const prefix = words[0]!.text;
  if (prefix === 'no' || prefix === 'default') {
    const rest = words.slice(1);
    const kept = rest.length > 0 ? rest : [{ text: '', span: words[0]!.span }];
    return { number, line: { file, number, words: kept, prefix } };
  }
  return { number, line: { file, number, words, prefix: undefined } };
}

function lexicalProblem(text: string, problem: { code: LineProblemCode; at: number }): LineProblem {
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

/** HAProxy's own picture of a line with a caret: indentation cut, at most 80 columns, the caret at column 40 if it must be cut. */
export function caretLines(text: string, at: number): string {
  const indent = text.length - text.trimStart().length;
  let line = text.slice(indent).replace(/[\r\n]+$/, '');
  let column = Math.max(0, at - indent);
  if (line.length > 80) {
    if (column > 40) {
      line = `...${line.slice(column - 37)}`;
      column = 40;
    }
    if (line.length > 80) line = `${line.slice(0, 77)}...`;
  }
  return `  ${line}\n  ${' '.repeat(column)}^`;
}

function tooManyWords(words: readonly Word[]): LineProblem {
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

function strayNul(text: string): LineProblem {
  const position = Buffer.byteLength(text) + 1;
  // A NUL at the very start of a line looks like a cut file to HAProxy.
  const message =
    position === 1
      ? 'Missing LF on last line, file might have been truncated at position 1.'
      : `Stray NUL character at position ${position}.`;
  const help = 'A configuration is text; this file holds binary data from here on.';
  return { code: 'stray-nul', message, start: text.length, end: text.length + 1, severity: 'alert', help };
}

function missingLineFeed(text: string, fatal: boolean): LineProblem {
  const position = Buffer.byteLength(text) + 1;
  return {
    code: 'missing-line-feed',
    message: `Missing LF on last line, file might have been truncated at position ${position}.`,
    start: text.length,
    end: text.length,
    severity: fatal ? 'alert' : 'warning',
    help: 'End the last line with a newline.',
  };
}

/** HAProxy takes the mark for a part of the first word, which it then does not know. */
function byteOrderMark(): LineProblem {
  return {
    code: 'byte-order-mark',
    message: 'byte order mark before the first word.',
    start: 0,
    end: 0,
    severity: 'warning',
    help: 'Save the file as UTF-8 without a byte order mark; HAProxy refuses it.',
  };
}

/** 1-based, in bytes. */
function bytePosition(text: string, offset: number): number {
  return Buffer.byteLength(text.slice(0, offset)) + 1;
}

function variable(
  name: string,
  environment: Environment,
  file: string,
  line: number,
  section: string,
): string | undefined {
  if (name === '.FILE') return file;
  if (name === '.LINE') return String(line);
  if (name === '.SECTION') return section;
  if (name === 'HAPROXY_LOCALPEER' && environment[name] === undefined) return hostname();
  return environment[name];
}

function applyEnvironmentStatement(words: readonly Word[], environment: Environment): void {
  const [keyword, ...args] = words.map((word) => word.text);
  const [name, value] = args;
  if (keyword === 'setenv' && name !== undefined && value !== undefined) environment[name] = value;
  if (keyword === 'presetenv' && name !== undefined && value !== undefined) environment[name] ??= value;
  if (keyword === 'unsetenv') for (const each of args) delete environment[each];
  if (keyword === 'resetenv') {
    for (const each of Object.keys(environment)) if (!args.includes(each)) delete environment[each];
  }
}

/** Adds a problem of a line to the log, with the text HAProxy gives it. */
export function reportLineProblem(log: DiagnosticLog, file: string, number: number, problem: LineProblem): void {
  log.add({
    code: problem.code,
    severity: problem.severity,
    message: `config : parsing [${file}:${number}]: ${problem.message}`,
    span: { file, line: number, start: problem.start, end: problem.end },
    parsing: true,
    ...(problem.help === undefined ? {} : { help: problem.help }),
  });
}
