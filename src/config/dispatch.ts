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
  readonly definition: KeywordDefinition<Draft>;
}

export function createTable<Draft>(definitions: readonly KeywordDefinition<Draft>[]): KeywordTable<Draft> {
  const byFirstWord = new Map<string, IndexedDefinition<Draft>[]>();
  for (const definition of definitions) {
    const words = definition.name.split(' ');
    const list = byFirstWord.get(words[0]!) ?? [];
    list.push({ words, definition });
    byFirstWord.set(words[0]!, list);
  }
  for (const list of byFirstWord.values()) list.sort((a, b) => b.words.length - a.words.length);
  return { definitions, byFirstWord };
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
  for (const candidate of table.byFirstWord.get(first.text) ?? []) {
    if (found !== undefined && candidate.words.length < found.words.length) break;
    if (!candidate.words.every((word, index) => words[start + index]?.text === word)) continue;
    if (candidate.definition.sections.includes(section))
      return { definition: candidate.definition, length: candidate.words.length };
    found ??= candidate;
  }
  return found && { definition: found.definition, length: found.words.length };
}

/** The second words of the keywords that begin with `first`. */
export function secondWords<Draft>(table: KeywordTable<Draft>, first: string): readonly string[] {
  const names = (table.byFirstWord.get(first) ?? [])
    .filter((each) => !each.definition.obsolete)
    .map((each) => each.words[1]);
  return [...new Set(names.filter((name) => name !== undefined))].sort();
}

/** Everything of a LineContext that does not depend on the definition. */
export type ContextBase<Draft> = Omit<LineContext<Draft>, 'args' | OfLines> &
  Partial<Pick<LineContext<Draft>, OfLines>>;

/** What whole lines have and parameters have not. */
export type OfLines = 'siblings' | 'readInstead';

/** Runs a definition that was found legal here: its parser, or the error that it is not supported yet. */
export function runDefinition<Draft>(
  definition: KeywordDefinition<Draft>,
  base: ContextBase<Draft>,
  words: readonly Word[],
  args: readonly Word[],
): void {
  if (definition.support.kind === 'not-yet') {
    base.report({
      code: 'not-supported-yet',
      message: notSupportedYet(`'${definition.name}'`),
      word: words[0],
      until: words[words.length - 1],
      help: definition.support.instead,
    });
    return;
  }
  definition.parse?.({ readInstead: noOtherWords, siblings: noSiblings, ...base, args });
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
    runDefinition(found.definition, base, words.slice(position, after), words.slice(after, after + count));
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

const noSiblings = (): readonly string[] => [];
const noOtherWords = (): void => {};

/** The text of a line as its words say it, for messages. */
export function joinWords(line: Line): string {
  return line.words.map((word) => word.text).join(' ');
}
