/** Checks the targets of a provider round after round, and says who is healthy whenever that changes. */
import {
  complaint,
  flag,
  list,
  milliseconds,
  ofKind,
  optionalFunction,
  optionalSignal,
  record,
  signalOf,
  wholeNumber,
} from './arguments.ts';
import { callSafely, warnOf } from './callbacks.ts';
import type { TargetChecker } from './checker.ts';
import type { HealthConfig } from './configuration.ts';
import { HttpChecker } from './http-checker.ts';
import { abortable, pause } from './pause.ts';
import { runLimited } from './run-limited.ts';
import { type HealthStats, StateTracker } from './state-tracker.ts';
import type { CallOptions, CheckResult, Target } from './target.ts';

/** Asked for the targets at the start of every round. `signal` is aborted when the monitor stops. */
export type TargetProvider<T extends Target = Target> = (signal: AbortSignal) => readonly T[] | Promise<readonly T[]>;

export interface MonitorOptions<T extends Target = Target> {
  /**
   * Called after a round in which a target became healthy or unhealthy, came, went or moved; not before the first such round.
   * Rounds do not wait for what it returns.
   */
  readonly onHealthChange?: ((healthyTargets: T[]) => unknown) | undefined;
  /** Called with every result as it comes. */
  readonly onResult?: ((result: CheckResult<T>) => unknown) | undefined;
  /**
   * Called with what the provider, a callback or a checker threw, or rejected with; checking goes on, with the targets known
   * before. Without it such an error is shown as a warning of the process.
   */
  readonly onError?: ((error: unknown) => unknown) | undefined;
  /** Default: `new HttpChecker(timeout)`. */
  readonly checker?: TargetChecker | undefined;
  /** Checks under way at once; default 100. */
  readonly maxConcurrent?: number | undefined;
  /** Stops the monitor, as `stop()` does. */
  readonly signal?: AbortSignal | undefined;
}

export class HealthMonitor<T extends Target = Target> {
  readonly #config: HealthConfig;
  readonly #provider: TargetProvider<T>;
  readonly #options: MonitorOptions<T>;
  readonly #checker: TargetChecker;
  readonly #most: number;
  readonly #tracker: StateTracker<T>;
  /** Ends everything under way; a new one takes its place at every stop. */
  #control = new AbortController();
  /** The rounds of `start`, until they have ended. */
  #loop: Promise<void> | undefined;
  /** Settles after the last round that was asked for. */
  #tail: Promise<void> = Promise.resolve();
  /** A round that was asked for and has not begun. */
  #waiting: Promise<void> | undefined;
  /** Something changed that has not been told yet. */
  #changed = false;
  readonly #stopped = () => void this.stop();

  /** Throws TypeError or RangeError for settings that make no sense. */
  constructor(config: HealthConfig, provider: TargetProvider<T>, options: MonitorOptions<T> = {}) {
    const { enabled, interval, timeout, fall, rise } = record('config', config);
    flag('enabled', enabled);
    milliseconds('interval', interval);
    ofKind('provider', 'a function that returns targets', provider, (each) => typeof each === 'function');
    const { checker, maxConcurrent = 100, signal, onError, onHealthChange, onResult } = record('options', options);
    optionalFunction('onHealthChange', onHealthChange);
    optionalFunction('onResult', onResult);
    optionalFunction('onError', onError);
    optionalSignal(signal);
    const canCheck = (each: unknown) => typeof (each as TargetChecker | null)?.check === 'function';
    ofKind('checker', 'an object with a function check', checker, (each) => each === undefined || canCheck(each));
    this.#config = { ...config };
    this.#provider = provider;
    this.#options = { ...options };
    this.#checker = checker ?? new HttpChecker(timeout);
    this.#most = wholeNumber('maxConcurrent', maxConcurrent, 1);
    this.#tracker = new StateTracker(fall, rise);
  }

  /** Begins with a round at once. Does nothing when it runs already, is not enabled, or its signal has been aborted. */
  start(): void {
    const { signal } = this.#options;
    if (this.#loop !== undefined || !this.#config.enabled || signal?.aborted) return;
    signal?.addEventListener('abort', this.#stopped, { once: true });
    this.#loop = this.#run(this.#control.signal);
  }

  /** Ends every check under way and waits until nothing is left: no connection, no timer. May be started again. */
  async stop(): Promise<void> {
    this.#options.signal?.removeEventListener('abort', this.#stopped);
    this.#control.abort(new DOMException('The monitor was stopped', 'AbortError'));
    this.#control = new AbortController();
    const ended = [this.#loop, this.#tail];
    this.#loop = undefined;
    this.#waiting = undefined;
    await Promise.all(ended);
  }

  /**
   * Checks every target now, also when the monitor is not started; after the round under way, if there is one, for that may
   * have looked before what the caller knows of. Rejects when the monitor is stopped meanwhile, or `signal` is aborted.
   */
  forceCheck(options: CallOptions = {}): Promise<void> {
    const checked = this.#force(options);
    // Whoever does not wait for it need not care that the monitor is stopped meanwhile.
    checked.catch(() => {});
    return checked;
  }

  /** Who is healthy by the rounds so far; nobody before the first. */
  getHealthyTargets(): T[] {
    return this.#tracker.getHealthyTargets();
  }

  getStats(): HealthStats {
    return this.#tracker.getStats();
  }

  async #force(options: CallOptions): Promise<void> {
    const signal = signalOf(options);
    signal?.throwIfAborted();
    await abortable(this.#round(), signal);
  }

  async #run(signal: AbortSignal): Promise<void> {
    try {
      for (;;) {
        const startedAt = performance.now();
        await this.#round();
        await pause(Math.max(0, startedAt + this.#config.interval - performance.now()), signal);
      }
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  }

  /** The next round: rounds come one after the other, and all who ask before one begins share it. */
  #round(): Promise<void> {
    if (this.#waiting !== undefined) return this.#waiting;
    const { signal } = this.#control;
    const turn: Promise<void> = this.#tail.then(() => {
      if (this.#waiting === turn) this.#waiting = undefined;
      return this.#checkAll(signal);
    });
    this.#waiting = turn;
    this.#tail = turn.catch(() => {});
    return turn;
  }

  async #checkAll(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    try {
      const targets = await abortable(Promise.resolve(this.#provider(signal)), signal);
      if (this.#tracker.syncTargets(list('what the provider returns', targets))) this.#changed = true;
    } catch (error) {
      signal.throwIfAborted();
      this.#report(error);
    }
    await runLimited(
      this.#tracker.getAllTargets(),
      this.#most,
      (target, aborted) => this.#check(target, aborted),
      signal,
    );
    if (!this.#changed) return;
    this.#changed = false;
    this.#tell(() => this.#options.onHealthChange?.(this.#tracker.getHealthyTargets()));
  }

  async #check(target: T, signal: AbortSignal): Promise<void> {
    let result: CheckResult<T> | undefined;
    try {
      result = { ...resultOf(await this.#checker.check(target, { signal })), target };
    } catch (error) {
      signal.throwIfAborted();
      // A checker of the user's own; a target it cannot check is not healthy.
      this.#report(error);
    }
    if (this.#tracker.recordResult(target.id, result?.healthy ?? false)) this.#changed = true;
    if (result !== undefined) this.#tell(() => this.#options.onResult?.(result));
  }

  #tell(callback: () => unknown): void {
    callSafely(callback, (error) => this.#report(error));
  }

  #report(error: unknown): void {
    const { onError } = this.#options;
    if (onError === undefined) warnOf(error);
    else callSafely(() => onError(error), warnOf);
  }
}

/** Of a checker of the user's own. */
function resultOf(result: CheckResult): CheckResult {
  if (typeof result?.healthy === 'boolean') return result;
  throw new TypeError(complaint('what a checker returns', 'an object with healthy: true or false', result));
}
