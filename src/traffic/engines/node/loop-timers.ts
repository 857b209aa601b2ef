import { systemTimers, type Timer } from '../../../servers/clock.ts';
import { steadyNow } from '../../../system/steady-time.ts';
import { TimerWheel } from '../../../system/timer-wheel.ts';
import type { EngineTimer } from '../../engine.ts';

/** ms from which on a timer is late because the loop stood still: other things may have waited as well. */
const LATE = 20;

/**
 * The timer wheel in Node's loop: at most one Node timer, none while the wheel is empty. After the loop has stood still, what
 * arrived meanwhile comes first, for Node runs timers before it reads: a peer is not idle because nobody listened to it.
 */
export class LoopTimers {
  readonly #wheel = new TimerWheel(steadyNow());
  #host: Timer | undefined;
  #armedFor = Number.POSITIVE_INFINITY;

  /** Fires once at `due` (monotonic ms, `steadyNow()`) or a little later. */
  at(due: number, fire: () => void): EngineTimer {
    const timer = this.#wheel.add(due, fire);
    if (due < this.#armedFor) this.#arm();
    return timer;
  }

  get size(): number {
    return this.#wheel.size;
  }

  clear(): void {
    this.#wheel.clear();
    this.#host?.cancel();
    this.#host = undefined;
    this.#armedFor = Number.POSITIVE_INFINITY;
  }

  #arm(): void {
    const { next } = this.#wheel;
    this.#host?.cancel();
    this.#host = undefined;
    this.#armedFor = next ?? Number.POSITIVE_INFINITY;
    if (next === undefined) return;
    const now = steadyNow();
    const delay = Math.max(1, Math.ceil(next - now));
    this.#host = systemTimers.startTimer(delay, () => {
      if (steadyNow() - now - delay < LATE) this.#advance();
      else this.#host = systemTimers.afterArrivals(() => this.#advance());
    });
  }

  #advance(): void {
    try {
      this.#wheel.advance(steadyNow());
    } finally {
      this.#arm();
    }
  }
}
