/** Every server and backend of the model with its state: the one place where that state changes. */
import type { Model } from '../config/model.ts';
import type { Clock, Timers } from './clock.ts';
import type { ServerControl } from './server-control.ts';
import type { CheckResult, ServerEventSink } from './server-event.ts';
import type { BackendRecord, ServerRecord } from './server-record.ts';
import type { SharedTable } from './shared-table.ts';
import type { Slots } from './slots.ts';

/** What the rest of the program is told of; every hook is called after the shared table has been written. */
export interface RegistryHooks {
  /** State words of a server changed: queues may move. */
  serverChanged(slot: number): void;
  /** Every session of the server must end (`D`: it went down). */
  shutdownSessions(slot: number, cause: 'D' | 'U'): void;
  /** Every session on backup servers of the backend must end. */
  shutdownBackupSessions(backendSlot: number): void;
}

export interface RegistryOptions {
  readonly model: Model;
  readonly slots: Slots;
  readonly table: SharedTable;
  readonly clock: Clock;
  readonly timers: Timers;
  /** `(event) => sink(eventLine(event))` with src/logging/event-lines.ts gives HAProxy's lines. */
  readonly report: ServerEventSink;
  readonly hooks?: Partial<RegistryHooks>;
}

export declare class ServerRegistry implements ServerControl {
  /** By proxy index; undefined for proxies without a backend side. Fit for `RuntimeView.backends`. */
  readonly backends: readonly (BackendRecord | undefined)[];
  constructor(options: RegistryOptions);
  /** Hooks may be set after construction (traffic starts later than the registry). */
  connect(hooks: Partial<RegistryHooks>): void;
  find(backend: string, server: string): ServerRecord | undefined;
  setAdministrative(server: ServerRecord, state: 'ready' | 'drain' | 'maint'): void;
  checkStarted(server: ServerRecord): void;
  checkFinished(server: ServerRecord, result: CheckResult): void;
  /** Cancels slowstart timers. */
  close(): void;
}
