/** `option httpchk` and sequences of requests as the library offers them. */
import { once } from 'node:events';
import { createSecureServer } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import {
  type Checker,
  HttpDialogueChecker,
  type HttpExpectation,
  HttpSequenceChecker,
} from '../../../src/health-library/index.ts';
import { createAuthority } from '../../support/certificates.ts';
import { type Behaviour, httpAnswer, plain, silence, startScripted, tls } from '../../support/scripted-server.ts';

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

const LIMIT = 15_000;
const authority = createAuthority();
const certificate = authority.issue({ commonName: 'db', names: ['db.example', '127.0.0.1'] });

const at = (port: number, healthCheckPath = '/up') => ({
  id: 'a',
  appName: 'x',
  ip: '127.0.0.1',
  port,
  healthCheckPath,
});

async function run(checker: Checker, behaviour: Behaviour, healthCheckPath?: string) {
  const server = await startScripted(behaviour);
  cleanups.push(() => server.close());
  const { status, code, text } = await checker.check(at(server.port, healthCheckPath));
  return { outcome: `${status}/${code ?? ''} ${text}`.trimEnd(), server };
}

describe('one request', () => {
  test.each([
    ['', '/'],
    ['live', '/live'],
    ['/live?deep=1', '/live?deep=1'],
  ])('the path %j is asked for as %s', async (path, asked) => {
    const { server } = await run(new HttpDialogueChecker(LIMIT), plain(httpAnswer('200 OK')), path);
    expect(server.connections[0]?.received).toBe(`OPTIONS ${asked} HTTP/1.0\r\n\r\n`);
  });

  test('says what the options say, headers as pairs or as an object', async () => {
    const said = { method: 'POST', uri: '*', version: 'HTTP/1.1', body: 'a=b' };
    for (const headers of [{ Host: 'h', 'X-A': 'b' }, Object.entries({ Host: 'h', 'X-A': 'b' })]) {
      const { server } = await run(new HttpDialogueChecker(LIMIT, { ...said, headers }), plain(httpAnswer('200 OK')));
      expect(server.connections[0]?.received).toBe(
        'POST * HTTP/1.1\r\nhost: h\r\nx-a: b\r\ncontent-length: 3\r\nconnection: close\r\n\r\na=b',
      );
    }
  });

  test('says first who it is, where that is wanted', async () => {
    const { server } = await run(new HttpDialogueChecker(LIMIT, { sendProxy: true }), plain(httpAnswer('200 OK')));
    expect(server.connections[0]?.received).toMatch(
      /^PROXY TCP4 127\.0\.0\.1 127\.0\.0\.1 \d+ \d+\r\nOPTIONS \/up HTTP\/1\.0\r\n\r\n$/,
    );
  });

  test.each<readonly [HttpExpectation, outcome: string]>([
    [{ status: /^2/ }, 'L7OK/200'],
    [{ status: /^5/ }, 'L7STS/200 OK'],
    [{ status: 200, not: true }, 'L7STS/200 OK'],
    [{ header: 'x-ROLE' }, 'L7OK/200'],
    [{ header: 'X-Role', value: 'primary' }, 'L7OK/200'],
    [{ header: 'X-Role', value: /^pri/ }, 'L7OK/200'],
    [{ header: 'X-Role', value: 'primary', whole: true }, 'L7STS/200 OK'],
    [{ header: 'X-Role', value: 'primary, ready', whole: true }, 'L7OK/200'],
    [{ header: 'X-Other', comment: 'the other' }, 'L7STS/200 OK comment: the other'],
    [{ body: 'well', minRecv: 3 }, 'L7OK/200'],
    [{ body: 'sick', errorStatus: 'L7STS', onError: 'ill' }, 'L7STS/200 ill'],
    [{ body: /w.ll/, okStatus: 'L7OKC', onSuccess: 'fine' }, 'L7OKC/200 fine'],
  ])('%j', async (expectation, outcome) => {
    const checker = new HttpDialogueChecker(LIMIT, { expect: [expectation] });
    const answering = plain(httpAnswer('200 OK', 'all is well', ['X-Role: primary, ready']));
    expect((await run(checker, answering)).outcome).toBe(outcome);
  });

  test('a silent server is called what the expectation calls it', async () => {
    const checker = new HttpDialogueChecker(50, { expect: [{ status: 200, timeoutStatus: 'L4TOUT' }] });
    expect((await run(checker, plain(silence))).outcome).toBe('L4TOUT/');
  });

  test('over HTTP/2 where both can speak it', async () => {
    const seen: (string | undefined)[] = [];
    const server = createSecureServer({ cert: certificate.cert, key: certificate.key, allowHTTP1: true });
    server.on('request', (request, response) => {
      seen.push(`${request.httpVersion} ${request.method} ${request.url}`);
      response.end('fine');
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    cleanups.push(() => server.close());
    const { port } = server.address() as AddressInfo;
    for (const alpn of [['h2', 'http/1.1'], ['http/1.1']]) {
      const checker = new HttpDialogueChecker(LIMIT, {
        method: 'GET',
        version: 'HTTP/1.1',
        headers: { host: 'db.example' },
        tls: { ca: authority.cert, alpn },
      });
      expect(await checker.check(at(port))).toMatchObject({ status: 'L7OK', code: 200 });
    }
    expect(seen).toEqual(['2.0 GET /up', '1.1 GET /up']);
  });
});

describe('several requests', () => {
  test('each over a connection of its own, and all must be answered well', async () => {
    const second = await startScripted(tls(certificate, httpAnswer('200 OK', 'ready')));
    cleanups.push(() => second.close());
    const checker = new HttpSequenceChecker(
      LIMIT,
      [
        { uri: '/live' },
        {
          connect: { port: second.port, tls: true, sni: 'db.example' },
          method: 'GET',
          expect: [{ body: 'ready' }],
        },
      ],
      { tls: undefined },
    );
    const untrusted = await run(checker, plain(httpAnswer('200 OK')));
    expect(untrusted.outcome).toBe('L6RSP/ unable to verify the first certificate');
    expect(untrusted.server.connections[0]?.received).toBe('OPTIONS /live HTTP/1.0\r\n\r\n');

    const trusting = new HttpSequenceChecker(
      LIMIT,
      [
        { connect: { tls: false }, uri: '/live' },
        { connect: { port: second.port, sni: 'db.example' }, expect: [{ body: 'ready' }] },
      ],
      { tls: { ca: authority.cert } },
    );
    expect((await run(trusting, plain(httpAnswer('200 OK')))).outcome).toBe('L7OK/200');
    expect(second.connections.at(-1)).toMatchObject({
      serverName: 'db.example',
      received: 'OPTIONS /up HTTP/1.0\r\n\r\n',
    });
    expect((await run(trusting, plain(httpAnswer('500 Oh')))).outcome).toBe('L7STS/500 Oh');
  });
});
