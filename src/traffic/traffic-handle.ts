import type { Model } from '../config/model.ts';
import type { Slots } from '../servers/slots.ts';

/** Everything a traffic thread is started with: plain data and shared buffers, fit for `workerData`. */
export interface TrafficSetup {
  readonly model: Model;
  readonly slots: Slots;
  readonly table: SharedArrayBuffer;
  readonly counters: SharedArrayBuffer;
  /** The ring for traffic log lines (src/logging/log-ring.ts). */
  readonly logRing: SharedArrayBuffer;
  /** Process-wide `maxconn`. */
  readonly maxconn: number;
  /** `--strict`: a server's RST becomes a FIN for the client. */
  readonly strict: boolean;
  /** Indexes of the proxies whose frontends this thread serves; absent: all. Backends and servers belong to every thread. */
  readonly frontends?: readonly number[];
  /** Where threads that share servers wake each other (src/traffic/wake-board.ts), and this thread's number there; absent: it is alone. */
  readonly wakeBoard?: { readonly buffer: SharedArrayBuffer; readonly self: number };
}

/** A listening socket that the control thread has opened, and closes. */
export interface SharedListener {
  readonly proxy: number;
  readonly listener: number;
  readonly fd: number;
  readonly local: { readonly host: string; readonly port: number };
}

export interface BindFailure {
  readonly proxy: number;
  readonly listener: number;
  /** Name of the errno, `EADDRINUSE`. */
  readonly code: string;
}

export interface BoundListener {
  readonly proxy: number;
  readonly listener: number;
  readonly host: string;
  /** The real port where 0 was asked for (library use). */
  readonly port: number;
}

/** Why sessions are cut: the first letter of their termination state. */
export type CutCause = 'D' | 'U' | 'K';

/** The control thread's grip on traffic, wherever it runs (a worker thread, or the caller's own with `threads: 0`). */
export interface TrafficHandle {
  /**
   * Opens every listener, or takes those that the control thread has opened (linux engine). Failures are returned, not
   * thrown; nothing is accepted before this resolves.
   */
  start(
    listeners?: readonly SharedListener[],
  ): Promise<{ readonly bound: readonly BoundListener[]; readonly failures: readonly BindFailure[] }>;
  /** State words of a server's slot have changed: queues may move. */
  serverChanged(slot: number): void;
  /** Cuts every session of the server. */
  shutdownSessions(serverSlot: number, cause: CutCause): void;
  /** Cuts every session on backup servers of the backend. */
  shutdownBackupSessions(backendSlot: number): void;
  /** Cuts every session there is, those that wait for a server too. */
  shutdownEverything(): void;
  /** Soft stop: closes the listeners; `closed` is called when nothing is accepted any more; resolves when the last session has ended. */
  drain(closed?: () => void): Promise<void>;
  /** Ends at once; resolves when the thread is gone. Safe to call twice. */
  stop(): Promise<void>;
  /** Sessions end at once but synchronously, for exit hooks: sets the stop flag. */
  stopNow(): void;
  /** Called when the traffic thread dies of an error. */
  onFailure(listener: (error: Error) => void): void;
}
