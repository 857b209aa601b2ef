/** What every change of a server has in common: counting again, the shared table, traffic, and the event. */
import type { ServerModel } from '../config/model.ts';
import type { BackendEntry } from './backend-entry.ts';
import type { Clock } from './clock.ts';
import type { ServerEntry } from './server-entry.ts';
import type { Finding, ServerEvent, ServerEventSink, Surroundings } from './server-event.ts';
import { Admin, type CheckState, Oper } from './server-record.ts';
import { publishCheck } from './shared-check.ts';
import { type SharedTable, Word } from './shared-table.ts';
import { WEIGHT_SCALE } from './slow-start.ts';

/** What the rest of the program is told of; every hook is called after the shared table has been written. */
export interface RegistryHooks {
  /** State words of a server changed: queues may move. */
  serverChanged(slot: number): void;
  /** Every session of the server must end (`D`: it went down; `K`: somebody asked for it). */
  shutdownSessions(slot: number, cause: 'D' | 'U' | 'K'): void;
  /** The next check of the server is to come sooner than it was going to. */
  hurryCheck(slot: number): void;
  /** How the server is checked, or its agent asked, is to be worked out again. */
  checkChanged(slot: number): void;
  /** Every session on backup servers of the backend must end. */
  shutdownBackupSessions(backendSlot: number): void;
}

export interface BoardOptions {
  readonly backends: readonly (BackendEntry | undefined)[];
  readonly table: SharedTable;
  readonly clock: Clock;
  readonly report: ServerEventSink;
  readonly hooks: Partial<RegistryHooks>;
}

export class StateBoard {
  readonly #backends: readonly (BackendEntry | undefined)[];
  readonly #table: SharedTable;
  readonly #clock: Clock;
  readonly #report: ServerEventSink;
  #hooks: Partial<RegistryHooks>;

  constructor(options: BoardOptions) {
    this.#backends = options.backends;
    this.#table = options.table;
    this.#clock = options.clock;
    this.#report = options.report;
    this.#hooks = options.hooks;
  }

  /** Monotonic ms. */
  now(): number {
    return this.#clock.monotonic();
  }

  connect(hooks: Partial<RegistryHooks>): void {
    this.#hooks = { ...this.#hooks, ...hooks };
  }

  report(event: ServerEvent): void {
    this.#report(event);
  }

  /** `option log-health-checks`: what a check or the agent found, and where the server stands with it. */
  tellCheck(entry: ServerEntry, state: Readonly<CheckState>, result: Finding): void {
    const { proxy, model: server } = entry;
    if (!proxy.log.logHealthChecks) return;
    const { health, rise, fall } = state;
    const weightIsZero = entry.userWeight === 0;
    const agent = state === entry.ownAgent;
    this.#report({ kind: 'check', agent, proxy, server, result, health, rise, fall, weightIsZero });
  }

  /** The next check of the server should come as early as its health asks for now. */
  hurry(entry: ServerEntry): void {
    this.#hooks.hurryCheck?.(entry.slot);
  }

  /** Takes another model of the server, checked otherwise. */
  setModel(entry: ServerEntry, model: ServerModel): void {
    entry.model = model;
    this.#hooks.checkChanged?.(entry.slot);
  }

  /** Takes a weight. A server in maintenance has its old one in use until it comes back; one that drains says so once more. */
  setWeight(entry: ServerEntry, weight: number): void {
    const { userWeight, effectiveWeight } = entry;
    entry.userWeight = weight;
    if (!entry.inMaintenance) {
      if (entry.oper !== Oper.starting) entry.share = WEIGHT_SCALE;
      entry.effectiveWeight = weight * entry.share;
    }
    if (userWeight !== weight || effectiveWeight !== entry.effectiveWeight) this.publish(entry);
    if (!entry.inMaintenance) this.mentionDrain(entry);
  }

  /** A drained server says so again whenever something moves it. */
  mentionDrain(entry: ServerEntry): void {
    if (!entry.draining) return;
    const own = (entry.admin & Admin.forcedDrain) !== 0;
    const via = own ? undefined : entry.tracked?.path;
    this.report({ kind: 'remains', in: 'drain', proxy: entry.proxy, server: entry.model, via });
  }

  /** Takes a limit of sessions other than the configured one. */
  setMaxconn(entry: ServerEntry, maxconn: number): void {
    entry.maxconn = maxconn;
    this.#table.set(entry.slot, Word.maxconn, maxconn);
    this.publish(entry);
  }

  /** Counts again, writes the shared table, tells the logs what `tell` reports, and then traffic. */
  publish(entry: ServerEntry, tell?: () => void): void {
    const lost = this.#backends[entry.proxy.index]?.recount(this.now()) ?? false;
    this.write(entry);
    publishCheck(entry);
    tell?.();
    if (lost) this.#report({ kind: 'no-server', proxy: entry.proxy });
    this.#hooks.serverChanged?.(entry.slot);
  }

  /** Words of the shared table that traffic goes by have changed. */
  tellTraffic(slot: number): void {
    this.#hooks.serverChanged?.(slot);
  }

  /** State words of the shared table. */
  write(entry: ServerEntry): void {
    this.#table.set(entry.slot, Word.usable, entry.usable ? 1 : 0);
    this.#table.set(entry.slot, Word.stopped, entry.oper === Oper.stopped || entry.inMaintenance ? 1 : 0);
    this.#table.set(entry.slot, Word.effectiveWeight, entry.effectiveWeight);
    this.#table.add(entry.slot, Word.generation, 1);
    // Last: whoever finds the backend's generation changed reads all of its servers.
    const backend = this.#backends[entry.proxy.index];
    if (backend !== undefined && backend.slot >= 0) this.#table.add(backend.slot, Word.generation, 1);
  }

  /** Sessions and queues at this moment: the server's queue empties when it leaves, the backend's when it comes. */
  surroundings(entry: ServerEntry, moves: 'server' | 'backend'): Surroundings {
    const backend = this.#backends[entry.proxy.index];
    const active = backend?.activeCount ?? 0;
    const backup = backend?.backupCount ?? 0;
    const sessions = this.#table.get(entry.slot, Word.current);
    const waiting = this.#table.get(entry.slot, Word.queued);
    const redispatch = (entry.proxy.backend?.redispatch ?? 0) !== 0;
    const drained = !entry.usable && entry.userWeight > 0;
    if (moves === 'server' ? redispatch || active + backup > 0 : drained && redispatch) {
      return { active, backup, sessions, requeued: waiting, queued: 0 };
    }
    if (moves === 'server') return { active, backup, sessions, requeued: 0, queued: waiting };
    const unassigned = backend === undefined || !entry.usable ? 0 : this.#table.get(backend.slot, Word.queued);
    const places = entry.maxconn > 0 ? Math.max(0, entry.maxconn - sessions) : unassigned;
    return { active, backup, sessions, requeued: Math.min(unassigned, places), queued: waiting };
  }

  /** Ends the server's sessions where the configuration wants that of a server that went down. */
  cutSessions(entry: ServerEntry): void {
    if (entry.model.shutdownSessionsOnDown) this.#hooks.shutdownSessions?.(entry.slot, 'D');
  }

  /** Ends the server's sessions because somebody asked for it. */
  killSessions(entry: ServerEntry): void {
    this.#hooks.shutdownSessions?.(entry.slot, 'K');
  }

  /** Ends the sessions on backup servers where the configuration wants that of a server that came up. */
  cutBackupSessions(entry: ServerEntry): void {
    const backend = this.#backends[entry.proxy.index];
    if (!entry.model.shutdownBackupSessionsOnUp || entry.model.backup || backend === undefined) return;
    // One that takes no sessions itself leaves them where they are (measured).
    if (entry.userWeight === 0) return;
    this.#hooks.shutdownBackupSessions?.(backend.slot);
  }
}
