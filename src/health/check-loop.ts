/** The checks that a thread of their own makes: the same plans, runs and times, and only what changes is reported. */
import type { ProxyModel, ServerModel } from '../config/model.ts';
import { CheckBoard, CheckFlag } from '../servers/check-board.ts';
import { fullHealth } from '../servers/check-health.ts';
import type { Clock, Timers } from '../servers/clock.ts';
import type { CheckResult } from '../servers/server-event.ts';
import { CheckScope } from './check-figures.ts';
import { type CheckPlan, type CheckSurroundings, planCheck } from './check-plan.ts';
import { CheckRun } from './check-run.ts';
import { CheckSchedule, intervalFor, spread } from './check-schedule.ts';
import type { CheckLoopSetup, FinishedCheck } from './check-thread-setup.ts';
import type { Dialer } from './dialer.ts';
import { TlsSettings } from './tls-settings.ts';

export interface CheckLoopOptions {
  readonly clock: Clock;
  readonly timers: Timers;
  readonly dialer: Dialer;
  /** 0 to 1, for `spread-checks`. */
  readonly random: () => number;
  /** ms for which this thread has been busy, cumulated. */
  readonly busy: () => number;
  /** Takes a result that may change something; `taken` is to be called with its check once that has been seen to. */
  report(finished: FinishedCheck): void;
}

export class CheckLoop {
  readonly #options: CheckLoopOptions;
  readonly #board: CheckBoard;
  readonly #spread: number;
  readonly #checks: ThreadCheck[] = [];
  readonly #tls = new TlsSettings();
  readonly #surroundings = new Map<ProxyModel, CheckSurroundings>();

  /** Plans every check and loads what TLS needs. */
  constructor({ proxies, checks, board, spreadChecks }: CheckLoopSetup, options: CheckLoopOptions) {
    this.#options = options;
    this.#board = CheckBoard.attach(board);
    this.#spread = spreadChecks;
    for (const proxy of proxies) {
      this.#surroundings.set(proxy, { scope: new CheckScope(proxy), variables: new Map() });
    }
    checks.forEach(([position, at], index) => {
      const proxy = proxies[position];
      const server = proxy?.backend?.servers[at];
      if (proxy === undefined || server === undefined) throw new RangeError('a check of no server');
      const plan = this.#plan(proxy, server);
      plan.preload();
      const full = fullHealth(server.check);
      const check: ThreadCheck = {
        proxy,
        plan,
        schedule: new CheckSchedule({
          clock: options.clock,
          timers: options.timers,
          interval: () => {
            const interval = intervalFor(server.check, { health: this.#board.health(index), full });
            return spread(interval, this.#spread, options.random());
          },
          begin: (finished) => this.#begin(index, check, finished),
        }),
        run: undefined,
        waiting: undefined,
        last: undefined,
      };
      this.#checks.push(check);
    });
  }

  /** The first checks come so many ms from now, each its own. */
  start(delays: readonly number[]): void {
    this.#checks.forEach(({ schedule }, index) => {
      schedule.start(delays[index] ?? 0);
    });
  }

  /** Ends every check under way at once; nothing is reported any more. */
  stop(): void {
    for (const check of this.#checks) {
      check.schedule.stop();
      check.run?.abandon();
      check.run = undefined;
      check.waiting = undefined;
    }
  }

  /** What was reported of the check counts now: its next time is known. */
  taken(index: number): void {
    const check = this.#checks[index];
    const next = check?.waiting;
    if (check === undefined || next === undefined) return;
    check.waiting = undefined;
    next();
  }

  /** The next check comes `longest` ms from now at the latest. */
  hurry(index: number, longest: number): void {
    this.#checks[index]?.schedule.hurry(longest);
  }

  /** From the next one on the check is made as this model of its server says. */
  replan(index: number, server: ServerModel): void {
    const check = this.#checks[index];
    if (check !== undefined) check.plan = this.#plan(check.proxy, server);
  }

  #plan(proxy: ProxyModel, server: ServerModel): CheckPlan {
    return planCheck(proxy, server, this.#tls, this.#surroundings.get(proxy));
  }

  #begin(index: number, check: ThreadCheck, finished: () => void): boolean {
    if ((this.#board.flags(index) & CheckFlag.wanted) === 0) return false;
    const { clock, timers, dialer, busy } = this.#options;
    const { plan } = check;
    const board = this.#board;
    const run = new CheckRun({
      dialogue: plan.dialogue({
        now: clock.now(),
        get up() {
          return (board.flags(index) & CheckFlag.up) !== 0;
        },
        state: noState,
      }),
      timeouts: plan.timeouts,
      target: plan.target,
      dialer,
      clock,
      timers,
      busy,
      done: (result) => this.#finished(index, check, result, finished),
    });
    check.run = run;
    this.#board.setRunning(index, true);
    run.start();
    return true;
  }

  #finished(index: number, check: ThreadCheck, result: CheckResult, finished: () => void): void {
    check.run = undefined;
    if ((this.#board.flags(index) & CheckFlag.settled) !== 0 && isRepeated(check.last, result)) {
      this.#board.setDuration(index, result.duration);
      this.#board.setRunning(index, false);
      finished();
      return;
    }
    check.last = result;
    check.waiting = finished;
    this.#options.report([index, result]);
  }
}

interface ThreadCheck {
  readonly proxy: ProxyModel;
  plan: CheckPlan;
  readonly schedule: CheckSchedule;
  run: CheckRun | undefined;
  /** Sets its next time, which depends on what the control thread makes of the result. */
  waiting: (() => void) | undefined;
  /** The last result that was reported. */
  last: CheckResult | undefined;
}

/** What could not be tried is told of every time. */
function isRepeated(last: CheckResult | undefined, { status, code, text, lack }: CheckResult): boolean {
  return lack === undefined && last !== undefined && last.status === status && last.code === code && last.text === text;
}

/** Checks that send a server's state stay in the thread that knows it. */
function noState(): string {
  return '';
}
