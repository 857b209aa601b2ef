/** What all checkers can do: check one target, check many, and try again. */
import { checkText } from '../protocols/server-text.ts';
import { list, milliseconds, optionalFunction, record, signalOf, wholeNumber } from './arguments.ts';
import { backoffBefore, type RetryConfig } from './configuration.ts';
import { abortable, pause } from './pause.ts';
import { runLimited } from './run-limited.ts';
import { type CallOptions, type CheckResult, flawOf, type Target } from './target.ts';

/** Called before the wait for retry `attempt` (counted from 1), which takes `backoff` ms and begins when what this returns is settled. */
export type OnRetry = (attempt: number, backoff: number) => unknown;

/** Anything that can check a target; monitors take it. */
export interface TargetChecker {
  check(target: Target, options?: CallOptions): Promise<CheckResult>;
}

export abstract class Checker implements TargetChecker {
  /** ms a check may take, from dialling to the verdict; twice as long at most where this thread was busy with other things. */
  readonly timeout: number;

  /** Throws TypeError when `timeout` is no number, RangeError when it is none from 1 to 2147483647. */
  constructor(timeout: number) {
    this.timeout = milliseconds('timeout', timeout);
  }

  /** Checks once. A target that fails, or that makes no sense, is a result; only an aborted signal rejects. */
  async check<T extends Target>(target: T, options: CallOptions = {}): Promise<CheckResult<T>> {
    const signal = signalOf(options);
    signal?.throwIfAborted();
    const flaw = flawOf(target) ?? this.flawOf(target);
    if (flaw !== undefined) {
      return { target, healthy: false, status: 'SOCKERR', text: checkText(flaw), duration: 0 };
    }
    return { ...(await this.run(target, signal)), target };
  }

  /** Checks all targets, at most `maxConcurrent` at once. Results are in the order of the targets. */
  async checkAll<T extends Target>(
    targets: readonly T[],
    maxConcurrent: number,
    options: CallOptions = {},
  ): Promise<CheckResult<T>[]> {
    list('targets', targets);
    wholeNumber('maxConcurrent', maxConcurrent, 1);
    const signal = signalOf(options);
    return runLimited(targets, maxConcurrent, (target, aborted) => this.check(target, { signal: aborted }), signal);
  }

  /** Checks, and checks again while the target fails; the waits between are doubled each time. Returns the last result. */
  async checkWithRetry<T extends Target>(
    target: T,
    retry: RetryConfig,
    onRetry?: OnRetry,
    options: CallOptions = {},
  ): Promise<CheckResult<T>> {
    const { maxRetries, initialBackoff, maxBackoff } = record('retry', retry);
    wholeNumber('retry.maxRetries', maxRetries, 0);
    milliseconds('retry.initialBackoff', initialBackoff, 0);
    milliseconds('retry.maxBackoff', maxBackoff, 0);
    optionalFunction('onRetry', onRetry);
    const signal = signalOf(options);
    for (let attempt = 1; ; attempt++) {
      const result = await this.check(target, { signal });
      if (result.healthy || attempt > maxRetries) return result;
      const backoff = backoffBefore(attempt, retry);
      await abortable(Promise.resolve(onRetry?.(attempt, backoff)), signal);
      await pause(backoff, signal);
    }
  }

  /** Why this target cannot be checked by this checker, in one line; undefined: it can. */
  protected flawOf(_target: Target): string | undefined {
    return undefined;
  }

  /** Does one check of a sensible target within `timeout`. Rejects only with the reason of `signal`. */
  protected abstract run(target: Target, signal: AbortSignal | undefined): Promise<CheckResult>;
}
