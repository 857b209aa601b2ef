/** `http-check expect` and `tcp-check expect`: what both take beside the pattern. */

import type { Word } from '../keyword.ts';
import { leadingInt32 } from '../leading-integer.ts';
import { type CheckContext, ruleNotYet, ruleProblem } from './check-shapes.ts';

/** A pattern with its kind, as written. */
export interface ExpectWords {
  readonly kind: string;
  readonly pattern: Word;
  readonly negate: boolean;
  readonly comment?: string;
  /** Bytes to wait for; -1 is no minimum. */
  readonly minRecv?: number;
}

export interface ExpectGrammar {
  readonly keyword: 'http-check expect' | 'tcp-check expect';
  /** Kinds of pattern that are built. */
  readonly kinds: readonly string[];
  /** Kinds HAProxy has besides. */
  readonly foreign: readonly string[];
  /** HAProxy's list of what may stand there. */
  readonly usage: string;
}

/** Options that change how a result is shown or counted. */
const FOREIGN_OPTIONS = new Set(['on-success', 'on-error', 'ok-status', 'error-status', 'tout-status', 'status-code']);

const STATUSES: Readonly<Record<string, { readonly words: readonly string[]; readonly usage: string }>> = {
  'ok-status': { words: ['L7OK', 'L7OKC', 'L6OK', 'L4OK'], usage: "'L4OK', 'L6OK', 'L7OK' or 'L7OKC'" },
  'error-status': { words: ['L7RSP', 'L7STS', 'L6RSP', 'L4CON'], usage: "'L4CON', 'L6RSP', 'L7RSP' or 'L7STS'" },
  'tout-status': { words: ['L7TOUT', 'L6TOUT', 'L4TOUT'], usage: "'L4TOUT', 'L6TOUT' or 'L7TOUT'" },
};

/** Takes the words of an `expect` rule apart, or reports the first mistake. */
export function readExpect(context: CheckContext, grammar: ExpectGrammar): ExpectWords | undefined {
  const { keyword } = grammar;
  const { args } = context;
  if (args.length === 0) {
    ruleProblem(context, keyword, 'expects at least a matching pattern as arguments.');
    return undefined;
  }
  let found: { kind: string; pattern: Word; negate: boolean } | undefined;
  let comment: string | undefined;
  let minRecv: number | undefined;
  for (let at = 0; at < args.length; at += 2) {
    let negate = false;
    let text = args[at]!.text;
    while (text.startsWith('!')) {
      negate = !negate;
      text = text.slice(1);
      if (text === '' && at + 1 < args.length) text = args[++at]!.text;
    }
    const next = args[at + 1];
    const missing = next === undefined || next.text === '';
    if (grammar.kinds.includes(text) || grammar.foreign.includes(text)) {
      if (found !== undefined) return fail(context, keyword, 'only on pattern expected.', args[at]);
      if (missing) return fail(context, keyword, `'${text}' expects a <pattern> as argument.`, args[at]);
      if (grammar.foreign.includes(text)) return notYet(context, keyword, text, args[at]);
      found = { kind: text, pattern: next, negate };
    } else if (text === 'min-recv') {
      if (missing) return fail(context, keyword, "'min-recv' expects a integer as argument.", args[at]);
      minRecv = leadingInt32(next.text);
      if (minRecv < -1) {
        return fail(context, keyword, "'min-recv' expects -1 or an integer from 0 to INT_MAX.", next);
      }
    } else if (text === 'comment') {
      if (missing) return fail(context, keyword, "'comment' expects a string as argument.", args[at]);
      comment = next.text;
    } else if (FOREIGN_OPTIONS.has(text)) {
      if (missing) return fail(context, keyword, `'${text}' expects a string as argument.`, args[at]);
      const statuses = STATUSES[text];
      if (statuses !== undefined && !statuses.words.includes(next.text)) {
        const message = `'${text}' only supports ${statuses.usage} status (got '${next.text}')..`;
        return fail(context, keyword, message, next);
      }
      return notYet(context, keyword, text, args[at]);
    } else return fail(context, keyword, `${grammar.usage} but got '${text}' as argument..`, args[at]);
  }
  if (found === undefined) return fail(context, keyword, 'expects at least a matching pattern as arguments.');
  return {
    ...found,
    ...(comment === undefined ? {} : { comment }),
    ...(minRecv === undefined || minRecv < 0 ? {} : { minRecv }),
  };
}

function fail(context: CheckContext, keyword: string, message: string, word?: Word): undefined {
  ruleProblem(context, keyword, message, word);
}

function notYet(context: CheckContext, keyword: string, what: string, word?: Word): undefined {
  ruleNotYet(context, keyword, what, word);
}
