/** TLS passed through to the service whose name the client asks for, with both engines and real handshakes. */
import { readFileSync } from 'node:fs';
import { connect as connectTls } from 'node:tls';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { createAuthority } from '../support/certificates.ts';
import { freePort } from '../support/ports.ts';
import { expectEngine, PROCESS_ENGINES, type ProcessEngine } from '../support/process-engines.ts';
import { type ProxyProcess, SUBJECT, startProxy } from '../support/proxy-process.ts';
import { afterRequest, type ScriptedServer, startScripted, tls } from '../support/scripted-server.ts';
import { rowOf, showStat } from '../support/stats-client.ts';
import { openClient } from '../support/tcp-client.ts';
import { waitFor } from '../support/wait.ts';

const CONFIG = readFileSync(fileURLToPath(new URL('../../conf/sni-routing.cfg', import.meta.url)), 'utf8');
const authority = createAuthority('Name Authority');
const NAMES = ['shop.example.com', 'www.example.com', 'a.tenants.example.com', 'mail.example.com'];
const certificate = authority.issue({ commonName: 'example.com', names: NAMES });
const SERVICES = ['shop1', 'shop2', 'tenants', 'mail', 'spare'] as const;

const cleanups: (() => Promise<unknown> | unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

/** A TLS service that answers every request with its name. */
async function service(name: string): Promise<ScriptedServer> {
  const script = afterRequest(({ stream }) => stream.end(`I am ${name}\n`), /\n/);
  const server = await startScripted(tls({ cert: certificate.cert, key: certificate.key }, script));
  cleanups.push(() => server.close());
  return server;
}

/** What answers to a name, the certificate verified; or the error of the handshake. */
function ask(port: number, servername: string): Promise<string> {
  return new Promise((resolve) => {
    let text = '';
    const socket = connectTls({ port, host: '127.0.0.1', servername, ca: authority.cert }, () => socket.write('who\n'));
    socket.setEncoding('utf8');
    socket.on('data', (chunk: string) => {
      text += chunk;
    });
    socket.on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    socket.on('end', () => resolve(text.trim()));
    socket.on('close', () => resolve(text.trim() || 'closed'));
  });
}

async function start(engine: ProcessEngine): Promise<{ readonly proxy: ProxyProcess; readonly port: number }> {
  const port = await freePort();
  let config = CONFIG.replace('service.example.com:443', `127.0.0.1:${port}`).replace(
    '/run/haproxy/admin.sock',
    '$DIR/stats.sock',
  );
  for (const name of SERVICES) {
    const { address } = await service(name);
    config = config.replace(`${name}.example.com:8443`, address);
  }
  const proxy = await startProxy(SUBJECT, { config, args: SUBJECT === 'hapax' ? ['--engine', engine] : [] });
  cleanups.push(() => proxy.stop());
  if (SUBJECT === 'hapax') await expectEngine(proxy.statsSocket, engine);
  return { proxy, port };
}

describe.each(PROCESS_ENGINES)('conf/sni-routing.cfg with the engine %s', { timeout: 60_000 }, (engine) => {
  it('sends every name to its service, and turns away what is no TLS', async () => {
    const { proxy, port } = await start(engine);
    expect((await Promise.all(['shop.example.com', 'www.example.com'].map((name) => ask(port, name)))).sort()).toEqual([
      'I am shop1',
      'I am shop2',
    ]);
    expect(await ask(port, 'a.tenants.example.com')).toBe('I am tenants');
    expect(await ask(port, 'mail.example.com')).toBe('I am mail');

    const client = await openClient(port);
    client.write('GET / HTTP/1.0\r\n\r\n');
    expect(await client.waitForEnd()).not.toBe('open');
    expect(client.receivedBytes).toBe(0);
    client.destroy();
    await waitFor('the refusal to be counted', async () => {
      return rowOf(await showStat(proxy.statsSocket), 'fe_tls', 'FRONTEND').dreq === '1';
    });
    const rows = await showStat(proxy.statsSocket);
    expect(['be_shop', 'be_tenants', 'be_mail', 'be_spare'].map((name) => rowOf(rows, name, 'BACKEND').stot)).toEqual([
      '2',
      '1',
      '1',
      '0',
    ]);
  });

  it('sends clients elsewhere while a backend has no server', async () => {
    const { proxy, port } = await start(engine);
    await proxy.ask('disable server be_mail/mail');
    expect(await ask(port, 'mail.example.com')).toBe('I am spare');
    await proxy.ask('enable server be_mail/mail');
    await waitFor('the service to be back', async () => (await ask(port, 'mail.example.com')) === 'I am mail');
  });
});
