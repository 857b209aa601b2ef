/** A registry over a configuration text, with a clock that stands still, its lines and its hooks recorded. */
import { loadConfigurationText } from '../../../src/config/load.ts';
import type { EventLine } from '../../../src/logging/event-line.ts';
import { eventLine } from '../../../src/logging/event-lines.ts';
import type { CheckStatus, ServerRecord } from '../../../src/servers/server-record.ts';
import { ServerRegistry } from '../../../src/servers/server-registry.ts';
import { SharedTable, Word } from '../../../src/servers/shared-table.ts';
import { assignSlots } from '../../../src/servers/slots.ts';
import { statusText } from '../../../src/servers/status-text.ts';
import { VirtualTime } from '../../support/virtual-time.ts';

export async function createLab(text: string) {
  // No name means anything here, and no resolver is asked.
  const lookup = () => Promise.resolve({ ok: false, code: 'ENOTFOUND' } as const);
  const { model, diagnostics } = await loadConfigurationText(text, 'test.cfg', { lookup });
  if (model === undefined) throw new Error(diagnostics.map(({ message }) => message).join('\n'));
  const time = new VirtualTime();
  const slots = assignSlots(model);
  const table = SharedTable.create(slots.count);
  const lines: EventLine[] = [];
  const hooks: string[] = [];
  const registry = new ServerRegistry({
    model,
    slots,
    table,
    clock: time,
    timers: time,
    report: (event) => lines.push(eventLine(event)),
    hooks: {
      serverChanged: (slot) => hooks.push(`changed ${slot}`),
      shutdownSessions: (slot, cause) => hooks.push(`shutdown ${slot} ${cause}`),
      shutdownBackupSessions: (slot) => hooks.push(`shutdown backups of ${slot}`),
      hurryCheck: (slot) => hooks.push(`hurry ${slot}`),
    },
  });
  const server = (path: string): ServerRecord => {
    const [backend = '', name = ''] = path.split('/');
    const found = registry.find(backend, name);
    if (found === undefined) throw new Error(`no server ${path}`);
    return found;
  };
  const backend = (name: string) => {
    const found = registry.backends.find((candidate) => candidate?.proxy.name === name);
    if (found === undefined) throw new Error(`no backend ${name}`);
    return found;
  };
  return {
    model,
    time,
    table,
    registry,
    hooks,
    server,
    backend,
    lines,
    status: (path: string) => statusText(server(path)),
    usable: (path: string) => table.get(server(path).slot, Word.usable) === 1,
    weight: (path: string) => table.get(server(path).slot, Word.effectiveWeight),
    /** The lines since the last call, each with its level as a number. */
    told: () => lines.splice(0).map(({ level, text }) => `${level} ${text}`),
    check: (path: string, status: CheckStatus, code?: number, text = '') => {
      registry.checkStarted(server(path));
      registry.checkFinished(server(path), { status, code, text, duration: 3 });
    },
    set: (path: string, state: 'ready' | 'drain' | 'maint') => registry.setAdministrative(server(path), state),
  };
}

export type Lab = Awaited<ReturnType<typeof createLab>>;
