/** The `status` of a server, as `show stat` and the log lines word it. */
import { Admin, type CheckState, DRAIN, MAINTENANCE, Oper, type ServerRecord } from './server-record.ts';

/**
 * `UP`, `UP 1/3`, `DOWN`, `DOWN 1/2`, `NOLB`, `DRAIN`, `MAINT`, `MAINT (via b/s)`, `no check` ... A tracking server shows
 * the health of the server it tracks.
 */
export function statusText(server: ServerRecord): string {
  const { admin, tracked } = server;
  if ((admin & Admin.inheritedMaint) !== 0 && tracked !== undefined) {
    return `MAINT (via ${tracked.proxy.name}/${tracked.model.name})`;
  }
  if ((admin & Admin.resolutionMaint) !== 0) return 'MAINT (resolution)';
  if ((admin & MAINTENANCE) !== 0) return 'MAINT';

  const check = checkBehind(server);
  const asked = agentBehind(server);
  if (server.oper === Oper.stopped) {
    if (asked !== undefined && asked.health <= 0) return 'DOWN (agent)';
    return check === undefined ? 'DOWN' : withProgress('DOWN', check);
  }
  if (server.oper === Oper.stopping) return check === undefined ? 'NOLB' : withProgress('NOLB', check);
  const draining = (admin & DRAIN) !== 0;
  if (draining && asked !== undefined) return 'DRAIN (agent)';
  if (draining) return check === undefined ? 'DRAIN' : withProgress('DRAIN', check);
  return check === undefined ? 'no check' : withProgress('UP', check);
}

/** The check that decides: the server's own, or that of the server at the end of its tracking chain. */
function checkBehind(server: ServerRecord): Readonly<CheckState> | undefined {
  let at: ServerRecord | undefined = server;
  while (at !== undefined && at.check === undefined) at = at.tracked;
  return at?.check;
}

/** The agent that decides, in the same way. */
function agentBehind(server: ServerRecord): Readonly<CheckState> | undefined {
  let at: ServerRecord = server;
  while (at.tracked !== undefined) at = at.tracked;
  return at.agent;
}

/** Adds how far the server is from a change: `UP 2/3` is one good check less than full health, `DOWN 1/2` one passed of two. */
function withProgress(word: string, check: Readonly<CheckState>): string {
  const { health, rise, fall } = check;
  if (word === 'DOWN') return health <= 0 || health >= rise ? word : `${word} ${health}/${rise}`;
  return health >= rise + fall - 1 || health < rise ? word : `${word} ${health - rise + 1}/${fall}`;
}
