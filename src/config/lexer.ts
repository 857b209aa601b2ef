/** Files to lines of words: the first of two passes over a configuration. Environment statements already act here. */
import { parseLine } from '../grammar/line.ts';
import { type ConditionContext, switchedBy } from './condition-predicates.ts';
import { ConditionalBlocks } from './conditional-blocks.ts';
import { foreignSections } from './foreign-sections.ts';
import type { Line, Word } from './keyword.ts';
import {
  byteOrderMark,
  directiveProblem,
  emptyLine,
  type LineProblem,
  lexicalProblem,
  lineTooLong,
  MAX_LINE_BYTES,
  MAX_WORDS,
  missingLineFeed,
  strayNul,
  tooManyWords,
  unquotedVariable,
} from './line-problems.ts';
import type { SourceFile } from './source.ts';
import { beforeReturn, brokenCharacters, strayReturn } from './text-damage.ts';
import { expandUnquoted } from './unquoted-variables.ts';

export type Environment = Record<string, string | undefined>;

/** One line as the second pass wants it: its words, or the problem it has. Blank lines are left out. */
export interface LexedLine {
  readonly number: number;
  readonly line?: Line;
  readonly problem?: LineProblem;
}

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
    return { number, problem: lineTooLong(Buffer.byteLength(text)) };
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
