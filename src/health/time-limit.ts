/** The time limit of a check: a server is not blamed for time in which this thread could neither ask nor read. */
import type { Clock, Timer, Timers } from '../servers/clock.ts';

export interface TimeLimitOptions {
  readonly clock: Clock;
  readonly timers: Timers;
  /** ms for which this thread has been busy, cumulated: time in which nothing could be read. */
  busy(): number;
  /** The time is over, and whatever had arrived by then has been handed out. */
  passed(): void;
}

/** The share of a time limit that may be lost to other work of this thread before the limit is extended, once. */
const BUSY_SHARE = 0.5;
/** A limit is waited for in so many pieces. Who wakes up late knows that it was stopped or kept waiting meanwhile. */
const PIECES = 4;
/** The share of a piece from which on its delay is given back, and ms below which every timer may be late. */
const LATE_SHARE = 0.5;
const LEAST_LATE = 20;

/** ms for which the loop of this thread was not waiting, since it began. */
export function busyTime(): number {
  return performance.eventLoopUtilization().active;
}

export class TimeLimit {
  readonly #options: TimeLimitOptions;
  readonly #busyBefore: number;
  #timer: Timer | undefined;
  /** ms of the present limit. */
  #budget = 0;
  /** When it is over, on the monotonic clock. */
  #end = 0;
  /** ms given back because the process was stopped or its loop blocked. */
  #givenBack = 0;
  #extended = false;

  /** Busy time counts from here on. */
  constructor(options: TimeLimitOptions) {
    this.#options = options;
    this.#busyBefore = options.busy();
  }

  /** A limit has been set, now or before. */
  get armed(): boolean {
    return this.#timer !== undefined;
  }

  /** Sets a limit of `budget` ms from now, in place of the one before. */
  arm(budget: number): void {
    this.#timer?.cancel();
    this.#budget = budget;
    this.#end = this.#options.clock.monotonic() + budget;
    this.#wait();
  }

  cancel(): void {
    this.#timer?.cancel();
  }

  #wait(): void {
    const { clock, timers } = this.#options;
    const begun = clock.monotonic();
    const piece = Math.min(this.#budget / PIECES, this.#end - begun);
    this.#timer = timers.startTimer(piece, () => {
      const now = clock.monotonic();
      const late = now - begun - piece;
      if (late >= Math.max(LEAST_LATE, (this.#budget / PIECES) * LATE_SHARE)) {
        this.#end += late;
        this.#givenBack += late;
      }
      // Timers may come a fraction of a ms early.
      if (this.#end - now >= 1) this.#wait();
      else this.#expired();
    });
  }

  /** The limit has passed on the clock. What had arrived by then counts, though this thread may have been too busy to see it. */
  #expired(): void {
    const { timers, busy, passed } = this.#options;
    this.#timer = timers.afterArrivals(() => {
      const lost = busy() - this.#busyBefore - this.#givenBack;
      if (!this.#extended && lost >= this.#budget * BUSY_SHARE) {
        this.#extended = true;
        this.arm(Math.min(lost, this.#budget));
      } else passed();
    });
  }
}
