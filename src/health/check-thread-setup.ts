import type { ProxyModel, ServerModel } from '../config/model.ts';
import type { CheckResult } from '../servers/server-event.ts';

export interface CheckLoopSetup {
  /** Those that have checks in this thread. */
  readonly proxies: readonly ProxyModel[];
  /** Positions in `proxies` and in the proxy's servers; a check is known by its number in this list. */
  readonly checks: readonly (readonly [proxy: number, server: number])[];
  readonly board: SharedArrayBuffer;
  /** Percent. */
  readonly spreadChecks: number;
}

export interface CheckThreadSetup extends CheckLoopSetup {
  /** The thread sits in a loop of its own and is woken through it for orders; -1: it sits in Node's. */
  readonly eventfd: number;
}

/** A check of a number, and its result. */
export type FinishedCheck = readonly [check: number, result: CheckResult];

/** What the control thread asks of a checking thread. */
export type CheckOrder =
  /** `at`: monotonic ms, from which the delays count. */
  | { readonly order: 'start'; readonly at: number; readonly delays: readonly number[] }
  | { readonly order: 'taken'; readonly checks: readonly number[] }
  | { readonly order: 'replan'; readonly check: number; readonly server: ServerModel }
  /** `longest`: ms until the next check at the latest. */
  | { readonly order: 'hurry'; readonly check: number; readonly longest: number }
  | { readonly order: 'stop' };

/** What it tells. */
export type CheckReport =
  /** Everything has been read that a change of root or user may put out of reach. */
  | { readonly report: 'ready' }
  /** What one turn of its loop has brought. */
  | { readonly report: 'finished'; readonly results: readonly FinishedCheck[] };
