/** Finds the definition a line or a parameter means, and runs it. */
import type { KeywordDefinition, Line, LineContext, SectionKind, Word } from './keyword.ts';
import { notSupportedYet } from './not-supported.ts';

/** Definitions indexed by their first word, longest names first. */
export interface KeywordTable<Draft> {
  readonly definitions: readonly KeywordDefinition<Draft>[];
  readonly byFirstWord: ReadonlyMap<string, readonly IndexedDefinition<Draft>[]>;
}

interface IndexedDefinition<Draft> {
  readonly words: readonly string[];
  /** How many words those are. */
  readonly length: number;
  readonly definition: KeywordDefinition<Draft>;
}

/** The index is made when the first line asks for it. */
export function createTable<Draft>(definitions: readonly KeywordDefinition<Draft>[]): KeywordTable<Draft> {
  let index: KeywordTable<Draft>['byFirstWord'] | undefined;
  return {
    definitions,
    get byFirstWord() {
      index ??= indexByFirstWord(definitions);
      return index;
    },
  };
}

function indexByFirstWord<Draft>(definitions: readonly KeywordDefinition<Draft>[]): KeywordTable<Draft>['byFirstWord'] {
  const byFirstWord = new Map<string, IndexedDefinition<Draft>[]>();
  for (const definition of definitions) {
    const words = definition.name.split(' ');
    const list = byFirstWord.get(words[0]!) ?? [];
    list.push({ words, length: words.length, definition });
    byFirstWord.set(words[0]!, list);
  }
  for (const list of byFirstWord.values()) list.sort((a, b) => b.length - a.length);
  return byFirstWord;
}

/**
 * The definition with the longest name that stands at `words[start]`. One that is legal in `section` is preferred; the
 * caller tests `sections` of what it gets.
 */
export function findDefinition<Draft>(
  table: KeywordTable<Draft>,
  words: readonly Word[],
  start: number,
  section: SectionKind,
): { readonly definition: KeywordDefinition<Draft>; readonly length: number } | undefined {
  const first = words[start];
  if (first === undefined) return undefined;
  let found: IndexedDefinition<Draft> | undefined;
  const candidates = table.byFirstWord.get(first.text);
  if (candidates === undefined) return undefined;
  for (const candidate of candidates) {
    if (found !== undefined && candidate.length < found.length) break;
    if (candidate.length > 1 && !stands(candidate.words, words, start)) continue;
    if (candidate.definition.sections.includes(section)) return candidate;
    found ??= candidate;
  }
  return found;
}

function stands(name: readonly string[], words: readonly Word[], start: number): boolean {
  for (let index = 1; index < name.length; index++) if (words[start + index]?.text !== name[index]) return false;
  return true;
}

/** The second words of the keywords that begin with `first`. */
export function secondWords<Draft>(table: KeywordTable<Draft>, first: string): readonly string[] {
  const names = (table.byFirstWord.get(first) ?? [])
    .filter((each) => !each.definition.obsolete)
    .map((each) => each.words[1]);
  return [...new Set(names.filter((name) => name !== undefined))].sort();
}

/** Everything of a LineContext that does not depend on the definition. */
export type ContextBase<Draft> = Omit<LineContext<Draft>, 'args'>;

/** What whole lines have and parameters have not. */
export type OfLines = 'siblings' | 'readInstead';

/** Runs a definition that was found legal here: the error that it is not supported yet, and its parser. */
export function runDefinition<Draft>(
  definition: KeywordDefinition<Draft>,
  base: ContextBase<Draft>,
  name: readonly [first: Word, last: Word],
  args: readonly Word[],
): void {
  if (definition.support.kind === 'not-yet') {
    base.report({
      code: 'not-supported-yet',
      message: notSupportedYet(`'${definition.name}'`),
      word: name[0],
      until: name[1],
      help: definition.support.instead,
    });
  }
  if (base.config.notes && definition.support.kind === 'no-effect') {
    const message = `'${definition.name}' has no effect: ${definition.support.because}.`;
    base.report({ code: 'without-effect', severity: 'notice', message, word: name[0], until: name[1] });
  }
  // Written out: to spread an object in every parameter of ten thousand servers takes its time.
  const { line, section, draft, config, strict, report, failed, siblings, readInstead } = base;
  definition.parse?.({ line, args, section, draft, config, strict, failed, readInstead, siblings, report });
}

/**
 * Reads the parameters of a line (`server`, `bind`, `stats socket`) from `start` on. Each takes the words it says; `unknown` is
 * asked to report a word that is no parameter. Reading of the line ends at its first error, as in HAProxy.
 */
export function runParameters<Draft>(
  table: KeywordTable<Draft>,
  base: ContextBase<Draft>,
  start: number,
  unknown: (word: Word) => void,
): void {
  const words = base.line.words;
  let position = start;
  while (position < words.length && !base.failed()) {
    const found =
      findDefinition(table, words, position, base.section) ??
      findWithParentheses(table, words[position]!, base.section);
    if (found === undefined) {
      unknown(words[position]!);
      return;
    }
    const after = position + found.length;
    const takes = found.definition.takes ?? 0;
    const count = typeof takes === 'number' ? takes : takes(words.slice(after));
    const args = count === 0 ? NO_WORDS : words.slice(after, after + count);
    runDefinition(found.definition, base, [words[position]!, words[after - 1]!], args);
    position = after + count;
  }
}

/** `set-proxy-v2-tlv-fmt(0x20)`: known by its name, when its arguments begin with a parenthesis. */
function findWithParentheses<Draft>(table: KeywordTable<Draft>, word: Word, section: SectionKind) {
  const name = /^([a-z][\w-]*)\(.*\)$/.exec(word.text)?.[1];
  if (name === undefined) return undefined;
  const found = findDefinition(table, [{ ...word, text: name }], 0, section);
  return found?.definition.args.startsWith('(') ? found : undefined;
}

const NO_WORDS: readonly Word[] = [];

/** What a parameter is told in the place of what only whole lines have. */
export const noSiblings = (): readonly string[] => [];
export const noOtherWords = (): void => {};

/** The text of a line as its words say it, for messages. */
export function joinWords(line: Line): string {
  return line.words.map((word) => word.text).join(' ');
}
