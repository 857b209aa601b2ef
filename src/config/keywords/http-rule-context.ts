/** What the readers of an action's arguments share. */
import { checkLogFormat } from '../../expressions/check-log-format.ts';
import { checkSample } from '../../expressions/check-sample.ts';
import { missingHere } from '../../expressions/needs.ts';
import type { Place } from '../../expressions/places.ts';
import { parseSample } from '../../grammar/expression.ts';
import { isConditionWord } from '../conditions.ts';
import type { ProxyDraft } from '../draft.ts';
import { surroundings } from '../expression-context.ts';
import type { LineContext, Word } from '../keyword.ts';

/** A mistake: HAProxy's words and the word meant. */
export interface ArgumentProblem {
  readonly message: string;
  readonly word?: Word | undefined;
}

/** Reads what follows an action; gives how many words that were, or the mistake. */
export type ReadArguments = (args: readonly Word[], rule: RuleContext) => number | ArgumentProblem;

export interface RuleContext {
  /** `http-request`, `redirect`... */
  readonly keyword: string;
  /** The action as written, with its parentheses. */
  readonly action: Word;
  readonly place: Place;
  readonly context: LineContext<ProxyDraft>;
  /** The language is that of HAProxy 2.6, nothing newer. */
  readonly old: boolean;
}

export const filled = (word: Word | undefined): word is Word => word !== undefined && word.text !== '';

/** A log-format string in the place of one argument. */
export function formatProblem(word: Word, { context, place, keyword }: RuleContext): ArgumentProblem | undefined {
  const mode = context.draft.settings.mode;
  const checked = checkLogFormat(word.text, { place, mode }, surroundings(context, `${keyword} expression`));
  return checked.ok ? undefined : { message: checked.problem.message, word };
}

/** A sample expression in the place of one argument; `shown` is what HAProxy calls it by. */
export function sampleProblem(word: Word | undefined, rule: RuleContext, shown?: string): ArgumentProblem | undefined {
  const { context, keyword, place } = rule;
  const text = word === undefined || isConditionWord(word) ? '' : word.text;
  const around = surroundings(context, `${keyword} expression`);
  const checked = checkSample(text, parseSample(text), { inAcl: false }, around);
  if (!checked.ok) return { message: checked.problem.message, word };
  const missing = missingHere(checked.definition, place, shown ?? text);
  return missing === undefined ? undefined : { message: missing, word };
}
