/** How the outcome of an `expect` rule is shown where the rule says so: `ok-status`, `error-status`, `on-success`... */
import type { Reply, Verdict } from './dialogue.ts';
import { checkText } from './server-text.ts';

export interface ExpectOutcome {
  readonly onSuccess?: string;
  readonly onError?: string;
  readonly okStatus?: 'L4OK' | 'L6OK' | 'L7OK' | 'L7OKC';
  readonly errorStatus?: 'L4CON' | 'L6RSP' | 'L7RSP' | 'L7STS';
  readonly timeoutStatus?: 'L4TOUT' | 'L6TOUT' | 'L7TOUT';
}

/** What is kept of a rule. */
export function outcomeOf(rule: ExpectOutcome): ExpectOutcome {
  const { onSuccess, onError, okStatus, errorStatus, timeoutStatus } = rule;
  return {
    ...(onSuccess === undefined ? {} : { onSuccess }),
    ...(onError === undefined ? {} : { onError }),
    ...(okStatus === undefined ? {} : { okStatus }),
    ...(errorStatus === undefined ? {} : { errorStatus }),
    ...(timeoutStatus === undefined ? {} : { timeoutStatus }),
  };
}

/** Statuses that show a code (measured). */
const WITH_CODE = new Set<Verdict['status']>(['L7OK', 'L7OKC', 'L7STS']);

export function verdictWith(status: Verdict['status'], code: number, text: string): { readonly verdict: Verdict } {
  const shown = checkText(text);
  return { verdict: WITH_CODE.has(status) ? { status, code, text: shown } : { status, text: shown } };
}

/** The good end of a check whose last rule was `rule`. */
export function passedWith(rule: ExpectOutcome | undefined, code: number, text: string): Reply {
  return verdictWith(rule?.okStatus ?? 'L7OK', code, rule?.onSuccess ?? text);
}
