/** The settings of monitors and retries, and what they are when nobody says otherwise. */

export interface HealthConfig {
  /** False: `start()` does nothing. */
  readonly enabled: boolean;
  /** ms from the start of one round to the start of the next. */
  readonly interval: number;
  /** Failures in a row that make a healthy target unhealthy. */
  readonly fall: number;
  /** Successes in a row that make an unhealthy target healthy. */
  readonly rise: number;
  /** ms one check may take. */
  readonly timeout: number;
}

export interface RetryConfig {
  /** Checks after the first one; 0: none. */
  readonly maxRetries: number;
  /** ms before the first retry; doubled before each further one. */
  readonly initialBackoff: number;
  /** ms that no wait is longer than. */
  readonly maxBackoff: number;
}

/** HAProxy's own defaults: a check every two seconds with as long to answer, three failures down, two successes up. */
export function defaultConfig(): HealthConfig {
  return { enabled: true, interval: 2000, fall: 3, rise: 2, timeout: 2000 };
}

/** Three retries, after 100, 200 and 400 ms. */
export function defaultRetryConfig(): RetryConfig {
  return { maxRetries: 3, initialBackoff: 100, maxBackoff: 5000 };
}

/** ms before retry `attempt`, which is counted from 1. */
export function backoffBefore(attempt: number, { initialBackoff, maxBackoff }: RetryConfig): number {
  // Beyond 2^1023 there is only infinity, which makes no number of nothing.
  return Math.min(initialBackoff * 2 ** Math.min(attempt - 1, 1000), maxBackoff);
}
