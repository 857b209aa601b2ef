/**
 * Bulk for an ordinary user whose share of pipe pages is used up (fs.pipe-user-pages-soft): the kernel then grants pipes of
 * two pages, and growing them is refused. Runs against dist, because a user is a property of a process.
 */
import { spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, it } from 'vitest';
import { freePort } from '../support/ports.ts';
import { expectEngine, PROCESS_ENGINES, type ProcessEngine } from '../support/process-engines.ts';
import { startProxy } from '../support/proxy-process.ts';
import { showInfo } from '../support/stats-client.ts';
import { TcpClient } from '../support/tcp-client.ts';
import { waitFor } from '../support/wait.ts';

/** Nobody else's processes run under it, as a rule; the kernel counts pipe pages by user. */
const USER = 64_123;
const LIMIT = '/proc/sys/fs/pipe-user-pages-soft';

/** Takes pipes as that user until none can be made larger, says how many, and holds them. */
const HOG = `
const koffi = require('koffi');
const libc = koffi.load(null);
const pipe = libc.func('int pipe(_Out_ int *fds)');
const fcntl = libc.func('int fcntl(int fd, int command, int value)');
const F_SETPIPE_SZ = 1031;
process.setgid(${USER});
process.setuid(${USER});
const fds = [0, 0];
let count = 0;
while (pipe(fds) === 0 && fcntl(fds[0], F_SETPIPE_SZ, 1048576) > 0) count++;
// What is left is less than a megabyte; small ones take it.
for (let more = 0; more < 64 && pipe(fds) === 0; more++) count++;
console.log(count);
setInterval(() => {}, 1000);
`;

const why =
  process.platform !== 'linux' || !existsSync(LIMIT)
    ? 'there is no such limit here'
    : process.getuid?.() !== 0
      ? 'only root can become another user'
      : Number(readFileSync(LIMIT, 'utf8')) === 0
        ? 'fs.pipe-user-pages-soft is off'
        : !PROCESS_ENGINES.includes('linux')
          ? 'without koffi no pipe can be made'
          : undefined;
if (why !== undefined) process.stderr.write(`SKIPPED bulk without pipes: ${why}\n`);

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function takeAllPipes(): Promise<{ readonly count: number; release(): Promise<unknown> }> {
  const child = spawn(process.execPath, ['-e', HOG], {
    cwd: fileURLToPath(new URL('../../', import.meta.url)),
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  closers.push(() => child.kill('SIGKILL'));
  let said = '';
  child.stdout.on('data', (chunk) => {
    said += String(chunk);
  });
  await waitFor('the pipes to be taken', () => said.endsWith('\n'));
  const release = () => {
    child.kill('SIGKILL');
    return child.exitCode === null && child.signalCode === null ? once(child, 'close') : Promise.resolve();
  };
  return { count: Number(said), release };
}

const BLOCK = randomBytes(1_000_003);
const BLOCKS = 24;

/** Sends BLOCKS times BLOCK and ends. */
async function startSource(): Promise<number> {
  const server: Server = createServer((socket) => {
    socket.on('error', () => {});
    for (let count = 0; count < BLOCKS; count++) socket.write(BLOCK);
    socket.end();
  });
  closers.push(() => server.close());
  const port = await freePort();
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  return port;
}

function expectedDigest(): string {
  const hash = createHash('sha256');
  for (let count = 0; count < BLOCKS; count++) hash.update(BLOCK);
  return hash.digest('hex');
}

/** Starts a proxy of that user's. `fetch` takes everything once, checks it, and says how many bytes have been spliced so far. */
async function startFetching(engine: ProcessEngine, source: number) {
  const port = await freePort();
  const proxy = await startProxy('hapax', {
    env: { HAPAX_ENGINE: engine },
    config: `global
    stats socket $DIR/stats.sock
    uid ${USER}
    gid ${USER}
defaults
    mode tcp
    timeout connect 5s
    timeout client 30s
    timeout server 30s
listen app
    bind 127.0.0.1:${port}
    server s 127.0.0.1:${source}
`,
  });
  closers.push(() => proxy.stop());
  await expectEngine(proxy.statsSocket, engine);
  return async () => {
    const client = new TcpClient(port, '127.0.0.1', false);
    expect(await client.waitForEnd(60_000)).toBe('fin');
    client.destroy();
    expect([client.receivedBytes, client.digest()]).toEqual([BLOCKS * BLOCK.length, expectedDigest()]);
    return Number((await showInfo(proxy.statsSocket)).get('TotalSplicedBytesOut'));
  };
}

it.skipIf(why !== undefined).each(PROCESS_ENGINES)(
  'bulk without pipes, %s engine',
  { timeout: 90_000 },
  async (engine) => {
    const source = await startSource();
    const early = await startFetching(engine, source);
    // While there are pipes they are used.
    expect((await early()) > 0).toBe(engine === 'linux');
    const { count, release } = await takeAllPipes();
    expect(count).toBeGreaterThan(0);
    // Pipes that were made in time stay good; who comes late copies.
    const late = await startFetching(engine, source);
    const spliced = await Promise.all([late(), late(), late(), early(), early()]);
    expect(spliced.slice(0, 3)).toEqual([0, 0, 0]);
    await release();
    if (engine === 'linux') await waitFor('pipes to be used again', async () => (await late()) > 0);
  },
);
