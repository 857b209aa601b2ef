/** What all checkers can do: check one target, check many, and try again. */
import { setMaxListeners } from 'node:events';
import { milliseconds, type RetryConfig, wholeNumber } from './configuration.ts';
import { pause } from './pause.ts';
import { runLimited } from './run-limited.ts';
import type { CallOptions, CheckResult, Target } from './target.ts';

/** Called before the wait for retry `attempt` (counted from 1), which takes `backoff` ms. */
export type OnRetry = (attempt: number, backoff: number) => void;

/** Anything that can check a target; monitors take it. */
export interface TargetChecker {
  check(target: Target, options?: CallOptions): Promise<CheckResult>;
}

export abstract class Checker implements TargetChecker {
  /** ms a check may take, from dialling to the verdict. */
  readonly timeout: number;

  /** Throws RangeError when `timeout` is no number of ms above 0. */
  constructor(timeout: number) {
    this.timeout = milliseconds('timeout', timeout);
  }

  /** Checks once. A target that fails, or that makes no sense, is a result; only an aborted signal rejects. */
  async check(target: Target, { signal }: CallOptions = {}): Promise<CheckResult> {
    signal?.throwIfAborted();
    if (signal !== undefined) expectMany(signal);
    const flaw = flawOf(target);
    if (flaw !== undefined) return { target, healthy: false, status: 'SOCKERR', text: flaw, duration: 0 };
    return this.run(target, signal);
  }

  /** Checks all targets, at most `maxConcurrent` at once. Results are in the order of the targets. */
  async checkAll(
    targets: readonly Target[],
    maxConcurrent: number,
    { signal }: CallOptions = {},
  ): Promise<CheckResult[]> {
    wholeNumber('maxConcurrent', maxConcurrent, 1);
    return runLimited(targets, maxConcurrent, (target, aborted) => this.check(target, { signal: aborted }), signal);
  }

  /** Checks, and checks again while the target fails; the waits between are doubled each time. Returns the last result. */
  async checkWithRetry(
    target: Target,
    retry: RetryConfig,
    onRetry?: OnRetry,
    { signal }: CallOptions = {},
  ): Promise<CheckResult> {
    wholeNumber('maxRetries', retry.maxRetries, 0);
    milliseconds('initialBackoff', retry.initialBackoff, 0);
    milliseconds('maxBackoff', retry.maxBackoff, 0);
    for (let attempt = 1; ; attempt++) {
      const result = await this.check(target, { signal });
      if (result.healthy || attempt > retry.maxRetries) return result;
      const backoff = Math.min(retry.initialBackoff * 2 ** (attempt - 1), retry.maxBackoff);
      onRetry?.(attempt, backoff);
      await pause(backoff, signal);
    }
  }

  /** Does one check of a sensible target within `timeout`. Rejects only with the reason of `signal`. */
  protected abstract run(target: Target, signal: AbortSignal | undefined): Promise<CheckResult>;
}

/** Node takes many listeners of one signal for a leak, and says so on stderr; here each is a check under way. */
function expectMany(signal: AbortSignal): void {
  try {
    setMaxListeners(Number.POSITIVE_INFINITY, signal);
  } catch {
    // A signal that is not Node's own, as in a simulated browser; it counts nothing.
  }
}

function flawOf({ ip, port }: Target): string | undefined {
  if (typeof ip !== 'string' || ip === '') return 'The target has no ip';
  if (Number.isInteger(port) && port >= 1 && port <= 65535) return undefined;
  return `The target's port is a whole number from 1 to 65535, not ${port}`;
}
