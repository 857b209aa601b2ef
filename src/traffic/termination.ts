import { Counter } from '../stats/counters.ts';
import type { RelayEnd } from './engine.ts';
import type { CutCause } from './traffic-handle.ts';

/**
 * Two letters as the log prints them. Who: C the client, S the server, c and s their timeouts, P the proxy by a rule, R a resource of ours,
 * D, U, K an order; - nobody. When: R before anything was done for it, Q in the queue, C while connecting, D with the connection established.
 */
export type SessionEnd =
  | '--'
  | 'CC'
  | 'CD'
  | 'CQ'
  | 'CR'
  | 'PR'
  | 'SC'
  | 'SD'
  | 'SQ'
  | 'RC'
  | 'cC'
  | 'cD'
  | 'cQ'
  | 'cR'
  | 'sC'
  | 'sD'
  | 'sQ'
  | `${CutCause}-`
  | `${CutCause}C`;

/** What the end of a relay means: the state, and the counters of server and backend that grow (measured on HAProxy 2.6). */
export const RELAY_END: Readonly<Record<RelayEnd, { readonly termination: SessionEnd; readonly blame: Counter[] }>> = {
  finished: { termination: '--', blame: [] },
  'client-timeout': { termination: 'cD', blame: [Counter.clientAborts] },
  'server-timeout': { termination: 'sD', blame: [Counter.serverAborts] },
  'client-reset': { termination: 'CD', blame: [Counter.clientAborts] },
  'server-reset': { termination: 'SD', blame: [Counter.serverAborts, Counter.responseErrors] },
  aborted: { termination: 'K-', blame: [] },
};
