/** What the last check of a server found and what that means, in plain sentences. */
import { checkAddress } from '../health/check-address.ts';
import { KILLED } from '../health/external-run.ts';
import { checkOf } from '../servers/check-of-server.ts';
import {
  CHECK_DESCRIPTIONS,
  type CheckState,
  DRAIN,
  MAINTENANCE,
  Oper,
  type ServerRecord,
} from '../servers/server-record.ts';
import { isIp } from '../system/address-family.ts';
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
  const { agent } = endOfTracking(server);
  const parts: string[] = [];
  if (tracked !== undefined) parts.push(`It has no check of its own and follows ${path(tracked)}.`);
  if (check === undefined) parts.push(withoutCheck(server, agent));
  else {
    const checked = tracked === undefined ? server : lastTracked(server);
    parts.push(lastResult(check, checked), consequence(server, check, agent), plan(checked, check, telling));
  }
  if (agent !== undefined) parts.push(agentStory(agent));
  parts.push(...balancing(server));
  return parts.filter((part) => part !== '').join(' ');
}

function lastTracked(server: ServerRecord): ServerRecord {
  let at = server;
  while (at.check === undefined && at.tracked !== undefined) at = at.tracked;
  return at;
}

/** Whose agent counts: that of the server at the end of the chain. */
function endOfTracking(server: ServerRecord): ServerRecord {
  let at = server;
  while (at.tracked !== undefined) at = at.tracked;
  return at;
}

/** Of a server that no check decides about. */
function withoutCheck(server: ServerRecord, agent: Readonly<CheckState> | undefined): string {
  const stopped = server.oper === Oper.stopped;
  if (server.model.check.enabled) {
    return stopped
      ? 'Its checks are switched off, and it stays DOWN meanwhile.'
      : 'Its checks are switched off; its state stays as it is.';
  }
  if (agent !== undefined) return server.tracked === undefined ? 'It is not checked; only its agent is asked.' : '';
  if (stopped) return 'It was set DOWN by hand, and no check will bring it back.';
  return server.tracked === undefined ? 'It is not checked and taken to be up.' : '';
}

/** What the agent said, and whether that is why the server is down. */
function agentStory(agent: Readonly<CheckState>): string {
  const says = agent.text.replace(/^via agent : /, '').trim();
  const words = says === '' ? '.' : `: “${says}”.`;
  const comesBack = 'It comes back UP when the agent says “up”.';
  // Set by hand the agent's word stays what it was.
  if (agent.health <= 0 && agent.status !== 'L7STS') return `Its agent counts as down. ${comesBack}`;
  switch (agent.status) {
    case 'INI':
    case 'UNK':
      return 'Its agent has not answered yet.';
    case 'L7OK':
      return `Its agent says “${says}”.`;
    case 'L7STS':
      return `Its agent keeps it down${words}${agent.health <= 0 ? ` ${comesBack}` : ''}`;
    case 'CHECKED':
      return says === '' ? 'Its agent answers, and says nothing about up or down.' : `Of its agent's answer${words}`;
    default:
      return `Its agent gave no answer that counts (${CHECK_DESCRIPTIONS[agent.status]})${words}`;
  }
}

function maintenance(server: ServerRecord): string {
  const { tracked, agent } = server;
  if (server.model.unresolved === true) return 'No address was found for its name: it is in maintenance.';
  const because = tracked !== undefined && (tracked.admin & MAINTENANCE) !== 0;
  const why = because ? ` because ${tracked.proxy.name}/${tracked.model.name}, which it follows, is` : '';
  const way = because || agent === undefined ? '' : ' Its agent is asked all the same, and “ready” from it ends this.';
  return `It is in maintenance${why}: it is not checked and gets no sessions.${way}`;
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
    case 'PROCOK':
      return `The last check passed: the program ended with 0${took}.`;
    case 'PROCERR':
      return `The last check failed: the program ${ending(check.code)}${took}${words}`;
    case 'PROCTOUT':
      return `The last check failed: the program had not ended${took}, and was killed${words}`;
    case 'HANA':
      return `Traffic showed errors${words}`;
    case 'SOCKERR':
      return `The last check failed: the connection broke, or could not be opened here${took}${words}`;
    default:
      return '';
  }
}

/** Of a program that did not end with 0. HAProxy's codes tell neither the signal nor the reason. */
function ending(code: number | undefined): string {
  if (code === KILLED) return 'was killed by a signal';
  return code === 255 ? 'ended with 255, or could not be started,' : `ended with ${code ?? 'an error'}`;
}

/** How far the next change is. */
function consequence(
  server: ServerRecord,
  check: Readonly<CheckState>,
  agent: Readonly<CheckState> | undefined,
): string {
  const { health, rise, fall } = check;
  if (check.status === 'INI') return 'Until then it counts as UP, and one failure takes it DOWN.';
  const more = (count: number, begun: boolean, kind: string, verbs: readonly [one: string, several: string]) => {
    const word = begun ? `more ${kind}` : kind;
    return count === 1 ? `1 ${word} check ${verbs[0]}` : `${count} ${word} checks in a row ${verbs[1]}`;
  };
  if (server.oper === Oper.stopped) {
    const held = agent !== undefined && agent.health <= 0;
    // The checks have nothing against it: the agent alone keeps it down.
    if (held && health >= rise) return '';
    const begun = health > 0 && health < rise;
    if (held) return 'Its checks and its agent must both be content before it is UP again.';
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
  const { kind } = checkOf(server.proxy, server.model);
  if (kind === 'external') return `Every ${period(every)} ${request(server)} is run for it.`;
  return `Every ${period(every)} it is asked for ${request(server)}${where(server)}.`;
}

function where({ model }: ServerRecord): string {
  const { family, host, port } = checkAddress(model);
  if (!isIp(family)) return ' on its Unix socket';
  return ` at ${family === 'ipv6' ? `[${host}]` : host}:${port}${model.check.ssl ? ' over TLS' : ''}`;
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
  if ((server.admin & DRAIN) !== 0) {
    const way = server.agent === undefined ? '' : ' Its agent ends this by “ready”.';
    return [`It is being drained: no new sessions, and those it has go on.${way}`];
  }
  if (server.oper === Oper.stopping) return ['It takes no new sessions, and those it has go on.'];
  if (server.userWeight === 0) return ['Its weight is 0: no new sessions, and those it has go on.'];
  if (server.throttle !== undefined) return [`It is warming up and gets ${server.throttle} % of its share.`];
  return [];
}
