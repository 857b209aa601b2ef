/** Listening sockets that whoever starts the proxy has opened (`fd@N`), and descriptors that are none. */
import { once } from 'node:events';
import { closeSync, openSync, renameSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { libcProblem } from '../../src/system/libc.ts';
import { freePort } from '../support/ports.ts';
import { launchProxy, type ProxyProcess, SUBJECT, startProxy } from '../support/proxy-process.ts';
import { greet, plain, startScripted } from '../support/scripted-server.ts';
import { rowOf, showStat } from '../support/stats-client.ts';
import { openClient } from '../support/tcp-client.ts';

const skipped = libcProblem();
if (skipped !== undefined) process.stderr.write(`SKIPPED inherited listeners: ${skipped}\n`);

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

const descriptorOf = (server: Server): number => (server as unknown as { _handle: { fd: number } })._handle.fd;

async function listening(options: object): Promise<{ server: Server; fd: number; port: number }> {
  const server = createServer();
  closers.push(() => server.listening && server.close());
  server.listen(options);
  await once(server, 'listening');
  const address = server.address();
  return { server, fd: descriptorOf(server), port: typeof address === 'object' ? (address?.port ?? 0) : 0 };
}

const configuration = (server: string, bind = 'fd@3') => `global
    stats socket $DIR/stats.sock level admin
defaults
    mode tcp
    timeout connect 5s
    timeout client 5s
    timeout server 5s
frontend f
    bind ${bind} name inherited
    option socket-stats
    default_backend b
backend b
    server s ${server}
`;

function started(proxy: ProxyProcess): ProxyProcess {
  closers.push(() => proxy.stop());
  return proxy;
}

it.skipIf(skipped !== undefined).each([
  { family: 'ipv4', options: { host: '127.0.0.1', port: 0 } },
  { family: 'ipv6', options: { host: '::1', port: 0 } },
  { family: 'unix', options: { path: join(tmpdir(), `hapax-inherited-${process.pid}.sock`) } },
])('accepts on an inherited socket: $family', async ({ family, options }) => {
  const { server, fd, port } = await listening(options);
  const target = await startScripted(plain(greet('hello')));
  closers.push(() => target.close());
  const proxy = started(await startProxy(SUBJECT, { config: configuration(target.address), inherited: [fd] }));
  const path = 'path' in options ? `${options.path}.renamed` : undefined;
  // Closing a server of Node also takes its path away.
  if ('path' in options) renameSync(options.path, `${options.path}.renamed`);
  // From here on only the proxy listens.
  server.close();
  const client = await openClient(path ?? port, family === 'ipv6' ? '::1' : '127.0.0.1');
  await client.waitForEnd();
  expect(client.received).toBe('hello');
  client.destroy();
  const row = rowOf(await showStat(proxy.statsSocket), 'f', 'inherited');
  expect(row.addr).toBe({ ipv4: `127.0.0.1:${port}`, ipv6: `[::1]:${port}`, unix: 'unix' }[family]);
  if (path !== undefined) rmSync(path, { force: true });
});

it.skipIf(skipped !== undefined)('answers questions on an inherited stats socket, in the background too', async () => {
  const { server, fd, port } = await listening({ host: '127.0.0.1', port: 0 });
  const config = `global
    stats socket fd@3 level admin
    pidfile $DIR/pid
${configuration('127.0.0.1:1', `127.0.0.1:${await freePort()}`).slice('global\n'.length)}`;
  const proxy = started(launchProxy(SUBJECT, { config, bare: true, args: ['-D'], inherited: [fd] }));
  expect((await proxy.exited).code).toBe(0);
  server.close();
  const ask = async () => {
    const client = await openClient(port);
    client.write('show info\n');
    await client.waitForEnd();
    client.destroy();
    return client.received;
  };
  const pid = Number(/^Pid: (\d+)$/m.exec(await ask())?.[1]);
  expect(pid).toBeGreaterThan(0);
  closers.push(() => process.kill(pid, 'SIGTERM'));
});

it.skipIf(skipped !== undefined)(
  'refuses what is no listening socket, in one line, before anything is opened',
  async () => {
    const file = openSync('/dev/null', 'r');
    closers.push(() => closeSync(file));
    const refusal = async (inherited: readonly number[], bind = 'fd@3') => {
      const proxy = started(launchProxy(SUBJECT, { config: configuration('127.0.0.1:1', bind), inherited }));
      const exit = await proxy.waitForExit(30_000);
      expect([exit.code, proxy.stdout]).toEqual([1, '']);
      return proxy.stderr.split('\n').filter((line) => /\[ALERT\]/.test(line))[0];
    };
    expect(await refusal([file])).toMatch(
      / 'bind' : cannot use file descriptor '3' : Socket operation on non-socket\.$/,
    );
    expect(await refusal([], 'fd@900')).toMatch(/ 'bind' : cannot use file descriptor '900' : Bad file descriptor\.$/);
  },
);
