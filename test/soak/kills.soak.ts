/**
 * A proxy that is killed at chance moments, gently and by force, under traffic, and started again on the same port and
 * the same socket path: it always ends, always comes back, and never leaves a path that no successor can take. And a proxy
 * whose clients and servers are killed: nobody else gets a wrong byte, and nothing of the dead stays.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { freePort } from '../support/ports.ts';
import { expectEngine, PROCESS_ENGINES } from '../support/process-engines.ts';
import { openDescriptors } from '../support/process-figures.ts';
import { type Exit, launchProxy, type ProxyProcess } from '../support/proxy-process.ts';
import { echo, plain, startScripted } from '../support/scripted-server.ts';
import { ask, showStat } from '../support/stats-client.ts';
import { TcpClient } from '../support/tcp-client.ts';
import { pause, waitFor } from '../support/wait.ts';
import { forSoakTime, SOAK_SEED, seededRandom } from './soak.ts';

const random = seededRandom(SOAK_SEED);
const below = (limit: number) => Math.floor(random() * limit);
/** The proxy's own death on each engine, and that of its peers on each, share the time. */
const SHARE = 1 / (2 * PROCESS_ENGINES.length);
const SIGNALS: readonly NodeJS.Signals[] = ['SIGTERM', 'SIGINT', 'SIGUSR1', 'SIGKILL', 'SIGTERM'];

const cleanups: (() => Promise<unknown> | unknown)[] = [];
afterAll(async () => {
  for (const cleanup of cleanups.reverse()) await cleanup();
});

test.each(PROCESS_ENGINES)('kills of the proxy at chance moments, %s engine', async (engine) => {
  const server = await startScripted(plain(echo));
  cleanups.push(() => server.close());
  const directory = mkdtempSync(join(tmpdir(), 'hapax-kills-'));
  cleanups.push(() => rmSync(directory, { recursive: true, force: true }));
  const socket = join(directory, 'admin.sock');
  const port = await freePort();
  const start = (): ProxyProcess =>
    launchProxy('hapax', {
      env: { HAPAX_ENGINE: engine },
      config: `global
    stats socket ${socket} mode 600 level admin
defaults
    mode tcp
    timeout connect 1s
    timeout client 10s
    timeout server 10s
listen app
    bind 127.0.0.1:${port}
    server s ${server.address} check inter 50ms
`,
    });
  const isUp = (proxy: ProxyProcess) =>
    waitFor(
      'the proxy to answer',
      async () => {
        if (proxy.exit !== undefined) throw new Error(`ended with ${JSON.stringify(proxy.exit)}: ${proxy.stderr}`);
        return ask(socket, 'show info').then(
          (answer) => answer.includes(`Pid: ${proxy.pid}\n`),
          () => false,
        );
      },
      { limit: 30_000 },
    );

  await forSoakTime(async (round) => {
    const proxy = start();
    try {
      // Sometimes it is killed while it starts.
      const early = random() < 0.25 ? 1 + below(300) : 0;
      if (early > 0) await pause(early);
      else await isUp(proxy);
      const clients = early > 0 ? [] : Array.from({ length: below(20) }, () => new TcpClient(port));
      for (const client of clients) if (random() < 0.7) client.write('x'.repeat(below(100_000)));
      await pause(below(60));
      // Until our first line runs, Node itself takes SIGUSR1, for its debugger; no program can change that before Node 22.
      const choice = early > 0 ? SIGNALS.filter((name) => name !== 'SIGUSR1') : SIGNALS;
      const signal = choice[below(choice.length)]!;
      proxy.signal(signal);
      // A gentle end waits for the sessions.
      if (signal === 'SIGUSR1') for (const client of clients) client.destroy();
      let exit: Exit;
      try {
        exit = await proxy.waitForExit(20_000);
      } catch (error) {
        throw new Error(`round ${round}, ${signal}${early ? ` after ${early} ms` : ''}: ${error}\n${proxy.stderr}`);
      }
      const context = `round ${round}, ${signal}${early > 0 ? ' at start' : ''}: ${JSON.stringify(exit)} ${proxy.stderr}`;
      if (signal === 'SIGUSR1' && early === 0) expect([exit.code, context]).toEqual([0, context]);
      else if (early === 0) expect([exit.signal, context]).toEqual([signal, context]);
      expect(proxy.stderr, context).not.toMatch(/\n\s+at .*:\d+:\d+/);
      for (const client of clients) client.destroy();
      if (early === 0) expect(statSync(socket).isSocket()).toBe(true);
    } finally {
      await proxy.stop();
    }
  }, SHARE);
  const last = start();
  cleanups.push(() => last.stop());
  await isUp(last);
});

/** An echo server that leaves no word of its own. */
const SERVER = `
const { createServer } = require('node:net');
const server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => socket.on('error', () => {}).pipe(socket));
server.listen(Number(process.argv[1]), '127.0.0.1', () => process.stdout.write('ready'));
`;

/** Connections that send and expect the same back, for ever; ends with code 3 when other bytes come. */
const CLIENT = `
const { connect } = require('node:net');
const block = require('node:crypto').randomBytes(100_003);
function begin() {
  const socket = connect({ port: Number(process.argv[1]), host: '127.0.0.1', noDelay: true });
  let sent = 0;
  let came = 0;
  const send = () => {
    const size = 1 + Math.floor(Math.random() ** 4 * 60_000);
    const place = sent % block.length;
    const piece = block.subarray(place, Math.min(block.length, place + size));
    sent += piece.length;
    socket.write(piece);
  };
  socket.on('connect', send);
  socket.on('error', () => {});
  socket.on('data', (bytes) => {
    for (let from = 0; from < bytes.length; ) {
      const place = came % block.length;
      const count = Math.min(bytes.length - from, block.length - place);
      if (block.compare(bytes, from, from + count, place, place + count) !== 0) process.exit(3);
      from += count;
      came += count;
    }
    if (came > sent) process.exit(3);
    if (came < sent) return;
    if (Math.random() < 0.05) socket.end();
    else send();
  });
  socket.on('close', () => setTimeout(begin, 5));
}
for (let count = 0; count < 20; count++) begin();
process.stdout.write('ready');
`;

/** A process that can be killed, and has done what it says when it speaks. */
class Victim {
  readonly #code: string;
  readonly #port: number;
  #child: ChildProcess | undefined;
  /** Exit codes; null where it was killed. */
  readonly codes: (number | null)[] = [];

  constructor(code: string, port: number) {
    this.#code = code;
    this.#port = port;
  }

  async start(): Promise<void> {
    const child = spawn(process.execPath, ['-e', this.#code, String(this.#port)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    this.#child = child;
    let ready = false;
    child.stdout.once('data', () => {
      ready = true;
    });
    child.once('close', (code) => this.codes.push(code));
    await waitFor('the process to be ready', () => ready);
  }

  async kill(): Promise<void> {
    const before = this.codes.length;
    const child = this.#child;
    this.#child = undefined;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGKILL');
    await waitFor('the process to be gone', () => this.codes.length > before, { every: 2 });
  }
}

test.each(PROCESS_ENGINES)('kills of clients and servers under load, %s engine', async (engine) => {
  const ports = [await freePort(), await freePort(), await freePort()];
  const port = await freePort();
  const proxy = launchProxy('hapax', {
    env: { HAPAX_ENGINE: engine },
    config: `global
    stats socket $DIR/stats.sock
defaults
    mode tcp
    timeout connect 1s
    timeout client 10s
    timeout server 10s
    retries 2
    option redispatch
listen app
    bind 127.0.0.1:${port}
    default-server inter 50ms fall 2 rise 1
${ports.map((each, index) => `    server s${index} 127.0.0.1:${each} check`).join('\n')}
`,
  });
  cleanups.push(() => proxy.stop());
  await proxy.ready();
  await expectEngine(proxy.statsSocket, engine);
  const idle = openDescriptors(proxy.pid);
  const servers = ports.map((each) => new Victim(SERVER, each));
  const clients = Array.from({ length: 3 }, () => new Victim(CLIENT, port));
  cleanups.push(() => Promise.all([...servers, ...clients].map((victim) => victim.kill())));
  await Promise.all([...servers, ...clients].map((victim) => victim.start()));
  let kills = 0;
  await forSoakTime(async () => {
    await pause(below(200));
    const victims = [...(random() < 0.5 ? servers : clients)].filter(() => random() < 0.4);
    await Promise.all(victims.map((victim) => victim.kill()));
    if (random() < 0.3) await pause(below(300));
    await Promise.all(victims.map((victim) => victim.start()));
    kills += victims.length;
    expect(proxy.exit, proxy.stderr).toBeUndefined();
  }, SHARE);
  await Promise.all(clients.map((victim) => victim.kill()));
  const rows = () => showStat(proxy.statsSocket);
  await waitFor('every session to end', async () =>
    (await rows()).every(({ scur, qcur }) => Number(scur) === 0 && Number(qcur) === 0),
  );
  const front = (await rows()).find(({ svname }) => svname === 'FRONTEND');
  console.log(`${engine}: ${kills} kills, ${front?.stot} sessions, ${front?.bin} bytes in, ${front?.bout} out`);
  expect(Number(front?.bout)).toBeGreaterThan(100_000);
  // Checks may be under way.
  await waitFor('no descriptor to be left', () => openDescriptors(proxy.pid) <= idle + ports.length, {
    describe: () => `${openDescriptors(proxy.pid)} instead of ${idle}`,
  });
  const last = new TcpClient(port);
  last.write('still there');
  await last.waitForBytes(11);
  last.destroy();
  expect(clients.flatMap(({ codes }) => codes)).not.toContain(3);
  await Promise.all(servers.map((victim) => victim.kill()));
});
