/** How the outcome of an `expect` rule is shown where the rule says so: `ok-status`, `error-status`, `on-success`... */
import type { Reply, Verdict } from './dialogue.ts';
import { checkText, formedText } from './server-text.ts';

/** A text of the configuration, or one that is put together while the check runs: then one character is one byte. */
export type CheckText = string | (() => string);

export interface ExpectOutcome {
  readonly onSuccess?: CheckText;
  readonly onError?: CheckText;
  /** The code to show; undefined: the usual one. */
  readonly statusCode?: () => number | undefined;
  readonly okStatus?: 'L4OK' | 'L6OK' | 'L7OK' | 'L7OKC';
  readonly errorStatus?: 'L4CON' | 'L6RSP' | 'L7RSP' | 'L7STS' | 'L7OKC';
  readonly timeoutStatus?: 'L4TOUT' | 'L6TOUT' | 'L7TOUT';
}

/** What is kept of a rule. */
export function outcomeOf(rule: ExpectOutcome): ExpectOutcome {
  const { onSuccess, onError, statusCode, okStatus, errorStatus, timeoutStatus } = rule;
  return {
    ...(onSuccess === undefined ? {} : { onSuccess }),
    ...(onError === undefined ? {} : { onError }),
    ...(statusCode === undefined ? {} : { statusCode }),
    ...(okStatus === undefined ? {} : { okStatus }),
    ...(errorStatus === undefined ? {} : { errorStatus }),
    ...(timeoutStatus === undefined ? {} : { timeoutStatus }),
  };
}

/** Statuses that show a code (measured). */
const WITH_CODE = new Set<Verdict['status']>(['L7OK', 'L7OKC', 'L7STS']);

export function verdictWith(status: Verdict['status'], code: number, text: string): { readonly verdict: Verdict } {
  const shown = checkText(text);
  return { verdict: WITH_CODE.has(status) ? { status, code: shownCode(code), text: shown } : { status, text: shown } };
}

/** HAProxy keeps a code in 16 bits with a sign, and shows it without one (measured). */
function shownCode(code: number): number {
  return ((code << 16) >> 16) >>> 0;
}

/** The good end of a check whose last rule was `rule`. */
export function passedWith(rule: ExpectOutcome | undefined, code: number, text: string): Reply {
  return verdictWith(rule?.okStatus ?? 'L7OK', rule?.statusCode?.() ?? code, shownText(rule?.onSuccess) ?? text);
}

/** The bad end of a check at `rule`; `comment` follows whatever text there is. */
export function refusedWith(
  rule: ExpectOutcome | undefined,
  usual: Verdict['status'],
  code: number,
  text: string,
  comment: string,
): { readonly verdict: Verdict } {
  const said = shownText(rule?.onError) ?? text;
  return verdictWith(rule?.errorStatus ?? usual, rule?.statusCode?.() ?? code, `${said}${comment}`);
}

/** The end of a check whose answer could not be read where `rule` was to judge it. */
export function unreadableWith(rule: ExpectOutcome | undefined, comment: string): { readonly verdict: Verdict } {
  return verdictWith('L7RSP', 0, `${shownText(rule?.onError) ?? ''}${comment}`);
}

function shownText(text: CheckText | undefined): string | undefined {
  return typeof text === 'function' ? formedText(text()) : text;
}

/** What an expectation is called whose text came out empty. */
export const EMPTY_TEXT = 'log-format string evaluated to an empty string';
