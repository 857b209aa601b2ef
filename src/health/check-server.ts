/** The check of a server, done once outside the proxy: the same bytes, limits and verdict. */
import type { ProxyModel, ServerModel } from '../config/model.ts';
import type { Dialogue } from '../protocols/dialogue.ts';
import { checkOf } from '../servers/check-of-server.ts';
import { systemClock, systemTimers } from '../servers/clock.ts';
import type { CheckResult } from '../servers/server-event.ts';
import { checkOnce } from './check-once.ts';
import { planAgent, planCheck } from './check-plan.ts';
import type { Dialer } from './dialer.ts';
import { externalProgram } from './external-environment.ts';
import { type ExternalNote, ExternalRun } from './external-run.ts';
import { runUntilDone } from './run-until-done.ts';
import { busyTime } from './time-limit.ts';
import type { TlsSettings } from './tls-settings.ts';

export interface ServerCheck {
  readonly proxy: ProxyModel;
  readonly server: ServerModel;
  /** Certificates are read through it, once for all checks that share it. */
  readonly tls: TlsSettings;
  readonly dialer?: Dialer;
  readonly signal?: AbortSignal;
  /** Told what a program that is run as check cannot say itself; absent: stderr is. */
  readonly note?: (note: ExternalNote) => void;
  /** Given the talk before it begins, for who wants to know afterwards how far it came. */
  readonly observe?: (talk: Dialogue) => void;
}

/** Rejects only when `signal` is aborted, with its reason. */
export function checkServer({ proxy, server, tls, note, observe, ...rest }: ServerCheck): Promise<CheckResult> {
  const check = checkOf(proxy, server);
  if (check.kind === 'external') {
    const surroundings = { clock: systemClock, timers: systemTimers, busy: busyTime, ...(note && { note }) };
    const program = { ...externalProgram(proxy, server, check, 0), ...surroundings };
    return runUntilDone<CheckResult>((done) => new ExternalRun({ ...program, done }), rest.signal);
  }
  const { dialogue, timeouts, target } = planCheck(proxy, server, tls);
  const moment = {
    now: Date.now(),
    up: true,
    // What stands in a running proxy's header about load has no meaning here.
    state: () => `UP; address=${server.address.host}; port=${server.address.port}; name=${proxy.name}/${server.name}`,
  };
  const talk = dialogue(moment);
  observe?.(talk);
  return checkOnce({ dialogue: talk, timeouts, target, ...rest });
}

/** Asks the agent of a server once; undefined where it has none. Rejects only when `signal` is aborted. */
export function askAgent({ proxy, server, dialer, signal }: Omit<ServerCheck, 'tls' | 'note' | 'observe'>) {
  if (server.agent === undefined) return undefined;
  const { dialogue, timeouts, target } = planAgent(proxy, server, server.agent);
  const moment = { now: Date.now(), up: true, state: () => '' };
  return checkOnce({ dialogue: dialogue(moment), timeouts, target, ...(dialer && { dialer }), signal });
}
