/** The conditions of `.if`, `.elif` and `-cc`: constants, predicates, `!`, `&&`, `||` and parentheses. */
import { type ConditionContext, predicates } from './condition-predicates.ts';

export type ConditionResult =
  | { readonly ok: true; readonly value: boolean }
  /** `at` counts from 0 in the text. */
  | { readonly ok: false; readonly message: string; readonly at: number };

/** What could not be read; `atEnd` marks a side of an operator that is missing, for which the operator answers. */
class ConditionError extends Error {
  readonly at: number;
  readonly atEnd: 'atom' | 'and' | 'or' | undefined;

  constructor(message: string, at: number, atEnd?: 'atom' | 'and' | 'or') {
    super(message);
    this.at = at;
    this.atEnd = atEnd;
  }
}

/** Parentheses and operators in each other; more is no condition of anyone's, and would only fill the stack. */
const MAX_DEPTH = 1000;

/**
 * Reads and evaluates a condition. Both sides of an operator are always read, so a mistake is found wherever it stands; an
 * empty text is false. The messages are HAProxy's.
 */
export function evaluateCondition(text: string, context: ConditionContext): ConditionResult {
  if (text.trim() === '') return { ok: true, value: false };
  try {
    return { ok: true, value: new Reader(text, context).whole() };
  } catch (error) {
    if (!(error instanceof ConditionError)) throw error;
    return { ok: false, message: error.message, at: error.at };
  }
}

class Reader {
  readonly #text: string;
  readonly #context: ConditionContext;
  #at = 0;
  #depth = 0;

  constructor(text: string, context: ConditionContext) {
    this.#text = text;
    this.#context = context;
  }

  whole(): boolean {
    const value = this.#or();
    this.#skipBlanks();
    if (this.#at === this.#text.length) return value;
    const character = this.#text[this.#at]!;
    const message = `unexpected character '${character}' at the end of conditional expression '${this.#text}'`;
    throw new ConditionError(message, this.#at);
  }

  #or(): boolean {
    if (++this.#depth > MAX_DEPTH) throw new ConditionError('expression in conditional is too deep', this.#at);
    const start = this.#at;
    const left = this.#and();
    this.#skipBlanks();
    if (!this.#text.startsWith('||', this.#at)) {
      this.#depth--;
      return left;
    }
    const operator = this.#at;
    this.#at += 2;
    this.#skipBlanks();
    const right = this.#side('or', operator, start, () => this.#or());
    this.#depth--;
    return left || right;
  }

  #and(): boolean {
    if (++this.#depth > MAX_DEPTH) throw new ConditionError('expression in conditional is too deep', this.#at);
    const left = this.#term();
    this.#skipBlanks();
    if (!this.#text.startsWith('&&', this.#at)) {
      this.#depth--;
      return left;
    }
    const operator = this.#at;
    this.#at += 2;
    this.#skipBlanks();
    const right = this.#side('and', operator, operator, () => this.#and());
    this.#depth--;
    return left && right;
  }

  /** The right side of an operator; where it is missing the outermost of equal operators is named. */
  #side(kind: 'and' | 'or', operator: number, shownFrom: number, read: () => boolean): boolean {
    try {
      return read();
    } catch (error) {
      if (!(error instanceof ConditionError) || (error.atEnd !== 'atom' && error.atEnd !== kind)) throw error;
      throw new ConditionError(unparsable(this.#text.slice(shownFrom)), operator, kind);
    }
  }

  #term(): boolean {
    this.#skipBlanks();
    const start = this.#at;
    let negated = false;
    while (this.#text[this.#at] === '!') {
      negated = !negated;
      this.#at++;
      this.#skipBlanks();
    }
    if (this.#text[this.#at] === '(') return negated !== this.#parenthesis(start);
    return negated !== this.#atom(start);
  }

  #parenthesis(start: number): boolean {
    this.#at++;
    let value: boolean;
    try {
      value = this.#or();
    } catch (error) {
      if (!(error instanceof ConditionError) || error.atEnd !== 'atom') throw error;
      throw new ConditionError(unparsable(this.#text.slice(start)), start);
    }
    this.#skipBlanks();
    if (this.#text[this.#at] !== ')') {
      throw new ConditionError(`expected ')' after conditional expression '${this.#text.slice(start)}'`, start);
    }
    this.#at++;
    return value;
  }

  #atom(start: number): boolean {
    const rest = this.#text.slice(this.#at);
    const number = /^[+-]?(?:0[xX][0-9a-fA-F]+|\d+)/.exec(rest);
    if (number !== null) {
      this.#at += number[0].length;
      return /[1-9a-fA-F]/.test(number[0].replace(/^[+-]?0[xX]/, ''));
    }
    const name = /^[A-Za-z_][\w-]*/.exec(rest)?.[0] ?? '';
    const predicate = Object.hasOwn(predicates, name) ? predicates[name] : undefined;
    if (predicate === undefined) {
      // A lone `!` counts as something that is there.
      const atEnd = rest === '' && start === this.#at;
      throw new ConditionError(unparsable(this.#text.slice(start)), start, atEnd ? 'atom' : undefined);
    }
    this.#at += name.length;
    const args = this.#text[this.#at] === '(' ? this.#arguments(name, predicate.count) : ['', ''];
    return predicate.test(args, this.#context);
  }

  /** Words between parentheses, with quotes and escapes of their own beside those of the line. */
  #arguments(name: string, count: number): readonly string[] {
    const args: string[] = [''];
    const where = `in argument 1 of predicate '${name}' used in conditional expression`;
    this.#at++;
    let quote = '';
    for (; ; this.#at++) {
      const character = this.#text[this.#at];
      if (character === undefined) break;
      const next = this.#text[this.#at + 1];
      if (quote !== '' && character === quote) quote = '';
      else if (quote === '' && (character === '"' || character === "'")) quote = character;
      else if (character === '\\' && quote !== "'" && next !== undefined && /["'\\ $]/.test(next)) {
        args[args.length - 1] += next;
        this.#at++;
      } else if (quote === '' && character === ')') break;
      else if (quote === '' && character === ',') {
        if (args.length === count) {
          throw new ConditionError(`expected ')' before '${this.#text.slice(this.#at)}' ${where}`, this.#at);
        }
        args.push('');
      } else args[args.length - 1] += character;
    }
    if (args.length < count) {
      const message = `missing arguments (got ${args.length}/${count}), type 'string' expected ${where}`;
      throw new ConditionError(message, this.#at);
    }
    if (this.#at === this.#text.length) throw new ConditionError(`expected ')' ${where}`, this.#at);
    this.#at++;
    return args;
  }

  #skipBlanks(): void {
    while (this.#text[this.#at] === ' ' || this.#text[this.#at] === '\t') this.#at++;
  }
}

function unparsable(text: string): string {
  return `unparsable conditional expression '${text}'`;
}
