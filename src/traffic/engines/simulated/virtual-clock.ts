/** Time that moves only when a test says so, and the queue of what is to run next: same calls, same order, every time. */

interface Pending {
  readonly due: number;
  readonly order: number;
  readonly fire: () => void;
}

/** More turns than this without an end is a loop that feeds itself. */
const MAX_TURNS = 5_000_000;

export class VirtualClock {
  /** Not 0: the machine has been up for a while when a program starts. */
  #now = 1_000_000;
  /** The wall clock at monotonic 0. */
  #wallOffset: number;
  #order = 0;
  #tasks: (() => void)[] = [];
  readonly #timers = new Set<Pending>();

  /** `wallStart`: ms since the epoch at the beginning. */
  constructor(wallStart: number) {
    this.#wallOffset = wallStart - this.#now;
  }

  now(): number {
    return this.#now;
  }

  wallClock(): number {
    return this.#wallOffset + this.#now;
  }

  /** Somebody sets the wall clock, `ms` forward or, below 0, back. */
  setWallClock(ms: number): void {
    this.#wallOffset += ms;
  }

  post(task: () => void): void {
    this.#tasks.push(task);
  }

  /** Calls `fire` once, `delay` ms from now. */
  startTimer(delay: number, fire: () => void): { cancel(): void } {
    const timer = { due: this.#now + Math.max(0, delay), order: this.#order++, fire };
    this.#timers.add(timer);
    return { cancel: () => void this.#timers.delete(timer) };
  }

  /** Runs what is posted, and what that posts, until nothing is left. Time stands still. */
  run(): void {
    let turns = 0;
    while (this.#tasks.length > 0) {
      const batch = this.#tasks;
      this.#tasks = [];
      for (const task of batch) task();
      turns += batch.length;
      if (turns > MAX_TURNS) throw new Error('the simulation does not come to rest');
    }
  }

  /** Runs, then lets `ms` pass: timers fire in the order of their due times (equal ones as they were started). */
  advance(ms: number): void {
    const target = this.#now + ms;
    this.run();
    for (let next = this.#next(); next !== undefined && next.due <= target; next = this.#next()) {
      this.#timers.delete(next);
      this.#now = Math.max(this.#now, next.due);
      next.fire();
      this.run();
    }
    this.#now = target;
  }

  /** Timers that have not fired and were not cancelled. */
  get activeTimers(): number {
    return this.#timers.size;
  }

  /** Forgets every timer; what is posted still runs. */
  clearTimers(): void {
    this.#timers.clear();
  }

  #next(): Pending | undefined {
    let next: Pending | undefined;
    for (const timer of this.#timers) {
      if (next === undefined || timer.due < next.due || (timer.due === next.due && timer.order < next.order))
        next = timer;
    }
    return next;
  }
}
