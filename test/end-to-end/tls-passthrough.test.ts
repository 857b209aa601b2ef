/** The main job: TLS passed through to services whose fitness is asked over HTTPS. */
import { spawnSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { createAuthority } from '../support/certificates.ts';
import { type HttpsService, startHttpsService } from '../support/https-service.ts';
import { inNamespace, whyNoNamespace } from '../support/namespace.ts';
import { freePort } from '../support/ports.ts';
import { launchProxy, type ProxyProcess, SUBJECT, startProxy } from '../support/proxy-process.ts';
import { ask, rowOf, showStat } from '../support/stats-client.ts';
import { waitFor } from '../support/wait.ts';

const CONFIG = readFileSync(fileURLToPath(new URL('../../conf/tls-passthrough.cfg', import.meta.url)), 'utf8');
const CA_PATH = '/etc/ssl/certs/ca-certificates.crt';
const SOCKET_DIRECTORY = '/run/haproxy';

const authority = createAuthority('Service Authority');
const certificate = authority.issue({
  commonName: 'service.example.com',
  names: ['service.example.com', 'backend1.example.com', 'backend2.example.com'],
});

const cleanups: (() => Promise<unknown> | unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function twoServices(hosts: readonly [string, string], ports: readonly [number, number] = [0, 0]) {
  const services = await Promise.all([
    startHttpsService('one', certificate, hosts[0], ports[0]),
    startHttpsService('two', certificate, hosts[1], ports[1]),
  ]);
  cleanups.push(...services.map((service) => () => service.close()));
  return services as [HttpsService, HttpsService];
}

interface Answer {
  readonly name: string;
  readonly bytes: number;
  readonly hash: string;
}

/** Posts `body` through the proxy over TLS of its own, verifying the service's certificate. */
function post(host: string, port: number, body: Buffer): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const call = request(
      { host, port, method: 'POST', path: '/', servername: 'service.example.com', ca: authority.cert, agent: false },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () => resolve(JSON.parse(Buffer.concat(chunks).toString())));
        response.on('error', reject);
      },
    );
    call.on('error', reject);
    call.end(body);
  });
}

/** What `awk -F, '/backend[1-2]/ {print $2,$18,$37}'` prints. */
function awk(csv: string): string[] {
  return csv
    .split('\n')
    .filter((line) => /backend[1-2]/.test(line))
    .map((line) => line.split(','))
    .map((fields) => [fields[1], fields[17], fields[36]!.replace(/^\* /, '')].join(' '));
}

async function untilChecked(socket: string, ...expected: string[]): Promise<void> {
  await waitFor(
    `the lines ${expected.join(' and ')}`,
    async () => {
      const lines = awk(await ask(socket, 'show stat'));
      return expected.every((line, index) => lines[index] === line);
    },
    { limit: 30_000 },
  );
}

/** Sends several bodies through and expects every one to arrive whole at `name`. */
async function expectAllAt(name: string, host: string, port: number): Promise<void> {
  for (const size of [0, 1, 1000, 1 << 20]) {
    const body = randomBytes(size);
    const answer = await post(host, port, body);
    expect(answer).toEqual({ name, bytes: size, hash: createHash('sha256').update(body).digest('hex') });
  }
}

/** The configuration on loopback addresses and free ports, in the directory of the process. */
function onLoopback(port: number, services: readonly HttpsService[], words = (line: string) => line): string {
  return CONFIG.split('\n')
    .map((line) => (/^\s+server/.test(line) ? words(line) : line))
    .join('\n')
    .replace('service.example.com:443', `127.0.0.1:${port}`)
    .replace('backend1.example.com:8443', `127.0.0.1:${services[0]!.port}`)
    .replace('backend2.example.com:8443', `127.0.0.1:${services[1]!.port}`)
    .replaceAll(CA_PATH, '$DIR/ca.pem')
    .replaceAll(`${SOCKET_DIRECTORY}/admin.sock`, '$DIR/stats.sock');
}

async function start(config: string): Promise<ProxyProcess> {
  const proxy = await startProxy(SUBJECT, { config, files: { 'ca.pem': authority.cert } });
  cleanups.push(() => proxy.stop());
  return proxy;
}

describe('conf/tls-passthrough.cfg', { timeout: 60_000 }, () => {
  it('sends clients only to the service whose status API is well', async () => {
    const services = await twoServices(['127.0.0.1', '127.0.0.1']);
    services[0].status = 500;
    const port = await freePort();
    const proxy = await start(onLoopback(port, services));
    await untilChecked(proxy.statsSocket, 'backend1.example.com DOWN L7STS', 'backend2.example.com UP L7OK');

    const shell = spawnSync(
      'sh',
      ['-c', `echo 'show stat' | nc -U "$1" | awk -F, '/backend[1-2]/ {print $2,$18,$37}'`, 'sh', proxy.statsSocket],
      { encoding: 'utf8', timeout: 10_000 },
    );
    if (shell.status === 0 && shell.stdout !== '') {
      expect(shell.stdout.replaceAll('* ', '')).toBe('backend1.example.com DOWN L7STS\nbackend2.example.com UP L7OK\n');
      process.stderr.write(shell.stdout);
    } else process.stderr.write('SKIPPED the same through nc and awk: not both are installed\n');

    await expectAllAt('two', '127.0.0.1', port);
    expect(services[0].served).toEqual([]);
    expect(services[1].served).toHaveLength(4);

    const rows = await showStat(proxy.statsSocket);
    const down = rowOf(rows, 'be_service', 'backend1.example.com');
    expect([down.status, down.check_status!.replace('* ', ''), down.last_chk, down.stot]).toEqual([
      'DOWN',
      'L7STS',
      'Internal Server Error',
      '0',
    ]);
    expect(rowOf(rows, 'be_service', 'backend2.example.com').stot).toBe('4');
    expect(rowOf(rows, 'fe_service', 'FRONTEND').stot).toBe('4');
  });

  it('balances over both when both are well, and follows the status as it changes', async () => {
    const services = await twoServices(['127.0.0.1', '127.0.0.1']);
    const port = await freePort();
    const quick = (line: string) => `${line} inter 200ms`;
    const proxy = await start(onLoopback(port, services, quick));
    await untilChecked(proxy.statsSocket, 'backend1.example.com UP L7OK', 'backend2.example.com UP L7OK');
    const names: string[] = [];
    for (let turn = 0; turn < 6; turn++) names.push((await post('127.0.0.1', port, Buffer.from('x'))).name);
    expect(names.filter((name) => name === 'one')).toHaveLength(3);
    expect(names.filter((name) => name === 'two')).toHaveLength(3);

    services[1].status = 503;
    await untilChecked(proxy.statsSocket, 'backend1.example.com UP L7OK', 'backend2.example.com DOWN L7STS');
    await expectAllAt('one', '127.0.0.1', port);
    services[1].status = 200;
    services[0].status = 404;
    await untilChecked(proxy.statsSocket, 'backend1.example.com DOWN L7STS', 'backend2.example.com UP L7OK');
    await expectAllAt('two', '127.0.0.1', port);
    await services[1].close();
    // It needs no closing any more; what was started after it does.
    cleanups.splice(1, 1);
    await untilChecked(proxy.statsSocket, 'backend1.example.com DOWN L7STS', 'backend2.example.com DOWN L4CON');
    await expect(post('127.0.0.1', port, Buffer.from('x'))).rejects.toThrow();
  });

  it('says UP L4OK with a plain check', async () => {
    const services = await twoServices(['127.0.0.1', '127.0.0.1']);
    services[0].status = 500;
    const port = await freePort();
    const config = onLoopback(port, services, (line) => line.replace(/ check .*/, ' check maxconn 5'))
      .replace(/^.*option httpchk.*\n/m, '')
      .replace(/^.*http-check.*\n/m, '');
    const proxy = await start(config);
    await untilChecked(proxy.statsSocket, 'backend1.example.com UP L4OK', 'backend2.example.com UP L4OK');
    expect((await post('127.0.0.1', port, Buffer.from('x'))).bytes).toBe(1);
  });

  it('refuses a service whose certificate another authority signed', async () => {
    const stranger = createAuthority('Stranger').issue({ commonName: 'x', names: ['backend1.example.com'] });
    const service = await startHttpsService('one', stranger);
    cleanups.push(() => service.close());
    const port = await freePort();
    const proxy = await start(onLoopback(port, [service, service]));
    await untilChecked(proxy.statsSocket, 'backend1.example.com DOWN L6RSP', 'backend2.example.com DOWN L6RSP');
    expect(rowOf(await showStat(proxy.statsSocket), 'be_service', 'BACKEND').status).toBe('DOWN');
  });
});

const noNamespace = whyNoNamespace();
if (noNamespace !== undefined) process.stderr.write(`SKIPPED conf/tls-passthrough.cfg word for word: ${noNamespace}\n`);

describe.skipIf(noNamespace !== undefined)('conf/tls-passthrough.cfg, word for word', { timeout: 60_000 }, () => {
  it('runs with names from a hosts file', async () => {
    const [front, first, second] = ['127.77.0.1', '127.77.0.2', '127.77.0.3'] as const;
    const services = await twoServices([first, second], [8443, 8443]);
    services[0].status = 500;
    const shared = mkdtempSync(join(tmpdir(), 'hapax-names-'));
    cleanups.push(() => rmSync(shared, { recursive: true, force: true }));
    writeFileSync(join(shared, 'ca.pem'), authority.cert);
    writeFileSync(
      join(shared, 'hosts'),
      `127.0.0.1 localhost\n${front} service.example.com\n${first} backend1.example.com\n${second} backend2.example.com\n`,
    );
    const proxy = launchProxy(SUBJECT, {
      config: CONFIG,
      prefix: inNamespace(
        [
          `mount --bind ${shared}/hosts /etc/hosts`,
          'mount -t tmpfs tmpfs /etc/ssl',
          'mkdir /etc/ssl/certs',
          `cp ${shared}/ca.pem ${CA_PATH}`,
          // The directory of the socket is also seen from outside, under its own name.
          'mount -t tmpfs tmpfs /run',
          `mkdir ${SOCKET_DIRECTORY}`,
          `mount --bind ${shared} ${SOCKET_DIRECTORY}`,
        ].join('\n'),
      ),
    });
    cleanups.push(() => proxy.stop());
    expect(readFileSync(proxy.configPath, 'utf8')).toBe(CONFIG);
    const socket = join(shared, 'admin.sock');
    await waitFor('the stats socket to answer', async () => {
      if (proxy.exit !== undefined) throw new Error(`it ended: ${proxy.stderr}`);
      return ask(socket, 'show version').then(
        () => true,
        () => false,
      );
    });
    await untilChecked(socket, 'backend1.example.com DOWN L7STS', 'backend2.example.com UP L7OK');
    await expectAllAt('two', front, 443);
    expect(services[0].served).toEqual([]);
    // The line of the last session comes after its client has seen the end.
    await waitFor(
      'four lines on stdout',
      () =>
        proxy.stdout.split('\n').filter((line) => line.includes(' fe_service be_service/backend2.example.com '))
          .length === 4,
    );
  });
});
