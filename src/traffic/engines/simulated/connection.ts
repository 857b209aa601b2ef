import type { Connection, ConnectionWatcher, Endpoint } from '../../engine.ts';
import type { VirtualClock } from './virtual-clock.ts';
import type { Arrival, WireEnd } from './wire.ts';

/** Bytes that are kept for a connection nobody relays yet. */
export const KEPT_LIMIT = 16_384;

/** The engine's end of a connection. */
export class SimulatedConnection implements Connection {
  readonly remote: Endpoint;
  readonly local: Endpoint;
  readonly openedAt: number;
  lastReceived: number;
  received = 0;
  readonly end: WireEnd;
  readonly #clock: VirtualClock;
  readonly #forget: (connection: SimulatedConnection) => void;
  #watcher: ConnectionWatcher | undefined;
  #kept: Uint8Array[] = [];
  #keptSize = 0;
  #seen: 'open' | 'fin' | 'reset' = 'open';
  #closed = false;

  constructor(
    clock: VirtualClock,
    end: WireEnd,
    local: Endpoint,
    remote: Endpoint,
    forget: (connection: SimulatedConnection) => void,
  ) {
    this.#clock = clock;
    this.end = end;
    this.local = local;
    this.remote = remote;
    this.openedAt = clock.wallClock();
    this.lastReceived = clock.now();
    this.#forget = forget;
  }

  get gone(): boolean {
    return this.end.wasReset;
  }

  watch(watcher: ConnectionWatcher | undefined): void {
    this.#watcher = watcher;
    if (watcher === undefined || this.#closed) return;
    this.end.ready = () => this.#read();
    this.#clock.post(() => {
      if (this.#watcher !== watcher || this.#closed) return;
      if (this.#seen === 'open') this.#read();
      else this.#tell();
    });
  }

  peek(): Uint8Array {
    const all = Buffer.concat(this.#kept);
    if (this.#kept.length > 1) this.#kept = [all];
    return all;
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#kept = [];
    this.end.close();
    this.#forget(this);
  }

  reset(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#kept = [];
    this.end.reset();
    this.#forget(this);
  }

  /** For a relay: the next bytes in order, those kept first. Counts what is new. */
  take(limit: number): Arrival {
    const kept = this.#kept.shift();
    if (kept !== undefined) return kept;
    if (this.#seen !== 'open') return this.#seen;
    return this.#receive(limit);
  }

  /** Bytes kept from before the relay. */
  get keptSize(): number {
    return this.#keptSize;
  }

  #receive(limit: number): Arrival {
    const arrival = this.end.take(limit);
    if (arrival === undefined) return undefined;
    if (arrival === 'fin' || arrival === 'reset') this.#seen = arrival;
    else {
      this.received += arrival.length;
      this.lastReceived = this.#clock.now();
    }
    return arrival;
  }

  #read(): void {
    while (this.#watcher !== undefined && !this.#closed && this.#seen === 'open' && this.#keptSize < KEPT_LIMIT) {
      const arrival = this.#receive(KEPT_LIMIT - this.#keptSize);
      if (arrival === undefined) return;
      if (arrival === 'fin' || arrival === 'reset') this.#tell();
      else {
        this.#kept.push(arrival);
        this.#keptSize += arrival.length;
        this.#watcher.arrived?.();
      }
    }
  }

  #tell(): void {
    if (this.#seen === 'reset') this.#watcher?.failed();
    else this.#watcher?.ended(this.#keptSize > 0);
  }
}
