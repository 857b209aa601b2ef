/** Up or down, since when, and with which weight. */
import { type BackendRecord, MAINTENANCE, Oper, type ServerRecord } from '../../servers/server-record.ts';
import { Word } from '../../servers/shared-table.ts';
import { statusText } from '../../servers/status-text.ts';
import { type BackendRow, type FieldBody, on, secondsSince, zero } from '../field.ts';

export function inMaintenance(server: ServerRecord): boolean {
  return (server.admin & MAINTENANCE) !== 0;
}

/** Down for the `up` filter: stopped, in maintenance or not. */
export function isDown(server: ServerRecord): boolean {
  return inMaintenance(server) || server.oper === Oper.stopped;
}

export const stateFields = {
  status: {
    type: 'str',
    tag: 'SGPV',
    description: 'UP, DOWN, OPEN, MAINT and the like',
    ...on('fl', (row) => row.view.frontendStatus(row.proxy.index)),
    server: (row) => statusText(row.server),
    backend: ({ backend, filtered }) => {
      const word = backend.down ? 'DOWN' : 'UP';
      if (!filtered) return word;
      // Draining servers and those of weight 0 count as well (measured), so it is not act + bck.
      return `${word} (${backend.servers.filter((server) => !isDown(server)).length}/${backend.servers.length})`;
    },
  },
  weight: {
    type: 'u32',
    tag: 'MaPV',
    description: 'Weight in use',
    server: ({ server }) => server.weight,
    backend: (row) => row.backend.weight,
  },
  act: {
    type: 'u32',
    tag: { backend: 'MGPV', others: 'SGPV' },
    description: '1 for an active server; usable active servers of a backend',
    server: (row) => (row.server.model.backup ? 0 : 1),
    backend: (row) => row.backend.activeCount,
  },
  bck: {
    type: 'u32',
    tag: { backend: 'MGPV', others: 'SGPV' },
    description: '1 for a backup server; usable backup servers of a backend',
    server: (row) => (row.server.model.backup ? 1 : 0),
    backend: (row) => row.backend.backupCount,
  },
  chkfail: {
    type: 'u64',
    tag: 'MCPP',
    description: 'Failed checks that lowered the health of the server',
    server: ({ server }) => server.check?.failures,
  },
  chkdown: {
    type: 'u64',
    tag: 'MCPP',
    description: 'Changes from UP to DOWN',
    server: ({ server }) => (server.check === undefined ? undefined : server.downs),
    backend: (row) => row.backend.downs,
  },
  lastchg: {
    type: 'u32',
    tag: 'MAPP',
    description: 'Seconds since the last change of state',
    server: ({ server, now }) => secondsSince(now, server.lastChange),
    backend: ({ backend, now }) => secondsSince(now, backend.lastChange),
  },
  downtime: {
    type: 'u32',
    tag: 'MCPV',
    description: 'Seconds spent down in all',
    server: ({ server, now }) => (server.check === undefined ? undefined : downSeconds(server, isDown(server), now)),
    backend: ({ backend, now }) => (backend.servers.length === 0 ? undefined : downSeconds(backend, backend.down, now)),
  },
  throttle: {
    type: 'u32',
    tag: 'MaPV',
    description: 'Percentage of the weight during slowstart',
    server: (row) => row.server.throttle,
  },
  uweight: {
    type: 'u32',
    tag: 'MaPV',
    description: 'Weight that was set; for a backend the sum over servers in use',
    server: (row) => row.server.userWeight,
    backend: usedUserWeight,
  },
  // HAProxy fills these three for its Prometheus service alone.
  agg_server_status: { type: 'u32', tag: 'MGPV', description: 'Not used here', ...on('b', zero) },
  agg_server_check_status: { type: 'u32', tag: 'MGPV', description: 'Not used here', ...on('b', zero) },
  agg_check_status: { type: 'u32', tag: 'MGPV', description: 'Not used here', ...on('b', zero) },
} satisfies Record<string, FieldBody>;

function downSeconds(record: ServerRecord | BackendRecord, down: boolean, now: number): number {
  return Math.max(0, Math.floor((record.downtime + (down ? now - record.lastChange : 0)) / 1000));
}

/** Backups count only while they carry the traffic: all of them with `option allbackups`, else the first. */
function usedUserWeight({ backend, view }: BackendRow): number {
  const usable = backend.servers.filter((server) => view.table.get(server.slot, Word.usable) === 1);
  const active = usable.filter((server) => !server.model.backup);
  const backups = backend.proxy.backend?.allBackups === true ? usable : usable.slice(0, 1);
  return (active.length > 0 ? active : backups).reduce((sum, server) => sum + server.userWeight, 0);
}
