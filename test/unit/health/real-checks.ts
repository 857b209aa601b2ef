/** Health checks over real sockets against a scripted server in this process. */
import { loadConfigurationText } from '../../../src/config/load.ts';
import { HealthService } from '../../../src/health/health-service.ts';
import { systemClock, systemTimers } from '../../../src/servers/clock.ts';
import { ServerRegistry } from '../../../src/servers/server-registry.ts';
import { SharedTable } from '../../../src/servers/shared-table.ts';
import { assignSlots } from '../../../src/servers/slots.ts';
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
  const time = { clock: systemClock, timers: systemTimers };
  const registry = new ServerRegistry({ model, slots, table, ...time, report: () => {} });
  const health = new HealthService(model, registry, { ...time, node: 'host' });
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
