/** Files to lines of words: the first of two passes over a configuration. Environment statements already act here. */
import { type LineProblemCode, parseLine } from '../grammar/line.ts';
import { type ConditionContext, switchedBy } from './condition-predicates.ts';
import { ConditionalBlocks, type DirectiveProblem } from './conditional-blocks.ts';
import type { Severity } from './diagnostic.ts';
import type { DiagnosticLog } from './diagnostic-log.ts';
import { type Fix, replaceLine } from './fix.ts';
import { foreignSections } from './foreign-sections.ts';
import type { Line, Word } from './keyword.ts';
import { caretLines } from './line-picture.ts';
import type { SourceFile } from './source.ts';
import { beforeReturn, binaryHelp, brokenCharacters, strayReturn } from './text-damage.ts';
import { expandUnquoted, type UnquotedVariable } from './unquoted-variables.ts';

/** Longer lines are refused before the grammar sees them. */
export const MAX_LINE_BYTES = 1 << 20;
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

/** What reading carries on from file to file. */
export interface LexingState {
  /** Read and, by `setenv` and the like in `global`, changed. */
  readonly environment: Environment;
  readonly strict: boolean;
  /** For the conditions of `.if`. */
  readonly conditions: ConditionContext;
  readonly switched: Map<string, boolean>;
}

export function newLexingState(environment: Environment, strict: boolean, version: string): LexingState {
  const switched = new Map<string, boolean>();
  return { environment, strict, switched, conditions: { environment, version, switched } };
}

/** Takes a file apart. Lines that an `.if` leaves out are read for open quotes and the like, and then left out. */
export function lexSource(source: SourceFile, state: LexingState): readonly LexedLine[] {
  const { environment, strict } = state;
  const result: LexedLine[] = [];
  const blocks = new ConditionalBlocks(strict);
  let section = '';
  let number = 0;
  const file = source.name;
  const reading: Reading = {
    file,
    variable: (name) => variable(name, environment, file, number, section),
    makeWord: (text, start, end) => ({ text, span: { file, line: number, start, end } }),
  };
  for (const whole of source.lines) {
    number++;
    const isLast = number === source.lines.length;
    const nul = whole.indexOf('\0');
    const cut = nul < 0 ? whole : whole.slice(0, nul);
    const marked = number === 1 && cut.startsWith('\ufeff') && !strict;
    // The mark becomes a blank, so that offsets stay those of the file.
    const text = marked ? ` ${cut.slice(1)}` : cut;
    if (marked) result.push({ number, problem: byteOrderMark(source.name) });
    const read = beforeReturn(text);
    const lexed = lexLine(number, read, reading);
    const line = lexed?.line;
    const stray = strict ? undefined : strayReturn(text, read);
    if (stray !== undefined) result.push({ number, problem: stray });
    const broken = source.damaged && line !== undefined ? brokenCharacters(line.words) : undefined;
    if (broken !== undefined) result.push({ number, problem: broken });
    if (line !== undefined && line.prefix === undefined && line.words[0]!.text.startsWith('.')) {
      for (const each of blocks.read(texts(line), number, state.conditions)) {
        result.push({ number, problem: directiveProblem(each, line) });
      }
    } else if (lexed !== undefined && line === undefined) {
      result.push(lexed);
    } else if (line !== undefined && line.prefix === undefined && line.words[0]!.text === '') {
      // To HAProxy an empty word ends a line, be it the first one.
      if (!strict && blocks.active) result.push({ number, problem: emptyLine(line) });
    } else if (line !== undefined && blocks.active) {
      let expanded = line;
      if (!strict && text.includes('$')) {
        const { line: changed, found } = expandUnquoted(line, text, environment);
        for (const each of found) result.push({ number, problem: unquotedVariable(each) });
        expanded = changed;
      }
      result.push({ number, line: expanded });
      const first = line.words[0]!.text;
      if (sectionWords.has(first)) section = first;
      else if (section === 'global') readGlobalLine(expanded, state);
    }
    if (nul >= 0 && !(isLast && source.unterminated)) {
      result.push({ number, problem: strayNul(text, source.lines[0]!) });
      break;
    }
    if (isLast && source.unterminated)
      result.push({ number, problem: missingLineFeed(source.name, number, text, strict || nul >= 0) });
  }
  for (const each of blocks.finish()) result.push({ number, problem: { ...each, start: 0, end: 0 } });
  return result;
}

function emptyLine({ words }: Line): LineProblem {
  const message = 'line ignored because its first word is empty.';
  const help = 'Remove the line, or give the variable in it a value.';
  const { start } = words[0]!.span;
  return { code: 'ignored-keyword', severity: 'warning', message, help, start, end: words.at(-1)!.span.end };
}

function unquotedVariable({ word: { text, span }, fix }: UnquotedVariable): LineProblem {
  const message = `'${text}' is no variable outside of double quotes.`;
  const help = `Taken as "${text}" in double quotes; HAProxy would take it as it stands.`;
  return { code: 'unquoted-variable', severity: 'warning', message, help, fix, start: span.start, end: span.end };
}

const sectionWords: ReadonlySet<string> = new Set([
  'global',
  'defaults',
  'frontend',
  'backend',
  'listen',
  ...foreignSections.keys(),
]);

function texts(line: Line): readonly string[] {
  return line.words.map((word) => word.text);
}

function directiveProblem(problem: DirectiveProblem, { words }: Line): LineProblem {
  const [first, last] = problem.word === undefined ? [0, words.length - 1] : [problem.word, problem.word];
  const { rewritten, ...rest } = problem;
  const fix = rewritten === undefined ? {} : { fix: replaceLine({ words }, rewritten) };
  return { ...rest, ...fix, start: words[first]!.span.start, end: words[last]!.span.end };
}

/** Lines of `global` that change how the lines after them are read. */
function readGlobalLine(line: Line, { environment, switched }: LexingState): void {
  if (line.prefix !== undefined) return;
  const words = texts(line);
  applyEnvironmentStatement(words, environment);
  const option = switchedBy(words);
  if (option !== undefined) switched.set(...option);
}

/** What the lines of a file have in common; its functions speak of the line being read. */
interface Reading {
  readonly file: string;
  readonly variable: (name: string) => string | undefined;
  readonly makeWord: (text: string, start: number, end: number) => Word;
}

function lexLine(number: number, text: string, { file, variable, makeWord }: Reading): LexedLine | undefined {
  // A UTF-16 unit takes three bytes at most.
  if (text.length * 3 > MAX_LINE_BYTES && Buffer.byteLength(text) > MAX_LINE_BYTES) {
    const message = `line too long (${Buffer.byteLength(text)} bytes, the limit is ${MAX_LINE_BYTES}).`;
    return { number, problem: { code: 'line-too-long', message, start: 0, end: 0, severity: 'alert' } };
  }
  const parsed = parseLine(text, variable, makeWord);
  if (parsed.problem !== undefined) return { number, problem: lexicalProblem(text, parsed.problem) };
  const { words } = parsed;
  if (words.length === 0) return undefined;
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

function strayNul(text: string, firstLine: string): LineProblem {
  const position = Buffer.byteLength(text) + 1;
  // A NUL at the very start of a line looks like a cut file to HAProxy.
  const message =
    position === 1
      ? 'Missing LF on last line, file might have been truncated at position 1.'
      : `Stray NUL character at position ${position}.`;
  const help = binaryHelp(firstLine);
  return { code: 'stray-nul', message, start: text.length, end: text.length + 1, severity: 'alert', help };
}

function missingLineFeed(file: string, number: number, text: string, fatal: boolean): LineProblem {
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
function byteOrderMark(file: string): LineProblem {
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
  return environment[name];
}

/** What cannot be done is left to the keyword to refuse. */
function applyEnvironmentStatement([keyword, ...args]: readonly string[], environment: Environment): void {
  const [name = '', value = ''] = args;
  const settable = name !== '' && !name.includes('=') && value !== '';
  if (keyword === 'setenv' && settable) environment[name] = value;
  if (keyword === 'presetenv' && settable) environment[name] ??= value;
  if (keyword === 'localpeer' && name !== '') environment.HAPROXY_LOCALPEER = name;
  if (keyword === 'unsetenv') for (const each of args) delete environment[each];
  if (keyword === 'resetenv') {
    for (const each of Object.keys(environment)) if (!args.includes(each)) delete environment[each];
  }
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
