/** One configuration with every kind of row, some traffic, and a long list of questions to the stats socket. */
import { freePort } from '../support/ports.ts';
import { type Product, type ProxyProcess, startProxy } from '../support/proxy-process.ts';
import { echo, httpAnswer, plain, startScripted } from '../support/scripted-server.ts';
import { askRaw, headerOf, rowsOf, type StatRow, showInfo, showStat } from '../support/stats-client.ts';
import { openClient } from '../support/tcp-client.ts';
import { waitFor } from '../support/wait.ts';

/** Asked in this order, at admin level. State changes are part of it. */
export const COMMANDS: readonly string[] = [
  'show stat',
  'show stat -1 4 -1',
  'show stat -1 1 -1',
  'show stat -1 2 -1',
  'show stat -1 3 -1',
  'show stat mixed 4 -1',
  'show stat mixed 4 2',
  'show stat mixed 2 -1',
  'show stat mixed 1 -1',
  'show stat mixed 4 77',
  'show stat 2 7 -1',
  'show stat 99 7 -1',
  'show stat nosuch 7 -1',
  'show stat mixed',
  'show stat mixed 4',
  'show stat up',
  'show stat no-maint',
  'show stat foo',
  'show stat desc',
  'show stat\t-1\t4\t-1',
  '  show   stat   -1  4  -1 ',
  'show backend',
  'show cli level',
  'show cli sockets',
  'show servers state',
  'show servers state mixed',
  'show servers state nosuch',
  'show foo',
  'show',
  'frobnicate',
  '',
  'disable server',
  'disable server mixed',
  'disable server nosuch/a',
  'disable server mixed/nosuch',
  'disable server mixed/good',
  'show stat mixed 4 1',
  'disable server mixed/good',
  'enable server mixed/good',
  'show stat mixed 4 1',
  'enable server mixed/nosuch',
  'set server',
  'set server mixed/plain',
  'set server mixed/plain frob',
  'set server nosuch/plain state maint',
  'set server mixed/nosuch state maint',
  'set server mixed state maint',
  'set server mixed/plain state',
  'set server mixed/plain state frob',
  'set server mixed/plain state drain',
  'show stat mixed 4 5',
  'set server mixed/plain state maint',
  'show stat mixed 4 5',
  'show servers state mixed',
  'set server mixed/plain state ready',
  'show stat mixed 4 5',
  'set server mixed/off state ready',
  'show stat mixed 4 4',
  'set server mixed/off state maint',
  'show stat mixed 7 -1',
  'set maxconn frontend',
  'set maxconn frontend nosuch 5',
  'set maxconn frontend mixed',
  'set server mixed/plain health frob',
  'set server mixed/plain health',
  'disable health',
  'disable health mixed/plain',
  'enable health mixed/plain',
  'set maxconn server',
  'set maxconn server mixed/nosuch 5',
  'set maxconn server mixed/plain',
  'set maxconn server mixed/plain 7',
  'show stat mixed 4 5',
  'set maxconn server mixed/plain 0',
  'show stat mixed 4 5',
  'shutdown sessions server',
  'shutdown sessions server nosuch/a',
  'shutdown sessions server mixed/nosuch',
  'shutdown sessions server mixed/plain',
  'get weight mixed/plain',
  'get weight mixed/nosuch',
  'get weight',
];

/** Sent as they are, with what shells and tools do. */
export const RAW_INPUTS: Readonly<Record<string, string>> = {
  'two commands': 'show cli level;show backend\n',
  'two commands, spaces': 'show cli level ; show backend\n',
  'semicolon at the end': 'show cli level;\n',
  'carriage return': 'show cli level\r\n',
  'two lines': 'show cli level\nshow backend\n',
  'escaped semicolon': 'show cli\\;level\n',
  'escaped space': 'show cli\\ level\n',
  'quit first': 'quit\nshow cli level\n',
  'prompt and quit': 'prompt\nshow cli level\nquit\n',
  'prompt, two on a line': 'prompt\nshow cli level;show backend\nquit\n',
  'unknown in a list': 'frob;show cli level\n',
  'upper case': 'SHOW CLI LEVEL\n',
  nothing: '\n',
};

/** By level, what a lower one may not do. */
export const LEVEL_COMMANDS: readonly string[] = [
  'show cli level',
  'disable server mixed/plain',
  'set server mixed/plain state drain',
  'show backend',
];

export interface WebAnswer {
  readonly status: number;
  readonly type: string;
  readonly body: string;
}

/** One request, as a browser or a collector sends it. */
async function get(port: number, path: string): Promise<WebAnswer> {
  const response = await fetch(`http://127.0.0.1:${port}${path}`, { headers: { connection: 'close' } });
  return { status: response.status, type: response.headers.get('content-type') ?? '', body: await response.text() };
}

export interface StatsRun {
  readonly before: readonly StatRow[];
  readonly header: readonly string[];
  readonly answers: ReadonlyMap<string, string>;
  /** `/status;csv` over HTTP. */
  readonly page: WebAnswer;
  readonly infoNames: readonly string[];
  readonly info: ReadonlyMap<string, string>;
  readonly stderr: string;
}

function configOf(ports: Readonly<Record<string, string>>): string {
  const text = `global
    stats socket $DIR/stats.sock level admin mode 600
    stats socket $DIR/operator.sock
    stats socket $DIR/user.sock level user
    nbthread 1
    max-spread-checks 200ms
    maxconn 500
    node testnode
    description "a description"
defaults
    mode tcp
    timeout connect 2s
    timeout client 20s
    timeout server 20s
    default-server inter 10s fall 3 rise 2
frontend entry
    bind $ENTRY
    maxconn 200
    default_backend mixed
frontend idle
    bind $IDLE
    default_backend lonely
backend mixed
    balance roundrobin
    option httpchk GET /
    server good $HTTP check weight 3 maxconn 50 maxqueue 10
    server bad $BROKEN check
    server spare $HTTP check backup
    server off $HTTP check disabled
    server plain $ECHO
    server zero $ECHO weight 0
backend lonely
    fullconn 77
    balance leastconn
    server a $CLOSED check inter 200ms fall 1
backend empty
listen both
    bind $BOTH
    balance source
    server x $ECHO
    server y $ECHO
listen web
    mode http
    bind $WEB
    stats enable
    stats uri /status
`;
  return text.replace(/\$([A-Z]+)/g, (whole, name: string) => ports[name] ?? whole);
}

/** Ports, times and ids of processes out of an answer. */
function comparable(answer: string, directory: string): string {
  return (
    answer
      .replaceAll(directory, 'DIR')
      .replace(/127\.0\.0\.1:\d+/g, '127.0.0.1:PORT')
      .replace(/^(\d+ \S+ \d+ \S+ \S+ (?:\S+ ){4})\d+ (.*)$/gm, '$1SECONDS $2')
      // A check that runs just now has no result and one bit more.
      .replace(/( SECONDS \d+) \d+ (\d+) [67] /g, '$1 RESULT $2 CHECKED ')
      .replace(/ (\d{5}) - 0 /g, ' PORT - 0 ')
      // The list of commands after `Unknown command` is each program's own.
      .replace(/^ {2}[a-z].*:.*\n/gm, '')
  );
}

/** A `show stat` answer as the rows it has; everything else as text. */
function reduce(command: string, answer: string, directory: string): string {
  if (!/^\s*show\s+stat/.test(command) || !answer.startsWith('# ')) return comparable(answer, directory);
  const rows = rowsOf(answer).map(
    (row) => `${row.pxname}/${row.svname} ${row.status} ${row.weight} ${row.act} ${row.bck}`,
  );
  return [...rows, JSON.stringify(answer.slice(-2))].join('\n');
}

export async function runStats(product: Product): Promise<StatsRun> {
  const [http, broken, echoServer] = await Promise.all([
    startScripted(plain(httpAnswer('200 OK'))),
    startScripted(plain(httpAnswer('500 Broken'))),
    startScripted(plain(echo)),
  ]);
  const closed = `127.0.0.1:${await freePort()}`;
  const [entry, idle, both, web] = [await freePort(), await freePort(), await freePort(), await freePort()];
  let proxy: ProxyProcess | undefined;
  try {
    proxy = await startProxy(product, {
      config: configOf({
        ENTRY: `127.0.0.1:${entry}`,
        IDLE: `127.0.0.1:${idle}`,
        BOTH: `127.0.0.1:${both}`,
        WEB: `127.0.0.1:${web}`,
        HTTP: http!.address,
        BROKEN: broken!.address,
        ECHO: echoServer!.address,
        CLOSED: closed,
      }),
    });
    const running = proxy;
    await waitFor('every check to have a result', async () => {
      const rows = await showStat(running.statsSocket);
      const status = (proxyName: string, server: string) =>
        rows.find((row) => row.pxname === proxyName && row.svname === server)?.status;
      return (
        status('mixed', 'good') === 'UP' &&
        status('mixed', 'bad') === 'DOWN' &&
        status('mixed', 'spare') === 'UP' &&
        status('lonely', 'a') === 'DOWN'
      );
    });
    for (let turn = 0; turn < 3; turn++) {
      const client = await openClient(both);
      client.write('hello');
      await client.waitForBytes(5);
      client.finish();
      await client.waitForEnd();
    }
    const refused = await openClient(idle);
    await refused.waitForEnd();
    await waitFor('all sessions to be over', async () => {
      const rows = await showStat(running.statsSocket);
      return rows.every((row) => row.scur === '0');
    });
    const csv = await running.ask('show stat');
    const before = rowsOf(csv);
    const page = await get(web, '/status;csv');
    const answers = new Map<string, string>();
    for (const [index, command] of COMMANDS.entries()) {
      answers.set(`${index} ${command}`, reduce(command, await running.ask(command), running.directory));
    }
    for (const [name, bytes] of Object.entries(RAW_INPUTS)) {
      answers.set(name, comparable(await askRaw(running.statsSocket, bytes), running.directory));
      answers.set(
        `${name}, half-closed`,
        comparable(await askRaw(running.statsSocket, bytes, { halfClose: true }), running.directory),
      );
    }
    for (const socket of ['operator', 'user']) {
      for (const command of LEVEL_COMMANDS) {
        const answer = await askRaw(`${running.directory}/${socket}.sock`, `${command}\n`);
        answers.set(`${socket}: ${command}`, comparable(answer, running.directory));
      }
    }
    const info = await showInfo(running.statsSocket);
    return { before, header: headerOf(csv), answers, page, infoNames: [...info.keys()], info, stderr: running.stderr };
  } finally {
    await proxy?.stop();
    await Promise.all([http!, broken!, echoServer!].map((server) => server.close()));
  }
}
