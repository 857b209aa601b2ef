/**
 * Configurations as distributions package them (defaults in mode http, HTTP options, error files), followed by TCP
 * sections: they run as they are, with only paths, names and ports of this machine.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { inNamespace, whyNoNamespace } from '../support/namespace.ts';
import { freePort } from '../support/ports.ts';
import { launchProxy, SUBJECT, startProxy } from '../support/proxy-process.ts';
import { echo, httpAnswer, plain, startScripted } from '../support/scripted-server.ts';
import { ask, rowOf, rowsOf, showStat } from '../support/stats-client.ts';
import { openClient } from '../support/tcp-client.ts';
import { waitFor } from '../support/wait.ts';

const cleanups: (() => Promise<unknown> | unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

const ERROR_CODES = ['400', '403', '408', '500', '502', '503', '504'];

/** The directives of Debian's package, in their order. */
const DEBIAN = `global
	log /dev/log	local0
	log /dev/log	local1 notice
	chroot /var/lib/haproxy
	stats socket /run/haproxy/admin.sock mode 660 level admin
	stats timeout 30s
	user haproxy
	group haproxy
	daemon

	# Default SSL material locations
	ca-base /etc/ssl/certs
	crt-base /etc/ssl/private

        ssl-default-bind-ciphers ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384
        ssl-default-bind-ciphersuites TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256
        ssl-default-bind-options ssl-min-ver TLSv1.2 no-tls-tickets

defaults
	log	global
	mode	http
	option	httplog
	option	dontlognull
        timeout connect 5000
        timeout client  50000
        timeout server  50000
${ERROR_CODES.map((code) => `	errorfile ${code} /etc/haproxy/errors/${code}.http\n`).join('')}`;

/** The directives of CentOS's package, in their order. */
const CENTOS = `global
    log         127.0.0.1 local2

    chroot      /var/lib/haproxy
    pidfile     /var/run/haproxy.pid
    maxconn     4000
    user        haproxy
    group       haproxy
    daemon

    # turn on stats unix socket
    stats socket /var/lib/haproxy/stats

    # utilize system-wide crypto-policies
    ssl-default-bind-ciphers PROFILE=SYSTEM
    ssl-default-server-ciphers PROFILE=SYSTEM

defaults
    mode                    http
    log                     global
    option                  httplog
    option                  dontlognull
    option http-server-close
    option forwardfor       except 127.0.0.0/8
    option                  redispatch
    retries                 3
    timeout http-request    10s
    timeout queue           1m
    timeout connect         10s
    timeout client          1m
    timeout server          1m
    timeout http-keep-alive 10s
    timeout check           10s
    maxconn                 3000
`;

function tcpSections(front: string, server: string, check: number): string {
  return `
frontend fe_service
    bind ${front}
    mode tcp
    default_backend be_service

backend be_service
    mode tcp
    balance roundrobin
    option httpchk GET /v1/status
    http-check expect status 200
    server one ${server} check inter 500ms port ${check}
`;
}

async function startServers() {
  const server = await startScripted(plain(echo));
  const api = await startScripted(plain(httpAnswer('200 OK')));
  cleanups.push(
    () => server.close(),
    () => api.close(),
  );
  return { server, api };
}

async function expectEcho(host: string, port: number): Promise<void> {
  const client = await openClient(port, host);
  client.write('through');
  await client.waitForBytes(7);
  client.finish();
  await client.waitForEnd();
  expect([client.received, client.end]).toEqual(['through', 'fin']);
}

/** Paths of the package, moved into the directory of the process; users, which this machine may not have, left out. */
function moved(text: string): string {
  return text
    .replace(/chroot(\s+)\/var\/lib\/haproxy/, process.getuid?.() === 0 ? 'chroot$1$DIR/root' : '# no chroot')
    .replace('/run/haproxy/admin.sock', '$DIR/stats.sock')
    .replace('/var/lib/haproxy/stats', '$DIR/stats.sock')
    .replace('/var/run/haproxy.pid', '$DIR/proxy.pid')
    .replaceAll('/etc/haproxy/errors', '$DIR')
    .replace(/^\s+(user|group)\s+haproxy\n/gm, '')
    .replace(
      'PROFILE=SYSTEM\n    ssl-default-server-ciphers PROFILE=SYSTEM',
      'HIGH\n    ssl-default-server-ciphers HIGH',
    );
}

/** Alerts other than a log target that is not there, which a package cannot know. */
const alerts = (stderr: string) =>
  stderr.split('\n').filter((line) => line.includes('[ALERT]') && !/logger|\/dev\/log/.test(line));

const errorFiles = Object.fromEntries(
  ERROR_CODES.map((code) => [`${code}.http`, `HTTP/1.0 ${code} Error\r\nContent-Type: text/html\r\n\r\n${code}\n`]),
);

describe.each([
  ['Debian', DEBIAN],
  ['CentOS', CENTOS],
])("%s's packaged configuration with TCP sections", { timeout: 60_000 }, (_name, text) => {
  it('starts, checks and passes traffic', async () => {
    const { server, api } = await startServers();
    const port = await freePort();
    const proxy = await startProxy(SUBJECT, {
      config: `${moved(text)}${tcpSections(`127.0.0.1:${port}`, server.address, api.port)}`,
      files: { ...errorFiles, 'root/.keep': '' },
    });
    cleanups.push(() => proxy.stop());
    await waitFor('the server to be checked', async () => {
      const row = rowOf(await showStat(proxy.statsSocket), 'be_service', 'one');
      return row.status === 'UP' && row.check_status!.endsWith('L7OK');
    });
    await expectEcho('127.0.0.1', port);
    const rows = await showStat(proxy.statsSocket);
    expect(rowOf(rows, 'fe_service', 'FRONTEND').stot).toBe('1');
    expect(rowOf(rows, 'be_service', 'one').bin).toBe('7');
    expect(alerts(proxy.stderr)).toEqual([]);
  });
});

const noNamespace = whyNoNamespace();
if (noNamespace !== undefined) process.stderr.write(`SKIPPED packaged configurations unchanged: ${noNamespace}\n`);

describe.skipIf(noNamespace !== undefined).each([
  ['Debian', DEBIAN, '/run/haproxy', 'admin.sock'],
  ['CentOS', CENTOS, '/var/lib/haproxy', 'stats'],
])("%s's packaged configuration, unchanged", { timeout: 60_000 }, (name, text, socketDirectory, socketName) => {
  it('runs as the user of the package in its root directory', async () => {
    const { server, api } = await startServers();
    const front = name === 'Debian' ? '127.77.1.1' : '127.77.1.2';
    const shared = mkdtempSync(join(tmpdir(), 'hapax-packaged-'));
    cleanups.push(() => rmSync(shared, { recursive: true, force: true }));
    mkdirSync(join(shared, 'etc/errors'), { recursive: true });
    mkdirSync(join(shared, 'sockets'));
    for (const [file, content] of Object.entries(errorFiles)) writeFileSync(join(shared, 'etc/errors', file), content);
    writeFileSync(
      join(shared, 'passwd'),
      'root:x:0:0:root:/root:/bin/sh\nhaproxy:x:54321:54322::/var/lib/haproxy:/usr/sbin/nologin\n',
    );
    writeFileSync(join(shared, 'group'), 'root:x:0:\nhaproxy:x:54322:\n');
    const proxy = launchProxy(SUBJECT, {
      config: `${text}${tcpSections(`${front}:5432`, server.address, api.port)}`,
      prefix: inNamespace(
        [
          `mount --bind ${shared}/passwd /etc/passwd`,
          `mount --bind ${shared}/group /etc/group`,
          // A writable copy of the few directories the package owns, over whatever stands there.
          'mount -t tmpfs tmpfs /run && mkdir /run/haproxy',
          '[ -d /etc/haproxy ] || { mkdir /run/etc; cp -a /etc/. /run/etc; mkdir /run/etc/haproxy; mount --bind /run/etc /etc; }',
          `mount --bind ${shared}/etc /etc/haproxy`,
          'mkdir /run/lib; cp -a /var/lib/. /run/lib 2>/dev/null || true; mkdir -p /run/lib/haproxy; mount --bind /run/lib /var/lib',
          `mount --bind ${shared}/sockets ${socketDirectory}`,
          `chmod 755 ${shared} ${shared}/sockets`,
        ].join('\n'),
      ),
    });
    cleanups.push(() => proxy.stop());
    const socket = join(shared, 'sockets', socketName);
    await waitFor('the server to be checked', async () => {
      if (proxy.exit !== undefined) throw new Error(`it ended: ${proxy.stderr}`);
      const csv = await ask(socket, 'show stat').catch(() => '');
      return csv !== '' && rowOf(rowsOf(csv), 'be_service', 'one').status === 'UP';
    });
    await expectEcho(front, 5432);
    expect(alerts(proxy.stderr)).toEqual([]);
  });
});
