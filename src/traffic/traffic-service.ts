import type { Model } from '../config/model.ts';
import type { SessionLog } from '../logging/session-record.ts';
import { SharedTable, Word } from '../servers/shared-table.ts';
import { PROCESS_SLOT } from '../servers/slots.ts';
import { CounterBlock } from '../stats/counters.ts';
import { ProgramScope } from '../stats/program-scope.ts';
import { Backend } from './backend.ts';
import type { BackendServer } from './backend-server.ts';
import type { Engine } from './engine.ts';
import { Frontend, type FrontendOwner } from './frontend.ts';
import { type BackendDirectory, FrontendRules } from './frontend-rules.ts';
import { Roll } from './roll.ts';
import type { Session } from './session.ts';
import type { SessionContext } from './session-context.ts';
import { SessionLines } from './session-lines.ts';
import type { BindFailure, BoundListener, CutCause, SharedListener, TrafficSetup } from './traffic-handle.ts';
import { Wake, type WakeBoard } from './wake-board.ts';

export interface TrafficStarted {
  readonly bound: readonly BoundListener[];
  readonly failures: readonly BindFailure[];
}

/** All traffic of one thread: its listeners, backends and sessions. Everything is a callback; nothing here waits. */
export class TrafficService implements FrontendOwner {
  readonly engine: Engine;
  readonly #table: SharedTable;
  readonly #maxconn: number;
  readonly #frontends: Frontend[] = [];
  readonly #backends = new Map<number, Backend>();
  readonly #servers = new Map<number, { readonly backend: Backend; readonly server: BackendServer }>();
  /** Those that have not ended, in order of arrival. */
  readonly #sessions = new Roll<Session>();
  #processFull = false;
  readonly #board: WakeBoard | undefined;
  #drained: (() => void)[] | undefined;
  #stopped = false;

  /** Proxies in mode http and disabled ones are left out: their frontends are not traffic's. */
  constructor(engine: Engine, setup: TrafficSetup, sessionLog: SessionLog, board?: WakeBoard) {
    this.engine = engine;
    this.#board = board;
    this.#maxconn = setup.maxconn;
    const table = SharedTable.attach(setup.table);
    const counters = CounterBlock.attach(setup.counters);
    this.#table = table;
    const context: SessionContext = {
      engine,
      ledger: { table, counters, now: () => engine.now() },
      lines: new SessionLines(sessionLog, table),
    };
    for (const proxy of setup.model.proxies) {
      if (proxy.backend === undefined) continue;
      const backend = new Backend(proxy, proxy.backend, setup.slots, table, counters, board);
      this.#backends.set(proxy.index, backend);
      for (const server of backend.servers) this.#servers.set(server.slot, { backend, server });
    }
    // Rates are those of this thread.
    const figures = {
      model: setup.model,
      slots: setup.slots,
      table,
      counters: [counters],
      now: () => engine.now(),
      wallClock: () => engine.wallClock(),
    };
    for (const proxy of setup.model.proxies) {
      const { frontend } = proxy;
      if (frontend === undefined || proxy.disabled || proxy.mode !== 'tcp') continue;
      if (setup.frontends !== undefined && !setup.frontends.includes(proxy.index)) continue;
      const backend = frontend.defaultBackend === undefined ? undefined : this.#backends.get(frontend.defaultBackend);
      const scope = new ProgramScope(figures, proxy);
      const rules = frontend.rules && new FrontendRules(frontend.rules, scope, this.#directory(setup.model));
      const own = this.#backends.get(proxy.index);
      const { slots, strict } = setup;
      this.#frontends.push(new Frontend(context, this, proxy, frontend, slots, backend, strict, rules, own));
    }
  }

  #directory(model: Model): BackendDirectory {
    const names = new Map<string, Backend>();
    for (const [index, backend] of this.#backends) names.set(model.proxies[index]?.name ?? '', backend);
    return {
      backendAt: (index) => this.#backends.get(index),
      backendNamed: (name) => names.get(name),
    };
  }

  /** Sessions of this thread that have not ended. */
  get sessionCount(): number {
    return this.#sessions.size;
  }

  /** Opens every listener; `done` gets the outcome of each. Nothing is accepted before, nor if one of them failed. */
  start(done: (outcome: TrafficStarted) => void, shared?: readonly SharedListener[]): void {
    let missing = this.#frontends.length;
    const answered = () => {
      missing--;
      if (missing > 0) return;
      const outcome = this.#outcome();
      done(outcome);
      if (outcome.failures.length > 0 || this.#stopped || this.#drained !== undefined) return;
      for (const frontend of this.#frontends) frontend.open();
    };
    if (missing === 0) this.engine.post(answered);
    for (const frontend of this.#frontends) frontend.listen(answered, shared);
  }

  /** State words of a server's slot have changed: its queued sessions may have to move. Or a frontend's limit has. */
  serverChanged(slot: number): void {
    const found = this.#servers.get(slot);
    found?.backend.serverChanged();
    for (const frontend of this.#frontends) if (frontend.slot === slot) frontend.updateListeners();
  }

  /** Another thread has woken this one; `why` is what the board had. */
  woken(why: number): void {
    if (why === 0) return;
    this.#updateProcessLimit();
    for (const backend of this.#backends.values()) backend.woken((why & Wake.place) !== 0);
  }

  /** Cuts every session of the server; their termination state is the cause and `-`. */
  shutdownSessions(serverSlot: number, cause: CutCause): void {
    const server = this.#servers.get(serverSlot)?.server;
    if (server !== undefined) for (const session of server.sessions.members) session.cut(cause);
  }

  /** Cuts every session on backup servers of the backend (`U-`). */
  shutdownBackupSessions(backendSlot: number): void {
    for (const backend of this.#backends.values()) {
      if (backend.slot !== backendSlot) continue;
      for (const server of backend.servers) {
        if (server.model.backup) for (const session of server.sessions.members) session.cut('U');
      }
    }
  }

  /** Cuts every session (`K-`), those that wait for a server last: their lines come in this order. */
  shutdownEverything(): void {
    for (const session of this.#sessions.members) if (session.state === 'relaying') session.cut('K');
    this.engine.post(() => {
      for (const session of this.#sessions.members) session.cut('K');
    });
  }

  /** Closes the listeners; `done` is called when the last session has ended. */
  drain(done: () => void): void {
    if (this.#stopped) {
      done();
      return;
    }
    for (const frontend of this.#frontends) frontend.close();
    this.#drained ??= [];
    this.#drained.push(done);
    this.#reportDrained();
  }

  /** Ends everything at once, without a word in the log, as HAProxy does. */
  stopNow(): void {
    if (this.#stopped) return;
    this.#stopped = true;
    this.engine.close();
    for (const done of this.#drained?.splice(0) ?? []) done();
  }

  // What frontends tell.

  /** As of the last look: other threads count it as held from then on, and wake it. */
  get full(): boolean {
    return this.#processFull;
  }

  sessionBegun(session: Session): void {
    session.onRoll = this.#sessions.enter(session);
    this.#updateProcessLimit();
  }

  sessionEnded(session: Session): void {
    if (session.onRoll !== undefined) this.#sessions.leave(session.onRoll);
    session.onRoll = undefined;
    this.#updateProcessLimit();
    const held = this.#processFull ? 1 : 0;
    if (this.#board !== undefined && this.#table.get(PROCESS_SLOT, Word.heldThreads) > held) {
      this.#board.wakeOthers(Wake.passedOn);
    }
    this.#reportDrained();
  }

  get #limitReached(): boolean {
    return this.#maxconn > 0 && this.#table.get(PROCESS_SLOT, Word.current) >= this.#maxconn;
  }

  #updateProcessLimit(): void {
    let full = this.#limitReached;
    if (full === this.#processFull) return;
    this.#table.add(PROCESS_SLOT, Word.heldThreads, full ? 1 : -1);
    if (full) {
      this.#table.add(PROCESS_SLOT, Word.maxconnReached, 1);
      // A session of another thread may have ended before it could know that this one waits for it.
      full = this.#limitReached;
      if (!full) this.#table.add(PROCESS_SLOT, Word.heldThreads, -1);
    }
    if (full === this.#processFull) return;
    this.#processFull = full;
    for (const frontend of this.#frontends) frontend.updateListeners();
  }

  #reportDrained(): void {
    if (this.#sessions.size > 0 || this.#drained === undefined) return;
    for (const done of this.#drained.splice(0)) this.engine.post(done);
  }

  #outcome(): TrafficStarted {
    const bound: BoundListener[] = [];
    const failures: BindFailure[] = [];
    for (const { proxy, listeners } of this.#frontends) {
      for (const { index, outcome } of listeners) {
        if (outcome === undefined) continue;
        if ('code' in outcome) failures.push({ proxy: proxy.index, listener: index, code: outcome.code });
        else bound.push({ proxy: proxy.index, listener: index, host: outcome.local.host, port: outcome.local.port });
      }
    }
    return { bound, failures };
  }
}
