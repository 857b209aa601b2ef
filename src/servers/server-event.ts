/** What happens to servers and backends, as plain data. src/logging/event-lines.ts turns each into its log line. */
import type { ProxyModel, ServerModel } from '../config/model.ts';
import type { AgentOrders } from '../protocols/dialogue.ts';
import type { AdminNote, ChangeSource } from './server-control.ts';
import type { CheckStatus } from './server-record.ts';

/** What a check, an agent or traffic found. `text` is `last_chk`. */
export interface Finding {
  readonly status: CheckStatus;
  readonly code?: number | undefined;
  readonly text: string;
  /** ms; absent where nothing was measured, because traffic found it (`HANA`). */
  readonly duration?: number;
}

/** A finished check. */
export interface CheckResult extends Finding {
  readonly duration: number;
  /** What an agent wants besides. */
  readonly orders?: AgentOrders;
  /** The server could not even be tried, for want of something here; `code` names the errno. */
  readonly lack?: { readonly of: 'socket' | 'source' | 'port'; readonly code: string };
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
  /** `backend/server` of the tracked server that brought the change. */
  readonly via: string | undefined;
}

/** Checks, a tracked server or somebody by hand moved the server. */
interface StateChanged extends Changed {
  readonly kind: 'down' | 'up' | 'stopping';
  /** It took no new sessions before either, being drained or stopping. */
  readonly wasDraining: boolean;
  /** Set when it was forced by hand. */
  readonly from?: ChangeSource | undefined;
  /** The check that decided; absent where none did, or where log-health-checks has told it already. */
  readonly reason: Finding | undefined;
}

interface EntersMaintenance extends Changed {
  readonly kind: 'maintenance';
  /** It took no new sessions before either, being drained or stopping. */
  readonly wasDraining: boolean;
}

interface EntersMaintenanceWhileDown extends OfServer {
  readonly kind: 'maintenance-while-down';
  readonly via: string | undefined;
}

interface LeavesMaintenance extends OfServer {
  readonly kind: 'leaves-maintenance';
  /** The maintenance was the server's own, not a tracked one's. */
  readonly forced: boolean;
  readonly up: boolean;
  readonly draining: boolean;
}

interface EntersDrain extends Changed {
  readonly kind: 'drain';
  readonly up: boolean;
  readonly note?: AdminNote | undefined;
}

interface LeavesDrain extends OfServer {
  readonly kind: 'leaves-drain';
  readonly up: boolean;
}

/** One of two reasons for maintenance or drain is gone, or came; the other still holds. */
interface Remains extends OfServer {
  readonly kind: 'remains';
  readonly in: 'maintenance' | 'drain';
  /** Set when the tracked server's state holds and the server's own is gone; absent when its own holds. */
  readonly via: string | undefined;
}

/** `option log-health-checks`: a check (or a question to the agent) whose outcome differs from the one before, or that moved the health. */
interface CheckEvent extends OfServer {
  readonly kind: 'check';
  /** The agent was asked, not the server. */
  readonly agent: boolean;
  readonly result: Finding;
  readonly health: number;
  readonly rise: number;
  readonly fall: number;
  readonly weightIsZero: boolean;
}

/** The last usable server of a backend is gone. */
interface NoServer {
  readonly kind: 'no-server';
  readonly proxy: ProxyModel;
}

export type ServerEvent =
  | StateChanged
  | EntersMaintenance
  | EntersMaintenanceWhileDown
  | LeavesMaintenance
  | EntersDrain
  | LeavesDrain
  | Remains
  | CheckEvent
  | NoServer;

export type ServerEventSink = (event: ServerEvent) => void;
