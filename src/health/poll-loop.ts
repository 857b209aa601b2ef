/**
 * A loop that waits in epoll and for nothing else: for thousands of checks it costs a fraction of Node's, and what Node's own
 * loop would bring (its timers, microtasks, sockets) does not run in its thread meanwhile. Linux only.
 *
 *     const loop = new PollLoop(calls);
 *     loop.run(() => stopped);               // a worker: sits here until stopped
 *     setInterval(() => loop.turn(0), 1);    // a test: one turn that does not wait
 */
import type { Clock, Timer, Timers } from '../servers/clock.ts';
import { LoopClock } from '../system/loop-clock.ts';
import type { Memory } from '../system/memory.ts';
import { BATCH, Poller } from '../system/poller.ts';
import { ADDRESS_ROOM } from '../system/socket-address.ts';
import type { Syscalls } from '../system/syscalls.ts';

/** ms by which a check may begin late. */
const PRECISION = 1;
/** Whether it is to stop is looked at so often at least, ms. */
const LONGEST_WAIT = 1_000;
/** Bytes received or sent at once. */
const CHUNK = 65_536;

export class PollLoop implements Clock, Timers {
  readonly calls: Syscalls;
  readonly poller: Poller;
  /** What is sent and received passes through here; nothing in it survives the call that put it there. */
  readonly chunk: Memory;
  /** For the address of a socket. */
  readonly address: Memory;
  readonly #clock = new LoopClock(PRECISION);
  #posted: (() => void)[] = [];
  #afterArrivals: Errand[] = [];
  /** ms spent in turns that are over. */
  #busy = 0;
  #closed = false;

  constructor(calls: Syscalls) {
    this.calls = calls;
    this.poller = new Poller(calls);
    this.chunk = calls.memory(CHUNK);
    this.address = calls.memory(ADDRESS_ROOM);
  }

  now(): number {
    return this.#clock.wallClock();
  }

  /** Within a turn it stands still. */
  monotonic(): number {
    return this.#clock.now();
  }

  startTimer(delay: number, fire: () => void): Timer {
    return this.#clock.at(this.#clock.now() + delay, fire);
  }

  afterArrivals(fire: () => void): Timer {
    const errand = new Errand(fire);
    this.#afterArrivals.push(errand);
    return errand;
  }

  /** At the end of this turn, or in the next. */
  post(task: () => void): void {
    this.#posted.push(task);
  }

  /** ms in which nothing could be read because something else was done, cumulated. */
  readonly busy = (): number => this.#busy;

  /** Calls `woken` whenever the eventfd is written to. The descriptor stays its owner's. */
  onSignal(fd: number, woken: () => void): void {
    this.poller.onSignal(fd, woken);
  }

  /** Turns until `stopped` is true, then closes. What a callback throws comes out of here. */
  run(stopped: () => boolean): void {
    try {
      while (!stopped()) this.turn(LONGEST_WAIT);
    } finally {
      this.close();
    }
  }

  /** One turn: waits up to `longest` ms for something to happen, and lets it. */
  turn(longest: number): void {
    if (this.#closed) return;
    const errands = this.#afterArrivals;
    const idle = errands.length === 0 && this.#posted.length === 0;
    const count = this.poller.wait(idle ? this.#clock.timeLeft(longest) : 0);
    this.#clock.begin();
    const begun = this.#clock.now();
    try {
      this.poller.dispatch(count);
      // A full batch may not have been everything.
      if (errands.length > 0 && count < BATCH) {
        this.#afterArrivals = this.#afterArrivals.slice(errands.length);
        for (const errand of errands) errand.run();
      }
      this.#clock.advance();
      this.#runPosted();
    } finally {
      this.#clock.end();
      this.#busy += this.#clock.now() - begun;
      this.poller.sweep();
    }
  }

  /** Drops whoever still waits for something. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    for (const owner of this.poller.owners) owner.drop();
    this.#clock.clear();
    this.poller.end();
  }

  #runPosted(): void {
    if (this.#posted.length === 0) return;
    const tasks = this.#posted;
    this.#posted = [];
    for (const task of tasks) task();
  }
}

/** Something to be done once, unless it is cancelled. */
class Errand implements Timer {
  #fire: (() => void) | undefined;

  constructor(fire: () => void) {
    this.#fire = fire;
  }

  run(): void {
    this.#fire?.();
  }

  cancel(): void {
    this.#fire = undefined;
  }
}
