/** TLS sessions of checks: the next check resumes what the last one was given, as HAProxy's does. */
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer, type SecureVersion, type Server, type TLSSocket } from 'node:tls';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { loadConfigurationText } from '../../../src/config/load.ts';
import { checkOnce } from '../../../src/health/check-once.ts';
import { planCheck } from '../../../src/health/check-plan.ts';
import { LastTlsSession } from '../../../src/health/last-tls-session.ts';
import { TlsSettings } from '../../../src/health/tls-settings.ts';
import { createAuthority } from '../../support/certificates.ts';

const authority = createAuthority();
const good = authority.issue({ commonName: 'svc.example', names: ['svc.example'] });
const wrong = authority.issue({ commonName: 'other.example', names: ['other.example'] });

const directory = mkdtempSync(join(tmpdir(), 'hapax-tls-sessions-'));
const caFile = join(directory, 'ca.pem');
writeFileSync(caFile, authority.cert);
afterAll(() => rmSync(directory, { recursive: true }));

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

interface Service {
  readonly server: Server;
  readonly port: number;
  /** Whether each handshake resumed a session, in order. */
  readonly resumed: boolean[];
}

async function startService(maxVersion: SecureVersion): Promise<Service> {
  const resumed: boolean[] = [];
  const server = createServer({ ...good, maxVersion }, (socket: TLSSocket) => {
    resumed.push(socket.isSessionReused());
    socket.on('error', () => socket.destroy());
    socket.on('data', () => socket.end('HTTP/1.0 200 OK\r\n\r\n'));
  });
  server.on('tlsClientError', () => {});
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  closing.push(() => server.close());
  return { server, port: (server.address() as AddressInfo).port, resumed };
}

/** One plan for all checks of the server, as the health service has it. */
async function checker(port: number, rules: string, words: string, options = ''): Promise<() => Promise<string>> {
  const { model } = await loadConfigurationText(`
global
  ${options === '' ? '' : `ssl-default-server-options ${options}`}
defaults
  mode tcp
  timeout connect 5s
  timeout client 5s
  timeout server 5s
backend be
  ${rules}
  server s 127.0.0.1:${port} check inter 30s check-ssl ${words}
`);
  const proxy = model?.proxies[0];
  const server = proxy?.backend?.servers[0];
  if (proxy === undefined || server === undefined) throw new Error('the configuration was refused');
  const plan = planCheck(proxy, server, new TlsSettings());
  return async () => {
    const { timeouts, target } = plan;
    const dialogue = plan.dialogue({ now: Date.now(), up: true, state: () => '' });
    const { status, text } = await checkOnce({ dialogue, timeouts, target });
    return `${status} ${text}`.trim();
  };
}

describe('a TLS session', () => {
  it.each(['TLSv1.2', 'TLSv1.3'] as const)('is resumed by the next check (%s)', async (version) => {
    const { port, resumed } = await startService(version);
    const check = await checker(port, 'option httpchk', 'verify none');
    for (let turn = 0; turn < 3; turn++) expect(await check()).toBe('L7OK');
    expect(resumed).toEqual([false, true, true]);
  });

  it.each([
    ['TLSv1.3', 'no-ssl-reuse', [false, false]],
    ['TLSv1.2', 'no-tls-tickets', [false, false]],
    ['TLSv1.3', 'no-tls-tickets', [false, true]],
    ['TLSv1.2', 'no-ssl-reuse ssl-reuse no-tls-tickets tls-tickets', [false, true]],
  ] as const)('of %s is left alone where the configuration says so: %s', async (version, words, expected) => {
    const { port, resumed } = await startService(version);
    const check = await checker(port, 'option httpchk', `verify none ${words}`);
    for (const _ of expected) expect(await check()).toBe('L7OK');
    expect(resumed).toEqual(expected);
  });

  it.each([
    ['TLSv1.3', 'no-ssl-reuse', '', '', [false, false]],
    ['TLSv1.3', 'no-ssl-reuse ssl-reuse', '', '', [false, true]],
    ['TLSv1.3', 'no-ssl-reuse', '', 'ssl-reuse', [false, true]],
    ['TLSv1.2', 'no-tls-tickets', '', '', [false, false]],
    ['TLSv1.2', 'no-tls-tickets tls-tickets', '', '', [false, true]],
    ['TLSv1.2', 'no-tls-tickets', '', 'tls-tickets', [false, true]],
    ['TLSv1.3', '', 'default-server no-ssl-reuse', '', [false, false]],
    ['TLSv1.3', 'no-ssl-reuse', 'default-server ssl-reuse', '', [false, true]],
    ['TLSv1.3', '', 'default-server no-ssl-reuse', 'ssl-reuse', [false, true]],
    ['TLSv1.2', '', 'default-server no-tls-tickets', '', [false, false]],
  ] as const)('of %s with "%s" for all, "%s" and "%s"', async (version, options, defaults, words, expected) => {
    const { port, resumed } = await startService(version);
    const check = await checker(port, `option httpchk\n  ${defaults}`, `verify none ${words}`, options);
    for (const _ of expected) expect(await check()).toBe('L7OK');
    expect(resumed).toEqual(expected);
  });

  it('of TLS 1.3 is not waited for by a check that reads nothing', async () => {
    const { port, resumed } = await startService('TLSv1.3');
    const check = await checker(port, '', 'verify none');
    for (let turn = 0; turn < 2; turn++) expect(await check()).toBe('L6OK');
    // The server may see the end before it has told of the handshake.
    expect(resumed).not.toContain(true);
  });

  it('spares nobody the look at a new certificate', async () => {
    const { server, port, resumed } = await startService('TLSv1.3');
    const check = await checker(port, 'option httpchk', `verify required ca-file ${caFile} check-sni svc.example`);
    expect(await check()).toBe('L7OK');
    expect(await check()).toBe('L7OK');
    expect(resumed).toEqual([false, true]);
    server.setSecureContext(wrong);
    expect(await check()).toBe('L6RSP Server presented an SSL certificate different from the expected one');
  });

  it('is kept for one address and one name', () => {
    const last = new LastTlsSession();
    const here = { family: 'ipv4', host: '127.0.0.1', port: 1 } as const;
    last.with(here, 'a').session = Buffer.from('x');
    expect(last.with(here, 'a').session).toEqual(Buffer.from('x'));
    expect(last.with(here, 'b').session).toBeUndefined();
    expect(last.with({ ...here, port: 2 }, 'b').session).toBeUndefined();
    expect(last.with(here, 'a').session).toBeUndefined();
  });
});
