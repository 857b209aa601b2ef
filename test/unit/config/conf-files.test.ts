/** The configurations in conf/ load as they are, but for names, accounts and files this machine may not have. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { rootCertificates } from 'node:tls';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type LoadResult, loadConfigurationText } from '../../../src/config/load.ts';
import { messages, modelOf, proxyOf } from '../../support/load-text.ts';

const folder = fileURLToPath(new URL('../../../conf/', import.meta.url));
const directory = mkdtempSync(join(tmpdir(), 'hapax-conf-'));
const caFile = join(directory, 'ca.pem');
const errorFile = join(directory, 'error.http');

beforeAll(() => {
  writeFileSync(caFile, `${rootCertificates[0]}\n`);
  writeFileSync(errorFile, 'HTTP/1.0 503 Service Unavailable\r\n\r\n');
});
afterAll(() => rmSync(directory, { recursive: true }));

async function load(name: string): Promise<LoadResult> {
  const text = readFileSync(join(folder, name), 'utf8')
    .replaceAll(/ca-file \S+/g, `ca-file ${caFile}`)
    .replaceAll(/^( *errorfile \d+) .*/gm, `$1 ${errorFile}`)
    .replaceAll(/^( *(?:user|group)) haproxy/gm, '$1 root');
  return loadConfigurationText(text, name, {
    env: {},
    maxconnDefault: 1000,
    lookup: async () => ({ ok: true, addresses: [{ address: '127.0.0.1', family: 4 }] }),
  });
}

describe('every file in conf/', () => {
  const files = readdirSync(folder).filter((name) => name.endsWith('.cfg'));
  it('is looked at', () => expect(files.length).toBeGreaterThanOrEqual(7));
  it.each(files)('%s loads', async (name) => {
    const result = await load(name);
    expect(result.diagnostics.filter((each) => each.severity === 'alert')).toEqual([]);
    expect(modelOf(result).proxies.length).toBeGreaterThan(0);
  });
});

describe('what they say', () => {
  const fallback = (line: number, file: string) =>
    `parsing [${file}:${line}] : 'option httplog' not usable with frontend 'fe_service' (needs 'mode http'). Falling back to 'option tcplog'.`;
  const forwardfor = (owner: string) => `'option forwardfor' ignored for ${owner} as it requires HTTP mode.`;
  it.each<[string, string[]]>([
    ['tls-passthrough.cfg', []],
    ['sni-routing.cfg', []],
    ['patroni.cfg', []],
    ['kubernetes-api.cfg', []],
    ['redis.cfg', []],
    ['mysql.cfg', []],
    ['debian.cfg', [fallback(24, 'debian.cfg')]],
    [
      'centos.cfg',
      [fallback(20, 'centos.cfg'), forwardfor("frontend 'fe_service'"), forwardfor("backend 'be_service'")],
    ],
  ])('%s gets the warnings of HAProxy', async (name, expected) => {
    expect([...messages(await load(name))].sort()).toEqual([...expected].sort());
  });

  it.each(['tls-passthrough.cfg', 'debian.cfg', 'centos.cfg'])('%s checks the service over HTTPS', async (name) => {
    const backend = proxyOf(await load(name), 'be_service').backend;
    expect(backend?.balance).toBe('roundrobin');
    expect(backend?.check).toMatchObject({
      kind: 'http',
      method: 'GET',
      uri: '/v1/status',
      version: 'HTTP/1.0',
      headers: [],
      expect: [{ negate: false, match: { kind: 'status', ranges: [[200, 200]] } }],
    });
    expect(backend?.servers.map((server) => server.name)).toEqual(['backend1.example.com', 'backend2.example.com']);
    for (const server of backend?.servers ?? []) {
      expect(server).toMatchObject({ maxconn: 5, address: { host: '127.0.0.1', port: 8443, name: server.name } });
      expect(server.check).toMatchObject({ enabled: true, ssl: true, verify: 'required', caFile });
      expect(server.check).not.toHaveProperty('ciphers');
    }
  });

  it('patroni.cfg asks every node for its role', async () => {
    const result = await load('patroni.cfg');
    const backend = proxyOf(result, 'primary').backend;
    expect(backend?.check).toMatchObject({ kind: 'http', uri: '/primary' });
    for (const server of backend?.servers ?? []) {
      expect(server).toMatchObject({ maxconn: 100, shutdownSessionsOnDown: true });
      expect(server.check).toMatchObject({ inter: 3000, fall: 3, rise: 2, port: 8008 });
    }
    expect(proxyOf(result, 'stats').statsPage?.uri).toBe('/');
  });

  it('redis.cfg runs a script of nine steps', async () => {
    const check = proxyOf(await load('redis.cfg'), 'primary').backend?.check;
    expect(check?.kind === 'tcp' ? check.rules.map((rule) => rule.kind) : undefined).toEqual([
      'connect',
      ...['send', 'expect', 'send', 'expect', 'send', 'expect', 'send', 'expect'],
    ]);
  });

  it('mysql.cfg keeps writes on one node', async () => {
    const backend = proxyOf(await load('mysql.cfg'), 'writes').backend;
    expect(backend?.check).toEqual({ kind: 'mysql', user: 'haproxy', version: 'post-41' });
    expect(backend?.servers.map((server) => server.backup)).toEqual([false, true, true]);
  });
});
