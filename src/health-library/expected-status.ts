/** Which statuses of HTTP pass a check. */

import { complaint, notOfKind } from './arguments.ts';

/** A status, the first digit of a class, or a class. */
export type ExpectedStatus = number | `${1 | 2 | 3 | 4 | 5}xx`;

/** Throws RangeError for what is neither a status (100 to 599) nor a class (1 to 5, `1xx` to `5xx`). */
export function statusTest(expected: ExpectedStatus): (status: number) => boolean {
  const digit = typeof expected === 'string' ? Number(/^([1-5])xx$/i.exec(expected)?.[1]) : expected;
  if (Number.isInteger(digit) && digit >= 1 && digit <= 5) return (status) => Math.floor(status / 100) === digit;
  if (Number.isInteger(digit) && digit >= 100 && digit <= 599) return (status) => status === digit;
  const wanted = "a status such as 200, or a class such as 2 or '2xx'";
  const known = typeof expected === 'number' || typeof expected === 'string';
  throw known
    ? new RangeError(complaint('expectStatus', wanted, expected))
    : notOfKind('expectStatus', wanted, expected);
}

/** What passes when nothing is said: success, and redirections, which are not followed. */
export function successOrRedirection(status: number): boolean {
  return status >= 200 && status <= 399;
}
