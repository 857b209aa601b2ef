import type { SessionLog } from '../logging/session-record.ts';
import type { Engine } from './engine.ts';
import type { BindFailure, BoundListener, CutCause, TrafficSetup } from './traffic-handle.ts';

export interface TrafficStarted {
  readonly bound: readonly BoundListener[];
  readonly failures: readonly BindFailure[];
}

/** All traffic of one thread: its listeners, backends and sessions. Everything is a callback; nothing here waits. */
export class TrafficService {
  readonly engine: Engine;
  readonly setup: TrafficSetup;
  readonly sessionLog: SessionLog;

  constructor(engine: Engine, setup: TrafficSetup, sessionLog: SessionLog) {
    this.engine = engine;
    this.setup = setup;
    this.sessionLog = sessionLog;
  }

  /** Opens every listener; `done` gets the outcome of each. Nothing is accepted before `done` is called. */
  start(done: (outcome: TrafficStarted) => void): void {
    this.engine.post(() => done({ bound: [], failures: [] }));
  }

  /** State words of a server's slot have changed: its queued sessions may have to move. */
  serverChanged(_slot: number): void {}

  /** Cuts every session of the server; their termination state is the cause and `-`. */
  shutdownSessions(_serverSlot: number, _cause: CutCause): void {}

  /** Cuts every session on backup servers of the backend. */
  shutdownBackupSessions(_backendSlot: number): void {}

  /** Closes the listeners; `done` is called when the last session has ended. */
  drain(done: () => void): void {
    this.engine.post(done);
  }

  /** Ends everything at once. */
  stopNow(): void {
    this.engine.close();
  }
}
