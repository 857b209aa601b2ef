/** What happens to servers and backends, as plain data. src/logging/event-lines.ts turns each into its log line. */
import type { ProxyModel, ServerModel } from '../config/model.ts';
import type { CheckStatus } from './server-record.ts';

/** A finished check. `text` is `last_chk`; `duration` in ms. */
export interface CheckResult {
  readonly status: CheckStatus;
  readonly code?: number;
  readonly text: string;
  readonly duration: number;
}

/** Where the backend stands after a change; sessions and queues are read from the shared gauges at that moment. */
export interface Surroundings {
  readonly active: number;
  readonly backup: number;
  /** Sessions on the server. */
  readonly sessions: number;
  /** Sessions that move between queues because of the change. */
  readonly requeued: number;
  /** Sessions left in the server's queue. */
  readonly queued: number;
}

interface OfServer {
  readonly proxy: ProxyModel;
  readonly server: ServerModel;
}

interface Changed extends OfServer {
  readonly surroundings: Surroundings;
  /** The check that decided; absent where none did, or where log-health-checks has told it already. */
  readonly reason: CheckResult | undefined;
  /** `backend/server` of the tracked server that brought the change. */
  readonly via: string | undefined;
}

export type ServerEvent =
  | (Changed & { readonly kind: 'down' | 'up' | 'stopping' })
  | (Changed & { readonly kind: 'maintenance' })
  | (OfServer & { readonly kind: 'maintenance-while-down'; readonly via: string | undefined })
  /** Maintenance is over. `forced`: it was the server's own, not a tracked one's. */
  | (OfServer & {
      readonly kind: 'leaves-maintenance';
      readonly forced: boolean;
      readonly up: boolean;
      readonly draining: boolean;
    })
  | (Changed & { readonly kind: 'drain'; readonly up: boolean })
  | (OfServer & {
      readonly kind: 'leaves-drain';
      readonly forced: boolean;
      readonly up: boolean;
      readonly via: string | undefined;
    })
  | (OfServer & { readonly kind: 'remains'; readonly in: 'drain' | 'maintenance' })
  /** `option log-health-checks`. */
  | (OfServer & {
      readonly kind: 'check';
      readonly result: CheckResult;
      readonly health: number;
      readonly rise: number;
      readonly fall: number;
      readonly weightIsZero: boolean;
    })
  | { readonly kind: 'no-server'; readonly proxy: ProxyModel };

export type ServerEventSink = (event: ServerEvent) => void;
