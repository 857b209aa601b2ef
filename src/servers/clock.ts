/** Time and timers, handed in from outside so that tests of checks and slowstart need no waiting. */
import { steadyNow } from '../system/steady-time.ts';

export interface Clock {
  /** Wall clock, ms since the epoch: for time stamps. It jumps when somebody sets it. */
  now(): number;
  /** ms that never jump, for ages and durations: only differences count. */
  monotonic(): number;
}

export interface Timer {
  cancel(): void;
}

export interface Timers {
  /** Calls `fire` once after `delay` ms. */
  startTimer(delay: number, fire: () => void): Timer;
  /** Calls `fire` once everything that has already arrived at this process's sockets has been handed out. */
  afterArrivals(fire: () => void): Timer;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: steadyNow,
};

/** Node's timers. They keep the process alive: whoever starts one cancels it when it stops. */
export const systemTimers: Timers = {
  startTimer(delay, fire) {
    const handle = setTimeout(fire, delay);
    return { cancel: () => clearTimeout(handle) };
  },
  afterArrivals(fire) {
    // The poll phase, where sockets are read, lies between two check phases of Node's loop.
    let handle = setImmediate(() => {
      handle = setImmediate(fire);
    });
    return { cancel: () => clearImmediate(handle) };
  },
};
