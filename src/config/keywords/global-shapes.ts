/** Definitions of `global` that come in many. */
import type { GlobalDraft } from '../draft.ts';
import { trailingCharacterWarning, withoutTrailing } from '../duration.ts';
import { replaceWord } from '../fix.ts';
import type { KeywordDefinition, LineContext, Word } from '../keyword.ts';
import { requireArgument } from './common-shapes.ts';

export type GlobalContext = LineContext<GlobalDraft>;
export type GlobalDefinition = KeywordDefinition<GlobalDraft>;

export const globalBase = { sections: ['global'], support: { kind: 'yes' } } as const;

/** A keyword without arguments that sets something. */
export function globalFlag(
  name: string,
  doc: string,
  set: (global: GlobalDraft, on: boolean) => void,
  negatable = false,
): GlobalDefinition {
  return {
    ...globalBase,
    name,
    args: '',
    doc,
    maxArgs: 0,
    ...(negatable ? { negatable: true } : {}),
    examples: { ok: negatable ? [name, `no ${name}`] : [name], bad: [`${name} yes`] },
    parse: (context) => set(context.draft, context.line.prefix !== 'no'),
  };
}

/** HAProxy keeps the first value of some keywords, with an alert that stops nothing. Answers whether that is so. */
export function alreadySpecified(context: GlobalContext, isSet: boolean, what: string): boolean {
  if (!isSet) return false;
  const message = `${what} already specified. Continuing.`;
  context.report({ code: 'duplicate-keyword', message, word: context.line.words[0], harmless: true });
  return true;
}

/** HAProxy 2.6 takes what follows a time's unit with a warning. */
export function warnAboutTrailing(context: GlobalContext, word: Word, trailing: string | undefined): void {
  if (trailing === undefined) return;
  const message = trailingCharacterWarning(word.text, trailing);
  const fix = replaceWord(word, withoutTrailing(word.text));
  context.report({ code: 'trailing-characters', severity: 'warning', message, word, raw: true, fix });
}

/** A keyword with one word. */
export function globalWord(
  name: string,
  args: string,
  doc: string,
  missing: string,
  isSet: (global: GlobalDraft) => boolean,
  set: (global: GlobalDraft, text: string, context: GlobalContext) => void,
  example: string,
): GlobalDefinition {
  return {
    ...globalBase,
    name,
    args,
    doc,
    maxArgs: 1,
    examples: { ok: [`${name} ${example}`], bad: [name, `${name} ${example} extra`] },
    parse: (context) => {
      const argument = requireArgument(context, missing);
      if (argument !== undefined && !alreadySpecified(context, isSet(context.draft), `'${name}'`)) {
        set(context.draft, argument.text, context);
      }
    },
  };
}
