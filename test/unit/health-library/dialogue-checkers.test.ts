/** Every dialogue as a checker, against servers that say the right thing, the wrong one, and nothing. */
import { once } from 'node:events';
import { createSecureServer, createServer, type Http2ServerRequest, type Http2ServerResponse } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import {
  AgentChecker,
  type Checker,
  DialogueChecker,
  HttpDialogueChecker,
  type HttpDialogueOptions,
  LdapChecker,
  MysqlChecker,
  PgsqlChecker,
  RedisChecker,
  SequenceChecker,
  SmtpChecker,
  SpopChecker,
  SslHelloChecker,
  TcpChecker,
  TlsChecker,
} from '../../../src/health-library/index.ts';
import { libcProblem } from '../../../src/system/libc.ts';
import { createAuthority } from '../../support/certificates.ts';
import {
  afterRequest,
  type Behaviour,
  greet,
  httpAnswer,
  plain,
  type Script,
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
/** Without the system's help every check is accepted. */
const noisy = process.platform !== 'linux' || libcProblem() !== undefined;
if (noisy) process.stderr.write('SKIPPED: TCP checks the server does not notice need Linux and libc\n');
const any = /./s;
const saying = (bytes: string | Buffer): Script => afterRequest(({ stream }) => stream.write(bytes), any);
const hex = (text: string) => Buffer.from(text.replaceAll(' ', ''), 'hex');
const authority = createAuthority();
const certificate = authority.issue({ commonName: 'db', names: ['db.example', '127.0.0.1'] });

/** A mail server: greets, then answers every line with a 250, and QUIT with a 221. */
const mail: Script = ({ stream }) => {
  stream.write('220 mail ESMTP\r\n');
  stream.on('data', (chunk) => stream.write(String(chunk).startsWith('QUIT') ? '221 bye\r\n' : '250 hello\r\n'));
};

async function run(checker: Checker, behaviour: Behaviour, options = {}) {
  const server = await startScripted(behaviour);
  cleanups.push(() => server.close());
  const target = { id: 'a', appName: 'x', ip: '127.0.0.1', port: server.port, healthCheckPath: '/up' };
  const { healthy, status, code, text, orders } = await checker.check(target, options);
  return { outcome: `${status}/${code ?? ''} ${text}`.trimEnd(), healthy, server, target, orders };
}

const GREETING = Buffer.concat([hex('06 00 00 00 0a'), Buffer.from('8.0\0\0')]);

describe.each<[name: string, checker: Checker, good: Script, bad: Script, goodOutcome: string]>([
  ['redis', new RedisChecker(LIMIT), saying('+PONG\r\n'), greet('-NOAUTH\r\n'), 'L7OK/0 Redis server is ok'],
  [
    'ldap',
    new LdapChecker(LIMIT),
    saying(hex('300c 020101 6107 0a0100 0400 0400')),
    saying(hex('300c 020101 6107 0a0134 0400 0400')),
    'L7OK/0 Success',
  ],
  ['mysql', new MysqlChecker(LIMIT), greet(GREETING, true), greet(hex('03 00 00 00 ff 69 04')), 'L7OK/0 8.0'],
  [
    'pgsql',
    new PgsqlChecker(LIMIT, { user: 'probe' }),
    saying(hex('52 00000008 00000005')),
    saying(Buffer.concat([hex('45 00000010'), Buffer.from('SFATAL\0\0\0')])),
    'L7OK/0 PostgreSQL server is ok',
  ],
  ['smtp', new SmtpChecker(LIMIT), mail, greet('554 no\r\n'), 'L7OK/221 bye'],
  [
    'spop',
    new SpopChecker(LIMIT),
    saying(
      Buffer.from('\0\0\0\x27\x65\0\0\0\x01\0\0\x07version\x08\x032.0\x0emax-frame-size\x03\xfc\xf0\x06', 'latin1'),
    ),
    greet(Buffer.from('\0\0\0\x07\x66\0\0\0\x01\0\0', 'latin1')),
    'L7OK/0 SPOA server is ok',
  ],
  ['ssl-hello', new SslHelloChecker(LIMIT), saying(hex('15 0301 0002 0228')), saying('HTTP/1.1 400\r\n\r\n'), 'L6OK/'],
  [
    'tcp-check',
    new SequenceChecker(LIMIT, [{ send: 'ping\r\n' }, { expect: /^po.g/ }, { expect: 'g\r\n' }]),
    saying('pong\r\n'),
    afterRequest(({ stream }) => stream.end('pang?'), any),
    'L7OK/0 (tcp-check)',
  ],
  [
    'httpchk',
    new HttpDialogueChecker(LIMIT, { method: 'GET', expect: [{ status: [200, 299] }, { body: 'well' }] }),
    httpAnswer('200 OK', 'all is well'),
    httpAnswer('503 Out'),
    'L7OK/200',
  ],
])('%s', (_name, checker, good, bad, goodOutcome) => {
  test('passes', async () => {
    const { outcome, healthy } = await run(checker, plain(good));
    expect({ outcome, healthy }).toEqual({ outcome: goodOutcome, healthy: true });
  });

  test('fails', async () => {
    const { outcome, healthy } = await run(checker, plain(bad));
    expect(healthy).toBe(false);
    expect(outcome).toMatch(/^L(7STS|7RSP|6RSP)\//);
  });

  test('a server that is not there', async () => {
    const { outcome } = await run(checker, { kind: 'refuse' });
    expect(outcome).toMatch(/^L4CON\/ Connection refused/);
  });

  test('a signal ends it at once', async () => {
    const control = new AbortController();
    const checking = run(checker, plain(silence), { signal: control.signal });
    setImmediate(() => control.abort(new Error('enough')));
    await expect(checking).rejects.toThrow('enough');
  });
});

describe('an agent', () => {
  test.each([
    ['up', true, 'L7OK/0 via agent : up', undefined],
    ['down # no disk', false, 'L7STS/0 via agent : down (no disk)', undefined],
    ['75%', true, 'CHECKED/', { weight: '75%' }],
    ['ready up 50% maxconn:9', true, 'L7OK/0 via agent : up', { state: 'ready', weight: '50%', maxconn: '9' }],
    ['drain', false, 'CHECKED/', { state: 'drain' }],
    ['up maint', false, 'L7OK/0 via agent : up', { state: 'maint' }],
    ['hello', false, 'CHECKED/ agent reports an error : hello', undefined],
  ])('%s', async (line, healthy, outcome, orders) => {
    const seen = await run(new AgentChecker(LIMIT), plain(greet(`${line}\n`)));
    expect([seen.healthy, seen.outcome, seen.orders]).toEqual([healthy, outcome, orders]);
  });

  test('is told something first where that is wanted', async () => {
    const { outcome, server } = await run(new AgentChecker(LIMIT, { send: 'a/b\n' }), plain(saying('up\n')));
    expect([outcome, server.connections[0]?.received]).toEqual(['L7OK/0 via agent : up', 'a/b\n']);
  });

  test('that cannot be asked is not healthy', async () => {
    expect((await run(new AgentChecker(LIMIT), { kind: 'refuse' })).healthy).toBe(false);
    expect((await run(new AgentChecker(50), plain(silence))).healthy).toBe(false);
  });
});

describe('connections', () => {
  test('a TCP check connects and resets', async () => {
    const { outcome, server } = await run(new TcpChecker(LIMIT), plain(silence));
    expect(outcome).toBe('L4OK/');
    await waitFor('the end', () => server.connections.every(({ ended }) => ended !== 'open'));
  });

  test.skipIf(noisy)('a TCP check is not noticed by the server', async () => {
    const server = await startScripted(plain(silence));
    cleanups.push(() => server.close());
    const target = { id: 'a', appName: 'x', ip: '127.0.0.1', port: server.port, healthCheckPath: '' };
    const rounds = 20;
    for (let round = 0; round < rounds; round++)
      expect((await new TcpChecker(LIMIT).check(target)).status).toBe('L4OK');
    // Whatever was accepted has been by the time a later connection has been answered.
    await new RedisChecker(100).check(target);
    // On a machine that stalls for longer than the kernel withholds its answer some are seen.
    expect(server.connections.length).toBeLessThan(rounds);
  });

  test('a silent server has the time of the checker', async () => {
    const { outcome, server } = await run(new RedisChecker(50), plain(silence));
    expect(outcome).toBe('L7TOUT/');
    await waitFor('the end', () => server.connections[0]?.ended !== 'open');
  });

  test('a name that does not resolve says so', async () => {
    const target = { id: 'a', appName: 'x', ip: 'no-such-name.invalid', port: 1, healthCheckPath: '' };
    const result = await new TcpChecker(LIMIT).check(target);
    expect(result).toMatchObject({ healthy: false, text: expect.stringContaining('no-such-name.invalid') });
  });
});

describe('TLS', () => {
  const redis = tls(certificate, saying('+PONG\r\n'));

  test.each([
    ['an authority that is not known', {}, 'L6RSP/ unable to verify the first certificate'],
    ['its authority given', { ca: authority.cert }, 'L6OK/'],
    ['its name given', { ca: [authority.cert], serverName: 'db.example' }, 'L6OK/'],
    ['another name', { ca: authority.cert, serverName: 'www.example' }, /^L6RSP\/ Hostname\/IP does not match/],
    ['no verification', { skipVerify: true }, 'L6OK/'],
  ])('%s', async (_name, options, expected) => {
    const { outcome } = await run(new TlsChecker(LIMIT, options), redis);
    if (typeof expected === 'string') expect(outcome).toBe(expected);
    else expect(outcome).toMatch(expected);
  });

  test('a dialogue inside it', async () => {
    const checker = new RedisChecker(LIMIT, { tls: { ca: authority.cert, serverName: 'db.example' } });
    const { outcome, server } = await run(checker, redis);
    expect(outcome).toBe('L7OK/0 Redis server is ok');
    expect(server.connections[0]?.serverName).toBe('db.example');
    expect((await run(new RedisChecker(LIMIT, { tls: true }), redis)).outcome).toMatch(/^L6RSP/);
  });

  test('a sequence that goes from one port to another, and from plain to TLS', async () => {
    const second = await startScripted(tls(certificate, saying('two')));
    cleanups.push(() => second.close());
    const checker = new SequenceChecker(
      LIMIT,
      [
        { connect: { tls: false } },
        { send: 'x' },
        { expect: 'one' },
        { connect: { port: second.port, tls: true, sni: 'db.example' } },
        { send: Buffer.from([1]) },
        { expect: Buffer.from('two') },
      ],
      { tls: { ca: authority.cert } },
    );
    const { outcome } = await run(checker, plain(saying('one')));
    expect(outcome).toBe('L7OK/0 (tcp-check)');
    expect(second.connections[0]?.serverName).toBe('db.example');
  });
});

describe('HTTP/2', () => {
  const talks = new Map<string, string[]>();
  const seen = (name: string) => talks.get(name) ?? [];

  /** Tells of every request, over which protocol it came, and answers it. */
  async function service(name: string, options: { secure: boolean; http1?: boolean }) {
    const { cert, key } = certificate;
    const { secure, http1 = false } = options;
    const server = secure ? createSecureServer({ cert, key, allowHTTP1: http1 }) : createServer();
    talks.set(name, []);
    server.on('sessionError', () => {});
    server.on('request', (request: Http2ServerRequest, response: Http2ServerResponse) => {
      seen(name).push(`${request.httpVersion} ${request.method} ${request.url} ${request.headers.host}`);
      response.statusCode = request.url === '/sick' ? 503 : 200;
      response.end('all is well');
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    cleanups.push(() => server.close());
    const { port } = server.address() as AddressInfo;
    return async (options: HttpDialogueOptions, healthCheckPath = '/up') => {
      const target = { id: 'a', appName: 'x', ip: '127.0.0.1', port, healthCheckPath };
      const { status, code, text } = await new HttpDialogueChecker(LIMIT, options).check(target);
      return `${status}/${code ?? ''} ${text}`.trimEnd();
    };
  }

  const get = { method: 'GET', headers: [['Host', 'db.example']] } as const;
  const h2 = { ...get, protocol: 'h2' } as const;
  const trust = { ca: authority.cert };

  test('in clear, with what its answers hold', async () => {
    const ask = await service('clear', { secure: false });
    expect(await ask(h2)).toBe('L7OK/200');
    expect(await ask({ ...h2, expect: [{ status: 200 }, { body: 'is well' }] })).toBe('L7OK/200');
    expect(await ask({ ...h2, expect: [{ body: 'is ill' }] })).toBe('L7RSP/ HTTP content check did not match');
    expect(await ask(h2, '/sick')).toMatch(/^L7STS\/503/);
    expect(seen('clear').slice(0, 1)).toEqual(['2.0 GET /up db.example']);
  });

  test('over TLS, offered by itself', async () => {
    const ask = await service('tls', { secure: true });
    expect(await ask({ ...h2, tls: trust })).toBe('L7OK/200');
    expect(await ask({ ...h2, tls: { skipVerify: true } })).toBe('L7OK/200');
    expect(seen('tls')).toEqual(['2.0 GET /up db.example', '2.0 GET /up db.example']);
  });

  test('where it was agreed upon', async () => {
    const ask = await service('both', { secure: true, http1: true });
    const tls = { ...trust, alpn: ['h2', 'http/1.1'] };
    expect(await ask({ ...get, tls })).toBe('L7OK/200');
    expect(await ask({ ...get, version: 'HTTP/1.1', tls: { ...tls, alpn: ['http/1.1'] } })).toBe('L7OK/200');
    expect(await ask({ ...get, tls: trust })).toBe('L7OK/200');
    expect(seen('both').map((line) => line.slice(0, 3))).toEqual(['2.0', '1.1', '1.0']);
  });

  test('not where HTTP/1 was asked for, whatever was agreed upon', async () => {
    const ask = await service('forced', { secure: true });
    expect(await ask({ ...get, protocol: 'h1', tls: { ...trust, alpn: ['h2'] } })).not.toMatch(/^L7OK/);
    expect(seen('forced')).toEqual([]);
  });

  test('is no HTTP/3', () => {
    expect(() => new HttpDialogueChecker(LIMIT, { protocol: 'h3' as never })).toThrow(TypeError);
  });

  test('is waited for no longer than an answer by HTTP/1', async () => {
    const { outcome } = await run(new HttpDialogueChecker(50, { protocol: 'h2' }), plain(silence));
    expect(outcome).toBe('L7TOUT/');
  });
});

describe('requests', () => {
  test('expectations can be turned round', async () => {
    const checker = new HttpDialogueChecker(LIMIT, { method: 'GET', expect: [{ body: /down|sick/, not: true }] });
    expect((await run(checker, plain(httpAnswer('200 OK', 'fine')))).healthy).toBe(true);
    expect((await run(checker, plain(httpAnswer('200 OK', 'a bit sick')))).healthy).toBe(false);
  });

  test('a dialogue of the own', async () => {
    const checker = new DialogueChecker(LIMIT, ({ appName }) => ({
      silence: 'L7TOUT',
      ending: 'reset',
      opened: () => ({ send: Buffer.from(`${appName}?`) }),
      received: (chunk) => ({ verdict: { status: 'L7OK', text: Buffer.from(chunk).toString() } }),
      ended: () => ({ verdict: { status: 'L7RSP', text: '' } }),
      where: () => '',
    }));
    expect((await run(checker, plain(saying('yes')))).outcome).toBe('L7OK/ yes');
  });
});
