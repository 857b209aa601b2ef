/** Patterns by chance, and texts that some of them are found in. */
import type { Random } from './random.ts';

interface Language {
  /** What PCRE has and RegExp has not. */
  readonly pcre: boolean;
  /** Plain groups have numbers. */
  readonly numbered: boolean;
}

const LETTERS = ['a', 'b', 'c', 'A'];
const COMMON = [
  'a',
  'b',
  'ab',
  'c',
  '.',
  '[ab]',
  '[^a]',
  '[a-c]',
  '\\d',
  '\\w',
  '\\W',
  '\\s',
  '\\x61',
  '^',
  '$',
  '\\b',
  '\\B',
];
const ONLY_PCRE = [
  '\\A',
  '\\z',
  '\\Z',
  '\\h',
  '\\R',
  '\\N',
  '\\Qa.b\\E',
  '\\Q*\\E',
  '[[:alpha:]]',
  '[[:^digit:]b]',
  '[]a]',
  '[^]a]',
  '[\\d-]',
  '[[:upper:][:space:]]',
  '(?#remark)',
  '(?i)',
  '(?-i)',
  '(?s)',
  '(?m)',
  '\\x{62}',
  '\\e',
  '\\061',
  '[\\b-a]',
];
const GROUPS = ['(', '(?:', '(?=', '(?!', '(?<=', '(?<!'];
const ONLY_PCRE_GROUPS = ['(?>', '(?i:', '(?s:', '(?m:', '(?x: ', '(?P<NAME>', "(?'NAME'"];
const QUANTIFIERS = ['*', '+', '?', '{2}', '{0,2}', '{1,}', '{1,3}', '{0}'];

class PatternMaker {
  readonly #random: Random;
  readonly #language: Language;
  #groups = 0;
  #named = 0;
  readonly #names: string[] = [];

  constructor(random: Random, language: Language) {
    this.#random = random;
    this.#language = language;
  }

  make(depth: number, fixed: boolean): string {
    const options = Array.from({ length: this.#random.chance(0.25) ? 2 : 1 }, () => {
      const parts = this.#random.below(4);
      return Array.from({ length: parts }, () => this.#part(depth, fixed)).join('');
    });
    return options.join('|');
  }

  /** `fixed`: of one length, as PCRE wants what looks behind. */
  #part(depth: number, fixed: boolean): string {
    const random = this.#random;
    if (fixed) return random.pick(['a', 'b', '.', '[ab]', '\\w']);
    const atom = depth > 0 && random.chance(0.4) ? this.#group(depth - 1) : this.#atom();
    // A place is not repeated: it is not worth the words. Nor is `\R`, of which PCRE makes less than it should before `\s`.
    if (/^(?:\^|\$|\\[bBAzZQR]|\(\?[#<=!]|\(\?-?[ims]\))/.test(atom) || random.chance(0.55)) return atom;
    const marks = this.#language.pcre ? ['', '', '?', '+'] : ['', '', '?'];
    return (
      (atom.length > 1 && /^\w+$/.test(atom) ? atom.slice(0, 1) : atom) + random.pick(QUANTIFIERS) + random.pick(marks)
    );
  }

  #atom(): string {
    const random = this.#random;
    const { pcre } = this.#language;
    if (this.#groups > 0 && random.chance(0.25)) return `(?:\\${1 + random.below(this.#groups)})`;
    if (this.#names.length > 0 && random.chance(0.25)) {
      const name = random.pick(this.#names);
      return pcre && random.chance(0.3) ? `(?P=${name})` : `\\k<${name}>`;
    }
    return random.pick(pcre && random.chance(0.4) ? ONLY_PCRE : COMMON);
  }

  #group(depth: number): string {
    const random = this.#random;
    const { pcre, numbered } = this.#language;
    let open = random.pick(pcre ? [...GROUPS, ...ONLY_PCRE_GROUPS, '(?<NAME>'] : [...GROUPS, '(?<NAME>']);
    let name: string | undefined;
    if (open.includes('NAME')) {
      name = `n${this.#named++}`;
      open = open.replace('NAME', name);
    }
    const body = this.make(depth, open.startsWith('(?<=') || open.startsWith('(?<!'));
    // Known only behind it: what refers to a group from within is a matter of its own.
    if (name !== undefined) this.#names.push(name);
    if (numbered && (open === '(' || name !== undefined)) this.#groups++;
    return `${open}${body})`;
  }
}

/** A pattern as RegExp knows it. */
export const randomExpression = (random: Random) =>
  new PatternMaker(random, { pcre: false, numbered: true }).make(3, false);

/** A pattern as haproxy.cfg takes it, where groups without names have no numbers. */
export const randomPcre = (random: Random) => new PatternMaker(random, { pcre: true, numbered: false }).make(3, false);

/** A text that patterns by chance have something to do with. */
export function randomSubject(random: Random, line: boolean): string {
  const pieces = [...LETTERS, 'ab', 'ba', 'aa', ' ', '1', '.', '*', 'a.b', ...(line ? [] : ['\n', '\r\n', '\t', '\n'])];
  return Array.from({ length: random.below(9) }, () => random.pick(pieces)).join('');
}
