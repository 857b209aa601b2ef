/** Dialogues of the user's own: what they may ask for, and what becomes of those that break. */
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:tls';
import { afterEach, describe, expect, test } from 'vitest';
import { type ConnectionWish, type Dialogue, DialogueChecker, TlsChecker } from '../../../src/health-library/index.ts';
import { createAuthority } from '../../support/certificates.ts';
import { echo, greet, plain, startScripted } from '../../support/scripted-server.ts';
import { waitFor } from '../../support/wait.ts';

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

const LIMIT = 15_000;
const authority = createAuthority();
const at = (port: number) => ({ id: 'a', appName: 'x', ip: '127.0.0.1', port, healthCheckPath: '/' });

/** Repeats to the server what it says, and is content with what comes then. */
const base: Dialogue = {
  silence: 'L7TOUT',
  ending: 'reset',
  opened: () => ({ send: Buffer.from('hello') }),
  received: (chunk) => ({ verdict: { status: 'L7OK', text: Buffer.from(chunk).toString() } }),
  ended: () => ({ verdict: { status: 'L7RSP', text: 'closed' } }),
  where: () => '',
};

describe('one that breaks', () => {
  const broken = () => {
    throw new Error('mine broke');
  };
  test.each<readonly [string, () => Dialogue]>([
    ['when it is made', broken],
    ['when the connection stands', () => ({ ...base, opened: broken })],
    ['when something comes', () => ({ ...base, received: broken })],
    ['when the server ends', () => ({ ...base, received: () => ({}), ended: broken })],
  ])('%s: the check rejects, and nothing is left', async (_name, begin) => {
    const server = await startScripted(plain(greet('hello')));
    cleanups.push(() => server.close());
    await expect(new DialogueChecker(LIMIT, begin).check(at(server.port))).rejects.toThrow('mine broke');
    await waitFor('the end of the connection', () => server.connections.every(({ ended }) => ended !== 'open'));
  });

  test('when it is asked where it stands', async () => {
    const checker = new DialogueChecker(50, () => ({ ...base, opened: () => ({}), where: broken }));
    const server = await startScripted(plain(echo));
    cleanups.push(() => server.close());
    await expect(checker.check(at(server.port))).rejects.toThrow('mine broke');
  });
});

describe('connections a dialogue asks for', () => {
  test('go where it says', async () => {
    const server = await startScripted(plain(echo), '::1');
    cleanups.push(() => server.close());
    const first: ConnectionWish = { address: { family: 'ipv6', host: '::1', port: 0 }, sendProxy: true };
    const result = await new DialogueChecker(LIMIT, () => ({ ...base, first })).check(at(server.port));
    expect(result.status).toBe('L7OK');
    expect(result.text).toMatch(/^PROXY TCP6 ::1 ::1 \d+ \d+/);
  });

  test('offer protocols, and are told which was chosen', async () => {
    const { cert, key } = authority.issue({ commonName: 'x', names: ['127.0.0.1'] });
    const server = createServer({ cert, key, ALPNProtocols: ['two'] }, (socket) => socket.on('error', () => {}));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    cleanups.push(() => server.close());
    const checker = new DialogueChecker(
      LIMIT,
      () => ({
        ...base,
        first: { tls: true, alpn: ['one', 'two'] },
        opened: (secured, protocol) => ({ verdict: { status: 'L7OK', text: `${secured} ${protocol}` } }),
      }),
      { tls: { ca: authority.cert } },
    );
    const { port } = server.address() as AddressInfo;
    expect(await checker.check(at(port))).toMatchObject({ status: 'L7OK', text: 'true two' });
  });
});

test('servers that ask for our certificate get it', async () => {
  const { cert, key } = authority.issue({ commonName: 'x', names: ['127.0.0.1'] });
  const server = createServer({ cert, key, ca: authority.cert, requestCert: true, rejectUnauthorized: true });
  const refused: string[] = [];
  server.on('tlsClientError', (error) => refused.push(error.message));
  server.on('secureConnection', (socket) => {
    socket.on('error', () => {});
    socket.end(String(socket.getPeerCertificate().subject.CN));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  cleanups.push(() => server.close());
  const { port } = server.address() as AddressInfo;
  const ours = authority.issue({ commonName: 'checker', names: [] });
  // TLS 1.3 has the client done before the server has judged it.
  const tls = { ca: authority.cert, maxVersion: 'TLSv1.2' } as const;
  const listening = () =>
    new DialogueChecker(LIMIT, () => ({ ...base, opened: () => ({}) }), { tls: { ...tls, ...ours } });
  expect(await listening().check(at(port))).toMatchObject({ status: 'L7OK', text: 'checker' });
  expect(refused).toEqual([]);
  expect(await new TlsChecker(LIMIT, tls).check(at(port))).toMatchObject({ status: 'L6RSP' });
  expect(refused).toHaveLength(1);
});
