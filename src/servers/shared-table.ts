/**
 * The table that the control thread and the traffic threads share: one record of 16 32-bit words a slot, in a
 * SharedArrayBuffer that can grow. Health and the runtime API write a server's state, traffic reads it; both sides
 * change the gauges, with Atomics.
 */

/** Words of a record. The gauges are changed by any thread; the state words by the control thread only. */
export const Word = {
  /** Sessions now (`scur`); for a server those that are connecting or connected, not one between two attempts. */
  current: 0,
  currentMax: 1,
  /** Sessions waiting in this server's or backend's queue now (`qcur`). */
  queued: 2,
  queuedMax: 3,
  /** 1 when balancing may choose the server: running, not in maintenance or drain, weight above 0. */
  usable: 4,
  /** Weight in use times 16, after slowstart (0-4096). */
  effectiveWeight: 5,
  /** Limit of sessions; 0: none. Frontends and servers. */
  maxconn: 6,
  /** Limit of the server's queue; 0: none. */
  maxqueue: 7,
  /** Counts the changes of this record's state words; a backend's those of its servers. */
  generation: 8,
  /** Places of a server's `maxconn` that are taken: a session keeps its own between two attempts. */
  places: 9,
  /** 1 when the server is down or in maintenance: not even those who wait for it may have it. */
  stopped: 10,
  /** Of the process's slot only. Pipes that engines use and keep. */
  pipesUsed: 11,
  pipesFree: 12,
  /** Threads that accept nobody because the process's `maxconn` is reached. */
  heldThreads: 13,
  /** How often it was reached. */
  maxconnReached: 14,
  /** How often a client could not be accepted for want of descriptors or memory. */
  acceptFailures: 15,
  /** Of a server's slot only. Failed connections in a row, as `observe layer4` counts them. */
  errorsInARow: 11,
  /** How often there were `error-limit` of them. */
  limitReached: 12,
} as const;
export type Word = (typeof Word)[keyof typeof Word];

const WORDS_PER_SLOT = 16;
/** Reserved address space, not memory: room for about a million slots. */
const MAX_BYTES = 64 * 1024 * 1024;

export class SharedTable {
  readonly buffer: SharedArrayBuffer;
  readonly #words: Int32Array;

  private constructor(buffer: SharedArrayBuffer) {
    this.buffer = buffer;
    // A view that follows the buffer's growth costs four times as much at every access; whoever grows it attaches anew.
    this.#words = new Int32Array(buffer, 0, buffer.byteLength / 4);
  }

  /** Makes a table for `slots` records, all zero. */
  static create(slots: number): SharedTable {
    return new SharedTable(new SharedArrayBuffer(slots * WORDS_PER_SLOT * 4, { maxByteLength: MAX_BYTES }));
  }

  /** The view of another thread on the same table. */
  static attach(buffer: SharedArrayBuffer): SharedTable {
    return new SharedTable(buffer);
  }

  get(slot: number, word: Word): number {
    return Atomics.load(this.#words, slot * WORDS_PER_SLOT + word);
  }

  set(slot: number, word: Word, value: number): void {
    Atomics.store(this.#words, slot * WORDS_PER_SLOT + word, value);
  }

  /** Adds to a gauge and returns its new value. */
  add(slot: number, word: Word, amount: number): number {
    return Atomics.add(this.#words, slot * WORDS_PER_SLOT + word, amount) + amount;
  }

  /** Adds 1 to a gauge and keeps its maximum in `maxWord`; returns the new value. */
  enter(slot: number, word: Word, maxWord: Word): number {
    const value = this.add(slot, word, 1);
    this.raise(slot, maxWord, value);
    return value;
  }

  /** Takes a place of a server: true and `places` + 1 if that stays within `limit` (0: no limit). */
  tryEnter(slot: number, limit: number): boolean {
    const index = slot * WORDS_PER_SLOT + Word.places;
    for (;;) {
      const taken = Atomics.load(this.#words, index);
      if (limit > 0 && taken >= limit) return false;
      if (Atomics.compareExchange(this.#words, index, taken, taken + 1) === taken) return true;
    }
  }

  /** Tells whoever waits in `changed` that the word is another one. */
  wake(slot: number, word: Word): void {
    Atomics.notify(this.#words, slot * WORDS_PER_SLOT + word);
  }

  /** Resolves when the word is not `seen` any more and `wake` was called; undefined when it already is another one. */
  changed(slot: number, word: Word, seen: number): Promise<unknown> | undefined {
    const wait = Atomics.waitAsync(this.#words, slot * WORDS_PER_SLOT + word, seen);
    return wait.async ? wait.value : undefined;
  }

  /** Raises a maximum to `value` if it is lower. */
  raise(slot: number, maxWord: Word, value: number): void {
    const index = slot * WORDS_PER_SLOT + maxWord;
    for (;;) {
      const seen = Atomics.load(this.#words, index);
      if (seen >= value || Atomics.compareExchange(this.#words, index, seen, value) === seen) return;
    }
  }
}
