import type { TrafficHandle, TrafficSetup } from './traffic-handle.ts';

export interface TrafficOptions {
  /** 1: a worker thread of its own (needs the built package). 0: the node engine in the caller's thread. */
  readonly threads: 0 | 1;
}

/** Starts traffic for a model. Nothing is listened to before `start()` of the handle is called. */
export function startTraffic(_setup: TrafficSetup, options: TrafficOptions): TrafficHandle {
  throw new Error(`traffic with ${options.threads} threads is not there yet`);
}
