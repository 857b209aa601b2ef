/** How the outcome of an expectation is shown, where it is to be shown otherwise than usual. */
import type { ExpectOutcome } from '../protocols/expect-outcome.ts';
import { oneOf, optionalText } from './arguments.ts';

export interface ExpectationOutcome {
  /** What is said when the check ends well with this expectation. */
  readonly onSuccess?: string | undefined;
  /** What is said when it is not met. */
  readonly onError?: string | undefined;
  /** Default `L7OK`. */
  readonly okStatus?: ExpectOutcome['okStatus'] | undefined;
  /** Default: by what is expected. */
  readonly errorStatus?: ExpectOutcome['errorStatus'] | undefined;
  /** Of a server that says nothing; default `L7TOUT`. */
  readonly timeoutStatus?: ExpectOutcome['timeoutStatus'] | undefined;
}

const OK = ['L4OK', 'L6OK', 'L7OK', 'L7OKC', undefined] as const;
const ERROR = ['L4CON', 'L6RSP', 'L7RSP', 'L7STS', 'L7OKC', undefined] as const;
const TIMEOUT = ['L4TOUT', 'L6TOUT', 'L7TOUT', undefined] as const;

/** The same for the rules of the dialogues. Throws TypeError for what is none of these. */
export function outcomeSource(outcome: ExpectationOutcome, at: string): ExpectOutcome {
  const { onSuccess, onError, okStatus, errorStatus, timeoutStatus } = outcome;
  optionalText(`${at}.onSuccess`, onSuccess);
  optionalText(`${at}.onError`, onError);
  oneOf(`${at}.okStatus`, OK, okStatus);
  oneOf(`${at}.errorStatus`, ERROR, errorStatus);
  oneOf(`${at}.timeoutStatus`, TIMEOUT, timeoutStatus);
  return {
    ...(onSuccess === undefined ? {} : { onSuccess }),
    ...(onError === undefined ? {} : { onError }),
    ...(okStatus === undefined ? {} : { okStatus }),
    ...(errorStatus === undefined ? {} : { errorStatus }),
    ...(timeoutStatus === undefined ? {} : { timeoutStatus }),
  };
}
