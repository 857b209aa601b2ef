/** TLS checks over real sockets: certificates, names, versions, and servers that speak something else. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { createAuthority } from '../../support/certificates.ts';
import {
  afterRequest,
  answer,
  closeAtOnce,
  greet,
  httpAnswer,
  plain,
  resetAtOnce,
  silence,
  tls,
} from '../../support/scripted-server.ts';
import { waitFor } from '../../support/wait.ts';
import { check, closeAll, HTTP } from './real-checks.ts';

const directory = mkdtempSync(join(tmpdir(), 'hapax-tls-checks-'));
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
const TLS = `check-ssl verify required ca-file ${caFile}`;

afterEach(closeAll);
afterAll(() => rmSync(directory, { recursive: true }));

const handshake = (certificate: { readonly cert: string; readonly key: string }, script = httpAnswer('200 OK')) =>
  tls(certificate, script);

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
    const run = await check({ behaviour: handshake(certificate), rules: HTTP, server });
    expect(run.result).toBe(expected);
  });

  it('sends no server name unless check-sni, and closes in order', async () => {
    const behaviour = handshake(certificates.valid, answer('HTTP/1.1 200 OK\r\n\r\n', { keep: true }));
    const silent = await check({ behaviour, rules: HTTP, server: TLS });
    expect(silent.scripted.connections[0]).toMatchObject({
      serverName: '',
      received: 'GET /v1/status HTTP/1.0\r\n\r\n',
    });
    const named = await check({ behaviour, rules: HTTP, server: `${TLS} check-sni svc.example` });
    const [first] = named.scripted.connections;
    expect(first?.serverName).toBe('svc.example');
    await waitFor('the end of the connection', () => first?.ended !== 'open');
    expect(first?.ended).toBe('fin');
  });

  it('is enough without a dialogue', async () => {
    const run = await check({ behaviour: handshake(certificates.valid, silence), server: TLS });
    expect(run.result).toBe("L6OK/ ''");
  });

  it.each([
    ['text', plain(greet('hello, I speak no TLS\n'))],
    ['a close', plain(closeAtOnce)],
    ['a reset', plain(resetAtOnce)],
    ['a close after the hello', plain(({ stream }) => stream.once('data', () => stream.end()))],
  ])('meets %s', async (_name, behaviour) => {
    expect((await check({ behaviour, server: TLS })).result).toBe("L6RSP/ 'SSL handshake failure'");
  });

  it('meets silence, and an error after the handshake', async () => {
    const stalled = await check({ behaviour: plain(silence), server: TLS, inter: '300ms' });
    expect(stalled.result).toBe("L6TOUT/ ''");
    const reset = handshake(
      certificates.valid,
      afterRequest(({ socket }) => socket.resetAndDestroy()),
    );
    const run = await check({ behaviour: reset, rules: HTTP, server: TLS });
    expect(run.result).toBe("SOCKERR/ 'Connection reset by peer'");
  });

  it('reports a CA file that is gone, check by check', async () => {
    const path = join(directory, 'gone.pem');
    writeFileSync(path, authority.cert);
    const run = await check({
      behaviour: handshake(certificates.valid),
      server: `check-ssl verify required ca-file ${path}`,
      before: () => rmSync(path),
    });
    expect(run.result).toContain("SOCKERR/ 'TLS cannot be set up: ENOENT");
  });
});

describe('the name of a check by HTTPS', () => {
  const request = ['option httpchk', 'http-check send meth GET uri / ver HTTP/1.1 hdr Host svc.example:8443'];
  it.each([
    ['the Host with check-sni-auto', request, `${TLS} check-sni-auto`, 'svc.example'],
    ['none without', request, TLS, ''],
    ['none once it is taken back', request, `${TLS} check-sni-auto no-check-sni-auto`, ''],
    [
      'its own where one is written',
      request,
      `check-ssl verify none check-sni-auto check-sni own.example`,
      'own.example',
    ],
    [
      'none for a connection of its own',
      [...request.slice(0, 1), 'http-check connect ssl', ...request.slice(1)],
      `${TLS} check-sni-auto`,
      '',
    ],
    ['its own alone where checks have no Host', ['option httpchk'], `${TLS} check-sni-auto`, ''],
    ['as default-server says', ['default-server check-sni-auto', ...request], TLS, 'svc.example'],
    ['not as default-server says', ['default-server check-sni-auto', ...request], `${TLS} no-check-sni-auto`, ''],
  ])('is %s', async (_, lines, words, name) => {
    const behaviour = handshake(certificates.valid);
    const { scripted } = await check({ behaviour, rules: lines.join('\n  '), server: words });
    expect(scripted.connections[0]?.serverName).toBe(name);
  });

  it.each([
    ['check-sni-auto', TLS, 'svc.example'],
    ['check-sni-auto', `${TLS} no-check-sni-auto`, ''],
    ['check-sni-auto no-check-sni-auto', TLS, ''],
    ['no-check-sni-auto', `${TLS} check-sni-auto`, 'svc.example'],
  ])('with "ssl-default-server-options %s" and "%s" is %s', async (options, words, name) => {
    const behaviour = handshake(certificates.valid);
    const global = `ssl-default-server-options ${options}`;
    const { scripted } = await check({ behaviour, rules: request.join('\n  '), server: words, global });
    expect(scripted.connections[0]?.serverName).toBe(name);
  });
});
