import type { ServerRecord } from './server-record.ts';

/** What may be done to a server at run time, by the runtime API and the stats page. */
export interface ServerControl {
  /** `set server b/s state ready|drain|maint`, `enable server` (ready), `disable server` (maint). Idempotent. */
  setAdministrative(server: ServerRecord, state: 'ready' | 'drain' | 'maint'): void;
  /**
   * `set weight b/s N`, `set server b/s weight N`: 0 to 256, at once. 0 keeps new sessions away. What the algorithm of the
   * backend can follow is for the caller to know (`hasDynamicWeights`).
   */
  setWeight(server: ServerRecord, weight: number): void;
  /** `clear counters all`: chkfail and chkdown of every server start at 0 again. */
  clearCounters?(): void;
}
