/** A process with too few descriptors for its clients: it says so, in HAProxy's words, and goes on when it has some again. */
import { afterEach, expect, it } from 'vitest';
import { freePort } from '../support/ports.ts';
import { PROCESS_ENGINES, type ProcessEngine } from '../support/process-engines.ts';
import { skipWithoutHaproxy, startProxy } from '../support/proxy-process.ts';
import { echo, httpAnswer, plain, silence, startScripted } from '../support/scripted-server.ts';
import { ask, showStat } from '../support/stats-client.ts';
import { startSyslogReceiver } from '../support/syslog-receiver.ts';
import { TcpClient } from '../support/tcp-client.ts';
import { waitFor } from '../support/wait.ts';

/** Node's own listeners turn such clients away without a word, so its engine has nothing to tell. */
const engines: readonly (ProcessEngine | 'haproxy')[] = PROCESS_ENGINES.filter((engine) => engine === 'linux');
const subjects = skipWithoutHaproxy('the line about too few descriptors') ? engines : [...engines, 'haproxy' as const];

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

function hangUp(clients: readonly TcpClient[]): void {
  for (const client of clients) client.destroy();
}

it.each(subjects)('%s tells of a shortage of descriptors, counts it and recovers', async (subject) => {
  const server = await startScripted(plain(echo));
  closers.push(() => server.close());
  const log = await startSyslogReceiver();
  closers.push(() => log.close());
  const port = await freePort();
  const product = subject === 'haproxy' ? 'haproxy' : 'hapax';
  const proxy = await startProxy(product, {
    prefix: ['sh', '-c', 'ulimit -n 100 && exec "$@"', 'sh'],
    env: subject === 'haproxy' ? {} : { HAPAX_ENGINE: subject },
    config: `global
    stats socket $DIR/stats.sock
    log ${log.address} local0
    maxconn 2000
    no strict-limits
defaults
    mode tcp
    timeout connect 1s
    timeout client 30s
    timeout server 30s
listen app
    log global
    bind 127.0.0.1:${port}
    server s ${server.address}
`,
  });
  closers.push(() => proxy.stop());
  const clients = Array.from({ length: 150 }, () => new TcpClient(port));
  closers.push(() => hangUp(clients));
  for (const client of clients) client.write('x');
  await log.waitForMessage(
    /^<128>Proxy app reached process FD limit \(maxsock=\d+\)\. Please check 'ulimit-n' and restart\.$/,
  );
  hangUp(clients);
  await waitFor('an answer', async () => {
    const client = new TcpClient(port);
    client.write('x');
    await waitFor('an answer or an end', () => client.received === 'x' || client.end !== 'open');
    client.destroy();
    return client.received === 'x';
  });
  if (product === 'hapax') expect(await ask(proxy.statsSocket, 'show info')).toMatch(/^AcceptFailures: [1-9]\d*$/m);
});

/** A check that finds no descriptor fails, in HAProxy as here, and says why; the next one that finds one passes. */
it.each(['control', 'thread'])('checks tell of a shortage of descriptors and recover (%s)', async (where) => {
  const good = plain(httpAnswer('200 OK'));
  const server = await startScripted(good);
  closers.push(() => server.close());
  const log = await startSyslogReceiver();
  closers.push(() => log.close());
  const proxy = await startProxy('hapax', {
    prefix: ['sh', '-c', 'ulimit -n 100 && exec "$@"', 'sh'],
    env: { HAPAX_CHECKS: where },
    config: `global
    stats socket $DIR/stats.sock
    log ${log.address} local0
    maxconn 20
    no strict-limits
defaults
    mode tcp
    log global
    timeout connect 5s
    timeout client 5s
    timeout server 5s
    timeout check 2s
listen app
    bind 127.0.0.1:${await freePort()}
    option httpchk
    default-server inter 1s fall 1 rise 1
    server-template s 1-150 ${server.address} check
`,
  });
  closers.push(() => proxy.stop());
  await server.become(plain(silence));
  await log.waitForMessage(
    /Server app\/s\d+ is DOWN, reason: Layer4 connection problem, info: "Too many sockets on the process \(Too many open files\)"/,
  );
  await log.waitForMessage(
    /^<128>Proxy app reached process FD limit \(maxsock=\d+\)\. Please check 'ulimit-n' and restart\.$/,
  );
  await server.become(good);
  await waitFor('every server up', async () => {
    const rows = await showStat(proxy.statsSocket).catch(() => []);
    return rows.filter(({ svname, status }) => svname?.startsWith('s') && status === 'UP').length === 150;
  });
  expect(proxy.stderr).not.toMatch(/\n\s+at .*:\d+:\d+/);
});
