/** `http-check expect` and `tcp-check expect`: what both take beside the pattern. */

import type { LogFormatModel, SampleModel } from '../../expressions/model.ts';
import type { Word } from '../keyword.ts';
import { leadingInt32 } from '../leading-integer.ts';
import type { ExpectOutcome, TextMatchModel } from '../model.ts';
import { plainText, readFormat, readSample } from './check-formats.ts';
import { type CheckContext, readPattern, ruleProblem } from './check-shapes.ts';

/** A pattern with its kind, as written. */
export interface ExpectWords {
  readonly kind: string;
  readonly pattern: Word;
  readonly negate: boolean;
  readonly comment?: string;
  /** Bytes to wait for; -1 is no minimum. */
  readonly minRecv?: number;
  readonly outcome: ExpectOutcome;
  /** Of `hdr` and `fhdr`. */
  readonly header?: { readonly name: TextMatchModel; readonly value?: TextMatchModel };
}

export interface ExpectGrammar {
  /** `hdr` and `fhdr` are among the kinds. */
  readonly headers?: boolean;
  readonly keyword: 'http-check expect' | 'tcp-check expect';
  /** Kinds of pattern. */
  readonly kinds: readonly string[];
  /** HAProxy's list of what may stand there. */
  readonly usage: string;
}

/** Options that change how a result is shown or counted. */
const OUTCOMES: Readonly<Record<string, keyof ExpectOutcome | undefined>> = {
  'on-success': 'onSuccess',
  'on-error': 'onError',
  'ok-status': 'okStatus',
  'error-status': 'errorStatus',
  'tout-status': 'timeoutStatus',
};

const STATUSES: Readonly<Record<string, { readonly words: readonly string[]; readonly usage: string }>> = {
  'ok-status': { words: ['L7OK', 'L7OKC', 'L6OK', 'L4OK'], usage: "'L4OK', 'L6OK', 'L7OK' or 'L7OKC'" },
  'error-status': {
    words: ['L7RSP', 'L7STS', 'L7OKC', 'L6RSP', 'L4CON'],
    usage: "'L4CON', 'L6RSP', 'L7RSP' or 'L7STS'",
  },
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
  let found: Pick<ExpectWords, 'kind' | 'pattern' | 'negate' | 'header'> | undefined;
  const outcome: Record<string, string> = {};
  const forms: Record<string, LogFormatModel | SampleModel> = {};
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
    if (grammar.headers === true && (text === 'hdr' || text === 'fhdr')) {
      if (found !== undefined) return fail(context, keyword, 'only on pattern expected.', args[at]);
      const header = readHeaderMatch(context, keyword, args, at);
      if (header === undefined) return undefined;
      found = { kind: text, pattern: args[at]!, negate, header: header.match };
      at = header.end - 2;
    } else if (grammar.kinds.includes(text)) {
      if (found !== undefined) return fail(context, keyword, 'only on pattern expected.', args[at]);
      if (missing) return fail(context, keyword, `'${text}' expects a <pattern> as argument.`, args[at]);
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
    } else if (text === 'status-code') {
      if (missing) return fail(context, keyword, "'status-code' expects an expression as argument.", args[at]);
      const sample = readSample(
        context,
        keyword,
        next,
        (problem) => `error detected while parsing status-code expression : ${problem}.`,
      );
      if (sample === undefined) return undefined;
      forms.statusCode = sample;
    } else if (OUTCOMES[text] !== undefined) {
      if (missing) return fail(context, keyword, `'${text}' expects a string as argument.`, args[at]);
      const statuses = STATUSES[text];
      if (statuses !== undefined && !statuses.words.includes(next.text)) {
        const message = `'${text}' only supports ${statuses.usage} status (got '${next.text}')..`;
        return fail(context, keyword, message, next);
      }
      const key = OUTCOMES[text] as keyof ExpectOutcome;
      outcome[key] = next.text;
      if (statuses === undefined) {
        const format = readFormat(context, keyword, next);
        if (format === undefined) return undefined;
        const plain = plainText(format);
        if (plain === undefined) forms[key] = format;
        else outcome[key] = plain;
      }
    } else return fail(context, keyword, `${grammar.usage} but got '${text}' as argument..`, args[at]);
  }
  if (found === undefined) return fail(context, keyword, 'expects at least a matching pattern as arguments.');
  return {
    ...found,
    outcome: { ...outcome, ...(Object.keys(forms).length === 0 ? {} : { forms }) } as ExpectOutcome,
    ...(comment === undefined ? {} : { comment }),
    ...(minRecv === undefined || minRecv < 0 ? {} : { minRecv }),
  };
}

function fail(context: CheckContext, keyword: string, message: string, word?: Word): undefined {
  ruleProblem(context, keyword, message, word);
}

type HeaderMatch = NonNullable<ExpectWords['header']>;

/** `name [-m <how>] <name> [value [-m <how>] <value>]`, from the word behind `args[at]`; `end` is the word behind it. */
function readHeaderMatch(
  context: CheckContext,
  keyword: string,
  args: readonly Word[],
  at: number,
): { readonly match: HeaderMatch; readonly end: number } | undefined {
  const kind = args[at]!.text;
  const name = readText(context, keyword, args, at + 1, kind, 'name');
  if (name === undefined) return undefined;
  if (args[name.end]?.text !== 'value' && args[name.end]?.text !== 'value-lf') {
    return { match: { name: name.match }, end: name.end };
  }
  const value = readText(context, keyword, args, name.end, kind, 'value', name.match.text);
  return value && { match: { name: name.match, value: value.match }, end: value.end };
}

const HOW = ['str', 'beg', 'end', 'sub', 'reg'] as const;

function readText(
  context: CheckContext,
  keyword: string,
  args: readonly Word[],
  from: number,
  kind: string,
  what: 'name' | 'value',
  shown?: string,
): { readonly match: TextMatchModel; readonly end: number } | undefined {
  const word = args[from];
  const formed = word?.text === `${what}-lf`;
  if (word?.text !== what && !formed) {
    const wanted = `'${kind}' expects at the name keyword as first argument followed by a pattern.`;
    return fail(context, keyword, wanted, word ?? args[from - 1]);
  }
  let at = from + 1;
  let how: TextMatchModel['how'] = 'str';
  if (args[at]?.text === '-m') {
    const given = args[at + 1];
    const found = HOW.find((each) => each === given?.text);
    if (found === undefined) {
      const usage = `'${kind}' : '-m' only supports 'str', 'beg', 'end', 'sub' or 'reg' (got '${given?.text ?? ''}').`;
      return fail(context, keyword, usage, given ?? args[at]);
    }
    how = found;
    at += 2;
    if (formed && how === 'reg') {
      const unfit = `'${kind}': log-format string is not supported with a regex matching method.`;
      return fail(context, keyword, unfit, given);
    }
  }
  const text = args[at];
  if (text === undefined || text.text === '') {
    const wanted =
      what === 'value'
        ? `'${kind}' expect a pattern with the value keyword.`
        : `'${kind}' expects at the name keyword as first argument followed by a pattern.`;
    return fail(context, keyword, wanted, args[at - 1]);
  }
  if (formed) {
    // HAProxy quotes the name where the value is wrong.
    const format = readFormat(
      context,
      keyword,
      text,
      (problem) => `'${shown ?? text.text}' invalid log-format string (${problem}).\n.`,
    );
    return format && { match: { how, text: text.text, format }, end: at + 1 };
  }
  // The letter case of header names never counts.
  const source = how === 'reg' ? readPattern(context, keyword, text, what === 'name') : text.text;
  return source === undefined ? undefined : { match: { how, text: source }, end: at + 1 };
}
