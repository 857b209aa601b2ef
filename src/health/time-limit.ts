/** The time limit of a check: a server is not blamed for time in which this thread could neither ask nor read. */
import type { Timer, Timers } from '../servers/clock.ts';

export interface TimeLimitOptions {
  readonly timers: Timers;
  /** ms for which this thread has been busy, cumulated: time in which nothing could be read. */
  busy(): number;
  /** The time is over, and whatever had arrived by then has been handed out. */
  passed(): void;
}

/** The share of a time limit that may be lost to other work of this thread before the limit is extended, once. */
const BUSY_SHARE = 0.5;

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
    this.#timer = this.#options.timers.startTimer(budget, () => this.#expired());
  }

  cancel(): void {
    this.#timer?.cancel();
  }

  /** The limit has passed on the clock. What had arrived by then counts, though this thread may have been too busy to see it. */
  #expired(): void {
    const { timers, busy, passed } = this.#options;
    this.#timer = timers.afterArrivals(() => {
      const lost = busy() - this.#busyBefore;
      if (!this.#extended && lost >= this.#budget * BUSY_SHARE) {
        this.#extended = true;
        this.arm(Math.min(lost, this.#budget));
      } else passed();
    });
  }
}
