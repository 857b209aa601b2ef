import type { Connection, ConnectionWatcher, Engine, EngineTimer } from './engine.ts';

/** What a waiting client can do to its session. */
export interface ClientEvents {
  /** FIN, with nothing sent before where that matters. */
  clientLeft(): void;
  /** RST. */
  clientFailed(): void;
  /** `timeout client` is over and the client has sent nothing. */
  clientTimedOut(): void;
}

/**
 * Watches a client until its relay begins. A client that has sent something and then FIN is still waiting for its answer
 * (unless `option abortonclose` says that FIN is enough), and its timeout does not run either (as measured on HAProxy 2.6).
 */
export class ClientWatch implements ConnectionWatcher {
  readonly #engine: Engine;
  readonly #client: Connection;
  readonly #timeout: number;
  /** `option abortonclose` of the backend that is to serve it. */
  finIsEnough = false;
  readonly #events: ClientEvents;
  #timer: EngineTimer | undefined;

  /** `timeout` is `timeout client` in ms; 0: none. */
  constructor(engine: Engine, client: Connection, timeout: number, events: ClientEvents) {
    this.#engine = engine;
    this.#client = client;
    this.#timeout = timeout;
    this.#events = events;
  }

  ended(hasData: boolean): void {
    if (!hasData || this.finIsEnough) this.#events.clientLeft();
  }

  failed(): void {
    this.#events.clientFailed();
  }

  /** ms until the client has waited too long; Infinity where it may. */
  get timeLeft(): number {
    if (this.#timeout <= 0 || this.#client.received > 0) return Number.POSITIVE_INFINITY;
    return this.#client.lastReceived + this.#timeout - this.#engine.now();
  }

  /** Has `clientTimedOut` called when the time is over; a wait in a queue or before a retry asks for it. */
  startTimer(): void {
    this.cancelTimer();
    const left = this.timeLeft;
    if (left === Number.POSITIVE_INFINITY) return;
    this.#timer = this.#engine.startTimer(Math.max(0, left), () => {
      this.#timer = undefined;
      if (this.#client.received === 0) this.#events.clientTimedOut();
    });
  }

  cancelTimer(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
  }
}
