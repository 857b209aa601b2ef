/** HttpChecker against servers that answer, misbehave, or say nothing. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { HttpChecker, type Target } from '../../../src/health-library/index.ts';
import { startBlackhole } from '../../support/blackhole.ts';
import { createAuthority } from '../../support/certificates.ts';
import { freePort } from '../../support/ports.ts';
import {
  afterRequest,
  answer,
  type Behaviour,
  closeAtOnce,
  endless,
  greet,
  httpAnswer,
  plain,
  resetAtOnce,
  silence,
  startScripted,
  tls,
} from '../../support/scripted-server.ts';
import { waitFor } from '../../support/wait.ts';

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

const LIMIT = 15_000;

function target(port: number, healthCheckPath = '/health'): Target {
  return { id: 'a', appName: 'shop', ip: '127.0.0.1', port, healthCheckPath };
}

async function serve(behaviour: Behaviour, host?: string) {
  const server = await startScripted(behaviour, host);
  cleanups.push(() => server.close());
  return server;
}

const answering = (status: string) => plain(httpAnswer(status, 'body'));

describe('without options', () => {
  test.each([
    ['200 OK', true],
    ['204 No Content', true],
    ['302 Found', true],
    ['399 Odd', true],
    ['400 Bad Request', false],
    ['503 Service Unavailable', false],
  ])('%s: healthy is %s', async (status, healthy) => {
    const server = await serve(answering(status));
    const code = Number(status.slice(0, 3));
    const result = await new HttpChecker(LIMIT).check(target(server.port));
    expect(result).toEqual({
      target: target(server.port),
      healthy,
      status: healthy ? 'L7OK' : 'L7STS',
      code,
      text: status.slice(4),
      duration: expect.any(Number),
    });
  });

  test('asks for the path of the target on a connection of its own, and follows no redirection', async () => {
    const paths: (string | undefined)[] = [];
    const server = createServer((request, response) => {
      paths.push(`${request.method} ${request.url} ${request.headers.connection}`);
      response.writeHead(302, { location: '/elsewhere' }).end();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    cleanups.push(() => new Promise((resolve) => server.close(resolve)));
    const { port } = server.address() as AddressInfo;
    const checker = new HttpChecker(LIMIT);
    expect((await checker.check(target(port, '/live?deep=1'))).healthy).toBe(true);
    expect((await checker.check(target(port, 'ready'))).healthy).toBe(true);
    expect((await checker.check(target(port, ''))).healthy).toBe(true);
    expect(paths).toEqual(['GET /live?deep=1 close', 'GET /ready close', 'GET / close']);
  });

  test.each(['::1', '[::1]'])('reaches IPv6: %s', async (ip) => {
    const server = await serve(answering('200 OK'), '::1');
    expect(await new HttpChecker(LIMIT).check({ ...target(server.port), ip })).toMatchObject({ healthy: true });
    expect(server.connections[0]?.received).toContain(`\r\nhost: [::1]:${server.port}\r\n`);
  });
});

describe('the form of proxies', () => {
  test.each([
    [{}, '200 OK', true],
    [{}, '204 No Content', false],
    [{ expectStatus: 204 }, '204 No Content', true],
    [{ expectStatus: 204 }, '200 OK', false],
    [{ expectStatus: 2 }, '204 No Content', true],
    [{ expectStatus: 2 }, '302 Found', false],
    [{ expectStatus: '3xx' }, '302 Found', true],
    [{ expectStatus: '5xx' }, '503 Service Unavailable', true],
  ] as const)('%j takes %s: %s', async (options, status, healthy) => {
    const server = await serve(answering(status));
    expect(await new HttpChecker(LIMIT, options).check(target(server.port))).toMatchObject({ healthy });
  });

  test.each([0, 6, 99, 600, 2.5, Number.NaN, 'xx', '6xx'])('%s is no status to expect', (expectStatus) => {
    expect(() => new HttpChecker(LIMIT, { expectStatus: expectStatus as 200 })).toThrow(RangeError);
  });

  test('uri wins over the path of the target', async () => {
    const server = await serve(answering('200 OK'));
    await new HttpChecker(LIMIT, { uri: '/v1/status' }).check(target(server.port));
    expect(server.connections[0]?.received).toMatch(/^GET \/v1\/status HTTP\/1\.1\r\n/);
  });

  test('https verifies the certificate unless told not to', async () => {
    const authority = createAuthority();
    const server = await serve(
      tls(authority.issue({ commonName: 'x', names: ['127.0.0.1'] }), httpAnswer('200 OK', 'fine')),
    );
    expect(await new HttpChecker(LIMIT, { https: true }).check(target(server.port))).toMatchObject({
      healthy: false,
      status: 'L6RSP',
      text: expect.stringContaining('unable to verify'),
    });
    const lax = new HttpChecker(LIMIT, { https: true, tlsSkipVerify: true });
    expect(await lax.check(target(server.port))).toMatchObject({ healthy: true, status: 'L7OK', code: 200 });
  });
});

describe('bad servers', () => {
  test.each([
    ['refuses', { kind: 'refuse' } as const, 'L4CON', 'Connection refused'],
    ['closes at once', plain(closeAtOnce), 'L7RSP', /closed/],
    ['resets at once', plain(resetAtOnce), 'SOCKERR', /^Connection reset by peer$/],
    ['speaks another protocol', plain(greet('SSH-2.0-OpenSSH_9.2\r\n', true)), 'L7RSP', /Parse|parser|HTTP/i],
    [
      'never ends its head',
      plain(endless('HTTP/1.1 200 OK\r\n', `X-Bomb: ${'x'.repeat(1000)}\r\n`)),
      'L7RSP',
      /[Hh]eader/,
    ],
  ])('%s', async (_name, behaviour, status, text) => {
    const server = await serve(behaviour);
    expect(await new HttpChecker(LIMIT).check(target(server.port))).toMatchObject({
      healthy: false,
      status,
      text: expect.stringMatching(text),
    });
  });

  test.each([
    ['101 Switching Protocols', 'an answer that HTTP does not know'],
    ['000 Nothing', 'an answer that HTTP does not know'],
  ])('an answer of %s', async (line, text) => {
    const server = await serve(plain(answer(`HTTP/1.1 ${line}\r\n\r\n`)));
    expect(await new HttpChecker(LIMIT).check(target(server.port))).toMatchObject({ status: 'L7RSP', text });
  });

  test('resets a handshake', async () => {
    const server = await serve(plain(resetAtOnce));
    const checker = new HttpChecker(LIMIT, { https: true });
    expect(await checker.check(target(server.port))).toMatchObject({
      status: 'L6RSP',
      text: 'Connection reset by peer',
    });
  });

  test('is not blamed for time in which the caller was busy', async () => {
    const server = await serve(answering('200 OK'));
    const checking = new HttpChecker(50).check(target(server.port));
    // The connection is under way: what comes next comes too late by the clock.
    await new Promise((resolve) => setImmediate(resolve));
    const until = performance.now() + 200;
    while (performance.now() < until);
    expect(await checking).toMatchObject({ healthy: true, status: 'L7OK' });
  });

  test('an endless body is not read', async () => {
    const server = await serve(plain(endless('HTTP/1.1 200 OK\r\n\r\n', 'x'.repeat(65_536))));
    expect(await new HttpChecker(LIMIT).check(target(server.port))).toMatchObject({ healthy: true, code: 200 });
    await waitFor('the connection to be dropped', () => server.connections[0]?.ended !== 'open');
  });

  test.each([
    ['says nothing', plain(silence), {}, 'L7TOUT'],
    ['stops in the middle of its head', plain(afterRequest(({ stream }) => stream.write('HTTP/1.1 2'))), {}, 'L7TOUT'],
    ['never answers the handshake', plain(silence), { https: true }, 'L6TOUT'],
  ])('%s', async (_name, behaviour, options, status) => {
    const server = await serve(behaviour);
    const result = await new HttpChecker(100, options).check(target(server.port));
    expect(result).toMatchObject({ healthy: false, status });
    await waitFor('the connection to be dropped', () => server.connections[0]?.ended !== 'open');
  });

  test('does not wait for a connection longer than for an answer', async () => {
    const hole = await startBlackhole();
    cleanups.push(() => hole.close());
    expect(await new HttpChecker(100).check(target(hole.port))).toMatchObject({ healthy: false, status: 'L4TOUT' });
  });

  test('speaks to a server that knows no TLS', async () => {
    const server = await serve(plain(greet('220 mail\r\n', true)));
    expect(await new HttpChecker(LIMIT, { https: true }).check(target(server.port))).toMatchObject({
      healthy: false,
      status: 'L6RSP',
      text: 'wrong version number',
    });
  });

  test('targets that make no sense are unhealthy and say why', async () => {
    const checker = new HttpChecker(LIMIT);
    expect(await checker.check(target(0))).toMatchObject({ healthy: false, status: 'SOCKERR', text: /port/ });
    expect(await checker.check({ ...target(1), ip: '' })).toMatchObject({ healthy: false, status: 'SOCKERR' });
    expect(await checker.check({ ...target(80), ip: 'a b' })).toMatchObject({ healthy: false, status: 'SOCKERR' });
    expect(await checker.check({ ...target(80), ip: '127.0.0.1:80' })).toMatchObject({
      status: 'SOCKERR',
      text: "the target's ip must be an address or a host name, without a port, not '127.0.0.1:80'",
    });
    expect(await checker.check(target(80, '/a b\r\nX: y'))).toMatchObject({ healthy: false, status: 'SOCKERR' });
    expect(await checker.check({ ...target(80), ip: 'no-such-name.invalid' })).toMatchObject({
      healthy: false,
      text: expect.stringContaining('no-such-name.invalid'),
    });
  });
});

test('an aborted signal rejects with its reason and drops the connection', async () => {
  const server = await serve(plain(silence));
  const control = new AbortController();
  const checking = new HttpChecker(LIMIT).check(target(server.port), { signal: control.signal });
  await waitFor('the connection', () => server.connections.length === 1);
  control.abort(new Error('enough'));
  await expect(checking).rejects.toThrow('enough');
  await waitFor('the connection to be dropped', () => server.connections[0]?.ended !== 'open');
  await expect(new HttpChecker(LIMIT).check(target(await freePort()), { signal: control.signal })).rejects.toThrow(
    'enough',
  );
});

test.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY])('a timeout of %s is refused', (timeout) => {
  expect(() => new HttpChecker(timeout)).toThrow(RangeError);
});
