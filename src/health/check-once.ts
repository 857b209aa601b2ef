/** One check by itself, outside every schedule. */
import type { ConnectionWish, Dialogue } from '../protocols/dialogue.ts';
import { systemClock, systemTimers } from '../servers/clock.ts';
import type { CheckResult } from '../servers/server-event.ts';
import type { CheckTimeouts } from './check-budget.ts';
import { CheckRun } from './check-run.ts';
import type { Dialer, DialTarget } from './dialer.ts';
import { nodeDialer } from './node-dialer.ts';
import { runUntilDone } from './run-until-done.ts';
import { busyTime } from './time-limit.ts';

export interface SingleCheck {
  readonly dialogue: Dialogue;
  readonly timeouts: CheckTimeouts;
  target(wish: ConnectionWish | undefined): DialTarget;
  readonly dialer?: Dialer;
  readonly signal?: AbortSignal | undefined;
}

/** Runs it now. Rejects only when `signal` is aborted, with its reason; the connection and the timers are gone then. */
export function checkOnce({ signal, dialer = nodeDialer, ...check }: SingleCheck): Promise<CheckResult> {
  const surroundings = {
    dialer,
    clock: systemClock,
    timers: systemTimers,
    busy: busyTime,
  };
  return runUntilDone<CheckResult>((done) => new CheckRun({ ...check, ...surroundings, done }), signal);
}
