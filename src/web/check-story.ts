/** What the last check of a server found and what that means, in plain sentences. */
import { checkOf } from '../servers/check-of-server.ts';
import { type CheckState, DRAIN, MAINTENANCE, Oper, type ServerRecord } from '../servers/server-record.ts';
import { counted, period } from './figures.ts';
import { decidingCheck } from './row-class.ts';

/**
 * How much of the plan is told: nothing, how often it is checked, or also what is asked for and where, which only
 * `stats show-legends` allows.
 */
export type Telling = 'result' | 'period' | 'everything';

/** The story of one server. */
export function checkStory(server: ServerRecord, telling: Telling): string {
  const path = (other: ServerRecord) => `${other.proxy.name}/${other.model.name}`;
  const { tracked } = server;
  if ((server.admin & MAINTENANCE) !== 0) return maintenance(server);
  const check = decidingCheck(server);
  const parts: string[] = [];
  if (tracked !== undefined) parts.push(`It has no check of its own and follows ${path(tracked)}.`);
  if (check === undefined) {
    if (server.oper === Oper.stopped) parts.push('It was set DOWN by hand, and no check will bring it back.');
    else if (server.model.check.enabled) parts.push('Its checks are switched off; its state stays as it is.');
    else if (tracked === undefined) parts.push('It is not checked and taken to be up.');
  } else {
    const checked = tracked === undefined ? server : lastTracked(server);
    parts.push(lastResult(check, checked), consequence(server, check), plan(checked, check, telling));
  }
  parts.push(...balancing(server));
  return parts.filter((part) => part !== '').join(' ');
}

function lastTracked(server: ServerRecord): ServerRecord {
  let at = server;
  while (at.check === undefined && at.tracked !== undefined) at = at.tracked;
  return at;
}

function maintenance(server: ServerRecord): string {
  const { tracked } = server;
  if (server.model.unresolved === true) return 'No address was found for its name: it is in maintenance.';
  const because = tracked !== undefined && (tracked.admin & MAINTENANCE) !== 0;
  const why = because ? ` because ${tracked.proxy.name}/${tracked.model.name}, which it follows, is` : '';
  return `It is in maintenance${why}: it is not checked and gets no sessions.`;
}

/** What was found. The server's own words come last, in quotes. */
function lastResult(check: Readonly<CheckState>, server: ServerRecord): string {
  const took = check.duration === undefined ? '' : ` after ${period(check.duration)}`;
  const says = check.text.trim();
  const words = says === '' || says === '(tcp-check)' ? '.' : `: “${says}”.`;
  const what = talk(server);
  switch (check.status) {
    case 'INI':
    case 'UNK':
      return 'No check has finished yet.';
    case 'L4OK':
      return `The last check passed: the connection stood${took}.`;
    case 'L6OK':
      return `The last check passed: TLS was agreed on${took}.`;
    case 'L7OK': {
      const code = check.code === undefined || check.code === 0 ? '' : ` ${check.code}`;
      return `The last check passed: the ${what} gave the expected answer${code}${took}.`;
    }
    case 'L7OKC':
      return `The last check passed with a condition: the answer ${check.code ?? ''} came${took} and asks for no new sessions.`;
    case 'L4CON':
      return `The last check failed: no connection could be made${words}`;
    case 'L4TOUT':
      return `The last check failed: the connection was not accepted${took}${words}`;
    case 'L6TOUT':
      return `The last check failed: the TLS handshake had not ended${took}${words}`;
    case 'L6RSP':
      return `The last check failed: the TLS handshake broke off${took}${words}`;
    case 'L7TOUT':
      return `The last check failed: the ${what} had no complete answer${took}${words}`;
    case 'L7STS':
      return `The last check failed: the ${what} was answered with the wrong status ${check.code ?? ''}${took}${words}`;
    case 'L7RSP':
      return `The last check failed: the ${what} had an answer that is not as expected${took}${words}`;
    case 'SOCKERR':
      return `The last check failed: the connection broke, or could not be opened here${took}${words}`;
    default:
      return '';
  }
}

/** How far the next change is. */
function consequence(server: ServerRecord, check: Readonly<CheckState>): string {
  const { health, rise, fall } = check;
  if (check.status === 'INI') return 'Until then it counts as UP, and one failure takes it DOWN.';
  const more = (count: number, begun: boolean, kind: string, verbs: readonly [one: string, several: string]) => {
    const word = begun ? `more ${kind}` : kind;
    return count === 1 ? `1 ${word} check ${verbs[0]}` : `${count} ${word} checks in a row ${verbs[1]}`;
  };
  if (server.oper === Oper.stopped) {
    const begun = health > 0 && health < rise;
    return `${more(Math.max(1, rise - health), begun, 'good', ['brings', 'bring'])} it back UP.`;
  }
  const begun = health < rise + fall - 1;
  return `${more(Math.max(1, health - rise + 1), begun, 'failed', ['takes', 'take'])} it DOWN.`;
}

/** How often it is asked, and with show-legends what and where. */
function plan(server: ServerRecord, check: Readonly<CheckState>, telling: Telling): string {
  if (telling === 'result') return '';
  const { inter, fastinter, downinter } = server.model.check;
  const full = check.health >= check.rise + check.fall - 1;
  const every = full ? inter : check.health <= 0 ? (downinter ?? inter) : (fastinter ?? inter);
  if (telling === 'period') return `It is checked every ${period(every)}.`;
  return `Every ${period(every)} it is asked for ${request(server)}${where(server)}.`;
}

function where({ model, address }: ServerRecord): string {
  const { check } = model;
  const target = check.address ?? address;
  if (target.family === 'unix' || target.family === 'abns') return ' on its Unix socket';
  const port = check.port ?? (check.address?.port || address.port);
  const host = target.family === 'ipv6' ? `[${target.host}]` : target.host;
  return ` at ${host}:${port}${check.ssl ? ' over TLS' : ''}`;
}

function request({ proxy, model }: ServerRecord): string {
  const check = checkOf(proxy, model);
  switch (check.kind) {
    case 'http':
      return `${check.method} ${check.uri}`;
    case 'tcp':
      return `a dialogue of ${counted(check.rules.length, 'step')}`;
    case 'external':
      return check.command;
    case 'connect':
      return model.check.ssl ? 'a TLS handshake' : 'a connection';
    default:
      return `a ${NAMES[check.kind]} greeting`;
  }
}

const NAMES = {
  'ssl-hello': 'TLS',
  mysql: 'MySQL',
  ldap: 'LDAP',
  redis: 'Redis',
  smtp: 'SMTP',
  pgsql: 'PostgreSQL',
  spop: 'SPOP',
};

/** What the check does, as a noun. */
function talk({ proxy, model }: ServerRecord): string {
  return checkOf(proxy, model).kind === 'http' ? 'request' : 'dialogue';
}

/** Why a server that is up gets no new sessions. */
function balancing(server: ServerRecord): string[] {
  if (server.oper === Oper.stopped) return [];
  if ((server.admin & DRAIN) !== 0) return ['It is being drained: no new sessions, and those it has go on.'];
  if (server.oper === Oper.stopping) return ['It takes no new sessions, and those it has go on.'];
  if (server.userWeight === 0) return ['Its weight is 0: no new sessions, and those it has go on.'];
  if (server.throttle !== undefined) return [`It is warming up and gets ${server.throttle} % of its share.`];
  return [];
}
