/** Checks over real sockets against servers that misbehave, in this process. Expectations: reference checks 3 and 5. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { loadConfigurationText } from '../../../src/config/load.ts';
import { HealthService } from '../../../src/health/health-service.ts';
import { systemClock, systemTimers } from '../../../src/servers/clock.ts';
import { ServerRegistry } from '../../../src/servers/server-registry.ts';
import { SharedTable } from '../../../src/servers/shared-table.ts';
import { assignSlots } from '../../../src/servers/slots.ts';
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
  type ScriptedServer,
  silence,
  startScripted,
  tls,
} from '../../support/scripted-server.ts';
import { waitFor } from '../../support/wait.ts';

const directory = mkdtempSync(join(tmpdir(), 'hapax-checks-'));
const authority = createAuthority();
const stranger = createAuthority('Another Authority');
const caFile = join(directory, 'ca.pem');
writeFileSync(caFile, authority.cert);
const DAY = 86_400_000;
const certificates = {
  valid: authority.issue({ commonName: 'svc.example', names: ['svc.example'] }),
  wild: authority.issue({ commonName: 'x', names: ['*.example'] }),
  nameOnly: authority.issue({ commonName: 'svc.example' }),
  other: authority.issue({ commonName: 'other.example', names: ['other.example', '127.0.0.1'] }),
  expired: authority.issue({ commonName: 'svc.example', names: ['svc.example'], notAfter: new Date(Date.now() - DAY) }),
  early: authority.issue({ commonName: 'svc.example', names: ['svc.example'], notBefore: new Date(Date.now() + DAY) }),
  unknown: stranger.issue({ commonName: 'svc.example', names: ['svc.example'] }),
};
const HTTP = 'option httpchk GET /v1/status';
const TLS = `check-ssl verify required ca-file ${caFile}`;

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});
afterAll(() => rmSync(directory, { recursive: true }));

interface Options {
  readonly behaviour?: Behaviour;
  readonly rules?: string;
  readonly server?: string;
  /** Instead of the scripted server's. */
  readonly address?: string;
  readonly inter?: string;
  readonly timeouts?: string;
}

/** Runs checks until one has finished, and says `STATUS/code 'text'`. */
async function check(options: Options) {
  const { behaviour = { kind: 'refuse' }, rules = '', server = '', inter = '300ms', timeouts = '' } = options;
  const scripted: ScriptedServer = await startScripted(behaviour);
  closing.push(() => scripted.close());
  const { model, diagnostics } = await loadConfigurationText(`
defaults
  mode tcp
  timeout connect 2s
  timeout client 1s
  timeout server 1s
  ${timeouts}
backend be
  ${rules}
  server s ${options.address ?? scripted.address} check inter ${inter} ${server}
`);
  if (model === undefined) throw new Error(diagnostics.map(({ message }) => message).join('\n'));
  const slots = assignSlots(model);
  const table = SharedTable.create(slots.count);
  const time = { clock: systemClock, timers: systemTimers };
  const registry = new ServerRegistry({ model, slots, table, ...time, report: () => {} });
  const health = new HealthService(model, registry, { ...time, node: 'host' });
  closing.push(() => {
    health.stop();
    registry.close();
  });
  health.start();
  const record = registry.find('be', 's');
  const state = await waitFor('a finished check', () => record?.check?.status !== 'INI' && record?.check);
  const { status, code, text, duration } = state;
  return { result: `${status}/${code ?? ''} '${text}'`, duration, scripted, health };
}

const handshake = (certificate: { readonly cert: string; readonly key: string }, script = httpAnswer('200 OK')) =>
  tls(certificate, script);

describe('layer 4', () => {
  it('passes where someone listens, whatever he does', async () => {
    for (const script of [silence, closeAtOnce, resetAtOnce]) {
      expect((await check({ behaviour: plain(script) })).result).toBe("L4OK/ ''");
    }
  });

  it('fails where nobody listens', async () => {
    expect((await check({})).result).toBe("L4CON/ 'Connection refused'");
    expect((await check({ rules: HTTP })).result).toBe("L4CON/ 'Connection refused'");
    expect((await check({ rules: 'option tcp-check\n tcp-check expect string X' })).result).toBe(
      "L4CON/ 'Connection refused at initial connection step of tcp-check'",
    );
  });

  it('checks Unix sockets', async () => {
    const path = join(directory, 'listening.sock');
    const server = createServer((socket) => socket.on('error', () => {}));
    await new Promise<void>((done) => server.listen(path, done));
    closing.push(() => new Promise((done) => server.close(done)));
    expect((await check({ address: `unix@${path}` })).result).toBe("L4OK/ ''");
    expect((await check({ address: `unix@${directory}/none.sock` })).result).toBe(
      "SOCKERR/ 'General socket error (No such file or directory)'",
    );
  });

  it('goes to the port of the check', async () => {
    const other = await startScripted(plain(silence));
    closing.push(() => other.close());
    expect((await check({ server: `port ${other.port}` })).result).toBe("L4OK/ ''");
    const port = await freePort();
    expect((await check({ behaviour: plain(silence), server: `port ${port}` })).result).toBe(
      "L4CON/ 'Connection refused'",
    );
  });
});

describe('HTTP', () => {
  it('sends its request, takes the verdict at the end of the head, and resets', async () => {
    const run = await check({
      behaviour: plain(answer('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n', { keep: true })),
      rules: HTTP,
    });
    expect(run.result).toBe("L7OK/200 ''");
    const [first] = run.scripted.connections;
    expect(first?.received).toBe('GET /v1/status HTTP/1.0\r\n\r\n');
    await waitFor('the end of the connection', () => first?.ended !== 'open');
    expect(first?.ended).toBe('rst');
  });

  it.each([
    ['500', plain(httpAnswer('500 Internal Server Error')), "L7STS/500 'Internal Server Error'"],
    ['pieces', plain(answer('HTTP/1.1 503 Busy\r\nA: b\r\n\r\n', { piece: 1 })), "L7STS/503 'Busy'"],
    ['garbage', plain(answer('this is not http')), "L7RSP/ ''"],
    ['close after the request', plain(afterRequest(({ stream }) => stream.end())), "L7RSP/ ''"],
    [
      'reset after the request',
      plain(afterRequest(({ socket }) => socket.resetAndDestroy())),
      "SOCKERR/ 'Connection reset by peer'",
    ],
    ['an endless head', plain(endless('HTTP/1.1 200 OK\r\n', 'x-a: y\r\n')), "L7RSP/ ''"],
    ['an endless body', plain(endless('HTTP/1.0 200 OK\r\n\r\n', 'y'.repeat(8192))), "L7OK/200 ''"],
    ['silence', plain(silence), "L7TOUT/ ''"],
    ['TLS', handshake(certificates.valid), undefined],
  ] as const)('%s', async (_name, behaviour, expected) => {
    const { result } = await check({ behaviour, rules: HTTP });
    if (expected !== undefined) expect(result).toBe(expected);
    // A TLS server closes or resets; it is never layer 6, for nobody spoke TLS.
    else expect(result).toMatch(/^(SOCKERR|L7RSP|L7TOUT)/);
  });

  it('needs bounded memory for an endless body that must match', async () => {
    const behaviour = plain(endless('HTTP/1.0 200 OK\r\n\r\n', 'y'.repeat(65_536)));
    const rules = `${HTTP}\n http-check expect string NEVER`;
    const { result, duration } = await check({ behaviour, rules, inter: '5s' });
    expect(result).toBe("L7RSP/ 'HTTP content check did not match'");
    expect(duration).toBeLessThan(4000);
  });

  it('tells the server its state', async () => {
    const behaviour = plain(httpAnswer('200 OK'));
    const { scripted } = await check({ behaviour, rules: `${HTTP}\n http-check send-state`, server: 'weight 5' });
    expect(scripted.connections[0]?.received).toBe(
      `GET /v1/status HTTP/1.0\r\nx-haproxy-server-state: UP 1/3; address=127.0.0.1; port=${scripted.port}; ` +
        'name=be/s; node=host; weight=5/5; scur=0/0; qcur=0\r\n\r\n',
    );
  });
});

describe('TLS', () => {
  it.each([
    ['a good certificate', certificates.valid, TLS, "L7OK/200 ''"],
    ['its name', certificates.valid, `${TLS} verifyhost svc.example`, "L7OK/200 ''"],
    ['a wildcard', certificates.wild, `${TLS} verifyhost svc.example`, "L7OK/200 ''"],
    ['a common name alone', certificates.nameOnly, `${TLS} verifyhost svc.example`, "L7OK/200 ''"],
    [
      'an address, which is no name',
      certificates.other,
      `${TLS} verifyhost 127.0.0.1`,
      "L6RSP/ 'Server presented an SSL certificate different from the configured one'",
    ],
    ['another name that nobody asked for', certificates.other, TLS, "L7OK/200 ''"],
    [
      'another name than verifyhost',
      certificates.other,
      `${TLS} verifyhost svc.example`,
      "L6RSP/ 'Server presented an SSL certificate different from the configured one'",
    ],
    [
      'another name than check-sni',
      certificates.other,
      `${TLS} check-sni svc.example`,
      "L6RSP/ 'Server presented an SSL certificate different from the expected one'",
    ],
    [
      'the name of check-sni rather than verifyhost',
      certificates.valid,
      `${TLS} check-sni svc.example verifyhost x`,
      "L7OK/200 ''",
    ],
    ['an expired certificate', certificates.expired, TLS, "L6RSP/ 'SSL handshake failure'"],
    ['one that is not yet valid', certificates.early, TLS, "L6RSP/ 'SSL handshake failure'"],
    ['an unknown authority', certificates.unknown, TLS, "L6RSP/ 'SSL handshake failure'"],
    ['an expired certificate, not verified', certificates.expired, 'check-ssl verify none', "L7OK/200 ''"],
    ['another name, not verified', certificates.other, 'check-ssl verify none check-sni svc.example', "L7OK/200 ''"],
    ['no common version', certificates.valid, `${TLS} force-tlsv10`, "L6RSP/ 'SSL handshake failure'"],
  ])('%s', async (_name, certificate, server, expected) => {
    const run = await check({ behaviour: handshake(certificate), rules: HTTP, server, inter: '2s' });
    expect(run.result).toBe(expected);
  });

  it('sends no server name unless check-sni, and closes in order', async () => {
    const behaviour = handshake(certificates.valid, answer('HTTP/1.1 200 OK\r\n\r\n', { keep: true }));
    const silent = await check({ behaviour, rules: HTTP, server: TLS, inter: '2s' });
    expect(silent.scripted.connections[0]).toMatchObject({
      serverName: '',
      received: 'GET /v1/status HTTP/1.0\r\n\r\n',
    });
    const named = await check({ behaviour, rules: HTTP, server: `${TLS} check-sni svc.example`, inter: '2s' });
    const [first] = named.scripted.connections;
    expect(first?.serverName).toBe('svc.example');
    await waitFor('the end of the connection', () => first?.ended !== 'open');
    expect(first?.ended).toBe('fin');
  });

  it('is enough without a dialogue', async () => {
    const run = await check({ behaviour: handshake(certificates.valid, silence), server: TLS, inter: '2s' });
    expect(run.result).toBe("L6OK/ ''");
  });

  it.each([
    ['text', plain(greet('hello, I speak no TLS\n'))],
    ['a close', plain(closeAtOnce)],
    ['a reset', plain(resetAtOnce)],
    ['a close after the hello', plain(({ stream }) => stream.once('data', () => stream.end()))],
  ])('meets %s', async (_name, behaviour) => {
    expect((await check({ behaviour, server: TLS, inter: '2s' })).result).toBe("L6RSP/ 'SSL handshake failure'");
  });

  it('meets silence, and an error after the handshake', async () => {
    const stalled = await check({ behaviour: plain(silence), server: TLS });
    expect(stalled.result).toBe("L6TOUT/ ''");
    const reset = handshake(
      certificates.valid,
      afterRequest(({ socket }) => socket.resetAndDestroy()),
    );
    const run = await check({ behaviour: reset, rules: HTTP, server: TLS, inter: '2s' });
    expect(run.result).toBe("SOCKERR/ 'Connection reset by peer'");
  });

  it('reports a CA file that is gone, check by check', async () => {
    const path = join(directory, 'gone.pem');
    writeFileSync(path, authority.cert);
    const scripted = await startScripted(handshake(certificates.valid));
    closing.push(() => scripted.close());
    const { model } = await loadConfigurationText(
      `defaults\n mode tcp\n timeout connect 1s\n timeout client 1s\n timeout server 1s\nbackend be\n server s ${scripted.address} check inter 200ms check-ssl verify required ca-file ${path}\n`,
    );
    if (model === undefined) throw new Error('no model');
    rmSync(path);
    const slots = assignSlots(model);
    const time = { clock: systemClock, timers: systemTimers };
    const registry = new ServerRegistry({
      model,
      slots,
      table: SharedTable.create(slots.count),
      ...time,
      report: () => {},
    });
    const health = new HealthService(model, registry, { ...time, node: 'host' });
    closing.push(() => health.stop());
    health.start();
    const record = registry.find('be', 's');
    const state = await waitFor('a result', () => record?.check?.status !== 'INI' && record?.check);
    expect(`${state.status} ${state.text}`).toContain('SOCKERR TLS cannot be set up: ENOENT');
  });
});

describe('tcp-check and small dialogues', () => {
  it.each([
    [
      'option tcp-check\n tcp-check send PING\\r\\n\n tcp-check expect string +PONG',
      greet('+PONG\r\n', true),
      "L7OK/0 '(tcp-check)'",
    ],
    [
      'option tcp-check\n tcp-check expect string +PONG',
      greet('nope'),
      "L7RSP/ 'TCPCHK did not match content '+PONG' at step 1'",
    ],
    [
      'option tcp-check\n tcp-check expect string +PONG',
      silence,
      "L7TOUT/ ' at step 1 of tcp-check (expect string '+PONG')'",
    ],
    [
      'option redis-check',
      afterRequest(({ stream }) => stream.write('+PONG\r\n'), /PING/),
      "L7OK/0 'Redis server is ok'",
    ],
    ['option smtpchk', greet('554 no\r\n'), "L7STS/554 'no'"],
    ['option ssl-hello-chk', answer('garbage'), "L6TOUT/ ''"],
    ['option ssl-hello-chk', greet('garbage', true), "L6RSP/ ''"],
  ] as const)('%j: %s', async (rules, script, expected) => {
    expect((await check({ behaviour: plain(script), rules })).result).toBe(expected);
  });
});

describe('stopping', () => {
  it('ends what is under way and leaves nothing open', async () => {
    const run = await check({
      behaviour: plain(silence),
      rules: HTTP,
      timeouts: 'timeout check 200ms',
      inter: '200ms',
    });
    await waitFor('another check', () => run.scripted.connections.some(({ ended }) => ended === 'open'));
    run.health.stop();
    await waitFor('its end', () => run.scripted.connections.every(({ ended }) => ended !== 'open'));
    const made = run.scripted.connections.length;
    await new Promise((done) => setImmediate(done));
    expect(run.scripted.connections).toHaveLength(made);
  });
});
