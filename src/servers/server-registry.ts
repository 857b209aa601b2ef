/** Every server and backend of the model with its state: the one place where that state changes. */
import type { Model } from '../config/model.ts';
import { type AdminStep, adminAfter, adminInherited, adminSteps } from './admin-change.ts';
import { BackendEntry } from './backend-entry.ts';
import { afterFailure, afterSuccess, fullHealth, initialHealth, isUp } from './check-health.ts';
import type { Clock, Timer, Timers } from './clock.ts';
import type { ServerControl } from './server-control.ts';
import { ServerEntry } from './server-entry.ts';
import type { CheckResult, ServerEventSink, Surroundings } from './server-event.ts';
import { Admin, type BackendRecord, type CheckStatus, Oper, type ServerRecord } from './server-record.ts';
import { type SharedTable, Word } from './shared-table.ts';
import type { Slots } from './slots.ts';
import { SLOWSTART_STEP, slowstartShare, WEIGHT_SCALE } from './slow-start.ts';

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

export interface ServerLoad {
  readonly sessions: number;
  readonly queued: number;
  readonly backendSessions: number;
  /** Sum of the weights in use. */
  readonly backendWeight: number;
}

/** Algorithms whose weights move while the process runs; the others give a server its whole weight at once. */
const DYNAMIC = new Set(['roundrobin', 'leastconn', 'first', 'random']);

export class ServerRegistry implements ServerControl {
  /** By proxy index; undefined for proxies without a backend side. Fit for `RuntimeView.backends`. */
  readonly backends: readonly (BackendRecord | undefined)[];
  readonly #backends: readonly (BackendEntry | undefined)[];
  readonly #table: SharedTable;
  readonly #clock: Clock;
  readonly #timers: Timers;
  readonly #report: ServerEventSink;
  readonly #slowstarts = new Map<ServerEntry, Timer>();
  #hooks: Partial<RegistryHooks>;

  constructor(options: RegistryOptions) {
    const { model, slots, table, clock } = options;
    this.#table = table;
    this.#clock = clock;
    this.#timers = options.timers;
    this.#report = options.report;
    this.#hooks = options.hooks ?? {};
    const now = clock.now();
    this.#backends = model.proxies.map((proxy, index) => {
      if (proxy.backend === undefined) return undefined;
      const servers = proxy.backend.servers.map(
        (server, at) => new ServerEntry(slots.servers[index]?.[at] ?? -1, proxy, server, now),
      );
      return new BackendEntry(slots.backend[index] ?? -1, proxy, servers, now);
    });
    this.backends = this.#backends;
    this.#begin();
  }

  /** `clear counters all`: servers' failed checks and changes to DOWN start at 0 again; a backend's own go on. */
  clearCounters(): void {
    for (const backend of this.#backends) {
      if (backend === undefined) continue;
      for (const server of backend.servers) {
        server.downs = 0;
        if (server.check !== undefined) server.check.failures = 0;
      }
    }
  }

  /** Sets hooks after construction: traffic starts later than the registry. */
  connect(hooks: Partial<RegistryHooks>): void {
    this.#hooks = { ...this.#hooks, ...hooks };
  }

  find(backend: string, server: string): ServerRecord | undefined {
    for (const entry of this.#backends) {
      if (entry?.proxy.name !== backend) continue;
      const found = entry.servers.find((candidate) => candidate.model.name === server);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  /** `set server b/s state ready|drain|maint`, `enable server`, `disable server`. */
  setAdministrative(server: ServerRecord, state: 'ready' | 'drain' | 'maint'): void {
    const entry = this.#entry(server);
    this.#changeAdmin(entry, adminAfter(entry.admin, state), undefined);
  }

  /** A check of the server begins: its row shows `* ` until the result comes. */
  checkStarted(server: ServerRecord): void {
    const check = this.#entry(server).check;
    if (check !== undefined) check.running = true;
  }

  /** The check ended without a result: the server entered maintenance, or the program stops. */
  checkAbandoned(server: ServerRecord): void {
    const check = this.#entry(server).check;
    if (check !== undefined) check.running = false;
  }

  /** Takes the result of a check: health, counters, state, log lines, and whoever tracks the server. */
  checkFinished(server: ServerRecord, result: CheckResult): void {
    const entry = this.#entry(server);
    const check = entry.check;
    if (check === undefined) return;
    check.running = false;
    if (entry.inMaintenance) return;
    const before = { status: check.status, health: check.health };
    check.status = result.status;
    check.code = result.code;
    check.duration = result.duration;
    check.text = result.text;
    const verdict = verdictOf(result.status);
    if (verdict === 'failed') {
      if (check.health > 0) check.failures++;
      check.health = afterFailure(check.health, check);
    } else if (check.health < fullHealth(check)) {
      check.health = afterSuccess(check.health, check);
    }
    const logs = entry.proxy.log.logHealthChecks;
    if (logs && (before.status !== check.status || before.health !== check.health)) {
      const { proxy, model } = entry;
      const { health, rise, fall } = check;
      const weightIsZero = entry.userWeight === 0;
      this.#report({ kind: 'check', proxy, server: model, result, health, rise, fall, weightIsZero });
    }
    this.#follow(entry, verdict, logs ? undefined : result);
  }

  /** What the server carries now, and its backend, from the shared gauges. */
  load(server: ServerRecord): ServerLoad {
    const backend = this.#backends[server.proxy.index];
    return {
      sessions: this.#table.get(server.slot, Word.current),
      queued: this.#table.get(server.slot, Word.queued),
      backendSessions: backend === undefined ? 0 : this.#table.get(backend.slot, Word.current),
      backendWeight: backend?.weight ?? 0,
    };
  }

  /** Cancels slowstart timers; nothing is reported by itself any more. */
  close(): void {
    for (const timer of this.#slowstarts.values()) timer.cancel();
    this.#slowstarts.clear();
  }

  #entry(server: ServerRecord): ServerEntry {
    if (server instanceof ServerEntry) return server;
    throw new TypeError('the server belongs to another registry');
  }

  /** Tracking, `disabled` and the shared table as the process starts; nothing is reported. */
  #begin(): void {
    for (const backend of this.#backends) {
      for (const server of backend?.servers ?? []) {
        const track = server.model.track;
        if (track === undefined) continue;
        server.tracked = this.#backends[track.proxy]?.servers[track.server];
        server.tracked?.trackers.push(server);
      }
    }
    for (const backend of this.#backends) {
      for (const server of backend?.servers ?? []) {
        if (server.model.disabled) this.#beginDisabled(server, Admin.forcedMaint | Admin.configMaint);
      }
    }
    for (const backend of this.#backends) {
      if (backend === undefined) continue;
      backend.count();
      for (const server of backend.servers) {
        this.#table.set(server.slot, Word.maxconn, server.model.maxconn);
        this.#table.set(server.slot, Word.maxqueue, server.model.maxqueue);
        this.#write(server);
      }
    }
  }

  #beginDisabled(server: ServerEntry, bits: number): void {
    server.admin |= bits;
    server.oper = Oper.stopped;
    if (server.check !== undefined) server.check.health = 0;
    for (const tracker of server.trackers) {
      if ((tracker.admin & Admin.inheritedMaint) === 0) this.#beginDisabled(tracker, Admin.inheritedMaint);
    }
  }

  /** Moves the operational state as the check result asks. */
  #follow(entry: ServerEntry, verdict: Verdict, reason: CheckResult | undefined): void {
    const check = entry.check;
    if (check === undefined) return;
    const up = isUp(check.health, check);
    if (!up) {
      if (entry.oper !== Oper.stopped) this.#stop(entry, reason, undefined);
    } else if (verdict === 'conditional') {
      if (entry.oper !== Oper.stopping) this.#leave(entry, reason, undefined);
    } else if (verdict === 'passed' && (entry.oper === Oper.stopped || entry.oper === Oper.stopping)) {
      this.#start(entry, reason, undefined);
    }
  }

  #stop(entry: ServerEntry, reason: CheckResult | undefined, via: string | undefined): void {
    const now = this.#clock.now();
    this.#cancelSlowstart(entry);
    if (entry.draining) entry.downtime += now - entry.lastChange;
    entry.oper = Oper.stopped;
    entry.lastChange = now;
    entry.downs++;
    this.#publish(entry, () => {
      const surroundings = this.#surroundings(entry, 'server');
      this.#report({ kind: 'down', proxy: entry.proxy, server: entry.model, surroundings, reason, via });
      this.#mentionDrain(entry);
    });
    if (entry.model.shutdownSessionsOnDown) this.#hooks.shutdownSessions?.(entry.slot, 'D');
    for (const tracker of entry.trackers) {
      if (!tracker.inMaintenance && tracker.oper !== Oper.stopped) this.#stop(tracker, undefined, entry.path);
    }
  }

  /** Takes no new sessions any more, but the present ones go on (`NOLB`). */
  #leave(entry: ServerEntry, reason: CheckResult | undefined, via: string | undefined): void {
    const now = this.#clock.now();
    this.#cancelSlowstart(entry);
    if (entry.oper === Oper.stopped || entry.draining) entry.downtime += now - entry.lastChange;
    entry.oper = Oper.stopping;
    entry.lastChange = now;
    this.#publish(entry, () => {
      const surroundings = this.#surroundings(entry, 'backend');
      this.#report({ kind: 'stopping', proxy: entry.proxy, server: entry.model, surroundings, reason, via });
      this.#mentionDrain(entry);
    });
    for (const tracker of entry.trackers) {
      if (!tracker.inMaintenance && tracker.oper !== Oper.stopping) this.#leave(tracker, undefined, entry.path);
    }
  }

  #start(entry: ServerEntry, reason: CheckResult | undefined, via: string | undefined): void {
    const now = this.#clock.now();
    if (entry.oper === Oper.stopped || entry.draining) entry.downtime += now - entry.lastChange;
    entry.lastChange = now;
    this.#bringUp(entry);
    this.#publish(entry, () => {
      const surroundings = this.#surroundings(entry, 'backend');
      this.#report({ kind: 'up', proxy: entry.proxy, server: entry.model, surroundings, reason, via });
      this.#mentionDrain(entry);
    });
    if (entry.model.shutdownBackupSessionsOnUp && !entry.model.backup) {
      const backend = this.#backends[entry.proxy.index];
      if (backend !== undefined) this.#hooks.shutdownBackupSessions?.(backend.slot);
    }
    for (const tracker of entry.trackers) {
      const running = tracker.oper === Oper.running || tracker.oper === Oper.starting;
      if (!tracker.inMaintenance && !running) this.#start(tracker, undefined, entry.path);
    }
  }

  /** A drained server says so again whenever its checks move it. */
  #mentionDrain(entry: ServerEntry): void {
    if (!entry.draining) return;
    const own = (entry.admin & Admin.forcedDrain) !== 0;
    const via = own ? undefined : entry.tracked?.path;
    this.#report({ kind: 'remains', in: 'drain', proxy: entry.proxy, server: entry.model, via });
  }

  #changeAdmin(entry: ServerEntry, after: number, via: string | undefined): void {
    const before = entry.admin;
    if (before === after) return;
    const steps = adminSteps(before, after);
    entry.admin = after;
    for (const step of steps) this.#step(entry, step, before, via);
    for (const tracker of entry.trackers) {
      this.#changeAdmin(tracker, adminInherited(tracker.admin, after), entry.path);
    }
  }

  #step(entry: ServerEntry, step: AdminStep, before: number, via: string | undefined): void {
    const { proxy, model: server } = entry;
    const now = this.#clock.now();
    switch (step.kind) {
      case 'enters-maintenance':
        this.#enterMaintenance(entry, before, via);
        return;
      case 'leaves-maintenance': {
        entry.downtime += now - entry.lastChange;
        entry.lastChange = now;
        if (entry.check !== undefined) entry.check.health = initialHealth(entry.check);
        const tracked = entry.tracked;
        if (tracked === undefined || tracked.oper === Oper.running || tracked.oper === Oper.starting) {
          this.#bringUp(entry);
        } else entry.oper = tracked.oper;
        const { forced, draining } = step;
        const up = entry.oper !== Oper.stopped;
        this.#publish(entry, () => this.#report({ kind: 'leaves-maintenance', proxy, server, forced, up, draining }));
        return;
      }
      case 'enters-drain':
      case 'leaves-drain': {
        const up = entry.oper !== Oper.stopped;
        if (!up || step.kind === 'leaves-drain') entry.downtime += now - entry.lastChange;
        entry.lastChange = now;
        this.#publish(entry, () => {
          if (step.kind === 'leaves-drain') this.#report({ kind: 'leaves-drain', proxy, server, up });
          else {
            const surroundings = this.#surroundings(entry, up ? 'backend' : 'server');
            this.#report({ kind: 'drain', proxy, server, surroundings, via, up });
          }
        });
        return;
      }
      case 'remains': {
        const holder = step.own ? undefined : entry.tracked?.path;
        this.#report({ kind: 'remains', in: step.in, proxy, server, via: holder });
      }
    }
  }

  #enterMaintenance(entry: ServerEntry, before: number, via: string | undefined): void {
    const { proxy, model: server } = entry;
    const now = this.#clock.now();
    if (entry.check !== undefined) entry.check.health = 0;
    if (entry.oper === Oper.stopped) {
      this.#publish(entry, () => this.#report({ kind: 'maintenance-while-down', proxy, server, via }));
      return;
    }
    const wasDraining = (before & (Admin.forcedDrain | Admin.inheritedDrain)) !== 0;
    this.#cancelSlowstart(entry);
    if (wasDraining) entry.downtime += now - entry.lastChange;
    entry.oper = Oper.stopped;
    entry.lastChange = now;
    entry.downs++;
    this.#publish(entry, () => {
      const surroundings = this.#surroundings(entry, 'server');
      this.#report({ kind: 'maintenance', proxy, server, surroundings, via, wasDraining });
    });
    if (server.shutdownSessionsOnDown) this.#hooks.shutdownSessions?.(entry.slot, 'D');
  }

  /** Running at once, or in steps with slowstart. */
  #bringUp(entry: ServerEntry): void {
    this.#cancelSlowstart(entry);
    entry.share = WEIGHT_SCALE;
    entry.oper = Oper.running;
    if (entry.model.slowstart <= 0) return;
    entry.oper = Oper.starting;
    this.#warm(entry, this.#clock.monotonic());
  }

  #warm(entry: ServerEntry, since: number): void {
    const elapsed = this.#clock.monotonic() - since;
    const left = entry.model.slowstart - elapsed;
    const dynamic = DYNAMIC.has(entry.proxy.backend?.balance ?? 'roundrobin');
    entry.share = dynamic ? slowstartShare(elapsed, entry.model.slowstart) : WEIGHT_SCALE;
    const timer = this.#timers.startTimer(Math.max(1, Math.min(SLOWSTART_STEP, left)), () => {
      if (this.#clock.monotonic() - since < entry.model.slowstart) {
        this.#warm(entry, since);
        this.#publish(entry, () => {});
        return;
      }
      this.#slowstarts.delete(entry);
      entry.share = WEIGHT_SCALE;
      entry.oper = Oper.running;
      entry.lastChange = this.#clock.now();
      const { proxy, model: server } = entry;
      this.#publish(entry, () => {
        const surroundings = this.#surroundings(entry, 'backend');
        const via = entry.tracked?.path;
        this.#report({ kind: 'up', proxy, server, surroundings, reason: undefined, via });
      });
    });
    this.#slowstarts.set(entry, timer);
  }

  #cancelSlowstart(entry: ServerEntry): void {
    this.#slowstarts.get(entry)?.cancel();
    this.#slowstarts.delete(entry);
  }

  /** Counts again, writes the shared table, tells traffic, and only then the logs. */
  #publish(entry: ServerEntry, tell: () => void): void {
    const backend = this.#backends[entry.proxy.index];
    const lost = backend?.recount(this.#clock.now()) ?? false;
    this.#write(entry);
    tell();
    if (lost) this.#report({ kind: 'no-server', proxy: entry.proxy });
    this.#hooks.serverChanged?.(entry.slot);
  }

  #write(entry: ServerEntry): void {
    this.#table.set(entry.slot, Word.usable, entry.usable ? 1 : 0);
    this.#table.set(entry.slot, Word.effectiveWeight, entry.userWeight * entry.share);
    this.#table.add(entry.slot, Word.generation, 1);
  }

  /** Sessions and queues at this moment: the server's queue empties when it leaves, the backend's when it comes. */
  #surroundings(entry: ServerEntry, moves: 'server' | 'backend'): Surroundings {
    const backend = this.#backends[entry.proxy.index];
    const active = backend?.activeCount ?? 0;
    const backup = backend?.backupCount ?? 0;
    const sessions = this.#table.get(entry.slot, Word.current);
    const waiting = this.#table.get(entry.slot, Word.queued);
    if (moves === 'server') return { active, backup, sessions, requeued: waiting, queued: 0 };
    const unassigned = backend === undefined || !entry.usable ? 0 : this.#table.get(backend.slot, Word.queued);
    const places = entry.model.maxconn > 0 ? Math.max(0, entry.model.maxconn - sessions) : unassigned;
    return { active, backup, sessions, requeued: Math.min(unassigned, places), queued: waiting };
  }
}

type Verdict = 'passed' | 'conditional' | 'failed';

function verdictOf(status: CheckStatus): Verdict {
  switch (status) {
    case 'L4OK':
    case 'L6OK':
    case 'L7OK':
      return 'passed';
    case 'L7OKC':
      return 'conditional';
    default:
      return 'failed';
  }
}
