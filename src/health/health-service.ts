/** Runs the health checks of a model and hands their results to the server registry. */
import type { Model } from '../config/model.ts';
import { fullHealth } from '../servers/check-health.ts';
import type { Clock, Timers } from '../servers/clock.ts';
import { MAINTENANCE, Oper, type ServerRecord } from '../servers/server-record.ts';
import type { ServerRegistry } from '../servers/server-registry.ts';
import { type CheckPlan, planCheck } from './check-plan.ts';
import { CheckRun } from './check-run.ts';
import { CheckSchedule, firstDelays, intervalFor, spread } from './check-schedule.ts';
import { type Dialer, nodeDialer } from './dialer.ts';
import { serverState } from './server-state.ts';
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
}

interface Checked {
  readonly server: ServerRecord;
  readonly plan: CheckPlan;
  readonly schedule: CheckSchedule;
  run: CheckRun | undefined;
}

export class HealthService {
  readonly #model: Model;
  readonly #registry: ServerRegistry;
  readonly #options: Required<HealthOptions>;
  readonly #checked: Checked[] = [];
  readonly #node: string;

  /** Plans every check and loads what TLS needs, so that nothing is read from disk later (chroot may follow). */
  constructor(model: Model, registry: ServerRegistry, options: HealthOptions) {
    this.#model = model;
    this.#registry = registry;
    this.#options = { dialer: nodeDialer, random: Math.random, busy: busyTime, ...options };
    this.#node = model.global.node ?? options.node;
    const tls = new TlsSettings();
    for (const backend of registry.backends) {
      if (backend === undefined || backend.proxy.disabled) continue;
      for (const server of backend.servers) {
        if (server.check !== undefined && server.tracked === undefined) this.#add(server, tls);
      }
    }
  }

  /** Spreads the first checks of all servers from now on. */
  start(): void {
    const inters = this.#checked.map(({ server }) => server.model.check.inter);
    const delays = firstDelays(inters, this.#model.global.maxSpreadChecks);
    this.#checked.forEach(({ schedule }, index) => {
      schedule.start(delays[index] ?? 0);
    });
  }

  /** Ends every check under way at once; nothing is reported any more. */
  stop(): void {
    for (const checked of this.#checked) {
      checked.schedule.stop();
      if (checked.run !== undefined) this.#registry.checkAbandoned(checked.server);
      checked.run?.abandon();
      checked.run = undefined;
    }
  }

  #add(server: ServerRecord, tls: TlsSettings): void {
    const { clock, timers } = this.#options;
    const plan = planCheck(server.proxy, server.model, tls);
    const schedule = new CheckSchedule({
      clock,
      timers,
      interval: () => this.#interval(server),
      begin: (finished) => this.#begin(checked, finished),
    });
    const checked: Checked = { server, plan, schedule, run: undefined };
    this.#checked.push(checked);
    plan.preload();
  }

  #interval(server: ServerRecord): number {
    const { check } = server.model;
    // Switched off: looked at again as often as it is checked.
    const full = fullHealth(check);
    const health = { health: server.check?.health ?? full, full };
    return spread(intervalFor(check, health), this.#model.global.spreadChecks, this.#options.random());
  }

  #begin(checked: Checked, finished: () => void): boolean {
    const { server, plan } = checked;
    if ((server.admin & MAINTENANCE) !== 0 || server.check === undefined) return false;
    const { clock, timers, dialer, busy } = this.#options;
    const run = new CheckRun({
      dialogue: plan.dialogue({
        now: clock.now(),
        up: server.oper !== Oper.stopped,
        state: () => serverState(server, this.#registry, this.#node),
      }),
      timeouts: plan.timeouts,
      target: plan.target,
      dialer,
      clock,
      timers,
      busy,
      done: (result) => {
        checked.run = undefined;
        this.#registry.checkFinished(server, result);
        finished();
      },
    });
    checked.run = run;
    this.#registry.checkStarted(server);
    run.start();
    return true;
  }
}

/** Node counts the time its loop was not waiting. */
function busyTime(): number {
  return performance.eventLoopUtilization().active;
}
