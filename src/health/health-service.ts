/** Runs the health checks of a model and hands their results to the server registry. */
import type { Model } from '../config/model.ts';
import type { Value } from '../expressions/run/value.ts';
import type { EventSink } from '../logging/event-line.ts';
import { fullHealth } from '../servers/check-health.ts';
import { checkOf } from '../servers/check-of-server.ts';
import type { Clock, Timers } from '../servers/clock.ts';
import type { CheckResult } from '../servers/server-event.ts';
import { MAINTENANCE, Oper, type ServerRecord } from '../servers/server-record.ts';
import type { ServerRegistry } from '../servers/server-registry.ts';
import { CheckScope } from './check-figures.ts';
import { type CheckPlan, planAgent, planCheck } from './check-plan.ts';
import { CheckRun } from './check-run.ts';
import { CheckSchedule, firstDelays, intervalFor, spread } from './check-schedule.ts';
import { CheckThread } from './check-thread.ts';
import { type ChecksForThread, checksForThread, isChecked } from './checks-for-thread.ts';
import type { Dialer } from './dialer.ts';
import { externalProgram } from './external-environment.ts';
import { ExternalRun } from './external-run.ts';
import { lackLine } from './lack-line.ts';
import { nodeDialer } from './node-dialer.ts';
import { serverState } from './server-state.ts';
import { busyTime } from './time-limit.ts';
import { TlsSettings } from './tls-settings.ts';

export interface HealthOptions {
  readonly clock: Clock;
  readonly timers: Timers;
  /** Name of this host, for `http-check send-state` where the configuration gives no `node`. */
  readonly node: string;
  readonly dialer?: Dialer;
  /** 0 to 1, for `spread-checks`. */
  readonly random?: () => number;
  /** ms for which this thread has been busy, cumulated. */
  readonly busy?: () => number;
  /** Told what was missing here for checks that could not try their server. */
  readonly report?: EventSink;
  /** Where there are many checks a thread of their own may make them (the built package, over Node's own connections). */
  readonly thread?: boolean;
}

interface Checked {
  readonly server: ServerRecord;
  /** The server's agent is asked, not the server. */
  readonly agent: boolean;
  /** ms. */
  readonly inter: number;
  /** Who makes the checks: this thread, or one of their own. */
  readonly by: LocalCheck | CheckThread;
}

interface LocalCheck {
  /** Works the plan out from what the server's model says now. */
  readonly makePlan: () => CheckPlan;
  plan: CheckPlan;
  readonly schedule: CheckSchedule;
  run: CheckRun | ExternalRun | undefined;
}

export class HealthService {
  readonly #model: Model;
  readonly #registry: ServerRegistry;
  readonly #options: Required<Omit<HealthOptions, 'thread'>>;
  readonly #checked: Checked[] = [];
  readonly #node: string;
  readonly #threads: readonly CheckThread[];

  /** Plans every check and loads what TLS needs, so that nothing is read from disk later (chroot may follow). */
  constructor(model: Model, registry: ServerRegistry, options: HealthOptions) {
    this.#model = model;
    this.#registry = registry;
    this.#options = { dialer: nodeDialer, random: Math.random, busy: busyTime, report() {}, ...options };
    this.#node = model.global.node ?? options.node;
    const remote = new Map<ServerRecord, CheckThread>();
    const groups = options.thread === true ? checksForThread(registry.backends) : [];
    this.#threads = groups.map((group) => {
      const thread = this.#startThread(group);
      for (const server of group.servers) remote.set(server, thread);
      return thread;
    });
    const tls = new TlsSettings();
    const variables = new Map<string, Value | undefined>();
    for (const backend of registry.backends) {
      if (backend === undefined || backend.proxy.disabled) continue;
      const scope = new CheckScope(backend.proxy, registry, () => options.clock.now());
      for (const server of backend.servers) {
        const { check, agent } = server.model;
        const thread = remote.get(server);
        if (thread !== undefined) this.#checked.push({ server, agent: false, inter: check.inter, by: thread });
        else if (isChecked(server))
          this.#add(server, () => planCheck(server.proxy, server.model, tls, { scope, variables }), false);
        if (agent !== undefined)
          this.#add(server, () => planAgent(server.proxy, server.model, server.model.agent ?? agent), true);
      }
    }
  }

  /** Resolves when everything has been read that a change of root or user may put out of reach. */
  async ready(): Promise<void> {
    await Promise.all(this.#threads.map((thread) => thread.ready()));
  }

  /** Spreads the first checks of all servers from now on. */
  start(): void {
    const inters = this.#checked.map(({ inter }) => inter);
    const delays = firstDelays(inters, this.#model.global.maxSpreadChecks);
    this.#checked.forEach(({ by }, index) => {
      if (!(by instanceof CheckThread)) by.schedule.start(delays[index] ?? 0);
    });
    for (const thread of this.#threads) thread.start(delays.filter((_, index) => this.#checked[index]?.by === thread));
  }

  /** Ends every check under way at once; nothing is reported any more. */
  stop(): void {
    for (const thread of this.#threads) thread.stop();
    for (const { server, agent, by } of this.#checked) {
      if (agent) this.#registry.agentAbandoned(server);
      else this.#registry.checkAbandoned(server);
      if (by instanceof CheckThread) continue;
      by.schedule.stop();
      by.run?.abandon();
      by.run = undefined;
    }
  }

  /** After `stop`: resolves when no thread is left. */
  async close(): Promise<void> {
    await Promise.all(this.#threads.map((thread) => thread.close()));
  }

  #startThread({ servers, bare }: ChecksForThread): CheckThread {
    const thread = new CheckThread({
      servers,
      bare,
      spreadChecks: this.#model.global.spreadChecks,
      finished: (server, result) => this.#finished(server, false, result),
    });
    servers.forEach((server, check) => {
      this.#registry.shareCheck(server, { board: thread.board, check });
    });
    return thread;
  }

  #add(server: ServerRecord, makePlan: () => CheckPlan, agent: boolean): void {
    const { clock, timers } = this.#options;
    const plan = makePlan();
    const schedule = new CheckSchedule({
      clock,
      timers,
      interval: () => (agent ? this.#agentInterval(plan) : this.#interval(server)),
      begin: (finished) => this.#begin(server, agent, local, finished),
    });
    const local: LocalCheck = { makePlan, plan, schedule, run: undefined };
    this.#checked.push({ server, agent, inter: plan.timeouts.inter, by: local });
    plan.preload();
  }

  /** A command has changed how the server is checked or its agent asked: the next time it is done so. */
  replan(slot: number): void {
    for (const { server, by } of this.#checked) {
      if (server.slot !== slot) continue;
      if (by instanceof CheckThread) by.replan(server);
      else by.plan = by.makePlan();
    }
  }

  /** Traffic has found something: the next check comes after `fastinter`, whatever the health is by now (measured). */
  hurry(slot: number): void {
    for (const { server, agent, by } of this.#checked) {
      if (agent || server.slot !== slot) continue;
      const longest = server.model.check.fastinter ?? server.model.check.inter;
      if (by instanceof CheckThread) by.hurry(server, longest);
      else by.schedule.hurry(longest);
    }
  }

  #agentInterval({ timeouts }: CheckPlan): number {
    return spread(timeouts.inter, this.#model.global.spreadChecks, this.#options.random());
  }

  #interval(server: ServerRecord): number {
    const { check } = server.model;
    // Switched off: looked at again as often as it is checked.
    const full = fullHealth(check);
    const health = { health: server.check?.health ?? full, full };
    return spread(intervalFor(check, health), this.#model.global.spreadChecks, this.#options.random());
  }

  #finished(server: ServerRecord, agent: boolean, result: CheckResult): void {
    const line = lackLine(server.proxy, result);
    if (line !== undefined) this.#options.report(line);
    if (agent) this.#registry.agentFinished(server, result);
    else this.#registry.checkFinished(server, result);
  }

  #begin(server: ServerRecord, agent: boolean, local: LocalCheck, finished: () => void): boolean {
    const { plan } = local;
    if (agent ? server.agent === undefined : server.check === undefined || (server.admin & MAINTENANCE) !== 0)
      return false;
    const { clock, timers, dialer, busy } = this.#options;
    const finish = (result: CheckResult) => {
      local.run = undefined;
      this.#finished(server, agent, result);
      finished();
    };
    const external = agent ? undefined : checkOf(server.proxy, server.model);
    if (external?.kind === 'external') {
      const { sessions } = this.#registry.load(server);
      const run = new ExternalRun({
        ...externalProgram(server.proxy, server.model, external, sessions),
        clock,
        timers,
        busy,
        done: finish,
      });
      local.run = run;
      this.#registry.checkStarted(server);
      run.start();
      return true;
    }
    const run = new CheckRun({
      dialogue: plan.dialogue({
        now: clock.now(),
        get up() {
          return server.oper !== Oper.stopped;
        },
        state: () => serverState(server, this.#registry, this.#node),
      }),
      timeouts: plan.timeouts,
      target: plan.target,
      dialer,
      clock,
      timers,
      busy,
      done: finish,
    });
    local.run = run;
    if (agent) this.#registry.agentStarted(server);
    else this.#registry.checkStarted(server);
    run.start();
    return true;
  }
}
