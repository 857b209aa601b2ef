import { type SharedTable, Word } from '../servers/shared-table.ts';
import { type AverageCounter, Counter, type CounterBlock } from '../stats/counters.ts';
import type { RelayAccount } from './engine.ts';

/** The two shared memories a session writes its figures to, and the clock of both. */
export interface Ledger {
  readonly table: SharedTable;
  readonly counters: CounterBlock;
  /** Monotonic ms. */
  now(): number;
}

/**
 * The figures of one session: which rows it counts on, and its bytes. Bytes go into the rows' words as they pass; every
 * row that a session has reached so far gets them (frontend, listener, backend, and the server once there is one).
 */
export class SessionAccount implements RelayAccount {
  readonly #ledger: Ledger;
  readonly #words: Float64Array;
  readonly #frontend: number;
  readonly #listener: number;
  #backendSlot = -1;
  #serverSlot = -1;
  /** The server whose row counts the session as one of its own now. */
  #onServer = -1;
  /** Where the rows' words begin; -1: the session has no such row. */
  #backend = -1;
  #server = -1;
  bytesIn = 0;
  bytesOut = 0;

  constructor(ledger: Ledger, frontendSlot: number, listenerSlot: number) {
    this.#ledger = ledger;
    this.#words = ledger.counters.words;
    this.#frontend = ledger.counters.offset(frontendSlot);
    this.#listener = ledger.counters.offset(listenerSlot);
  }

  fromClient(bytes: number): void {
    this.bytesIn += bytes;
    this.#count(Counter.bytesIn, bytes);
  }

  fromServer(bytes: number): void {
    this.bytesOut += bytes;
    this.#count(Counter.bytesOut, bytes);
  }

  /** The session enters a backend: it is one of its sessions from now on, with a server or without. */
  enterBackend(slot: number): void {
    const { table, counters } = this.#ledger;
    this.#backendSlot = slot;
    this.#backend = counters.offset(slot);
    counters.add(slot, Counter.sessions, 1);
    counters.tick(slot, Counter.sessionRate, this.#ledger.now());
    table.enter(slot, Word.current, Word.currentMax);
  }

  /** The bytes count on the backend's row too, though the session is none of its own. */
  countBytesFor(slot: number): void {
    this.#backend = this.#ledger.counters.offset(slot);
  }

  /** A rule has refused what the client sent. */
  deny(): void {
    const words = this.#words;
    for (const row of [this.#frontend, this.#listener]) {
      words[row + Counter.deniedRequests] = (words[row + Counter.deniedRequests] as number) + 1;
    }
  }

  /** From now on the server's row shares in what happens to the session; -1: no server's does. */
  useServer(slot: number): void {
    this.#serverSlot = slot;
    this.#server = slot < 0 ? -1 : this.#ledger.counters.offset(slot);
  }

  leaveBackend(slot: number): void {
    this.#ledger.table.add(slot, Word.current, -1);
  }

  /** The times of a session that reached its server, in ms: waiting for a place, connecting, in all. */
  times(queue: number, connect: number, total: number): void {
    this.#average(Counter.queueTimeAverage, Math.trunc(queue));
    this.#average(Counter.connectTimeAverage, Math.trunc(connect));
    this.#average(Counter.totalTimeAverage, Math.trunc(total));
  }

  /** Adds 1 to a counter of this backend and this server, which need not be those the session is with now. */
  add(counter: Counter, backendSlot: number, serverSlot: number): void {
    const { counters } = this.#ledger;
    counters.add(serverSlot, counter, 1);
    counters.add(backendSlot, counter, 1);
  }

  /** The session becomes one of the server's, until `leaveServer`: as the attempt begins, or has succeeded at once. */
  enterServer(backendSlot: number, serverSlot: number): void {
    const { table, counters } = this.#ledger;
    this.leaveServer();
    this.#onServer = serverSlot;
    table.enter(serverSlot, Word.current, Word.currentMax);
    const now = this.#ledger.now();
    const second = Math.floor(now / 1000);
    counters.add(serverSlot, Counter.sessions, 1);
    counters.tick(serverSlot, Counter.sessionRate, now);
    counters.set(serverSlot, Counter.lastSessionSecond, second);
    counters.set(backendSlot, Counter.lastSessionSecond, second);
  }

  /** The attempt has failed, or the session is over. */
  leaveServer(): void {
    if (this.#onServer >= 0) this.#ledger.table.add(this.#onServer, Word.current, -1);
    this.#onServer = -1;
  }

  /** Adds 1 to a counter of the backend and of the server, where there are any. */
  blame(counter: Counter): void {
    const words = this.#words;
    if (this.#backend >= 0) words[this.#backend + counter] = (words[this.#backend + counter] as number) + 1;
    if (this.#server >= 0) words[this.#server + counter] = (words[this.#server + counter] as number) + 1;
  }

  #average(average: AverageCounter, ms: number): void {
    const { counters } = this.#ledger;
    if (this.#backendSlot >= 0) counters.average(this.#backendSlot, average, ms);
    if (this.#serverSlot >= 0) counters.average(this.#serverSlot, average, ms);
  }

  #count(counter: Counter, bytes: number): void {
    const words = this.#words;
    words[this.#frontend + counter] = (words[this.#frontend + counter] as number) + bytes;
    words[this.#listener + counter] = (words[this.#listener + counter] as number) + bytes;
    if (this.#backend >= 0) words[this.#backend + counter] = (words[this.#backend + counter] as number) + bytes;
    if (this.#server >= 0) words[this.#server + counter] = (words[this.#server + counter] as number) + bytes;
  }
}
