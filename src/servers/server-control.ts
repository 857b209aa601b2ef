import type { ServerRecord } from './server-record.ts';

/** What may be done to a server at run time, by the runtime API and the stats page. */
export interface ServerControl {
  /** `set server b/s state ready|drain|maint`, `enable server` (ready), `disable server` (maint). Idempotent. */
  setAdministrative(server: ServerRecord, state: 'ready' | 'drain' | 'maint'): void;
  /** `clear counters all`: chkfail and chkdown of every server start at 0 again. */
  clearCounters?(): void;
}
