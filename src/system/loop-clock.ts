import { steadyNow } from './steady-time.ts';
import { TimerWheel, type WheelTimer } from './timer-wheel.ts';

/** Time as the loop sees it: read once a turn, and the timer wheel. Outside of a turn the clocks are read each time. */
export class LoopClock {
  readonly #wheel: TimerWheel;
  #now = steadyNow();
  #wallClock = 0;
  #inTurn = false;
  /** Nothing is due before (monotonic ms). */
  #nextDue = Number.POSITIVE_INFINITY;

  /** `width`: ms by which a timer may be late. */
  constructor(width?: number) {
    this.#wheel = new TimerWheel(steadyNow(), width);
  }

  now(): number {
    return this.#inTurn ? this.#now : steadyNow();
  }

  wallClock(): number {
    if (!this.#inTurn) return Date.now();
    if (this.#wallClock === 0) this.#wallClock = Date.now();
    return this.#wallClock;
  }

  /** Fires once at `due` or a little later. */
  at(due: number, fire: () => void): WheelTimer {
    if (due < this.#nextDue) this.#nextDue = due;
    return this.#wheel.add(due, fire);
  }

  get timers(): number {
    return this.#wheel.size;
  }

  /** Whole ms until a timer may be due, at most `most`. */
  timeLeft(most: number): number {
    // As a rule the next is a session's timeout far ahead, and the clock of the last turn tells that as well.
    if (this.#nextDue - this.#now > 2 * most) return most;
    return Math.min(most, Math.max(0, Math.ceil(this.#nextDue - steadyNow())));
  }

  begin(): void {
    this.#now = steadyNow();
    this.#wallClock = 0;
    this.#inTurn = true;
  }

  end(): void {
    this.#inTurn = false;
  }

  /** Fires what is due. */
  advance(): void {
    if (this.#now < this.#nextDue) return;
    try {
      this.#wheel.advance(this.#now);
    } finally {
      this.#nextDue = this.#wheel.next ?? Number.POSITIVE_INFINITY;
    }
  }

  clear(): void {
    this.#wheel.clear();
    this.#nextDue = Number.POSITIVE_INFINITY;
  }
}
