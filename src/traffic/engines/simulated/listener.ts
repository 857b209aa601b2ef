import type { EngineListener, ListenHandler } from '../../engine.ts';
import type { SimulatedConnection } from './connection.ts';
import type { VirtualClock } from './virtual-clock.ts';

/** A listening address of the simulated engine. Clients wait in order while it is paused; beyond the backlog they are reset. */
export class SimulatedListener implements EngineListener {
  readonly handler: ListenHandler;
  readonly #clock: VirtualClock;
  readonly #backlog: number;
  readonly #forget: () => void;
  #paused = false;
  #closed = false;
  #waiting: SimulatedConnection[] = [];
  dropped = 0;

  constructor(clock: VirtualClock, backlog: number, handler: ListenHandler, forget: () => void) {
    this.#clock = clock;
    this.#backlog = backlog;
    this.handler = handler;
    this.#forget = forget;
  }

  get closed(): boolean {
    return this.#closed;
  }

  /** Clients that were accepted by nobody yet. */
  get waiting(): number {
    return this.#waiting.length;
  }

  arrive(connection: SimulatedConnection): void {
    if (this.#closed) {
      connection.reset();
      return;
    }
    if (this.#paused && this.#waiting.length >= Math.max(1, this.#backlog)) {
      this.dropped += 1;
      connection.reset();
      return;
    }
    this.#waiting.push(connection);
    this.#clock.post(() => this.#handOver());
  }

  pause(): void {
    this.#paused = true;
  }

  resume(): void {
    this.#paused = false;
    this.#clock.post(() => this.#handOver());
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#forget();
    for (const connection of this.#waiting) connection.reset();
    this.#waiting = [];
  }

  #handOver(): void {
    while (!this.#paused && !this.#closed) {
      const client = this.#waiting.shift();
      if (client === undefined) return;
      this.handler.accepted(client);
    }
  }
}
