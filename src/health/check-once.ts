/** One check by itself, outside every schedule. */
import type { ConnectionWish, Dialogue } from '../protocols/dialogue.ts';
import { systemClock, systemTimers } from '../servers/clock.ts';
import type { CheckResult } from '../servers/server-event.ts';
import type { CheckTimeouts } from './check-budget.ts';
import { CheckRun } from './check-run.ts';
import { type Dialer, type DialTarget, nodeDialer } from './dialer.ts';

export interface SingleCheck {
  readonly dialogue: Dialogue;
  readonly timeouts: CheckTimeouts;
  target(wish: ConnectionWish | undefined): DialTarget;
  readonly dialer?: Dialer;
  readonly signal?: AbortSignal | undefined;
}

/** Runs it now. Rejects only when `signal` is aborted, with its reason; the connection and the timers are gone then. */
export function checkOnce({ signal, dialer = nodeDialer, ...check }: SingleCheck): Promise<CheckResult> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) {
      reject(signal.reason);
      return;
    }
    const run = new CheckRun({
      ...check,
      dialer,
      clock: systemClock,
      timers: systemTimers,
      busy: () => performance.eventLoopUtilization().active,
      done: (result) => {
        signal?.removeEventListener('abort', aborted);
        resolve(result);
      },
    });
    const aborted = () => {
      run.abandon();
      reject(signal?.reason);
    };
    signal?.addEventListener('abort', aborted, { once: true });
    run.start();
  });
}
