/**
 * How traffic threads of one process wake each other: a server they share has a free place again, and somebody waits for it
 * in another thread. Words in shared memory say why; a thread in an epoll loop is woken through its eventfd, one in Node's
 * loop sleeps in Atomics.waitAsync.
 */

/** Words of a thread: what it is woken for, and its eventfd plus 1 (0: none). */
const WORDS = 2;

/** Why a thread is woken. */
export const Wake = {
  /** A place may be free. Who finds no use for it passes it on. */
  place: 1,
  /** A place was passed on: nobody else is asked again. */
  passedOn: 2,
} as const;

export class WakeBoard {
  readonly #words: Int32Array;
  readonly #self: number;
  readonly #signal: (fd: number) => void;

  /** Room for so many threads. */
  static create(threads: number): SharedArrayBuffer {
    return new SharedArrayBuffer(threads * WORDS * 4);
  }

  /** `self`: the thread's number; `signal` writes to an eventfd. */
  constructor(buffer: SharedArrayBuffer, self: number, signal: (fd: number) => void) {
    this.#words = new Int32Array(buffer);
    this.#self = self;
    this.#signal = signal;
  }

  /** From now on others wake this thread through its eventfd. */
  register(eventfd: number): void {
    Atomics.store(this.#words, this.#self * WORDS + 1, eventfd + 1);
  }

  wakeOthers(why: number): void {
    for (let at = 0; at < this.#words.length; at += WORDS) {
      if (at === this.#self * WORDS) continue;
      Atomics.or(this.#words, at, why);
      const eventfd = Atomics.load(this.#words, at + 1) - 1;
      if (eventfd >= 0) this.#signal(eventfd);
      else Atomics.notify(this.#words, at);
    }
  }

  /** Takes off why this thread was woken; 0: for nothing of this board. */
  take(): number {
    return Atomics.exchange(this.#words, this.#self * WORDS, 0);
  }

  /** The word another thread's `wakeOthers` changes and notifies. */
  get word(): { readonly words: Int32Array; readonly index: number } {
    return { words: this.#words, index: this.#self * WORDS };
  }
}
