/** Many checks get a thread of their own: servers come and go, are put into maintenance, and every way out leaves nothing behind. */
import { readdirSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import { createAuthority } from '../support/certificates.ts';
import { freePort } from '../support/ports.ts';
import { type ProxyProcess, startProxy } from '../support/proxy-process.ts';
import { httpAnswer, plain, refuse, silence, startScripted, tls } from '../support/scripted-server.ts';
import { ask, rowOf, showStat } from '../support/stats-client.ts';
import { TcpClient } from '../support/tcp-client.ts';
import { waitFor } from '../support/wait.ts';

const cleanups: (() => Promise<unknown> | unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

/** Two hundred checks a second, which is what a thread is started for. */
const SERVERS = 100;

async function start(env: Record<string, string> = {}, more = '') {
  const server = await startScripted(plain(httpAnswer('200 OK')));
  cleanups.push(() => server.close());
  const proxy = await startProxy('hapax', {
    config: `
global
  stats socket $DIR/stats.sock level admin
defaults
  mode tcp
  timeout connect 10s
  timeout client 10s
  timeout server 10s
listen l
  bind 127.0.0.1:${await freePort()}
  option httpchk
  server-template s 1-${SERVERS} ${server.address} check inter 500ms
${more}
`,
    env,
  });
  cleanups.push(() => proxy.stop());
  const status = async (n: number) => {
    const row = rowOf(await showStat(proxy.statsSocket), 'l', `s${n}`);
    return `${row.status} ${row.check_status?.replace('* ', '')}`;
  };
  return { proxy, server, status };
}

function threads({ child }: ProxyProcess): number {
  return readdirSync(`/proc/${child.pid}/task`).length;
}

describe('a thread for checks', () => {
  it.each([
    ['a loop of its own', {}],
    ["Node's loop", { HAPAX_NATIVE: 'off' }],
  ])('takes servers up and down in %s, and leaves those in maintenance alone', async (_loop, env) => {
    const { proxy, server, status } = await start(env);
    await waitFor('the last server up', async () => (await status(SERVERS)) === 'UP L7OK');
    expect(await ask(proxy.statsSocket, 'disable server l/s1')).toBe('\n');
    expect(await status(1)).toBe('MAINT ');
    await server.become(plain(httpAnswer('503 Service Unavailable')));
    await waitFor('the last server down', async () => (await status(SERVERS)) === 'DOWN L7STS');
    expect(await status(1)).toBe('MAINT ');
    await server.become(plain(httpAnswer('200 OK')));
    expect(await ask(proxy.statsSocket, 'enable server l/s1')).toBe('\n');
    await waitFor('every server up', async () => {
      const rows = await showStat(proxy.statsSocket);
      return rows.filter((row) => row.svname?.startsWith('s') && row.status === 'UP').length === SERVERS;
    });
  });

  it.runIf(process.platform === 'linux')('is one more than there would be', async () => {
    const [own, none] = await Promise.all([start(), start({ HAPAX_CHECKS: 'control' })]);
    for (const { status } of [own, none]) await waitFor('a server up', async () => (await status(1)) === 'UP L7OK');
    expect(threads(own.proxy)).toBe(threads(none.proxy) + 1);
  });

  it.each([
    ['a loop of its own', {}],
    ["Node's loop", { HAPAX_NATIVE: 'off' }],
  ])('checks sooner in %s when traffic has found something', async (_loop, env) => {
    const checked = await startScripted(plain(httpAnswer('200 OK')));
    cleanups.push(() => checked.close());
    const port = await freePort();
    const observed = 'check inter 10m fastinter 20ms observe layer4 error-limit 1 on-error fastinter';
    const proxy = await startProxy('hapax', {
      config: `
global
  stats socket $DIR/stats.sock level admin
defaults
  mode tcp
  timeout connect 10s
  timeout client 10s
  timeout server 10s
  retries 0
listen l
  bind 127.0.0.1:${port}
  option httpchk
  server s 127.0.0.1:${await freePort()} port ${checked.port} ${observed}
`,
      env: { HAPAX_CHECKS: 'thread', ...env },
    });
    cleanups.push(() => proxy.stop());
    const row = async () => rowOf(await showStat(proxy.statsSocket), 'l', 's');
    await waitFor('the first check', async () => (await row()).check_status === 'L7OK');
    const client = new TcpClient(port);
    await client.waitForEnd();
    await waitFor('the second check', () => checked.connections.length > 1);
    expect((await row()).hanafail).toBe('1');
    client.destroy();
  });

  it('has one beside it for what needs TLS', async () => {
    const secure = await startScripted(
      tls(createAuthority().issue({ commonName: 'one.example' }), httpAnswer('200 OK')),
    );
    cleanups.push(() => secure.close());
    const { proxy } = await start(
      { HAPAX_CHECKS: 'thread' },
      `  server secure ${secure.address} check inter 100ms check-ssl verify none`,
    );
    const secured = async () => rowOf(await showStat(proxy.statsSocket), 'l', 'secure');
    await waitFor('it up', async () => (await secured()).check_status?.endsWith('L7OK'));
    await secure.become(refuse);
    await waitFor('it down', async () => (await secured()).status === 'DOWN');
    expect((await proxy.stop()).signal).toBe('SIGTERM');
  });

  it.each([
    ['SIGTERM', 'thread'],
    ['SIGUSR1', 'thread'],
    ['SIGTERM', 'control'],
    ['SIGUSR1', 'control'],
  ] as const)('ends with the process and every check under way on %s (%s)', async (signal, where) => {
    const { proxy, server, status } = await start({ HAPAX_CHECKS: where });
    await waitFor('a server up', async () => (await status(1)) === 'UP L7OK');
    await server.become(plain(silence));
    await waitFor('many checks under way', () => server.open > SERVERS / 4);
    proxy.child.kill(signal);
    const { code, signal: died } = await proxy.exited;
    expect(died ?? code).toBe(signal === 'SIGTERM' ? 'SIGTERM' : 0);
    await waitFor('no connection left', () => server.connections.every(({ ended }) => ended !== 'open'));
  });
});
