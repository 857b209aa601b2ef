import { TimerWheel } from '../../../system/timer-wheel.ts';
import type { EngineTimer } from '../../engine.ts';

/** The timer wheel in Node's loop: at most one Node timer, none while the wheel is empty. */
export class LoopTimers {
  readonly #wheel = new TimerWheel(performance.now());
  #host: NodeJS.Timeout | undefined;
  #armedFor = Number.POSITIVE_INFINITY;

  /** Fires once at `due` (monotonic ms, `performance.now()`) or a little later. */
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
    const delay = Math.max(1, Math.ceil(next - performance.now()));
    this.#host = setTimeout(() => {
      try {
        this.#wheel.advance(performance.now());
      } finally {
        this.#arm();
      }
    }, delay);
  }
}
