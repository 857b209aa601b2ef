/** Health checks over real sockets against a scripted server in this process. */
import { loadConfigurationText } from '../../../src/config/load.ts';
import { HealthService } from '../../../src/health/health-service.ts';
import { PollLoop } from '../../../src/health/poll-loop.ts';
import { PolledDialer } from '../../../src/health/polled-dialer.ts';
import { systemClock, systemTimers } from '../../../src/servers/clock.ts';
import { ServerRegistry } from '../../../src/servers/server-registry.ts';
import { SharedTable } from '../../../src/servers/shared-table.ts';
import { assignSlots } from '../../../src/servers/slots.ts';
import { linuxProblem, syscalls } from '../../../src/system/syscalls.ts';
import { type Behaviour, type ScriptedServer, startScripted } from '../../support/scripted-server.ts';
import { waitFor } from '../../support/wait.ts';

export const HTTP = 'option httpchk GET /v1/status';

/** What tests opened; each calls `closeAll` after itself. */
export const closing: (() => unknown)[] = [];

export async function closeAll(): Promise<void> {
  for (const close of closing.splice(0).reverse()) await close();
}

export interface CheckOptions {
  readonly behaviour?: Behaviour;
  readonly rules?: string;
  /** Lines of `global`. */
  readonly global?: string;
  readonly server?: string;
  /** Instead of the scripted server's. */
  readonly address?: string;
  readonly inter?: string;
  readonly timeouts?: string;
  /** Called between reading the configuration and the first check. */
  readonly before?: () => void;
  /** In whose loop; absent: Node's. */
  readonly loop?: 'node' | 'poll';
}

/** Runs checks until one has finished, and says `STATUS/code 'text'`. */
export async function check(options: CheckOptions) {
  const { behaviour = { kind: 'refuse' }, rules = '', server = '', inter = '3s', timeouts = '' } = options;
  const scripted: ScriptedServer = await startScripted(behaviour);
  closing.push(() => scripted.close());
  const { model, diagnostics } = await loadConfigurationText(`
global
  ${options.global ?? ''}
defaults
  mode tcp
  timeout connect 2s
  timeout client 1s
  timeout server 1s
  ${timeouts}
backend be
  ${rules}
  server s ${options.address ?? scripted.address} check inter ${inter} ${server}
`);
  if (model === undefined) throw new Error(diagnostics.map(({ message }) => message).join('\n'));
  options.before?.();
  const slots = assignSlots(model);
  const table = SharedTable.create(slots.count);
  const poll = options.loop === 'poll' ? startPollLoop() : undefined;
  const time = { clock: poll ?? systemClock, timers: poll ?? systemTimers };
  const registry = new ServerRegistry({ model, slots, table, ...time, report: () => {} });
  const means = poll === undefined ? {} : { dialer: new PolledDialer(poll), busy: poll.busy };
  const health = new HealthService(model, registry, { ...time, ...means, node: 'host' });
  closing.push(() => {
    health.stop();
    registry.close();
  });
  health.start();
  const record = registry.find('be', 's');
  const state = await waitFor('a finished check', () => record?.check?.status !== 'INI' && record?.check);
  const { status, code, text, duration } = state;
  return { result: `${status}/${code ?? ''} '${text}'`, duration, scripted, health };
}

/** Why there is no loop but Node's; undefined where there is. */
export const pollProblem = linuxProblem();

/** Turns whenever Node's loop does, until `closeAll`. */
export function startPollLoop(): PollLoop {
  const calls = syscalls();
  if (calls === undefined) throw new Error(`no such loop: ${pollProblem}`);
  const loop = new PollLoop(calls);
  let next = setImmediate(function turn() {
    loop.turn(0);
    next = setImmediate(turn);
  });
  closing.push(() => {
    clearImmediate(next);
    loop.close();
  });
  return loop;
}
