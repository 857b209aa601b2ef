/** Every server and backend of the model with its state: the one place where that state changes. */
import type { Model } from '../config/model.ts';
import { adminAfter } from './admin-change.ts';
import { AdministrativeState } from './administrative-state.ts';
import { AgentState } from './agent-state.ts';
import { BackendEntry } from './backend-entry.ts';
import type { BoardPlace } from './check-board.ts';
import { afterFailure, afterSuccess, fullHealth } from './check-health.ts';
import { type PlaceChange, withAgentPlace, withAgentSend, withCheckPlace } from './check-place.ts';
import type { Clock, Timers } from './clock.ts';
import { ObservedTraffic } from './observed-traffic.ts';
import { OperationalState, verdictOf } from './operational-state.ts';
import type { AdminNote, ChangeSource, ForcedHealth, ServerControl } from './server-control.ts';
import { ServerEntry } from './server-entry.ts';
import type { CheckResult, ServerEventSink } from './server-event.ts';
import type { BackendRecord, ServerRecord } from './server-record.ts';
import { publishCheck } from './shared-check.ts';
import { type SharedTable, Word } from './shared-table.ts';
import type { Slots } from './slots.ts';
import { takeStartingState } from './starting-state.ts';
import { type RegistryHooks, StateBoard } from './state-board.ts';
import { WarmUp } from './warm-up.ts';

export type { RegistryHooks } from './state-board.ts';

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

export class ServerRegistry implements ServerControl {
  /** By proxy index; undefined for proxies without a backend side. Fit for `RuntimeView.backends`. */
  readonly backends: readonly (BackendRecord | undefined)[];
  readonly #backends: readonly (BackendEntry | undefined)[];
  readonly #table: SharedTable;
  readonly #board: StateBoard;
  readonly #warmUp: WarmUp;
  readonly #operational: OperationalState;
  readonly #administrative: AdministrativeState;
  readonly #agents: AgentState;
  readonly #observed: ObservedTraffic;

  constructor(options: RegistryOptions) {
    const { model, slots, table, clock, timers, report, hooks = {} } = options;
    this.#table = table;
    const now = clock.monotonic();
    this.#backends = model.proxies.map((proxy, index) => {
      if (proxy.backend === undefined) return undefined;
      const servers = proxy.backend.servers.map(
        (server, at) => new ServerEntry(slots.servers[index]?.[at] ?? -1, proxy, server, now),
      );
      return new BackendEntry(slots.backend[index] ?? -1, proxy, servers, now);
    });
    this.backends = this.#backends;
    this.#board = new StateBoard({ backends: this.#backends, table, clock, report, hooks });
    this.#warmUp = new WarmUp(this.#board, clock, timers);
    this.#operational = new OperationalState(this.#board, this.#warmUp);
    this.#administrative = new AdministrativeState(this.#board, this.#warmUp);
    this.#agents = new AgentState(this.#board, this.#operational, this.#administrative);
    this.#observed = new ObservedTraffic(this.#board, this.#operational, table);
    takeStartingState(this.#backends);
    for (const server of this.#backends.flatMap((backend) => backend?.servers ?? [])) {
      table.set(server.slot, Word.maxconn, server.model.maxconn);
      table.set(server.slot, Word.maxqueue, server.model.maxqueue);
      this.#board.write(server);
      this.#observed.watch(server);
    }
  }

  /** `clear counters all`: servers' failed checks and changes to DOWN start at 0 again; a backend's own go on. */
  clearCounters(): void {
    for (const backend of this.#backends) {
      if (backend === undefined) continue;
      for (const server of backend.servers) {
        server.downs = 0;
        if (server.ownCheck !== undefined) server.ownCheck.failures = 0;
        if (server.observedFailures !== undefined) server.observedFailures = 0;
      }
    }
  }

  /** Sets hooks after construction: traffic starts later than the registry. */
  connect(hooks: Partial<RegistryHooks>): void {
    this.#board.connect(hooks);
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
  setAdministrative(server: ServerRecord, state: 'ready' | 'drain' | 'maint', note?: AdminNote): void {
    const entry = this.#entry(server);
    this.#administrative.change(entry, adminAfter(entry.admin, state), undefined, note);
  }

  /** `set server b/s health ...`; in maintenance nothing changes, as in HAProxy, but it is no error. */
  setHealth(server: ServerRecord, health: ForcedHealth, from: ChangeSource): boolean {
    const entry = this.#entry(server);
    if (entry.tracked !== undefined) return false;
    this.#operational.force(entry, health, from);
    publishCheck(entry);
    return true;
  }

  /** `enable health`, `disable health`: the state stays what it is. A check under way still counts, as in HAProxy. */
  setHealthChecks(server: ServerRecord, enabled: boolean): boolean {
    const entry = this.#entry(server);
    if (entry.ownCheck === undefined || entry.tracked !== undefined) return false;
    entry.checksEnabled = enabled;
    publishCheck(entry);
    return true;
  }

  /** `set server b/s check-addr`, `check-port`: a check under way ends where it is. */
  moveChecks(server: ServerRecord, change: PlaceChange): void {
    this.#board.setModel(this.#entry(server), withCheckPlace(server.model, change));
  }

  /** `set server b/s agent-addr`, `agent-port`. */
  moveAgent(server: ServerRecord, change: PlaceChange): void {
    this.#board.setModel(this.#entry(server), withAgentPlace(server.model, change));
  }

  /** `set server b/s agent-send`. */
  setAgentSend(server: ServerRecord, bytes: Uint8Array): void {
    this.#board.setModel(this.#entry(server), withAgentSend(server.model, bytes));
  }

  /** `shutdown sessions server b/s`. */
  shutdownSessions(server: ServerRecord): void {
    this.#board.killSessions(this.#entry(server));
  }

  /** `set weight b/s N`: `lastchg` stays, and only a server that drains has a log line for it, as HAProxy has it. */
  setWeight(server: ServerRecord, weight: number): void {
    this.#board.setWeight(this.#entry(server), weight);
  }

  /** `set maxconn server b/s N`. */
  setMaxconn(server: ServerRecord, maxconn: number): void {
    const entry = this.#entry(server);
    if (entry.maxconn !== maxconn) this.#board.setMaxconn(entry, maxconn);
  }

  /** `set maxconn frontend f N`: traffic looks again whether clients have to wait. */
  setFrontendMaxconn(slot: number, maxconn: number): void {
    // 0 in the table stands for the limit of the configuration.
    this.#table.set(slot, Word.maxconn, maxconn > 0 ? maxconn : -1);
    this.#board.tellTraffic(slot);
  }

  /** From now on another thread makes the server's checks, and goes by what stands at this place. */
  shareCheck(server: ServerRecord, place: BoardPlace): void {
    const entry = this.#entry(server);
    entry.ownCheck?.share(place);
    publishCheck(entry);
  }

  /** A check of the server begins: its row shows `* ` until the result comes. */
  checkStarted(server: ServerRecord): void {
    const check = this.#entry(server).check;
    if (check !== undefined) check.running = true;
  }

  /** The check ended without a result: the program stops. */
  checkAbandoned(server: ServerRecord): void {
    const check = this.#entry(server).ownCheck;
    if (check !== undefined) check.running = false;
  }

  /** Takes the result of a check: health, counters, state, log lines, and whoever tracks the server. */
  checkFinished(server: ServerRecord, result: CheckResult): void {
    const entry = this.#entry(server);
    const check = entry.ownCheck;
    if (check === undefined) return;
    check.running = false;
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
    if (before.status !== check.status || before.health !== check.health) this.#board.tellCheck(entry, check, result);
    // A check that was under way when maintenance began is told as any other, but moves nothing.
    if (!entry.inMaintenance) this.#operational.follow(entry, check, verdict, logs ? undefined : result);
    publishCheck(entry);
  }

  /** The agent is being asked: its status shows `* ` until the answer comes. */
  agentStarted(server: ServerRecord): void {
    const agent = this.#entry(server).agent;
    if (agent !== undefined) agent.running = true;
  }

  /** The question ended without an answer: the program stops. */
  agentAbandoned(server: ServerRecord): void {
    const agent = this.#entry(server).ownAgent;
    if (agent !== undefined) agent.running = false;
  }

  /** Takes what the agent said: its orders first, then what it says of the server's health. */
  agentFinished(server: ServerRecord, result: CheckResult): void {
    const entry = this.#entry(server);
    this.#agents.finished(entry, result);
    publishCheck(entry);
  }

  /** `disable agent`, `enable agent`: what it said last no longer counts, or does again. */
  setAgent(server: ServerRecord, enabled: boolean): boolean {
    const entry = this.#entry(server);
    if (entry.ownAgent === undefined) return false;
    entry.agentEnabled = enabled;
    publishCheck(entry);
    return true;
  }

  /** `set server b/s agent up|down`: as if the agent had said so. */
  forceAgent(server: ServerRecord, up: boolean, from: ChangeSource): boolean {
    const entry = this.#entry(server);
    if (entry.agent === undefined) return false;
    this.#agents.force(entry, up, from);
    publishCheck(entry);
    return true;
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
    this.#observed.close();
    this.#warmUp.close();
  }

  #entry(server: ServerRecord): ServerEntry {
    if (server instanceof ServerEntry) return server;
    throw new TypeError('the server belongs to another registry');
  }
}
