import { steadyNow } from '../../../system/steady-time.ts';
import { TimerWheel } from '../../../system/timer-wheel.ts';
import type { EngineTimer } from '../../engine.ts';

/** The timer wheel in Node's loop: at most one Node timer, none while the wheel is empty. */
export class LoopTimers {
  readonly #wheel = new TimerWheel(steadyNow());
  #host: NodeJS.Timeout | undefined;
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
    clearTimeout(this.#host);
    this.#host = undefined;
    this.#armedFor = Number.POSITIVE_INFINITY;
  }

  #arm(): void {
    const { next } = this.#wheel;
    clearTimeout(this.#host);
    this.#host = undefined;
    this.#armedFor = next ?? Number.POSITIVE_INFINITY;
    if (next === undefined) return;
    const delay = Math.max(1, Math.ceil(next - steadyNow()));
    this.#host = setTimeout(() => {
      try {
        this.#wheel.advance(steadyNow());
      } finally {
        this.#arm();
      }
    }, delay);
  }
}
