/**
 * Where checks stand whose thread is not the control thread's own: four 32-bit words a check, in shared memory. The control
 * thread writes what the checks go by; the checking thread writes what changes with every check though nothing has changed,
 * so that nobody has to be told.
 */

const WORDS = 4;
/** Words of a check. */
const RUNNING = 0;
const DURATION = 1;
const HEALTH = 2;
const FLAGS = 3;

/** Flags of a check, set by the control thread. */
export const CheckFlag = {
  /** The server is to be checked: neither in maintenance nor with its checks switched off. */
  wanted: 1,
  /** The server is not down. */
  up: 2,
  /** A result that is the last one once more would change nothing. */
  settled: 4,
} as const;

export class CheckBoard {
  readonly buffer: SharedArrayBuffer;
  readonly #words: Int32Array;

  private constructor(buffer: SharedArrayBuffer) {
    this.buffer = buffer;
    this.#words = new Int32Array(buffer);
  }

  /** Room for so many checks, all zero. */
  static create(checks: number): CheckBoard {
    return new CheckBoard(new SharedArrayBuffer(checks * WORDS * 4));
  }

  /** The view of another thread on the same board. */
  static attach(buffer: SharedArrayBuffer): CheckBoard {
    return new CheckBoard(buffer);
  }

  isRunning(check: number): boolean {
    return Atomics.load(this.#words, check * WORDS + RUNNING) !== 0;
  }

  setRunning(check: number, running: boolean): void {
    Atomics.store(this.#words, check * WORDS + RUNNING, running ? 1 : 0);
  }

  /** ms of the last finished check; undefined before the first. */
  duration(check: number): number | undefined {
    const word = Atomics.load(this.#words, check * WORDS + DURATION);
    return word === 0 ? undefined : word - 1;
  }

  setDuration(check: number, duration: number | undefined): void {
    Atomics.store(this.#words, check * WORDS + DURATION, duration === undefined ? 0 : duration + 1);
  }

  health(check: number): number {
    return Atomics.load(this.#words, check * WORDS + HEALTH);
  }

  /** `CheckFlag` bits. */
  flags(check: number): number {
    return Atomics.load(this.#words, check * WORDS + FLAGS);
  }

  publish(check: number, health: number, flags: number): void {
    Atomics.store(this.#words, check * WORDS + HEALTH, health);
    Atomics.store(this.#words, check * WORDS + FLAGS, flags);
  }
}

/** One check of a board. */
export interface BoardPlace {
  readonly board: CheckBoard;
  readonly check: number;
}
