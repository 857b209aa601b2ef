/** Two figures of `show info` that need a look at the recent past: how idle the control thread is, and bytes a second. */
import { type EventLoopUtilization, performance } from 'node:perf_hooks';

const PERIOD = 1000;

interface Sample {
  readonly at: number;
  readonly loop: EventLoopUtilization;
  readonly bytes: number;
}

export class ProcessMeter {
  readonly #bytesOut: () => number;
  #previous: Sample;
  #timer: NodeJS.Timeout | undefined;

  /** `bytesOut` gives the bytes sent to clients so far. */
  constructor(bytesOut: () => number) {
    this.#bytesOut = bytesOut;
    this.#previous = this.#sample();
  }

  /** Looks once a second; does not keep the process alive. */
  start(): void {
    let last = this.#sample();
    this.#timer ??= setInterval(() => {
      this.#previous = last;
      last = this.#sample();
    }, PERIOD).unref();
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  /** Percent of the last second or two that this thread spent waiting. */
  idlePercent(): number {
    const busy = performance.eventLoopUtilization(this.#previous.loop).utilization;
    return Math.min(100, Math.max(0, Math.round(100 * (1 - busy))));
  }

  /** Bytes sent to clients a second, over the last second or two. */
  bytesOutRate(): number {
    const seconds = (performance.now() - this.#previous.at) / 1000;
    if (seconds <= 0) return 0;
    // Less than before means that the counters were cleared meanwhile.
    return Math.round(Math.max(0, this.#bytesOut() - this.#previous.bytes) / Math.max(seconds, 1));
  }

  #sample(): Sample {
    return { at: performance.now(), loop: performance.eventLoopUtilization(), bytes: this.#bytesOut() };
  }
}
