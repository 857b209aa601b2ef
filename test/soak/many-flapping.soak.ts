/**
 * 500 servers of one backend that flap by chance, for a long time. A service that keeps the rules of rise and fall for
 * each of them knows what state every server must be in: the proxy says in every request what it takes the server for, and its
 * statistics say so at every look. In the end no memory and no descriptor is left over.
 */
import { createServer, type Server, type Socket } from 'node:net';
import { afterAll, expect, test } from 'vitest';
import { freePort } from '../support/ports.ts';
import { openDescriptors } from '../support/process-figures.ts';
import { type ProxyProcess, SUBJECT, startProxy } from '../support/proxy-process.ts';
import { rowOf, type StatRow, showStat } from '../support/stats-client.ts';
import { startSyslogReceiver } from '../support/syslog-receiver.ts';
import { pause, waitFor } from '../support/wait.ts';
import { forSoakTime, SOAK_MS, SOAK_SEED, seededRandom } from './soak.ts';

const SERVERS = 500;
const RISE = 2;
const FALL = 3;
const FULL = RISE + FALL - 1;
/** Turns of chance: so many servers get a new mood so often. */
const CHANGES = 3;
const CHANGE_MS = 20;
const LOOK_MS = 500;
/** What a process of this size may grow by without having lost anything, bytes. */
const SLACK = 24 * 2 ** 20;

const MOODS = ['well', 'well', 'well', 'error', 'close', 'reset'] as const;
type Mood = (typeof MOODS)[number];

/** One server as the rules have it. */
class Truth {
  mood: Mood;
  health = RISE;
  /** How it was before the last check, which the proxy may not have judged yet at a look. */
  before = statusOf(RISE);
  checks = 0;
  falls = 0;
  rises = 0;

  constructor(mood: Mood) {
    this.mood = mood;
  }

  get status(): string {
    return statusOf(this.health);
  }

  /** Another check, and how it ended. */
  check(well: boolean): void {
    this.before = this.status;
    this.checks++;
    const wasUp = this.health >= RISE;
    if (well) this.health = this.health + 1 >= RISE ? FULL : this.health + 1;
    else this.health = this.health > RISE ? this.health - 1 : 0;
    if (wasUp && this.health < RISE) this.falls++;
    if (!wasUp && this.health >= RISE) this.rises++;
  }
}

/** `UP`, `UP 1/3`, `DOWN 1/2`, `DOWN`. */
function statusOf(health: number): string {
  if (health >= RISE) return health === FULL ? 'UP' : `UP ${health - RISE + 1}/${FALL}`;
  return health === 0 ? 'DOWN' : `DOWN ${health}/${RISE}`;
}

const random = seededRandom(SOAK_SEED);
const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)]!;
const truths = Array.from({ length: SERVERS }, () => new Truth(pick(MOODS)));
const wrong: string[] = [];
const sockets = new Set<Socket>();

/** One listener for all servers: each request names the one it is for. */
const service: Server = createServer({ noDelay: true, allowHalfOpen: false }, (socket) => {
  sockets.add(socket);
  socket.on('close', () => sockets.delete(socket));
  socket.on('error', () => {});
  let text = '';
  socket.on('data', (chunk) => {
    text += chunk.toString('latin1');
    const request = /state: (UP|UP \d\/\d|DOWN|DOWN \d\/\d); .*name=app\/s(\d+);.*\r\n\r\n$/s.exec(text);
    if (request === null) return;
    text = '';
    const truth = truths[Number(request[2])]!;
    if (request[1] !== truth.status) {
      wrong.push(`check ${truth.checks + 1} of s${request[2]} takes it for ${request[1]}, not ${truth.status}`);
    }
    truth.check(truth.mood === 'well');
    if (truth.mood === 'well') socket.end('HTTP/1.0 200 OK\r\n\r\n');
    else if (truth.mood === 'error') socket.end('HTTP/1.0 503 Not Now\r\n\r\n');
    else if (truth.mood === 'close') socket.end();
    else socket.resetAndDestroy();
  });
});

let proxy: ProxyProcess | undefined;
let closeSyslog: (() => Promise<void>) | undefined;
afterAll(async () => {
  await proxy?.stop();
  await closeSyslog?.();
  for (const socket of sockets) socket.destroy();
  service.close();
});

const ownRows = (rows: readonly StatRow[]) => rows.filter((row) => /^s\d+$/.test(row.svname!));

/** Whether a look at the statistics shows what it must: the state after the last check, or the one before. */
function compare(rows: readonly StatRow[]): void {
  for (const row of ownRows(rows)) {
    const truth = truths[Number(row.svname!.slice(1))]!;
    if (row.status === truth.status || row.status === truth.before) continue;
    wrong.push(`${row.svname} is shown ${row.status}, not ${truth.before} or ${truth.status}`);
  }
  const up = ownRows(rows).filter((row) => row.status!.startsWith('UP')).length;
  const backend = rowOf(rows, 'app', 'BACKEND');
  if (backend.act !== String(up)) wrong.push(`the backend counts ${backend.act} servers up, its rows ${up}`);
}

test(`${SERVERS} flapping servers`, async () => {
  await new Promise<void>((resolve) => service.listen({ host: '127.0.0.1', port: 0, backlog: 1024 }, resolve));
  const { port } = service.address() as { port: number };
  const syslog = await startSyslogReceiver();
  closeSyslog = () => syslog.close();
  proxy = await startProxy(SUBJECT, {
    config: `global
    stats socket $DIR/stats.sock
    log ${syslog.address} local0
    nbthread 1
defaults
    mode tcp
    log global
    timeout connect 20s
    timeout client 5s
    timeout server 5s
    timeout check 20s
listen app
    bind 127.0.0.1:${await freePort()}
    option httpchk GET /
    http-check send-state
    default-server inter 1s fastinter 500ms fall ${FALL} rise ${RISE}
${truths.map((_, index) => `    server s${index} 127.0.0.1:${port} check`).join('\n')}
`,
  });
  const running = proxy;
  await waitFor('every server to be checked', () => truths.every(({ checks }) => checks > 0), { limit: 60_000 });
  let looks = 0;
  const figures: { readonly resident: number; readonly descriptors: number }[] = [];
  const look = async () => {
    compare(await showStat(running.statsSocket));
    looks++;
    figures.push({ resident: running.residentBytes(), descriptors: openDescriptors(running.pid) });
    expect(running.exit).toBeUndefined();
    expect(wrong).toEqual([]);
  };
  let next = performance.now();
  await forSoakTime(async () => {
    for (let turn = 0; turn < CHANGES; turn++) pick(truths).mood = pick(MOODS);
    await pause(CHANGE_MS);
    if (performance.now() < next) return;
    next = performance.now() + LOOK_MS;
    await look();
  });

  // Everybody gets well, so that what is left is what there is without flapping.
  for (const truth of truths) truth.mood = 'well';
  await waitFor('every server to be up', async () =>
    ownRows(await showStat(running.statsSocket)).every((row) => row.status === 'UP'),
  );
  const settled = await waitFor('a look between two checks', async () => {
    const rows = await showStat(running.statsSocket);
    return truths.every((truth) => truth.status === 'UP') ? rows : undefined;
  });
  compare(settled);
  expect(wrong).toEqual([]);
  for (const row of ownRows(settled)) {
    const truth = truths[Number(row.svname!.slice(1))]!;
    expect([row.svname, row.chkdown]).toEqual([row.svname, String(truth.falls)]);
  }
  const total = (of: (truth: Truth) => number) => truths.reduce((sum, truth) => sum + of(truth), 0);
  const lines = (word: string) =>
    syslog.messages().filter((line) => new RegExp(`Server app/s\\d+ is ${word}`).test(line)).length;
  await waitFor('the last line of the log', () => lines('UP') === total(({ rises }) => rises), {
    describe: () => `${lines('UP')} of ${total(({ rises }) => rises)} lines`,
  });
  expect(lines('DOWN')).toBe(total(({ falls }) => falls));

  // As many descriptors as there are checks under way, and no more memory than in the middle of the run.
  await waitFor(
    'the descriptors to be closed',
    () => openDescriptors(running.pid) <= Math.min(...figures.map(({ descriptors }) => descriptors)) + 16,
  );
  const resident = figures.map((figure) => figure.resident);
  const middle = Math.max(...resident.slice(0, Math.ceil(resident.length / 2)));
  const end = Math.min(...resident.slice(-10));
  console.log(
    `${SERVERS} servers, ${Math.round(SOAK_MS / 1000)} s, seed ${SOAK_SEED}: ${total(({ checks }) => checks)} checks, ` +
      `${total(({ falls }) => falls)} falls and ${total(({ rises }) => rises)} rises, ${looks} looks all true; ` +
      `${(resident[0]! / 2 ** 20).toFixed(1)} MB at first, at most ${(middle / 2 ** 20).toFixed(1)} MB in the first half, ` +
      `${(end / 2 ** 20).toFixed(1)} MB in the end; ${figures[0]!.descriptors} descriptors at first, ${openDescriptors(running.pid)} in the end`,
  );
  expect(end).toBeLessThan(middle + SLACK);
});
