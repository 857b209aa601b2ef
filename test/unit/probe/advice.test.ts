/** What an operator is told to look at. */

import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createSecureServer } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { createAuthority } from '../../support/certificates.ts';
import { freePort } from '../../support/ports.ts';
import {
  answer,
  type Behaviour,
  closeAtOnce,
  greet,
  httpAnswer,
  plain,
  startScripted,
  tls,
} from '../../support/scripted-server.ts';
import { startTlsServer } from '../../support/tls-server.ts';
import { probe } from './probing.ts';

const directory = mkdtempSync(join(tmpdir(), 'hapax-advice-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));
const DAY = 86_400_000;
const authority = createAuthority('Advice Authority');
const names = { commonName: 'db.example', names: ['db.example'] };
const valid = authority.issue(names);
const expired = authority.issue({
  ...names,
  notBefore: new Date(Date.now() - 9 * DAY),
  notAfter: new Date(Date.now() - DAY),
});
const alone = createAuthority('alone.example');
const stranger = alone.issue(names);
writeFileSync(join(directory, 'ca.pem'), authority.cert);
writeFileSync(join(directory, 'client.pem'), authority.issue({ commonName: 'client', names: [] }).cert + valid.key);
const required = `check check-ssl verify required ca-file ${directory}/ca.pem`;

const GZIP = ['Content-Encoding: gzip'];

test.each<[string, Behaviour, string, readonly string[], RegExp | undefined]>([
  ['a good one', plain(httpAnswer('200 OK')), 'check', ['option httpchk'], undefined],
  ['TLS where plain text is spoken', plain(greet('220 hi\r\n')), 'check check-ssl verify none', [], /no-check-ssl/],
  [
    'plain HTTP to a TLS port that hangs up',
    tls(valid, httpAnswer('200 OK')),
    'check',
    ['option httpchk'],
    /'check-ssl'/,
  ],
  [
    'plain HTTP to a TLS port that explains itself',
    plain(httpAnswer('400 Bad Request', 'The plain HTTP request was sent to HTTPS port')),
    'check',
    ['option httpchk GET /'],
    /^hint The server speaks TLS on this port, and the check does not: 'check-ssl' makes it\.$/,
  ],
  [
    'plain text to a TLS port that sends an alert',
    plain(answer(Buffer.of(0x15, 3, 1, 0, 2, 2, 70))),
    'check',
    ['option httpchk'],
    /speaks TLS/,
  ],
  ['a reset', plain(closeAtOnce), 'check', ['option httpchk'], /hung up/],
  [
    'HTTP/1.1 without Host',
    plain(httpAnswer('400 Bad Request')),
    'check',
    ['option httpchk GET / HTTP/1.1'],
    /HTTP\/1\.1 needs a Host/,
  ],
  [
    'HTTP/1.0 to a server of several sites',
    plain(httpAnswer('404 Not Found')),
    'check',
    ['option httpchk GET /'],
    /No Host was sent/,
  ],
  [
    'OPTIONS',
    plain(httpAnswer('405 Method Not Allowed')),
    'check',
    ['option httpchk'],
    /many servers refuse: 'option httpchk GET/,
  ],
  [
    'an answer that is compressed',
    plain(httpAnswer('200 OK', '\x1f\x8b', GZIP)),
    'check',
    ['option httpchk GET /', 'http-check expect string ok'],
    /compressed/,
  ],
  ['a certificate that has expired', tls(expired, httpAnswer('200 OK')), required, [], /needs a new certificate/],
  ['one of an authority', tls(alone, httpAnswer('200 OK')), required, [], /not made for servers/],
  ['one of somebody else', tls(stranger, httpAnswer('200 OK')), required, [], /No authority in 'ca-file' has signed/],
  [
    'another name',
    tls(valid, httpAnswer('200 OK')),
    `${required} check-sni www.example`,
    [],
    /None of the certificate's names is www\.example, which 'check-sni'/,
  ],
  [
    'another name than verifyhost',
    tls(valid, httpAnswer('200 OK')),
    `${required} verifyhost x.example`,
    [],
    /x\.example, which 'verifyhost'/,
  ],
])('%s', async (_name, behaviour, words, lines, hint) => {
  const server = await startScripted(behaviour);
  const report = await probe('b/s', ['backend b', ...lines, `server s 127.0.0.1:${server.port} ${words}`]);
  await server.close();
  const hints = report.lines.slice(report.lines.findIndex((line) => line.startsWith('verdict ')) + 1);
  if (hint === undefined) expect(hints).toEqual([]);
  else expect(hints.join('\n')).toMatch(hint);
});

test('versions of TLS that have nothing in common', async () => {
  const server = await startTlsServer({ ...valid, minVersion: 'TLSv1.3' });
  const line = `server s 127.0.0.1:${server.port} ${required} ssl-max-ver TLSv1.2`;
  const { lines } = await probe('b/s', ['backend b', line]);
  expect(lines.at(-1)).toMatch(/^hint No common version of TLS/);
  await server.close();
});

test('HTTP/2 without a host', async () => {
  const server = createSecureServer({ ...valid }, (_request, response) => response.end());
  server.on('sessionError', () => {});
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const line = `server s 127.0.0.1:${port} ${required} check-alpn h2`;
  const { lines } = await probe('b/s', ['backend b', 'option httpchk GET /', line]);
  expect(lines.at(-1)).toMatch(/^hint Over HTTP\/2 many servers want a name of the host/);
  await new Promise((resolve) => server.close(resolve));
});

test('a closed port', async () => {
  const port = await freePort();
  const { lines } = await probe('b/s', ['backend b', `server s 127.0.0.1:${port} check`]);
  expect(lines.at(-1)).toBe(`hint The host is there, and nothing listens on port ${port} of 127.0.0.1.`);
});

test.each([
  ['TLSv1.2', / or it wants a certificate of ours \('crt'\)\.$/],
  ['TLSv1.3', /^hint The server wants a certificate of ours: 'crt' names one\.$/],
] as const)('a server that wants a certificate of ours (%s)', async (version, hint) => {
  const server = await startTlsServer({
    ...valid,
    requestCert: true,
    ca: authority.cert,
    minVersion: version,
    maxVersion: version,
  });
  const { code, lines } = await probe('b/s', [
    'backend b',
    'option httpchk GET /',
    `server s 127.0.0.1:${server.port} ${required}`,
  ]);
  expect(code).toBe(1);
  expect(lines.at(-1)).toMatch(hint);
  await server.close();
});
