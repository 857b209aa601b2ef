/** A clock that stands still until a test moves it, with timers and arrivals of network events, in the order of Node's loop. */
import type { Clock, Timer, Timers } from '../../src/servers/clock.ts';

interface Entry {
  readonly at: number;
  readonly order: number;
  readonly fire: () => void;
  cancelled: boolean;
}

export class VirtualTime implements Clock, Timers {
  /** Wall clock at monotonic 0. */
  readonly epoch: number;
  #now = 0;
  #order = 0;
  #busy = 0;
  #timers: Entry[] = [];
  #arrivals: Entry[] = [];
  #after: Entry[] = [];

  constructor(epoch = 1_700_000_000_000) {
    this.epoch = epoch;
  }

  now = (): number => this.epoch + this.#now;
  monotonic = (): number => this.#now;
  busy = (): number => this.#busy;

  startTimer = (delay: number, fire: () => void): Timer => this.#add(this.#timers, this.#now + delay, fire);

  afterArrivals = (fire: () => void): Timer => this.#add(this.#after, this.#now, fire);

  /** Something comes from the network `delay` ms from now; it is seen when the loop is free. */
  arrive(delay: number, fire: () => void): Timer {
    return this.#add(this.#arrivals, this.#now + delay, fire);
  }

  /** Timers and arrivals that wait. */
  get pending(): number {
    return this.#timers.length + this.#arrivals.length + this.#after.length;
  }

  /** Lets `ms` pass, with everything that falls due on the way. */
  async advance(ms: number): Promise<void> {
    const end = this.#now + ms;
    for (;;) {
      const next = Math.min(earliest(this.#timers), earliest(this.#arrivals), earliest(this.#after));
      if (next > end) break;
      this.#now = Math.max(this.#now, next);
      await this.#turn();
    }
    this.#now = end;
  }

  /** The loop does something else for `ms`: time passes, and nothing is seen until the next `advance`. */
  block(ms: number): void {
    this.#now += ms;
    this.#busy += ms;
  }

  /** The process is stopped for `ms`: as `block`, but nobody is busy. */
  suspend(ms: number): void {
    this.#now += ms;
  }

  /** One turn of the loop: timers, then what has arrived, then those who waited for that. */
  async #turn(): Promise<void> {
    this.#run(this.#take('timers'));
    await Promise.resolve();
    const after = this.#take('after');
    this.#run(this.#take('arrivals'));
    await Promise.resolve();
    this.#run(after);
    await Promise.resolve();
  }

  #add(list: Entry[], at: number, fire: () => void): Timer {
    const entry: Entry = { at, order: this.#order++, fire, cancelled: false };
    list.push(entry);
    return {
      cancel: () => {
        entry.cancelled = true;
        this.#timers = this.#timers.filter((other) => other !== entry);
        this.#arrivals = this.#arrivals.filter((other) => other !== entry);
        this.#after = this.#after.filter((other) => other !== entry);
      },
    };
  }

  #take(which: 'timers' | 'arrivals' | 'after'): Entry[] {
    const all = which === 'timers' ? this.#timers : which === 'arrivals' ? this.#arrivals : this.#after;
    const due = all.filter((entry) => entry.at <= this.#now).sort((a, b) => a.at - b.at || a.order - b.order);
    const left = all.filter((entry) => entry.at > this.#now);
    if (which === 'timers') this.#timers = left;
    else if (which === 'arrivals') this.#arrivals = left;
    else this.#after = left;
    return due;
  }

  #run(due: readonly Entry[]): void {
    for (const entry of due) if (!entry.cancelled) entry.fire();
  }
}

function earliest(list: readonly Entry[]): number {
  return list.reduce((first, entry) => Math.min(first, entry.at), Number.POSITIVE_INFINITY);
}
