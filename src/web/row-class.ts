/** The colour of a row: HAProxy's classes, their legend, and which of them ask for attention. */
import { DRAIN, MAINTENANCE, Oper, type ServerRecord } from '../servers/server-record.ts';

export type ServerClass =
  | 'active_up'
  | 'backup_up'
  | 'active_going_down'
  | 'backup_going_down'
  | 'active_going_up'
  | 'backup_going_up'
  | 'active_down'
  | 'backup_down'
  | 'active_nolb'
  | 'backup_nolb'
  | 'active_draining'
  | 'backup_draining'
  | 'active_no_check'
  | 'backup_no_check'
  | 'maintain';

/** Legend: the classes that share an entry, and its text. */
export const LEGEND: readonly (readonly [classes: readonly ServerClass[], text: string])[] = [
  [['active_up'], 'active UP'],
  [['backup_up'], 'backup UP'],
  [['active_going_down'], 'active UP, going down'],
  [['backup_going_down'], 'backup UP, going down'],
  [['active_going_up'], 'active DOWN, going up'],
  [['backup_going_up'], 'backup DOWN, going up'],
  [['active_down', 'backup_down'], 'active or backup DOWN'],
  [['active_no_check', 'backup_no_check'], 'not checked'],
  [['maintain'], 'active or backup DOWN for maintenance (MAINT)'],
  [
    ['active_draining', 'backup_draining', 'active_nolb', 'backup_nolb'],
    'active or backup SOFT STOPPED for maintenance',
  ],
];

type State = 'up' | 'going_down' | 'going_up' | 'down' | 'nolb' | 'draining' | 'no_check';

const TROUBLE: ReadonlySet<State> = new Set(['down', 'going_down', 'going_up']);

/** Observed on HAProxy 2.6: weight 0 has the colour of a drained server, and a server without checks its own. */
export function serverClass(server: ServerRecord): ServerClass {
  if ((server.admin & MAINTENANCE) !== 0) return 'maintain';
  return `${server.model.backup ? 'backup' : 'active'}_${stateOf(server)}`;
}

/** Servers that checks found ill, or are about to; not those that no check has looked at. */
export function needsAttention(server: ServerRecord): boolean {
  return (server.admin & MAINTENANCE) === 0 && TROUBLE.has(stateOf(server)) && decidingCheck(server)?.status !== 'INI';
}

function stateOf(server: ServerRecord): State {
  const check = decidingCheck(server);
  const health = check?.health ?? 0;
  if (server.oper === Oper.stopped)
    return check !== undefined && health > 0 && health < check.rise ? 'going_up' : 'down';
  if ((server.admin & DRAIN) !== 0) return 'draining';
  if (server.oper === Oper.stopping) return 'nolb';
  if (check === undefined) return 'no_check';
  if (server.userWeight === 0) return 'draining';
  return health < check.rise + check.fall - 1 ? 'going_down' : 'up';
}

/** The check that decides about a server: its own, or that of the one it follows. */
export function decidingCheck(server: ServerRecord): ServerRecord['check'] {
  let at: ServerRecord | undefined = server;
  while (at !== undefined && at.check === undefined) at = at.tracked;
  return at?.check;
}
