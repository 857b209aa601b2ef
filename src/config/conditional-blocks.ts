/** Lines that begin with a dot: conditional blocks, and messages of the author. They act while files are read into words. */
import { evaluateCondition } from './condition.ts';
import type { ConditionContext } from './condition-predicates.ts';
import type { Severity } from './diagnostic.ts';
import { caretLines } from './line-picture.ts';
import { suggest } from './suggest.ts';

/** Something to say about a line; `word` counts its words from 0 (absent: the whole line is meant). */
export interface DirectiveProblem {
  readonly code: string;
  /** What follows `parsing [file:line]: `. */
  readonly message: string;
  readonly severity: Severity;
  /** HAProxy ends at once. */
  readonly fatal: boolean;
  readonly word?: number;
  readonly help?: string | undefined;
  /** Today's line in the place of this one. */
  readonly rewritten?: string;
}

interface Block {
  /** Where its `.if` stands. */
  readonly line: number;
  /** The lines of the present branch count. */
  active: boolean;
  /** A branch was taken, or the whole block lies in one that was not: no further branch will be. */
  done: boolean;
  elseSeen: boolean;
}

const severities: Readonly<Record<string, Severity>> = {
  '.notice': 'notice',
  '.warning': 'warning',
  '.alert': 'alert',
  '.diag': 'diag',
};

const directiveNames: readonly string[] = ['.if', '.elif', '.else', '.endif', ...Object.keys(severities)];

/** The open `.if` blocks of one file. */
export class ConditionalBlocks {
  readonly #strict: boolean;
  readonly #open: Block[] = [];

  constructor(strict: boolean) {
    this.#strict = strict;
  }

  /** Lines count: no open block has left them out. */
  get active(): boolean {
    return this.#open.at(-1)?.active ?? true;
  }

  /**
   * Acts on a directive; `words` are those of the line. Returns what is to be said. HAProxy ends at a mistake in the blocks
   * themselves; without `strict` the rest is read for more mistakes, and the lines of a bad block are left out.
   */
  read(words: readonly string[], number: number, context: ConditionContext): readonly DirectiveProblem[] {
    const [name, ...args] = words as [string, ...string[]];
    if (name === '.if') return this.#if(args, number, context);
    if (name === '.elif' || name === '.else' || name === '.endif') return this.#continue(name, args, context);
    return this.active ? this.#say(name, args) : [];
  }

  /** What is to be said at the end of the file. */
  finish(): readonly DirectiveProblem[] {
    const block = this.#open.at(-1);
    if (block === undefined) return [];
    const help = `The '.if' of line ${block.line} needs an '.endif'.`;
    return [problem('unterminated-if', "non-terminated '.if' block.", { fatal: true, help })];
  }

  #if(args: readonly string[], line: number, context: ConditionContext): readonly DirectiveProblem[] {
    if (!this.active) {
      this.#open.push({ line, active: false, done: true, elseSeen: false });
      return [];
    }
    const { value, problems } = this.#evaluate('.if', args, context);
    this.#open.push({ line, active: value === true, done: value !== false, elseSeen: false });
    return problems;
  }

  #continue(name: '.elif' | '.else' | '.endif', args: readonly string[], context: ConditionContext) {
    const extra = name === '.elif' ? undefined : args[0];
    const problems: DirectiveProblem[] = [];
    if (extra !== undefined) {
      const last = this.#open.length === 0;
      problems.push(
        problem('unexpected-argument', `Unexpected argument '${extra}' for '${name}'.`, { fatal: last, word: 1 }),
      );
      if (last || this.#strict) return [...problems, ...this.finish()];
    }
    const block = this.#open.at(-1);
    if (block === undefined) {
      return [problem('lone-directive', `lone '${name}' with no matching '.if'.`, { fatal: true })];
    }
    if (name === '.endif') {
      this.#open.pop();
      return problems;
    }
    if (block.elseSeen) {
      return [problem('lone-directive', `'${name}' after '.else' is not permitted.`, { fatal: true })];
    }
    block.elseSeen = name === '.else';
    if (block.done) {
      block.active = false;
      return problems;
    }
    const found = name === '.else' ? { value: true, problems: [] } : this.#evaluate(name, args, context);
    block.active = found.value === true;
    block.done = found.value !== false;
    return [...problems, ...found.problems];
  }

  /** `value` is undefined where the condition could not be read. */
  #evaluate(name: string, args: readonly string[], context: ConditionContext) {
    const text = args.join(' ');
    const result = evaluateCondition(text, context);
    if (result.ok) return { value: result.value, problems: [] };
    const picture = caretLines(`${name} ${text}`, name.length + 1 + result.at);
    const message = `${result.message} in '${name}' at position ${result.at + 1}:\n${picture}`;
    return { value: undefined, problems: [problem('bad-condition', message, { fatal: true })] };
  }

  #say(name: string, args: readonly string[]): readonly DirectiveProblem[] {
    const severity = severities[name];
    if (severity === undefined) {
      const near = suggest(name, directiveNames);
      const help = near === undefined ? undefined : `Did you mean '${near}'?`;
      return [problem('unknown-keyword', `unknown directive '${name}'.`, { word: 0, help })];
    }
    const text = args.join(' ');
    const said = problem('directive', `'${text}'.`, { severity, fatal: severity === 'alert' });
    if (args.length < 2) return [said];
    const message = `Unexpected argument '${args[1]}' for '${name}'. Use quotes if the message should contain spaces.`;
    const rewritten = `${name} "${text.replaceAll(/["\\$]/g, '\\$&')}"`;
    const help = `Write: ${rewritten}`;
    const unquoted = problem('unexpected-argument', message, {
      severity: this.#strict ? 'alert' : 'warning',
      word: 2,
      help,
      rewritten,
    });
    return this.#strict ? [unquoted] : [unquoted, said];
  }
}

function problem(code: string, message: string, more: Partial<DirectiveProblem>): DirectiveProblem {
  return { code, message, severity: 'alert', fatal: false, ...more };
}
