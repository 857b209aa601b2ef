/** Chance configurations for walks through the states of servers, and the steps of such a walk. */
import type { Random } from '../support/random.ts';

export interface WalkServer {
  readonly path: string;
  readonly checked: boolean;
  readonly agent: boolean;
  /** Words of the server line behind the address; `$CHECK` and `$AGENT` are its ports. */
  readonly words: string;
}

export interface WalkPlan {
  readonly servers: readonly WalkServer[];
  /** Lines of each backend, by name. */
  readonly backends: ReadonlyMap<string, readonly string[]>;
}

export type WalkStep =
  | { readonly kind: 'check' | 'agent'; readonly server: number; readonly says: string }
  | { readonly kind: 'command'; readonly text: string };

export function makePlan(random: Random): WalkPlan {
  // Who tracks a server must have the same.
  const conditional = random.chance(0.6);
  const servers: WalkServer[] = [];
  const backends = new Map<string, string[]>();
  for (const backend of ['a', 'b', 'c']) {
    const lines = [`balance ${random.pick(['roundrobin', 'first', 'static-rr'])}`];
    if (random.chance(0.5)) lines.push('option log-health-checks');
    if (conditional) lines.push('http-check disable-on-404');
    backends.set(backend, lines);
    const count = 1 + random.below(3);
    for (let at = 1; at <= count; at++) servers.push(makeServer(random, `${backend}/s${at}`, servers));
  }
  return { servers, backends };
}

function makeServer(random: Random, path: string, before: readonly WalkServer[]): WalkServer {
  const watched = before.filter(({ checked, words }) => checked || words.includes('track '));
  const words: string[] = [];
  const tracks = watched.length > 0 && random.chance(0.3);
  const checked = !tracks && random.chance(0.9);
  const agent = !tracks && random.chance(0.5);
  if (tracks) words.push(`track ${random.pick(watched).path}`);
  if (checked) words.push('check', 'port $CHECK', `rise ${1 + random.below(3)}`, `fall ${1 + random.below(3)}`);
  if (agent) words.push('agent-check', 'agent-port $AGENT', 'agent-send hi\\n');
  if (!tracks && random.chance(0.15)) words.push('disabled');
  if (random.chance(0.25)) words.push('backup');
  if (random.chance(0.5)) words.push(`weight ${random.pick([0, 1, 10, 100, 256])}`);
  return { path, checked, agent, words: words.join(' ') };
}

const ANSWERS = ['200 OK', '200 OK', '200 OK', '404 Not Found', '404 Not Found', '500 Oops', '500 Oops', '503 No'];
const AGENT_LINES = [
  ...['up', 'up', 'down', 'down', 'ready', 'ready', 'drain', 'maint', 'fail', 'stopped', 'UP', '', 'hello', '# only'],
  ...[
    '50%',
    '0%',
    '100%',
    '200%',
    '5000%',
    '75',
    '50% 75%',
    'up 50%',
    'up 100%',
    'maxconn:7',
    'maxconn:0',
    'maxconn:x',
  ],
  ...[
    'down # broken',
    'up # fine',
    'drain up',
    'drain down',
    'ready up',
    'ready down',
    'maint up',
    'up ready',
    'up,down',
  ],
  ...[
    'ready drain',
    'maint ready',
    'hello up',
    'up hello # r',
    'down 50%%',
    'up 50% # half',
    '10% maxconn:3 ready up # all',
  ],
];
const STATES = ['ready', 'ready', 'drain', 'maint'];
const HEALTHS = ['up', 'down', 'stopping'];
const WEIGHTS = ['0', '1', '50', '50%', '100%', '200%'];

export function makeStep(random: Random, { servers }: WalkPlan): WalkStep {
  const which = random.next();
  const server = random.below(servers.length);
  const { path, checked, agent } = servers[server]!;
  if (which < 0.45 && checked) {
    return { kind: 'check', server, says: `HTTP/1.0 ${random.pick(ANSWERS)}\r\n\r\n` };
  }
  if (which < 0.75 && agent) return { kind: 'agent', server, says: `${random.pick(AGENT_LINES)}\n` };
  const commands = [
    `set server ${path} state ${random.pick(STATES)}`,
    `set server ${path} state ${random.pick(STATES)}`,
    `set server ${path} health ${random.pick(HEALTHS)}`,
    `set server ${path} agent ${random.pick(['up', 'down'])}`,
    `set server ${path} weight ${random.pick(WEIGHTS)}`,
    `${random.pick(['enable', 'disable'])} server ${path}`,
    'clear counters all',
  ];
  return { kind: 'command', text: random.pick(commands) };
}
