/** Plays every traffic scenario against one program and writes down log lines, counters and what the clients saw. */
import { startBlackhole } from '../support/blackhole.ts';
import { freePort } from '../support/ports.ts';
import { type Product, type ProxyProcess, startProxy } from '../support/proxy-process.ts';
import {
  afterRequest,
  echo,
  greet,
  plain,
  refuse,
  type ScriptedServer,
  silence,
  startScripted,
} from '../support/scripted-server.ts';
import { rowOf, type StatRow, showStat } from '../support/stats-client.ts';
import { startSyslogReceiver } from '../support/syslog-receiver.ts';
import { pause, waitFor } from '../support/wait.ts';
import { TRAFFIC_SCENARIOS, type TrafficScenario, type TrafficStage } from './traffic-scenarios.ts';

export interface TrafficRun {
  /** By scenario: the answer of its `act`, or the error it ended with. */
  readonly views: ReadonlyMap<string, string>;
  /** By scenario: its log lines, normalised. */
  readonly lines: ReadonlyMap<string, readonly string[]>;
  readonly rows: readonly StatRow[];
  readonly stderr: string;
}

const AT_ONCE = 6;

/** `-1` stays, a moment and a configured wait are told apart; everything in these tests waits at least 400 ms. */
function timer(text: string, timed: boolean): string {
  if (text.startsWith('+')) return `+${timer(text.slice(1), timed)}`;
  const value = Number(text);
  if (value < 0) return '-1';
  if (!timed) return 'some';
  return value < 380 ? 'short' : 'long';
}

const TCPLOG = /^(<\d+>)(\S+?)(?:%\S+)?:\d+ \[[^\]]+\] (\S+) (\S+) (\S+)\/(\S+)\/(\S+) (\S+) (\S+) (\d+)\/(\S+) (\S+)$/;

/** A session's line without what differs between two runs. */
export function normaliseLine(line: string, { alone, timed }: TrafficScenario): string {
  const parts = TCPLOG.exec(line);
  if (parts === null) {
    return line
      .replace(/127\.0\.0\.1:\d+/g, 'ADDRESS')
      .replace(/check duration: \d+ms/, 'check duration: Nms')
      .replace(/\[\d\d\/\w+\/\d{4}:[\d:.]+\]/, '[DATE]');
  }
  const [, priority, client, front, back, queued, connected, total, bytes, state, all, others, queue] = parts;
  const timers = [queued!, connected!, total!].map((text) => timer(text, timed === true)).join('/');
  return `${priority}${client} ${front} ${back} ${timers} ${bytes} ${state} ${alone === true ? all : 'N'}/${others} ${queue}`;
}

function configOf(
  scenarios: readonly TrafficScenario[],
  log: string,
  ports: readonly number[],
  addresses: readonly Readonly<Record<string, string>>[],
): string {
  const lines = [
    'global',
    '    stats socket $DIR/stats.sock level admin',
    `    log ${log} local0`,
    // One thread, so that HAProxy's own threads do not race for the order of lines and for the highest counts.
    '    nbthread 1',
    '    maxconn 1000',
    'defaults',
    '    mode tcp',
    '    log global',
    '    timeout connect 1s',
    '    timeout client 20s',
    '    timeout server 20s',
  ];
  scenarios.forEach((scenario, index) => {
    const kind = scenario.more === undefined ? 'listen' : 'frontend';
    const own = [
      `${kind} ${scenario.name}`,
      `    bind 127.0.0.1:${ports[index]}`,
      ...scenario.lines.map((line) => `    ${line}`),
    ];
    for (const line of [...own, ...(scenario.more ?? [])]) {
      lines.push(line.replace(/\$([A-Z]+)/g, (whole, name: string) => addresses[index]![name] ?? whole));
    }
  });
  return `${lines.join('\n')}\n`;
}

/** `scenarios`: those to play, all of them when absent. `args`: more arguments for the program. */
export async function runTraffic(
  product: Product,
  scenarios: readonly TrafficScenario[] = TRAFFIC_SCENARIOS,
  args: readonly string[] = [],
): Promise<TrafficRun> {
  const syslog = await startSyslogReceiver();
  const hole = await startBlackhole();
  const [echoServer, greeter, silent, resetter, answerer] = await Promise.all([
    startScripted(plain(echo)),
    startScripted(plain(greet('220 hello\r\n'))),
    startScripted(plain(silence)),
    startScripted(plain(afterRequest(({ socket }) => socket.resetAndDestroy(), /\n/))),
    startScripted(plain(afterRequest(({ stream }) => stream.end('bye\n'), /\n/))),
  ]);
  const closed = await freePort();
  const owned = new Map<string, ScriptedServer>();
  const ports: number[] = [];
  for (const scenario of scenarios) {
    ports.push(await freePort());
    const uses = scenario.lines.some((line) => line.includes('$OWN'));
    owned.set(scenario.name, await startScripted(uses ? plain(echo) : refuse));
  }
  const shared = {
    ECHO: echoServer!.address,
    GREET: greeter!.address,
    SILENT: silent!.address,
    RESET: resetter!.address,
    ANSWER: answerer!.address,
    CLOSED: `127.0.0.1:${closed}`,
    HOLE: hole.address,
  };
  const addresses: Readonly<Record<string, string>>[] = scenarios.map((scenario, index) => ({
    ...shared,
    OWN: owned.get(scenario.name)!.address,
    PORT: String(ports[index]),
  }));
  let proxy: ProxyProcess | undefined;
  try {
    proxy = await startProxy(product, { config: configOf(scenarios, syslog.address, ports, addresses), args });
    const running = proxy;
    const views = new Map<string, string>();
    const play = async (scenario: TrafficScenario, index: number) => {
      const stage: TrafficStage = {
        product,
        port: ports[index]!,
        echo: echoServer!,
        greeter: greeter!,
        silent: silent!,
        resetter: resetter!,
        answerer: answerer!,
        own: owned.get(scenario.name)!,
        closed,
        hole: hole.port,
        directory: running.directory,
        ask: (command) => running.ask(command),
        stat: async (service, column) => rowOf(await showStat(running.statsSocket), scenario.name, service)[column]!,
      };
      const view = await scenario.act(stage).catch((error: unknown) => `failed: ${String(error)}`);
      views.set(scenario.name, view);
      await waitFor(`${scenario.name} to be idle`, async () => (await stage.stat('FRONTEND', 'scur')) === '0', {
        limit: 30_000,
      });
    };
    const beside: [TrafficScenario, number][] = [];
    for (const [index, scenario] of scenarios.entries()) {
      if (scenario.alone === true) await play(scenario, index);
      else beside.push([scenario, index]);
    }
    const worker = async () => {
      for (let next = beside.shift(); next !== undefined; next = beside.shift()) await play(...next);
    };
    await Promise.all(Array.from({ length: AT_ONCE }, worker));
    // The last datagrams are on their way in the kernel.
    await pause(300);
    const messages = syslog.messages();
    const lines = scenarios.map((scenario): [string, string[]] => [
      scenario.name,
      messages
        .filter((line) => new RegExp(`[ (]${scenario.name}[ /]`).test(line))
        .map((line) => normaliseLine(line, scenario)),
    ]);
    return { views, lines: new Map(lines), rows: await showStat(proxy.statsSocket), stderr: proxy.stderr };
  } finally {
    await proxy?.stop();
    await hole.close();
    await syslog.close();
    const servers = [echoServer!, greeter!, silent!, resetter!, answerer!, ...owned.values()];
    await Promise.all(servers.map((server) => server.close()));
  }
}
