import { steadyNow } from '../system/steady-time.ts';

/**
 * The wall clock with a fraction of a ms, which `Date.now()` has not. It follows the wall clock when that is set, and
 * `performance.timeOrigin` does not.
 */
export class LogClock {
  readonly #wholeMs: () => number;
  readonly #steady: () => number;
  /** The wall clock at 0 of the steady one. */
  #origin = 0;

  constructor(wholeMs: () => number = Date.now, steady: () => number = steadyNow) {
    this.#wholeMs = wholeMs;
    this.#steady = steady;
  }

  /** ms since the epoch, within the ms that the wall clock shows. */
  readonly now = (): number => {
    const steady = this.#steady();
    const whole = this.#wholeMs();
    const time = Math.min(Math.max(this.#origin + steady, whole), whole + 0.999);
    this.#origin = time - steady;
    return time;
  };
}
