/** Reads the language of JavaScript's RegExp (without flags), and a few things of PCRE's beside it. */
import { CODES, type CodeSet, type ParsedPattern, type PatternNode } from './pattern-node.ts';

/**
 * In front of a source: groups are as PCRE has them. A reference to one that took no part matches nowhere, and what a group
 * held stays from one repetition to the next. It also allows what RegExp does not know: `(?>...)`, and `(?i:\1)` and
 * `(?i:\k<name>)`, which disregard case.
 */
export const PCRE_GROUPS = '(?#pcre)';

/** Says how a source must be read; an error of syntax is a SyntaxError, in V8's words where V8 knows the language. */
export function readPattern(source: string): ParsedPattern {
  const pcre = source.startsWith(PCRE_GROUPS);
  if (!pcre) new RegExp(source);
  return new PatternReader(pcre ? source.slice(PCRE_GROUPS.length) : source, pcre).read();
}

const GROUP = /\(\?(?:<?[=!]|:|>|<([^=!>][^>]*)>|i:)/y;
const QUANTIFIER = /[*+?]|\{(\d+)(?:(,)(\d*))?\}/y;
/** What matches one character, whatever it is. */
const CHARACTER = /\\(?:x[0-9A-Fa-f]{2}|u[0-9A-Fa-f]{4}|c[A-Za-z]|[0-3][0-7]{0,2}|[4-7][0-7]?|[\s\S])|[\s\S]/y;
const BRACKETS = /\[(?:\\[\s\S]|[^\]\\])*\]/y;
/** Everything whose parentheses do not count, and those that do. */
const PARENTHESES = /\\[\s\S]|\[(?:\\[\s\S]|[^\]\\])*\]|\((?!\?)|\(\?<([^=!>][^>]*)>/g;

class PatternReader {
  readonly #source: string;
  readonly #pcre: boolean;
  readonly #names = new Map<string, number>();
  readonly #all: number = 0;
  #at = 0;
  #groups = 0;

  constructor(source: string, pcre: boolean) {
    this.#source = source;
    this.#pcre = pcre;
    for (const [text, name] of source.matchAll(PARENTHESES)) {
      if (text.startsWith('(')) this.#all++;
      if (name !== undefined) this.#names.set(name, this.#all);
    }
  }

  read(): ParsedPattern {
    const root = this.#choice(false);
    if (this.#at < this.#source.length) throw new SyntaxError('Unmatched )');
    return { root, groups: this.#groups, pcre: this.#pcre };
  }

  #choice(ignoreCase: boolean): PatternNode {
    const options = [this.#sequence(ignoreCase)];
    while (this.#source[this.#at] === '|') {
      this.#at++;
      options.push(this.#sequence(ignoreCase));
    }
    return options.length === 1 ? (options[0] as PatternNode) : { kind: 'choice', options };
  }

  #sequence(ignoreCase: boolean): PatternNode {
    const parts: PatternNode[] = [];
    for (let next = this.#source[this.#at]; next !== undefined && next !== '|' && next !== ')'; ) {
      const from = this.#groups + 1;
      const atom = this.#atom(ignoreCase);
      parts.push(this.#repeated(atom, from));
      next = this.#source[this.#at];
    }
    return parts.length === 1 ? (parts[0] as PatternNode) : { kind: 'sequence', parts };
  }

  /** What `expression` (sticky) finds here; it is read then. */
  #take(expression: RegExp): RegExpExecArray | null {
    expression.lastIndex = this.#at;
    const found = expression.exec(this.#source);
    if (found !== null) this.#at += found[0].length;
    return found;
  }

  #repeated(body: PatternNode, from: number): PatternNode {
    const found = this.#take(QUANTIFIER);
    if (found === null) return body;
    const [text, low, comma, high] = found;
    const min = low === undefined ? (text === '+' ? 1 : 0) : Number(low);
    const most = high === undefined || high === '' ? Number.POSITIVE_INFINITY : Number(high);
    const max = low === undefined ? (text === '?' ? 1 : Number.POSITIVE_INFINITY) : comma === undefined ? min : most;
    const mark = this.#source[this.#at];
    const lazy = mark === '?';
    const possessive = mark === '+' && this.#pcre;
    if (lazy || possessive) this.#at++;
    const repeat: PatternNode = { kind: 'repeat', body, min, max, lazy, groups: [from, this.#groups + 1] };
    return possessive ? { kind: 'atomic', body: repeat } : repeat;
  }

  #atom(ignoreCase: boolean): PatternNode {
    switch (this.#source[this.#at]) {
      case '(':
        return this.#group(ignoreCase);
      case '^':
        this.#at++;
        return { kind: 'place', at: 'start' };
      case '$':
        this.#at++;
        return { kind: 'place', at: 'end' };
      case '[':
        return { kind: 'set', set: codesOf((this.#take(BRACKETS) as RegExpExecArray)[0]) };
      case '\\':
        return this.#escape(ignoreCase) ?? this.#character();
      default:
        return this.#character();
    }
  }

  #character(): PatternNode {
    const [text] = this.#take(CHARACTER) as RegExpExecArray;
    return { kind: 'set', set: codesOf(/^[{}\]]$/.test(text) ? `\\${text}` : text) };
  }

  /** What is more than a character. */
  #escape(ignoreCase: boolean): PatternNode | undefined {
    if (this.#take(/\\b/y) !== null) return { kind: 'place', at: 'word' };
    if (this.#take(/\\B/y) !== null) return { kind: 'place', at: 'no-word' };
    const name = this.#names.size === 0 ? null : this.#take(/\\k<([^>]+)>/y);
    if (name !== null) {
      return { kind: 'reference', group: this.#names.get(name[1] as string) as number, ignoreCase };
    }
    const start = this.#at;
    const group = Number(this.#take(/\\([1-9]\d*)/y)?.[1]);
    if (group <= this.#all) return { kind: 'reference', group, ignoreCase };
    this.#at = start;
    return undefined;
  }

  #group(ignoreCase: boolean): PatternNode {
    const opening = this.#take(GROUP);
    if (opening === null) {
      // What a newer RegExp knows (`(?i:`) is not for the bounded matcher.
      if (this.#source[this.#at + 1] === '?') throw new SyntaxError('Invalid group');
      this.#at++;
    }
    const [text = '(', name] = opening ?? [];
    if (text === '(?i:' && !this.#pcre) throw new SyntaxError('Invalid group');
    const capturing = opening === null || name !== undefined;
    const number = capturing ? ++this.#groups : 0;
    const body = this.#choice(ignoreCase || text === '(?i:');
    if (this.#source[this.#at] !== ')') throw new SyntaxError('Unterminated group');
    this.#at++;
    if (capturing) return { kind: 'group', number, body };
    if (text === '(?>') return { kind: 'atomic', body };
    if (text === '(?:' || text === '(?i:') return body;
    return { kind: 'look', behind: text.startsWith('(?<'), negated: text.endsWith('!'), body };
  }
}

const known = new Map<string, CodeSet>();

/** What V8 says of every code. */
function codesOf(text: string): CodeSet {
  const before = known.get(text);
  if (before !== undefined) return before;
  const expression = new RegExp(`^${text}$`);
  const set = Uint8Array.from({ length: CODES }, (_, code) => Number(expression.test(String.fromCharCode(code))));
  known.set(text, set);
  return set;
}
