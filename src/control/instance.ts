/** Everything that runs for one model: traffic, checks, statistics, logs. Knows nothing of command lines and signals. */
import { hostname } from 'node:os';
import type { Model } from '../config/model.ts';
import { EmailAlerts } from '../health/email-alerts.ts';
import { HealthService } from '../health/health-service.ts';
import type { Console } from '../logging/console.ts';
import { type EventLine, type EventSink, Level } from '../logging/event-line.ts';
import { eventLine } from '../logging/event-lines.ts';
import { LogHub } from '../logging/log-hub.ts';
import { createLogRing, LogRingReader } from '../logging/log-ring.ts';
import { RuntimeApi } from '../runtime-api/runtime-api.ts';
import { systemClock, systemTimers } from '../servers/clock.ts';
import { ServerRegistry } from '../servers/server-registry.ts';
import { SharedTable, Word } from '../servers/shared-table.ts';
import { assignSlots, PROCESS_SLOT } from '../servers/slots.ts';
import { CounterBlock } from '../stats/counters.ts';
import type { RuntimeView } from '../stats/runtime-view.ts';
import { syscalls } from '../system/syscalls.ts';
import type { BindFailure, BoundListener, TrafficHandle } from '../traffic/traffic-handle.ts';
import { startTraffic } from '../traffic/worker-host.ts';
import { type BindProblem, inOrder, listenerProblem } from './bind-failures.ts';
import type { EngineName } from './choose-engine.ts';
import { hardStopLines, stateLines, stoppedLines } from './life-lines.ts';
import { liveView } from './live-view.ts';
import { SharedListeners } from './shared-listeners.ts';
import { nodeSocketGaps, refusalText, serverOptionProblems } from './socket-notes.ts';
import { StatsPages } from './stats-pages.ts';

export interface InstanceOptions {
  readonly model: Model;
  /** 1: traffic in a worker thread (the built package). 0: in the caller's thread. */
  readonly threads: 0 | 1;
  /** What moves the bytes in a worker thread; in the caller's it is the node engine. */
  readonly engine: EngineName;
  /** `--strict`: HAProxy's way where hapax is kinder. */
  readonly strict: boolean;
  /** Most clients at once, over all frontends. */
  readonly maxconn: number;
  /** Soft limit of open files, for `show info`. */
  readonly fileLimit: number;
  /** Where events are shown besides the logs; absent: nowhere. */
  readonly console?: Console;
  /** Told of every event besides the logs. */
  readonly onEvent?: EventSink;
  /** hapax's own log. */
  readonly warn?: (message: string) => void;
}

/** Longest time that sessions get to end after they were cut, ms. */
const CUT_GRACE = 1000;

export class Instance {
  readonly view: RuntimeView;
  readonly registry: ServerRegistry;
  readonly #options: InstanceOptions;
  readonly #hub: LogHub;
  readonly #traffic: TrafficHandle;
  readonly #health: HealthService;
  readonly #mails: EmailAlerts;
  readonly #api: RuntimeApi;
  readonly #pages: StatsPages;
  /** Where traffic takes its listening sockets from us. */
  readonly #shared: SharedListeners | undefined;
  #bound: readonly BoundListener[] = [];
  #stopping = false;
  #ended: Promise<void> | undefined;
  #hardStop: NodeJS.Timeout | undefined;

  constructor(options: InstanceOptions) {
    const { model, maxconn } = options;
    const warn = options.warn ?? (() => {});
    this.#options = options;
    const slots = assignSlots(model);
    const table = SharedTable.create(slots.count);
    const trafficCounters = CounterBlock.create(slots.count);
    const ownCounters = CounterBlock.create(slots.count);
    const ring = createLogRing();
    this.#hub = new LogHub({ model, warn, ...(options.console && { console: options.console }) });
    this.#hub.attach(new LogRingReader(ring));
    this.#mails = new EmailAlerts({ model, clock: systemClock, timers: systemTimers, hostname: hostname(), warn });
    this.registry = new ServerRegistry({
      model,
      slots,
      table,
      clock: systemClock,
      timers: systemTimers,
      report: (event) => {
        const line = eventLine(event);
        this.#report(line);
        this.#mails.event(event, line);
      },
    });
    const node = model.global.node ?? hostname();
    this.#health = new HealthService(model, this.registry, {
      clock: systemClock,
      timers: systemTimers,
      node,
      report: (line) => this.#report(line),
      thread: options.threads === 1,
    });
    table.set(PROCESS_SLOT, Word.maxconn, maxconn);
    model.proxies.forEach(({ frontend }, index) => {
      if (frontend !== undefined) table.set(slots.frontend[index]!, Word.maxconn, frontend.maxconn);
    });
    const engine = options.threads === 0 ? 'node' : options.engine;
    const calls = engine === 'linux' ? syscalls() : undefined;
    this.#shared = calls === undefined ? undefined : new SharedListeners(calls);
    this.#traffic = startTraffic(
      {
        model,
        slots,
        table: table.buffer,
        counters: trafficCounters.buffer,
        logRing: ring,
        maxconn,
        strict: options.strict,
      },
      { threads: options.threads, engine },
    );
    this.registry.connect({
      serverChanged: (slot) => this.#traffic.serverChanged(slot),
      shutdownSessions: (slot, cause) => this.#traffic.shutdownSessions(slot, cause),
      hurryCheck: (slot) => this.#health.hurry(slot),
      checkChanged: (slot) => this.#health.replan(slot),
      shutdownBackupSessions: (slot) => this.#traffic.shutdownBackupSessions(slot),
    });
    this.view = liveView({
      model,
      slots,
      table,
      counters: [trafficCounters, ownCounters],
      backends: this.registry.backends,
      engine,
      node,
      maxconn,
      fileLimit: options.fileLimit,
      stopping: () => this.#stopping,
      droppedLogs: () => this.#hub.dropped,
    });
    this.#pages = new StatsPages({ view: this.view, control: this.registry, counters: ownCounters });
    this.#api = new RuntimeApi({
      sockets: model.global.statsSockets,
      timeout: model.global.statsTimeout,
      maxconn: model.global.statsMaxconn,
      view: this.view,
      control: this.registry,
      log: warn,
    });
  }

  /**
   * Opens every socket: traffic, statistics pages, and the stats sockets last, so that whoever finds them answering finds
   * the rest there too. Returns what could not be opened, as texts to follow `[ALERT]    (pid) : `; empty is success.
   * After a failure call `stop`.
   */
  async open(): Promise<readonly string[]> {
    const { proxies } = this.#options.model;
    const failed: BindProblem[] = [];
    const fail = (proxy: number, listener: number, code: string) => {
      const owner = proxies[proxy]!;
      failed.push(listenerProblem(owner, owner.frontend!.listeners[listener]!, code));
    };
    this.#warnAboutSockets();
    const { bound, failures } = await this.#startTraffic();
    for (const failure of failures) fail(failure.proxy, failure.listener, failure.code);
    const pages = await this.#pages.open(proxies, fail);
    await this.#health.ready();
    const sockets = await this.#api.open();
    this.#bound = [...bound, ...pages];
    return inOrder([...sockets.map(({ socket, message }) => ({ address: socket.address, message })), ...failed]);
  }

  async #startTraffic(): Promise<{
    readonly bound: readonly BoundListener[];
    readonly failures: readonly BindFailure[];
  }> {
    if (this.#shared === undefined) return this.#traffic.start();
    const { model } = this.#options;
    const { listeners, failures, refusals } = this.#shared.open(model);
    for (const refusal of refusals) this.#warn(refusalText(model, refusal));
    if (failures.length > 0) return { bound: [], failures };
    return this.#traffic.start(listeners);
  }

  #warnAboutSockets(): void {
    const { model, engine, threads } = this.#options;
    const gaps = nodeSocketGaps(model, threads === 0 ? 'node' : engine);
    if (gaps !== undefined) this.#warn(gaps);
    const calls = this.#shared === undefined ? undefined : syscalls();
    if (calls === undefined) return;
    for (const problem of serverOptionProblems(model, calls)) this.#warn(problem);
  }

  /** Where the start of a program is watched, or to whom runs it as a library. */
  #warn(text: string): void {
    const { console, warn } = this.#options;
    if (console === undefined) warn?.(text);
    else console.show('WARNING', text);
  }

  /** Where it listens, with real ports. */
  get listeners(): readonly BoundListener[] {
    return this.#bound;
  }

  /** Real ports of TCP stats sockets, in the order of the configuration. */
  get statsPorts(): readonly (number | undefined)[] {
    return this.#api.ports;
  }

  /** Begins to check servers. */
  startChecks(): void {
    this.#health.start();
  }

  #report(event: EventLine): void {
    this.#hub.event(event);
    this.#options.onEvent?.(event);
  }

  /** SIGHUP without a reload: every state into the logs. */
  dumpStates(): void {
    for (const line of stateLines(this.view)) this.#report(line);
  }

  /**
   * Soft stop: nothing new is accepted, checks end, sessions live on. Resolves when the last has ended and everything is
   * closed; after `hard-stop-after` the rest is cut.
   */
  softStop(): Promise<void> {
    this.#ended ??= this.#softStop();
    return this.#ended;
  }

  async #softStop(): Promise<void> {
    this.#stopping = true;
    this.#health.stop();
    for (const line of stoppedLines(this.view)) this.#report(line);
    const sessions = Promise.all([this.#traffic.drain(() => this.#shared?.close()), this.#pages.drain()]);
    void this.#api.close();
    const limit = this.#options.model.global.hardStopAfter;
    if (limit === undefined) await sessions;
    else await Promise.race([sessions, this.#after(limit).then(() => this.#cutAll(sessions))]);
    clearTimeout(this.#hardStop);
    await this.#close();
  }

  #after(delay: number): Promise<void> {
    return new Promise((resolve) => {
      this.#hardStop = setTimeout(resolve, delay);
    });
  }

  async #cutAll(sessions: Promise<unknown>): Promise<void> {
    for (const line of hardStopLines(this.view)) this.#report(line);
    this.#traffic.shutdownEverything();
    await Promise.race([sessions, this.#after(CUT_GRACE)]);
  }

  /** Ends at once: sessions are cut. Safe to call twice, and during a soft stop. */
  async stop(): Promise<void> {
    this.#stopping = true;
    clearTimeout(this.#hardStop);
    this.#health.stop();
    await this.#close();
  }

  async #close(): Promise<void> {
    this.registry.close();
    this.#mails.close();
    const traffic = this.#traffic.stop().then(() => this.#shared?.close());
    await Promise.all([traffic, this.#health.close(), this.#api.close(), this.#pages.close()]);
    await this.#hub.close();
  }

  /** Last words of a program that breaks: into the logs, since nobody may be reading stderr. */
  logCrash(error: Error): void {
    const proxy = this.#options.model.proxies.find(({ log }) => log.targets.length > 0);
    if (proxy === undefined) return;
    const text = `hapax has failed: ${(error.stack ?? error.message).replaceAll('\n', ' ')}`;
    this.#hub.event({ proxy: proxy.index, level: Level.emerg, text });
  }

  /** For exit hooks, where nothing asynchronous runs any more. */
  stopNow(): void {
    this.#traffic.stopNow();
    this.#hub.flush();
  }

  /** Told when the traffic thread dies of an error; nothing is forwarded any more then. */
  onFailure(listener: (error: Error) => void): void {
    this.#traffic.onFailure(listener);
  }
}
