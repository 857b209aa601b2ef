import type { PlaceChange } from './check-place.ts';
import type { ServerRecord } from './server-record.ts';

export type ForcedHealth = 'up' | 'stopping' | 'down';

/** Where a change by hand came from, as the log lines name it. */
export type ChangeSource = 'CLI' | 'Web interface';

/** What the log line adds to a change of administrative state. */
export type AdminNote = "'stop' on stats page";

/** What may be done to a server at run time, by the runtime API and the stats page. */
export interface ServerControl {
  /** `set server b/s state ready|drain|maint`, `enable server` (ready), `disable server` (maint). Idempotent. */
  setAdministrative(server: ServerRecord, state: 'ready' | 'drain' | 'maint', note?: AdminNote): void;
  /**
   * `set server b/s health up|stopping|down`: as if the checks had found so; running checks decide anew. Without effect in
   * maintenance. False when the server follows another one, whose state counts.
   */
  setHealth(server: ServerRecord, health: ForcedHealth, from: ChangeSource): boolean;
  /** `enable health`, `disable health`: whether the server is checked. False when it has no check of its own. */
  setHealthChecks(server: ServerRecord, enabled: boolean): boolean;
  /** `enable agent`, `disable agent`: whether the agent is asked, and its last word counts. False when it has none. */
  setAgent(server: ServerRecord, enabled: boolean): boolean;
  /** `set server b/s agent up|down`: as if the agent had said so. False when none is asked. */
  forceAgent(server: ServerRecord, up: boolean, from: ChangeSource): boolean;
  /** `set server b/s check-addr A [port P]`, `check-port P`: the next check goes there. */
  moveChecks(server: ServerRecord, change: PlaceChange): void;
  /** `set server b/s agent-addr A [port P]`, `agent-port P`: its agent is asked there the next time. */
  moveAgent(server: ServerRecord, change: PlaceChange): void;
  /** `set server b/s agent-send BYTES`: what its agent is told from the next time on. */
  setAgentSend(server: ServerRecord, bytes: Uint8Array): void;
  /** `shutdown sessions server b/s`: every session of the server ends (`K-`). */
  shutdownSessions(server: ServerRecord): void;
  /**
   * `set weight b/s N`, `set server b/s weight N`: 0 to 256, at once. 0 keeps new sessions away. What the algorithm of the
   * backend can follow is for the caller to know (`hasDynamicWeights`).
   */
  setWeight(server: ServerRecord, weight: number): void;
  /** `set maxconn server b/s N`: sessions it may have at once; 0: no limit. Those that wait are served if there is room now. */
  setMaxconn(server: ServerRecord, maxconn: number): void;
  /** `set maxconn frontend f N`: clients it may have at once; 0: none. `slot`: the frontend's. */
  setFrontendMaxconn(slot: number, maxconn: number): void;
  /** `clear counters all`: chkfail and chkdown of every server start at 0 again. */
  clearCounters?(): void;
}
