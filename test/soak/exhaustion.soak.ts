/** What the system runs out of: descriptors and ephemeral ports. Nothing spins, nothing dies, and everything comes back. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { createInterface } from 'node:readline';
import { afterEach, expect, test } from 'vitest';
import { freePort } from '../support/ports.ts';
import { expectEngine, PROCESS_ENGINES, type ProcessEngine } from '../support/process-engines.ts';
import { openDescriptors, processorShare } from '../support/process-figures.ts';
import { type ProxyProcess, startProxy } from '../support/proxy-process.ts';
import { echo, plain, startScripted } from '../support/scripted-server.ts';
import { rowOf, showStat } from '../support/stats-client.ts';
import { TcpClient } from '../support/tcp-client.ts';
import { pause, waitFor } from '../support/wait.ts';
import { forSoakTime } from './soak.ts';

/** Two misfortunes on every engine share the time. */
const SHARE = 1 / (2 * PROCESS_ENGINES.length);
/** Share of a processor that a proxy with nothing to do but wait may use; one that spins uses all of it. */
const IDLE = 0.5;

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function start(engine: ProcessEngine, config: string, prefix: readonly string[]): Promise<ProxyProcess> {
  const proxy = await startProxy('hapax', { env: { HAPAX_ENGINE: engine }, config, prefix });
  closers.push(() => proxy.stop());
  await expectEngine(proxy.statsSocket, engine);
  return proxy;
}

/** Clients that have sent a byte, and hold their connections. */
function flood(where: number | string, count: number): readonly TcpClient[] {
  return Array.from({ length: count }, () => {
    const client = new TcpClient(where);
    client.write('x');
    return client;
  });
}

const answered = (clients: readonly TcpClient[]) => clients.filter((client) => client.receivedBytes > 0).length;

async function expectService(where: number | string): Promise<void> {
  // A few of the attempts may still fail: what was held is given back one after the other.
  await waitFor(
    'service',
    async () => {
      const [client] = flood(where, 1);
      await waitFor('an answer or an end', () => client!.receivedBytes > 0 || client!.end !== 'open');
      client!.destroy();
      return client!.receivedBytes > 0;
    },
    { limit: 30_000 },
  );
}

/** Asks again until the socket has a descriptor to answer with. */
async function expectNothingOpen(proxy: ProxyProcess): Promise<void> {
  await waitFor('every session to end', async () => {
    const rows = await showStat(proxy.statsSocket).catch(() => []);
    return rows.length > 0 && rows.every(({ scur, qcur }) => Number(scur) === 0 && Number(qcur) === 0);
  });
}

test.each(PROCESS_ENGINES)('no descriptor left under a flood, %s engine', async (engine) => {
  const server = await startScripted(plain(echo));
  closers.push(() => server.close());
  const port = await freePort();
  const small = await freePort();
  const config = `global
    stats socket $DIR/stats.sock
    maxconn 2000
    no strict-limits
defaults
    mode tcp
    timeout connect 1s
    timeout client 30s
    timeout server 30s
listen app
    bind 127.0.0.1:${port}
    server s ${server.address}
listen small
    maxconn 5
    bind 127.0.0.1:${small}
    server s ${server.address}
`;
  const proxy = await start(engine, config, ['sh', '-c', 'ulimit -n 256 && exec "$@"', 'sh']);
  await expectService(port);
  await expectNothingOpen(proxy);
  const idle = openDescriptors(proxy.pid);
  let most = 0;
  let shares = 0;
  const rounds = await forSoakTime(async () => {
    // Those who wait at a listener that is full must not keep the proxy busy either.
    const waiting = flood(small, 12);
    await waitFor('the small listener to be full', () => answered(waiting) === 5);
    const clients = flood(port, 400);
    await waitFor('the descriptors to be used up', () => openDescriptors(proxy.pid) >= 250);
    await waitFor('answers', () => answered(clients) > 50);
    // The flood itself is work; what follows is waiting.
    await pause(300);
    const share = await processorShare(proxy.pid, () => pause(1_000));
    most = Math.max(most, answered(clients));
    shares = Math.max(shares, share);
    expect(answered(waiting)).toBe(5);
    for (const client of [...waiting, ...clients]) client.destroy();
    await expectService(port);
    await expectService(small);
    await expectNothingOpen(proxy);
    await waitFor('the descriptors to come back', () => openDescriptors(proxy.pid) <= idle + 2, {
      describe: () => `${openDescriptors(proxy.pid)} instead of ${idle}`,
    });
    expect(proxy.exit, proxy.stderr).toBeUndefined();
  }, SHARE);
  console.log(
    `${engine}: ${rounds} floods, at most ${most} served at once, ${(shares * 100).toFixed(1)} % of a processor`,
  );
  expect(shares).toBeLessThan(IDLE);
});

/** A network of its own with twenty ephemeral ports; three echo servers in it. */
const SERVERS = `
const { createServer } = require('node:net');
const ports = [];
for (const port of [7001, 7002, 7003]) {
  const server = createServer({ allowHalfOpen: true }, (socket) => socket.on('error', () => {}).pipe(socket));
  server.listen(port, '127.0.0.1', () => ports.push(port) === 3 && console.log('ready'));
}
`;
const NARROW = `ip link set lo up && echo '40000 40019' > /proc/sys/net/ipv4/ip_local_port_range && exec "$@"`;

const probe = spawnSync('unshare', ['-n', 'sh', '-ec', NARROW, 'sh', 'true'], { encoding: 'utf8' });
const cannot = probe.status === 0 ? undefined : (probe.stderr?.trim() ?? '') || String(probe.error?.message);
if (cannot !== undefined)
  process.stderr.write(`SKIPPED ephemeral ports running out: no network of one's own (${cannot})\n`);

async function startServers(): Promise<ChildProcess> {
  const words = ['-n', 'sh', '-ec', NARROW, 'sh', process.execPath, '-e', SERVERS];
  const child = spawn('unshare', words, { stdio: ['ignore', 'pipe', 'inherit'] });
  closers.push(() => child.kill('SIGKILL'));
  let ready = false;
  createInterface({ input: child.stdout }).on('line', () => {
    ready = true;
  });
  await waitFor('the servers', () => ready);
  return child;
}

test.skipIf(cannot !== undefined).each(PROCESS_ENGINES)('no ephemeral port left, %s engine', async (engine) => {
  const { pid } = await startServers();
  const config = `global
    stats socket $DIR/stats.sock
defaults
    mode tcp
    timeout connect 1s
    timeout client 30s
    timeout server 30s
    retries 2
    option redispatch
listen app
    bind $DIR/app.sock
    server a 127.0.0.1:7001
    server b 127.0.0.1:7002
listen alone
    bind $DIR/alone.sock
    server c 127.0.0.1:7003
`;
  const proxy = await start(engine, config, ['nsenter', '-t', String(pid), '-n']);
  const path = `${proxy.directory}/app.sock`;
  await expectService(path);
  let shares = 0;
  const rounds = await forSoakTime(async () => {
    const clients = [...flood(path, 60), ...flood(`${proxy.directory}/alone.sock`, 30)];
    // Each server can be reached from each of the twenty ports once.
    await waitFor('every port to be used', () => answered(clients) >= 57, {
      describe: () => `${answered(clients)} answers`,
    });
    const share = await processorShare(proxy.pid, () => pause(1_000));
    shares = Math.max(shares, share);
    const settled = () => clients.filter((client) => client.receivedBytes > 0 || client.end !== 'open').length;
    await waitFor('the others to be given up', () => settled() === clients.length);
    expect(answered(clients)).toBeLessThanOrEqual(60);
    for (const client of clients) client.destroy();
    await expectService(path);
    await expectNothingOpen(proxy);
    expect(proxy.exit, proxy.stderr).toBeUndefined();
  }, SHARE);
  const rows = await showStat(proxy.statsSocket);
  // Where there is another server that one is tried; else the same one again, after a while.
  const [moved, again] = [rowOf(rows, 'app', 'BACKEND').wredis, rowOf(rows, 'alone', 'BACKEND').wretr].map(Number);
  const percent = (shares * 100).toFixed(1);
  console.log(
    `${engine}: ${rounds} times out of ports, ${moved} redispatches, ${again} retries, ${percent} % of a processor`,
  );
  expect(moved).toBeGreaterThan(0);
  expect(again).toBeGreaterThan(0);
  expect(shares).toBeLessThan(IDLE);
});
