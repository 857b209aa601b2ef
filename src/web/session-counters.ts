/** Counts the connections and requests of a statistics listener the way traffic counts its own. */
import type { Socket } from 'node:net';
import { Word } from '../servers/shared-table.ts';
import { PROCESS_SLOT } from '../servers/slots.ts';
import { Counter, type CounterBlock } from '../stats/counters.ts';
import type { RuntimeView } from '../stats/runtime-view.ts';
import type { WebResponse } from './web-response.ts';

const RESPONSE_CLASSES = [
  Counter.responsesOther,
  Counter.responses1xx,
  Counter.responses2xx,
  Counter.responses3xx,
  Counter.responses4xx,
  Counter.responses5xx,
] as const;

export interface CountedSlots {
  readonly frontend: number;
  readonly listener: number;
  /** -1 for a frontend without a backend side of its own. */
  readonly backend: number;
}

export class SessionCounters {
  readonly #view: RuntimeView;
  readonly #block: CounterBlock;
  readonly #slots: CountedSlots;
  /** Bytes of a connection that have been counted already. */
  readonly #counted = new WeakMap<Socket, { in: number; out: number }>();

  constructor(view: RuntimeView, block: CounterBlock, slots: CountedSlots) {
    this.#view = view;
    this.#block = block;
    this.#slots = slots;
  }

  /** A client was accepted. */
  opened(socket: Socket): void {
    const { table } = this.#view;
    const now = this.#view.now();
    const block = this.#block;
    const { frontend, listener } = this.#slots;
    this.#counted.set(socket, { in: 0, out: 0 });
    for (const slot of [frontend, listener, PROCESS_SLOT]) {
      table.enter(slot, Word.current, Word.currentMax);
      block.add(slot, Counter.connections, 1);
      block.add(slot, Counter.sessions, 1);
      block.tick(slot, Counter.connectionRate, now);
      block.tick(slot, Counter.sessionRate, now);
    }
  }

  /** A request is about to be answered: statistics count the request they answer, as HAProxy's do. */
  answering(response: WebResponse): void {
    const now = this.#view.now();
    const block = this.#block;
    const { frontend, backend } = this.#slots;
    block.add(frontend, Counter.requests, 1);
    block.tick(frontend, Counter.requestRate, now);
    if (response.intercepted) block.add(frontend, Counter.intercepted, 1);
    if (backend >= 0) block.set(backend, Counter.lastSessionSecond, Math.floor(now / 1000));
  }

  /** The answer is out, or its client gone. */
  answered(socket: Socket, response: WebResponse): void {
    const now = this.#view.now();
    const block = this.#block;
    const { frontend, backend } = this.#slots;
    const byClass = RESPONSE_CLASSES[Math.floor(response.status / 100)] ?? Counter.responsesOther;
    block.add(frontend, byClass, 1);
    if (backend >= 0) {
      // Only a request that looked for a server is a session of the backend.
      if (!response.intercepted) {
        block.add(backend, Counter.sessions, 1);
        block.add(backend, Counter.requests, 1);
        block.add(backend, Counter.connectErrors, 1);
        block.add(backend, byClass, 1);
        block.tick(backend, Counter.sessionRate, now);
        // It came and went.
        this.#view.table.enter(backend, Word.current, Word.currentMax);
        this.#view.table.add(backend, Word.current, -1);
      }
    }
    this.#countBytes(socket);
  }

  /** Bytes came that were no request. */
  refused(status: number): void {
    const { frontend } = this.#slots;
    this.#block.add(frontend, Counter.requests, 1);
    this.#block.tick(frontend, Counter.requestRate, this.#view.now());
    this.#block.add(frontend, Counter.requestErrors, 1);
    this.#block.add(frontend, RESPONSE_CLASSES[Math.floor(status / 100)] ?? Counter.responsesOther, 1);
  }

  /** The connection is gone. */
  closed(socket: Socket): void {
    this.#countBytes(socket);
    const { frontend, listener } = this.#slots;
    for (const slot of [frontend, listener, PROCESS_SLOT]) this.#view.table.add(slot, Word.current, -1);
  }

  #countBytes(socket: Socket): void {
    const counted = this.#counted.get(socket);
    if (counted === undefined) return;
    const received = socket.bytesRead - counted.in;
    const sent = socket.bytesWritten - counted.out;
    counted.in += received;
    counted.out += sent;
    for (const slot of [this.#slots.frontend, this.#slots.listener, this.#slots.backend]) {
      if (slot < 0) continue;
      this.#block.add(slot, Counter.bytesIn, received);
      this.#block.add(slot, Counter.bytesOut, sent);
    }
  }
}
