/**
 * When the checks of one server happen: one at a time, each `inter` after the end of the one before (measured on HAProxy 2.6:
 * with `inter 1s` a server that answers after 250 ms is asked every 1250 ms, and one that stays silent every 2 s).
 */
import type { Clock, Timer, Timers } from '../servers/clock.ts';

export interface ScheduleOptions {
  readonly clock: Clock;
  readonly timers: Timers;
  /** ms between the end of a check and the start of the next, asked for after each. */
  interval(): number;
  /** Starts a check; `finished` must be called once when it is over. Returns false when there is none to do this time. */
  begin(finished: () => void): boolean;
}

/** A check that begins later than this share of its interval was not merely kept waiting. */
const STOPPED_SHARE = 0.5;

export class CheckSchedule {
  readonly #options: ScheduleOptions;
  #timer: Timer | undefined;
  /** Whether the first check has begun. */
  #begun = false;
  #waiting = false;
  /** When the next one begins, on the monotonic clock, while it is waited for. */
  #due = 0;
  /** ms by which the last one began late. */
  #late = 0;
  #stopped = false;
  // Made once: with thousands of servers what each check leaves behind adds up.
  readonly #fire = () => this.#turn();
  readonly #next = () => this.#wait(this.#untilNext());

  constructor(options: ScheduleOptions) {
    this.#options = options;
  }

  /** The first check comes `delay` ms from now. */
  start(delay: number): void {
    this.#stopped = false;
    this.#wait(delay);
  }

  stop(): void {
    this.#stopped = true;
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  /** Waits no longer than `longest` ms from now; without effect while a check runs. */
  hurry(longest: number): void {
    if (!this.#waiting || !this.#begun) return;
    this.#timer?.cancel();
    this.#wait(Math.min(longest, Math.max(0, this.#due - this.#options.clock.monotonic())));
  }

  #wait(delay: number): void {
    if (this.#stopped) return;
    this.#waiting = true;
    this.#due = this.#options.clock.monotonic() + delay;
    this.#timer = this.#options.timers.startTimer(delay, this.#fire);
  }

  /**
   * A process that was stopped for a while finds all its checks due at once. Each goes back to its old times after that: they
   * would fall together from then on.
   */
  #untilNext(): number {
    const interval = this.#options.interval();
    return this.#late < interval * STOPPED_SHARE ? interval : interval - (this.#late % interval);
  }

  #turn(): void {
    if (this.#stopped) return;
    this.#late = this.#options.clock.monotonic() - this.#due;
    this.#begun = true;
    this.#waiting = false;
    if (!this.#options.begin(this.#next)) this.#next();
  }
}

/** ms. */
export interface Intervals {
  readonly inter: number;
  readonly fastinter?: number | undefined;
  readonly downinter?: number | undefined;
}

/**
 * `inter` in full health, `fastinter` while health moves between down and full, `downinter` while the server is down with
 * no success yet. What is not set is `inter`.
 */
export function intervalFor(intervals: Intervals, health: { readonly health: number; readonly full: number }): number {
  const { inter, fastinter, downinter } = intervals;
  if (health.health >= health.full) return inter;
  if (health.health <= 0) return downinter ?? inter;
  return fastinter ?? inter;
}

/** `spread-checks`: a gap anywhere between less and more by `percent`. `random`: 0 to 1. */
export function spread(interval: number, percent: number, random: number): number {
  return percent <= 0 ? interval : interval * (1 + ((random * 2 - 1) * percent) / 100);
}

/**
 * Delays of the first checks of the whole process, in declaration order: evenly over the longest `inter`, or over
 * `max-spread-checks` where that is shorter. All in ms.
 */
export function firstDelays(inters: readonly number[], maxSpread: number | undefined): number[] {
  const longest = inters.reduce((most, inter) => Math.max(most, inter), 0);
  const window = maxSpread !== undefined && maxSpread > 0 ? Math.min(longest, maxSpread) : longest;
  return inters.map((_, index) => (index * window) / inters.length);
}
