/** `if` and `unless` at the end of a line. */
import { checkCondition } from '../expressions/check-condition.ts';
import type { ConditionModel } from '../expressions/model.ts';
import type { Place } from '../expressions/places.ts';
import type { ProxyDraft } from './draft.ts';
import { reportExpression, surroundings } from './expression-context.ts';
import type { LineContext, Word } from './keyword.ts';

export interface ConditionOptions {
  /** Where the condition is evaluated; absent: HAProxy does not look whether its ACLs can be. */
  readonly place?: Place;
  /** The text around a mistake (without what HAProxy puts before the line). */
  readonly message: (problem: string) => string;
  readonly tight?: boolean;
  /** HAProxy ends at once after a mistake here. */
  readonly fatal?: boolean;
  /** Follows `will never match` in the warning about ACLs that mean nothing here (`in 'tcp-request content'`). */
  readonly where?: string;
  /** Called once the condition was found right, before any warning about it. */
  readonly accepted?: () => void;
}

export const isConditionWord = (word: Word | undefined): boolean => word?.text === 'if' || word?.text === 'unless';

/** Reads a condition; `words[0]` is `if` or `unless`. Undefined: a mistake was reported. */
export function readCondition(
  context: LineContext<ProxyDraft>,
  words: readonly Word[],
  options: ConditionOptions,
): ConditionModel | undefined {
  const rest = words.slice(1);
  const texts = rest.map((word) => word.text);
  const where = options.where === undefined ? '' : ` ${options.where}`;
  const conflicts: string[] = [];
  const checked = checkCondition(
    words[0]?.text === 'unless',
    texts,
    options.place,
    surroundings(context),
    ({ name, keyword }) => {
      const message =
        name === ''
          ? `anonymous acl will never match${where} because it uses keyword '${keyword}' which is incompatible with '${options.place}'`
          : `acl '${name}' will never match${where} because it only involves keywords that are incompatible with '${options.place}'`;
      conflicts.push(message);
    },
  );
  if (checked.ok) {
    options.accepted?.();
    for (const message of conflicts) {
      context.report({ code: 'acl-never-matches', severity: 'warning', message, word: words[0] });
    }
    return checked.condition;
  }
  reportExpression(context, rest, checked.problem, options.message, {
    tight: options.tight ?? false,
    fatal: options.fatal ?? false,
  });
  return undefined;
}

/** The words of a condition that must be there, or undefined after reporting. */
export function requireCondition(
  context: LineContext<ProxyDraft>,
  words: readonly Word[],
  keyword: string,
): readonly Word[] | undefined {
  if (isConditionWord(words[0])) return words;
  context.report({
    code: 'missing-argument',
    message: `${keyword} requires either 'if' or 'unless' followed by a condition.`,
    word: words[0],
  });
  return undefined;
}
