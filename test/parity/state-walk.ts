/**
 * One chance walk through the states of servers, in HAProxy and in hapax at once. Every check and every question to an agent
 * waits at a gate of ours until it is answered, so that both programs see the same things in the same order.
 */
import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { freePort } from '../support/ports.ts';
import { type Product, type ProxyProcess, startProxy } from '../support/proxy-process.ts';
import type { Random } from '../support/random.ts';
import { ask, rowsOf } from '../support/stats-client.ts';
import { type SyslogReceiver, startSyslogReceiver } from '../support/syslog-receiver.ts';
import { pause } from '../support/wait.ts';
import { type Comparison, unexplained } from './differences.ts';
import { makePlan, makeStep, type WalkPlan } from './state-walk-plan.ts';

/** Where a program's checks of one server, or its questions to one agent, wait. */
class Gate {
  readonly #server: Server;
  readonly #open = new Set<Socket>();
  /** The one that waits for its answer. */
  #waiting: Socket | undefined;

  private constructor(begins: string) {
    this.#server = createServer({ allowHalfOpen: true }, (socket) => {
      this.#open.add(socket);
      const gone = () => {
        this.#open.delete(socket);
        if (this.#waiting === socket) this.#waiting = undefined;
      };
      socket.on('error', () => {});
      socket.on('close', gone);
      socket.on('end', () => socket.end());
      socket.once('data', (bytes) => {
        if (String(bytes).startsWith(begins)) this.#waiting = socket;
        else socket.destroy();
      });
    });
  }

  /** `begins`: how the talk begins that belongs here. */
  static async open(begins: string, port: number): Promise<Gate> {
    const gate = new Gate(begins);
    gate.#server.listen(port, '127.0.0.1');
    await once(gate.#server, 'listening');
    return gate;
  }

  get asked(): boolean {
    return this.#waiting !== undefined;
  }

  /** Nobody is here but who waits. */
  get calm(): boolean {
    return this.#open.size === (this.asked ? 1 : 0);
  }

  answer(text: string): void {
    this.#waiting?.end(text);
    this.#waiting = undefined;
  }

  close(): void {
    for (const socket of this.#open) socket.destroy();
    this.#server.close();
  }
}

interface Side {
  readonly proxy: ProxyProcess;
  readonly syslog: SyslogReceiver;
  readonly checks: readonly Gate[];
  readonly agents: readonly Gate[];
}

async function start(product: Product, plan: WalkPlan): Promise<Side> {
  const ports = await Promise.all(plan.servers.map(async () => [await freePort(), await freePort()] as const));
  const checks = await Promise.all(ports.map(([port]) => Gate.open('GET / HTTP', port)));
  const agents = await Promise.all(ports.map(([, port]) => Gate.open('hi', port)));
  const syslog = await startSyslogReceiver();
  const servers = plan.servers.map(({ path, words }, at) => {
    const [check, agent] = ports[at]!;
    const filled = words.replace('$CHECK', String(check)).replace('$AGENT', String(agent));
    return [path, `  server ${path.slice(2)} 127.0.0.1:9 ${filled}`] as const;
  });
  const config = [
    'global',
    '  stats socket $DIR/stats.sock level admin',
    `  log ${syslog.address} local0`,
    '  nbthread 1',
    'defaults',
    '  mode tcp',
    '  log global',
    '  timeout connect 5s',
    '  timeout client 300s',
    '  timeout server 300s',
    // Whoever waits at a gate waits as long as it takes.
    '  timeout check 300s',
    '  option httpchk GET /',
    '  default-server inter 10 agent-inter 10',
    ...[...plan.backends].flatMap(([name, lines]) => [
      `backend ${name}`,
      ...lines.map((line) => `  ${line}`),
      ...servers.flatMap(([path, line]) => (path.startsWith(`${name}/`) ? [line] : [])),
    ]),
  ];
  const proxy = await startProxy(product, { config: `${config.join('\n')}\n` });
  return { proxy, syslog, checks, agents };
}

async function stop({ proxy, syslog, checks, agents }: Side): Promise<void> {
  for (const gate of [...checks, ...agents]) gate.close();
  await proxy.stop();
  await syslog.close();
}

const COLUMNS = [
  ...['status', 'weight', 'uweight', 'act', 'bck', 'chkfail', 'chkdown', 'check_status', 'check_code', 'check_desc'],
  ...['check_rise', 'check_fall', 'check_health', 'last_chk', 'agent_status', 'agent_code', 'agent_desc', 'agent_rise'],
  ...['agent_fall', 'agent_health', 'last_agt', 'slim', 'tracked'],
];
/** What is each program's own, or goes on with the time. */
const NOT_COMPARED = /port|time_since/;

/** Everything that can be seen of a program now: what, and its value. */
async function look({ proxy, syslog, checks, agents }: Side, plan: WalkPlan): Promise<Map<string, string>> {
  const seen = new Map<string, string>();
  // HAProxy's complaint about a weight ends with a line feed, in the middle of a field.
  const stat = (await ask(proxy.statsSocket, 'show stat')).replace(/\n(?=[")])/g, '');
  for (const row of rowsOf(stat)) {
    for (const column of COLUMNS) seen.set(`${row.pxname}/${row.svname} ${column}`, row[column] ?? '');
  }
  const [names = [], ...states] = (await ask(proxy.statsSocket, 'show servers state'))
    .split('\n')
    .slice(1)
    .map((line) => line.replace(/^# /, '').split(' '));
  for (const state of states) {
    names.forEach((name, at) => {
      if (!NOT_COMPARED.test(name)) seen.set(`${state[1]}/${state[3]} ${name}`, state[at] ?? '');
    });
  }
  plan.servers.forEach(({ path }, at) => {
    seen.set(`${path} asked`, `${checks[at]!.asked} ${agents[at]!.asked}`);
  });
  const lines = syslog.messages().map((line) => line.replace(/check duration: \d+ms/g, 'check duration: Nms'));
  seen.set('everything log', lines.join('\n'));
  return seen;
}

function compare(theirs: ReadonlyMap<string, string>, mine: ReadonlyMap<string, string>): Comparison[] {
  return [...theirs].map(([key, oracle]) => {
    const [where = '', what = ''] = key.split(' ');
    return { area: 'states', where, what, oracle, ours: mine.get(key) ?? 'absent' };
  });
}

/** ms for both programs to come to the same. */
const LIMIT = 15_000;

/** Walks so many steps; the first difference that has no reason, with what led there. */
export async function walk(random: Random, steps: number): Promise<string[]> {
  const plan = makePlan(random);
  const sides = await Promise.all([start('haproxy', plan), start('hapax', plan)]);
  const [theirs, mine] = sides as [Side, Side];
  const history: string[] = [];
  const calm = () => sides.every(({ checks, agents }) => [...checks, ...agents].every((gate) => gate.calm));
  const differences = async () => {
    const end = performance.now() + LIMIT;
    for (;;) {
      if (calm()) {
        const found = unexplained(compare(await look(theirs, plan), await look(mine, plan)));
        if (found.length === 0 || performance.now() > end) return found;
      } else if (performance.now() > end) return ['a connection of a check or to an agent stays open'];
      await pause(10);
    }
  };
  try {
    for (let at = 0; at <= steps; at++) {
      const step = at === 0 ? undefined : makeStep(random, plan);
      if (step?.kind === 'command') {
        history.push(step.text);
        const answers = await Promise.all(sides.map(({ proxy }) => ask(proxy.statsSocket, step.text)));
        if (answers[0] !== answers[1]) return [...history.slice(-10), JSON.stringify(answers)];
      } else if (step !== undefined) {
        const gates = sides.map((side) => (step.kind === 'check' ? side.checks : side.agents)[step.server]!);
        // In maintenance nobody comes.
        for (let wait = 0; wait < 10 && !gates.every((gate) => gate.asked); wait++) await pause(10);
        if (!gates.every((gate) => gate.asked)) continue;
        history.push(`${step.kind} ${plan.servers[step.server]!.path}: ${step.says.trim()}`);
        for (const gate of gates) gate.answer(step.says);
      }
      const found = await differences();
      if (found.length === 0) continue;
      const lines = plan.servers.map(({ path, words }) => `${path} ${words}`);
      return [`seed ${random.seed}`, ...lines, history.slice(-10).join(' | '), ...found];
    }
    return [];
  } finally {
    await Promise.all(sides.map(stop));
  }
}
