/** The options of sockets on a running program; what HAProxy does too is asked of it as well. */
import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { freePort } from '../support/ports.ts';
import { PROCESS_ENGINES, type ProcessEngine } from '../support/process-engines.ts';
import { socketOptions, whyNoProcessSockets } from '../support/process-sockets.ts';
import { launchProxy, type ProxyProcess, skipWithoutHaproxy, startProxy } from '../support/proxy-process.ts';
import { startSyslogReceiver } from '../support/syslog-receiver.ts';
import { TcpClient } from '../support/tcp-client.ts';
import { waitFor } from '../support/wait.ts';

const noSockets = whyNoProcessSockets();
if (noSockets !== undefined) process.stderr.write(`SKIPPED options read back from a running program: ${noSockets}\n`);
const oracle = skipWithoutHaproxy('the options of sockets of HAProxy') ? [] : (['haproxy'] as const);
type Subject = ProcessEngine | 'haproxy';
/** Those that can set every option. */
const ABLE: readonly Subject[] = [...PROCESS_ENGINES.filter((engine) => engine === 'linux'), ...oracle];
const ALL: readonly Subject[] = [...PROCESS_ENGINES, ...oracle];

const GLOBAL = ['global', 'stats socket $DIR/stats.sock level admin'];
const DEFAULTS = [
  'defaults',
  'mode tcp',
  'retries 1',
  'timeout connect 2s',
  'timeout client 20s',
  'timeout server 20s',
];

const cleanups: (() => Promise<unknown> | unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

/** A server that greets, and keeps who came. */
async function greeter(host = '127.0.0.1'): Promise<{ port: number; clients: Socket[]; ends: string[] }> {
  const clients: Socket[] = [];
  const ends: string[] = [];
  const server: Server = createServer({ allowHalfOpen: true }, (socket) => {
    // Asked for now: a check that has gone has taken its address with it.
    if (socket.remoteAddress !== undefined) clients.push(socket);
    socket.write('hello');
    socket.on('error', () => ends.push('rst'));
    socket.on('end', () => {
      ends.push('fin');
      socket.end();
    });
    socket.resume();
  });
  server.listen(0, host);
  await once(server, 'listening');
  cleanups.push(() => {
    for (const socket of clients) socket.destroy();
    server.close();
  });
  return { port: (server.address() as { port: number }).port, clients, ends };
}

async function start(subject: Subject, ...lines: string[]): Promise<ProxyProcess> {
  const product = subject === 'haproxy' ? 'haproxy' : 'hapax';
  const env = subject === 'haproxy' ? {} : { HAPAX_ENGINE: subject };
  const config = `${[...GLOBAL, ...DEFAULTS, ...lines].join('\n')}\n`;
  const proxy = await startProxy(product, { config, env });
  cleanups.push(() => proxy.stop());
  return proxy;
}

function dial(port: number, host = '127.0.0.1', from?: string): TcpClient {
  const client = new TcpClient(port, host, true, from);
  cleanups.push(() => client.destroy());
  return client;
}

async function greeted(port: number, host?: string, from?: string): Promise<TcpClient> {
  const client = dial(port, host, from);
  await waitFor('the greeting', () => client.received === 'hello');
  return client;
}

describe.each(ALL)('%s', (subject) => {
  it('connects from the source, one connection a port, and says when there is none left', async () => {
    const server = await greeter();
    const log = await startSyslogReceiver();
    cleanups.push(() => log.close());
    const port = await freePort();
    // Ports that the kernel gives to nobody, on an address of our own.
    await start(
      subject,
      'listen l',
      `log ${log.address} local0`,
      `bind 127.0.0.1:${port}`,
      `server s 127.0.0.1:${server.port} source 127.77.1.9:30100-30101`,
    );
    const first = await greeted(port);
    await greeted(port);
    const from = server.clients.map((socket) => `${socket.remoteAddress}:${socket.remotePort}`);
    expect(from.sort()).toEqual(['127.77.1.9:30100', '127.77.1.9:30101']);
    const third = dial(port);
    await waitFor('the third to be turned away', () => third.end !== 'open');
    expect(third.received).toBe('');
    await log.waitForMessage(/^<128>Cannot bind to source address before connect\(\) for backend l\.$/);
    first.reset();
    await waitFor('its place to be free', () => server.ends.length > 0);
    await greeted(port);
  });

  it("takes the proxy's source where the server has none", async () => {
    const server = await greeter();
    const port = await freePort();
    await start(
      subject,
      'listen l',
      `bind 127.0.0.1:${port}`,
      'source 127.77.1.8',
      `server s 127.0.0.1:${server.port}`,
    );
    await greeted(port);
    expect(server.clients[0]?.remoteAddress).toBe('127.77.1.8');
  });

  it('checks from there too', async () => {
    const server = await greeter();
    const port = await freePort();
    const line = `server s 127.0.0.1:${server.port} check inter 100ms source 127.77.1.6`;
    const rules = ['option tcp-check', 'tcp-check expect string hello'];
    await start(subject, 'listen l', `bind 127.0.0.1:${port}`, ...rules, line);
    await waitFor('two checks', () => server.clients.length >= 2);
    for (const socket of server.clients) expect(socket.remoteAddress ?? '127.77.1.6').toBe('127.77.1.6');
  });

  it('closes by RST with nolinger', async () => {
    const server = await greeter();
    const port = await freePort();
    await start(subject, 'listen l', `bind 127.0.0.1:${port}`, 'option nolinger', `server s 127.0.0.1:${server.port}`);
    const client = await greeted(port);
    client.finish();
    await waitFor('the server to see the end', () => server.ends.length > 0);
    expect(server.ends).toEqual(['rst']);
    await waitFor('the client to see the end', () => client.end !== 'open');
    expect(client.end).toBe('rst');
  });

  it('takes IPv4 at an IPv6 socket or not, as the line says', async () => {
    const server = await greeter();
    const [both, one] = [await freePort(), await freePort()];
    await start(
      subject,
      'listen l',
      `bind :::${both} v4v6`,
      `bind :::${one} v6only`,
      `server s 127.0.0.1:${server.port}`,
    );
    await greeted(both, '127.0.0.1');
    await greeted(both, '::1');
    await greeted(one, '::1');
    const refused = dial(one, '127.0.0.1');
    await waitFor('the refusal', () => refused.end !== 'open');
    expect(refused.end).toBe('refused');
  });
});

const TCP = 6;
const OPTIONS = {
  mss: [TCP, 2],
  deferAccept: [TCP, 9],
  fastOpen: [TCP, 23],
  userTimeout: [TCP, 18],
  device: [1, 62],
  transparent: [0, 19],
  keepAlive: [1, 9],
  count: [TCP, 6],
  idle: [TCP, 4],
  interval: [TCP, 5],
} as const;

describe.runIf(noSockets === undefined).each(ABLE)('%s, read back from the kernel', (subject) => {
  it('a listener and its connections have the options of their lines', async () => {
    const server = await greeter();
    const [port, foreign] = [await freePort(), await freePort()];
    const proxy = await start(
      subject,
      'listen l',
      `bind 127.0.0.1:${port} tfo backlog 77 defer-accept mss 1300 tcp-ut 30s interface lo`,
      `bind 10.77.77.77:${foreign} transparent`,
      'option tcpka',
      'clitcpka-cnt 3',
      'clitcpka-idle 30s',
      'clitcpka-intvl 5s',
      'srvtcpka-cnt 4',
      'srvtcpka-idle 31s',
      'srvtcpka-intvl 6s',
      `server s 127.0.0.1:${server.port} tcp-ut 20s source 127.77.1.7:30110`,
    );
    const [listener] = socketOptions(proxy.pid, port, OPTIONS);
    expect(listener).toMatchObject({ mss: 1300, deferAccept: 1, fastOpen: 77, userTimeout: 30_000 });
    // lo is the first interface of every network namespace.
    expect(listener?.device).toBe(1);
    expect(socketOptions(proxy.pid, foreign, OPTIONS)[0]).toMatchObject({ transparent: 1 });
    const client = dial(port);
    client.write('x');
    await waitFor('the greeting', () => client.received === 'hello');
    // A listener inherits on, so both have probes; only the listener may wait for data or fast opens.
    const accepted = socketOptions(proxy.pid, port, OPTIONS).find(
      (each) => each.keepAlive === 1 && each.fastOpen === 0,
    );
    expect(accepted).toMatchObject({ keepAlive: 1, count: 3, idle: 30, interval: 5, userTimeout: 30_000 });
    const [connection] = socketOptions(proxy.pid, 30_110, OPTIONS);
    expect(connection).toMatchObject({ keepAlive: 1, count: 4, idle: 31, interval: 6, userTimeout: 20_000 });
  });

  it("comes from the client's own address with usesrc", async () => {
    const server = await greeter();
    const port = await freePort();
    await start(
      subject,
      'listen l',
      `bind 127.0.0.1:${port}`,
      `server s 127.0.0.1:${server.port} source 0.0.0.0 usesrc clientip`,
    );
    await greeted(port, '127.0.0.1', '127.77.1.33');
    expect(server.clients[0]?.remoteAddress).toBe('127.77.1.33');
  });

  it('is told of a device that is not there and a segment size that cannot be, and serves without', async () => {
    const server = await greeter();
    const port = await freePort();
    const proxy = await start(
      subject,
      'listen l',
      `bind 127.0.0.1:${port} interface no-such-if0 mss 70`,
      `server s 127.0.0.1:${server.port}`,
    );
    await greeted(port);
    const where = `\\[.*proxy\\.cfg:\\d+\\] for proxy l: `;
    expect(proxy.stderr).toMatch(
      new RegExp(
        `^\\[WARNING\\] .*: Binding ${where}cannot bind receiver to device 'no-such-if0' \\(No such device\\)`,
        'm',
      ),
    );
    expect(proxy.stderr).toMatch(new RegExp(`^\\[WARNING\\] .*: Starting ${where}cannot set MSS to 70 for`, 'm'));
  });
});

describe.runIf(process.getuid?.() === 0).each(ALL)('%s, privileges', (subject) => {
  const product = subject === 'haproxy' ? 'haproxy' : 'hapax';
  const env = subject === 'haproxy' ? {} : { HAPAX_ENGINE: subject };
  const config = (port: number, ...global: string[]) =>
    `${['global', ...global, ...DEFAULTS, 'listen l', `bind 127.0.0.1:${port}`, 'server s 127.0.0.1:1 source 0.0.0.0 usesrc clientip'].join('\n')}\n`;

  it('refuses to give up root when a source takes it', async () => {
    const proxy = launchProxy(product, { config: config(await freePort(), 'uid 65534'), env });
    cleanups.push(() => proxy.stop());
    expect((await proxy.waitForExit()).code).toBe(1);
    expect(proxy.stderr).toMatch(
      /^\[ALERT\] .*: \[haproxy\.main\(\)\] Some configuration options require full privileges, so global\.uid cannot be changed\.$/m,
    );
  });

  it('warns an ordinary user of such a source', async () => {
    const ordinary = 'setpriv --reuid=65534 --regid=65534 --clear-groups';
    const prefix = ['sh', '-c', `chmod 755 . && exec ${ordinary} "$@"`, 'sh'];
    const proxy = launchProxy(product, { config: config(await freePort()), env, prefix });
    cleanups.push(() => proxy.stop());
    await proxy.waitForStderr(
      /^\[WARNING\] .*: \[haproxy\.main\(\)\] Some options which require full privileges might not work well\.$/m,
    );
    if (subject === 'linux') expect(proxy.stderr).toMatch(/'server l\/s' : .*CAP_NET_ADMIN or CAP_NET_RAW/);
    if (subject === 'node') expect(proxy.stderr).toMatch(/the node engine goes without .* usesrc \(server 'l\/s'\)/);
  });
});
