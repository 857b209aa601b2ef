/** Mutations of configurations: what hands and programs do to such files, and what they never should. */
import { foreignSections } from '../../src/config/foreign-sections.ts';
import { actionNames as httpActionNames } from '../../src/config/keywords/http-actions.ts';
import { bindTable, globalTable, proxyTable, serverTable } from '../../src/config/keywords/index.ts';
import { actionNames as tcpActionNames } from '../../src/config/keywords/tcp-actions.ts';
import { aclKeywords } from '../../src/expressions/acl-keywords.ts';
import { converterTable } from '../../src/expressions/converters/index.ts';
import { fetchTable } from '../../src/expressions/fetches/index.ts';
import type { Random } from './random.ts';

/** Where mutations take from what they put in. */
export interface Stock {
  /** Lines of all files, without those that are blank. */
  readonly lines: readonly string[];
  /** Words of those lines, each once. */
  readonly words: readonly string[];
}

export function stockOf(texts: readonly string[]): Stock {
  const lines = texts.flatMap((text) => text.split('\n')).filter((line) => line.trim() !== '');
  return { lines, words: [...new Set(lines.flatMap((line) => line.trim().split(/\s+/)))] };
}

const sectionWords: readonly string[] = [
  'global',
  'defaults',
  'frontend',
  'backend',
  'listen',
  ...foreignSections.keys(),
];

const keywordLines = [globalTable, proxyTable].flatMap(({ definitions }) =>
  definitions.flatMap(({ name, examples: { ok, bad } }) => [name, ...ok, ...bad]),
);

/** Every word the language knows, but for those that may only stand in another word's arguments. */
const KEYWORDS: readonly string[] = [
  ...new Set([
    ...sectionWords,
    ...[globalTable, proxyTable, bindTable, serverTable].flatMap(({ definitions }) =>
      definitions.flatMap(({ name }) => name.split(' ')),
    ),
    ...['http-request', 'http-response', 'http-after-response'].flatMap(httpActionNames),
    ...(['connection', 'session', 'content', 'response'] as const).flatMap(tcpActionNames),
    ...aclKeywords.keys(),
    ...fetchTable.keys(),
    ...converterTable.keys(),
    ...['if', 'unless', 'or', 'from', 'no', 'default', '{', '}', '!', '-f', '-i', '-m', '-M', '--', '.if', '.endif'],
  ]),
];

const NUMBERS =
  '0 1 -1 00 +5 64 255 256 1023 1024 32767 32768 65535 65536 65537 2147483647 2147483648 4294967295 4294967296 99999999999 1.5 3x 5s 10m 25d 1k 0x10'.split(
    ' ',
  );

const CHARACTERS = [
  ...'"\'\\$#{}()[]<>:,;-+=/*!?.@%&|~^ 019azAZ',
  '\t',
  '${',
  ['"', '${', 'HOME}"'].join(''),
  '"$A"',
  '\\x41',
  '\\ ',
];

/** What no text editor writes. */
const BINARY = ['\0', '\r', '\x01', '\x1b[2J', '\x7f', 'é', '\ufeff', '\ufffd', '\u2028', '\ud800', '漢'];

type Mutate = (lines: string[], random: Random, stock: Stock) => void;

/** Replaces one line that has words. */
const onLine =
  (change: (line: string, random: Random, stock: Stock) => string): Mutate =>
  (lines, random, stock) => {
    const at = random.below(lines.length);
    if (lines[at]?.trim() === '' && random.chance(0.9)) return;
    if (/^\s*#/.test(lines[at] ?? '') && random.chance(0.9)) return;
    lines[at] = change(lines[at] ?? '', random, stock);
  };

/** Changes the words of one line; what is between them stays. */
const onWords = (change: (words: string[], at: number, random: Random, stock: Stock) => void): Mutate =>
  onLine((line, random, stock) => {
    const indentation = /^\s*/.exec(line)?.[0] ?? '';
    const words = line.trim().split(/ +/);
    // A line's first word decides what the others mean: half as often as any other.
    const at = words.length > 1 && random.chance(0.5) ? 1 + random.below(words.length - 1) : random.below(words.length);
    change(words, at, random, stock);
    return indentation + words.join(' ');
  });

const anyWord = (random: Random, stock: Stock) => random.pick(random.chance(0.5) ? KEYWORDS : stock.words) ?? 'x';

const wordMutations: readonly Mutate[] = [
  onWords((words, at) => words.splice(at, 1)),
  onWords((words, at) => words.splice(at, 0, words[at]!)),
  onWords((words, at, random) => {
    const other = random.below(words.length);
    [words[at], words[other]] = [words[other]!, words[at]!];
  }),
  onWords((words, at, random, stock) => words.splice(at, 0, anyWord(random, stock))),
  onWords((words, at, random, stock) => words.splice(at, 1, anyWord(random, stock))),
  onWords((words, _at, random, stock) => words.push(anyWord(random, stock))),
  onWords((words, _at, random) => words.push(random.pick(NUMBERS))),
  onWords((words, at, random) => words.splice(at, 1, random.pick(NUMBERS))),
  onWords((words, at, random) => {
    const quote = random.pick(['"', "'"]);
    words[at] = quote + words[at]! + quote;
  }),
  onWords((words, at) => words.splice(at)),
];

const characterMutations: readonly Mutate[] = [
  onLine((line, random) => insert(line, random, random.pick(CHARACTERS))),
  onLine((line, random) => {
    const at = random.below(line.length + 1);
    return line.slice(0, at) + line.slice(at + 1);
  }),
  onLine((line, random) => {
    const at = random.below(line.length + 1);
    return line.slice(0, at) + random.pick(CHARACTERS) + line.slice(at + 1);
  }),
  onLine((line, random) => {
    const numbers = [...line.matchAll(/\d+/g)];
    const found = numbers[random.below(numbers.length)];
    if (found === undefined) return line;
    return line.slice(0, found.index) + random.pick(NUMBERS) + line.slice(found.index + found[0].length);
  }),
];

const lineMutations: readonly Mutate[] = [
  (lines, random) => lines.splice(random.below(lines.length), 1),
  (lines, random) => {
    const at = random.below(lines.length);
    lines.splice(at, 0, lines[at] ?? '');
  },
  (lines, random) => {
    const [one, other] = [random.below(lines.length), random.below(lines.length)];
    [lines[one], lines[other]] = [lines[other]!, lines[one]!];
  },
  (lines, random, stock) => lines.splice(random.below(lines.length + 1), 0, random.pick(stock.lines) ?? ''),
  (lines, random, stock) => lines.splice(random.below(lines.length), 1, random.pick(stock.lines) ?? ''),
  (lines, random) => lines.splice(random.below(lines.length + 1), 0, random.pick(keywordLines)),
  (lines, random, stock) => {
    lines.splice(random.below(lines.length + 1), 0, `${random.pick(KEYWORDS)} ${anyWord(random, stock)}`);
  },
  (lines, random) => moveSection(lines, random),
  (lines, random) => lines.splice(random.below(lines.length), random.below(lines.length)),
];

const wildMutations: readonly Mutate[] = [
  onLine((line, random) => insert(line, random, random.pick(BINARY))),
  onLine((line, random) => insert(line, random, random.pick([...CHARACTERS, ...BINARY]).repeat(random.below(400)))),
  onLine((line, random) => insert(line, random, String.fromCharCode(random.below(0x10000)))),
  onLine((line, random, stock) => `${line} ${anyWord(random, stock)}`.repeat(1 + random.below(70))),
  (lines, random) => {
    const at = random.below(lines.length);
    lines.splice(at, 0, ...Array.from({ length: random.below(200) }, () => lines[at] ?? ''));
  },
];

function insert(line: string, random: Random, text: string): string {
  const at = random.below(line.length + 1);
  return line.slice(0, at) + text + line.slice(at);
}

/** Takes a section's lines out and puts them in again somewhere else, be it within another section. */
function moveSection(lines: string[], random: Random): void {
  const starts = lines.flatMap((line, index) => (sectionWords.includes(line.trim().split(/\s+/)[0]!) ? [index] : []));
  const which = random.below(starts.length);
  const start = starts[which];
  if (start === undefined) return;
  const moved = lines.splice(start, (starts[which + 1] ?? lines.length) - start);
  const at = random.chance(0.5) ? lines.length : random.below(lines.length + 1);
  lines.splice(at, 0, ...moved);
}

export interface Damage {
  /** How many mutations, one after the other. */
  readonly count: number;
  /** Binary matter, long lines and files cut short too. */
  readonly wild: boolean;
}

/** The text with so many mutations. */
export function damaged(text: string, random: Random, stock: Stock, { count, wild }: Damage): string {
  const lines = text.split('\n');
  const terminated = lines.at(-1) === '';
  if (terminated) lines.pop();
  const kinds = [wordMutations, wordMutations, characterMutations, lineMutations, ...(wild ? [wildMutations] : [])];
  for (let left = count; left > 0 && lines.length > 0; left--) random.pick(random.pick(kinds))(lines, random, stock);
  const result = `${lines.join('\n')}${terminated ? '\n' : ''}`;
  const cut = random.chance(wild ? 0.05 : 0.01);
  return cut ? result.slice(0, random.below(result.length + 1)) : result;
}
