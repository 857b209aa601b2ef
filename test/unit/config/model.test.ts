import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { loadConfigurationText, type TextOptions } from '../../../src/config/load.ts';
import { maxconnForLimit, systemMaxconn } from '../../../src/config/maxconn.ts';
import type { Model } from '../../../src/config/model.ts';

async function model(text: string, options: TextOptions = {}): Promise<Model> {
  const result = await loadConfigurationText(text, 'x.cfg', { env: {}, maxconnDefault: 1000, ...options });
  expect(result.diagnostics.filter((each) => each.severity === 'alert')).toEqual([]);
  return result.model!;
}

const fixture = (name: string) => readFileSync(new URL(`../../fixtures/config/ok/${name}`, import.meta.url), 'utf8');
const timeouts = ' timeout client 1s\n timeout server 1s\n timeout connect 1s\n';

describe('the model', () => {
  it('resolves defaults, their chains and what they take back', async () => {
    const { proxies } = await model(fixture('defaults-chain.cfg'));
    const [front, pool, spare, pool2, front2] = proxies;
    expect(proxies.map(({ name, iid, index }) => [name, iid, index])).toEqual([
      ['in', 2, 0],
      ['pool', 3, 1],
      ['spare', 40, 2],
      ['pool2', 5, 3],
      ['in2', 6, 4],
    ]);
    expect(front).toMatchObject({
      mode: 'tcp',
      disabled: false,
      timeouts: { connect: 1000, client: 2000, server: 3000 },
    });
    expect(front!.frontend).toMatchObject({ maxconn: 100, defaultBackend: 1, tcpKeepAlive: true });
    expect(front!.frontend!.listeners.map(({ id, name, address }) => [id, name, address.port])).toEqual([
      [1, 'plain', 8080],
      [2, undefined, 8090],
      [3, undefined, 8091],
      [4, undefined, 8092],
    ]);
    expect(front!.log).toMatchObject({
      line: 'tcp',
      targets: [{ target: { kind: 'fd', fd: 1 }, format: 'raw', facility: 16, level: 7 }],
    });
    expect(pool!.timeouts.server).toBe(1000);
    expect(pool!.backend).toMatchObject({
      balance: 'leastconn',
      retries: 5,
      redispatch: 2,
      fullconn: 77,
      tcpKeepAlive: false,
    });
    expect(pool!.backend!.servers.map(({ name, id, weight, backup }) => [name, id, weight, backup])).toEqual([
      ['a', 1, 10, false],
      ['b', 9, 1, true],
      ['c', 3, 1, false],
    ]);
    expect(spare).toMatchObject({ disabled: true, frontend: { defaultBackend: 1 } });
    expect(pool2!.backend!.fullconn).toBe(6);
    expect(front2!.frontend!.maxconn).toBe(55);
  });

  it('is plain data', async () => {
    const whole = await model(fixture('defaults-chain.cfg'));
    expect(structuredClone(whole)).toEqual(whole);
    expect(JSON.parse(JSON.stringify(whole))).toEqual(whole);
  });

  it("knows the stats page's settings", async () => {
    const { proxies } = await model(fixture('stats-page.cfg'));
    expect(proxies[0]).toMatchObject({ mode: 'http', frontend: { monitorUri: '/alive' } });
    expect(proxies[0]!.statsPage).toEqual({
      uri: '/stats',
      realm: 'Balancer Stats',
      auth: [
        ['admin', 'pass:word'],
        ['guest', ''],
      ],
      refresh: 10,
      hideVersion: false,
      showNode: false,
      showLegends: true,
      showDesc: true,
      scope: [],
      admin: true,
    });
  });

  it('runs the files of the distributions with their HTTP defaults', async () => {
    const debian = await model(fixture('debian.cfg'));
    expect(debian.global).toMatchObject({
      chroot: '/var/lib/haproxy',
      user: 'root',
      uid: 0,
      gid: 0,
      daemon: true,
      statsTimeout: 30_000,
    });
    expect(debian.global.statsSockets[0]).toMatchObject({ level: 'admin', mode: 0o660, exposeFd: true });
    expect(debian.proxies[0]!.log.line).toBe('tcp');
    expect(debian.proxies[0]!.log.targets.map(({ level }) => level)).toEqual([7, 5]);
    const centos = await model(fixture('centos.cfg'));
    expect(centos.global).toMatchObject({ maxconn: 4000, pidfile: '/var/run/haproxy.pid' });
    expect(centos.proxies[0]!.frontend!.maxconn).toBe(3000);
    expect(centos.proxies[1]!.backend).toMatchObject({ redispatch: -1, fullconn: 300 });
  });

  it('takes maxconn from -n, then global, then the limit of the process', async () => {
    const text = (line: string) => `global\n${line}listen l\n bind 127.0.0.1:1\n${timeouts}`;
    const seen = async (line: string, options: TextOptions) => {
      const found = await model(text(line), options);
      return [found.global.maxconn, found.proxies[0]!.frontend!.maxconn, found.proxies[0]!.backend!.fullconn];
    };
    expect(await seen('', {})).toEqual([1000, 1000, 100]);
    expect(await seen('', { maxconnDefault: 9981 })).toEqual([9981, 9981, 999]);
    expect(await seen(' maxconn 50\n', {})).toEqual([50, 50, 5]);
    expect(await seen(' maxconn 50\n', { maxconn: 70 })).toEqual([70, 70, 7]);
    expect(await seen(' maxconn 0\n', {})).toEqual([1000, 1000, 100]);
    expect(maxconnForLimit(20_000)).toBe(9986);
    expect(maxconnForLimit(10)).toBe(1);
    expect(systemMaxconn('/nonexistent')).toBe(2034);
    expect(systemMaxconn()).toBeGreaterThan(0);
  });

  it('sends a listen to itself unless it says otherwise, and a backend nobody reaches to no load', async () => {
    const { proxies } = await model(
      `defaults\n${timeouts}listen a\n bind 127.0.0.1:1\n default_backend b\nbackend b\nbackend c\nlisten d\n bind 127.0.0.1:2\nfrontend e\n bind 127.0.0.1:3\n use_backend c if TRUE\n default_backend b\nfrontend f\n bind 127.0.0.1:4\n`,
    );
    expect(proxies.map((proxy) => proxy.frontend?.defaultBackend)).toEqual([1, undefined, undefined, 3, 2, undefined]);
    expect(proxies.map((proxy) => proxy.backend?.fullconn)).toEqual([100, 200, 100, 100, undefined, undefined]);
  });

  it('copies the targets of global where "log global" stands, once', async () => {
    const text = `global\n log 127.0.0.1 local0\n log /dev/log local1 notice warning\ndefaults\n log global\n${timeouts}frontend f\n bind 127.0.0.1:1\n log global\n log 127.0.0.1:1514 len 200 format rfc5424 user\nfrontend g\n bind 127.0.0.1:2\n no log\n`;
    const { proxies } = await model(text);
    expect(
      proxies[0]!.log.targets.map(({ target, level, minLevel, maxLength }) => [target, level, minLevel, maxLength]),
    ).toEqual([
      [{ kind: 'udp', host: '127.0.0.1', port: 514 }, 7, 0, 1024],
      [{ kind: 'unix', path: '/dev/log' }, 5, 4, 1024],
      [{ kind: 'udp', host: '127.0.0.1', port: 1514 }, 7, 0, 200],
    ]);
    expect(proxies[1]!.log.targets).toEqual([]);
  });

  it('puts variables into the address of a log, quoted or not', async () => {
    const text = `global\n log \${HOST}:\${PORT} local0\n log $HOST:5\${NOBODY}5 local0\n log \${NOBODY}:\${NOBODY} local0\nlisten l\n bind 127.0.0.1:1\n${timeouts}`;
    const { global } = await model(text, { env: { HOST: '192.0.2.9', PORT: '1514' } });
    expect(global.logs.map(({ target }) => target)).toEqual([
      { kind: 'udp', host: '192.0.2.9', port: 1514 },
      { kind: 'udp', host: '192.0.2.9', port: 55 },
      { kind: 'udp', host: '127.0.0.1', port: 514 },
    ]);
    await expect(model('global\n log $NOBODY local0\n')).rejects.toThrow();
  });

  it('resolves names through the given resolver, each once', async () => {
    const asked: string[] = [];
    const lookup = async (name: string) => {
      asked.push(name);
      return { ok: true as const, addresses: [{ address: '192.0.2.7', family: 4 as const }] };
    };
    const text = `global\n log logs.example local0\nlisten l\n bind service.example:443\n${timeouts} server one one.example:80\n server two one.example:81\n`;
    const { global, proxies } = await model(text, { lookup });
    expect(asked.sort()).toEqual(['logs.example', 'one.example', 'service.example']);
    expect(global.logs[0]!.target).toEqual({ kind: 'udp', host: '192.0.2.7', port: 514 });
    expect(proxies[0]!.backend!.servers.map(({ address }) => [address.host, address.port, address.name])).toEqual([
      ['192.0.2.7', 80, 'one.example'],
      ['192.0.2.7', 81, 'one.example'],
    ]);
  });

  it('loads 10,000 servers in less than two seconds of processor time', async () => {
    const servers = Array.from(
      { length: 10_000 },
      (_, index) => ` server s${index} 10.0.${index >> 8}.${index & 255}:80 check inter 5s maxconn 10`,
    );
    const start = process.cpuUsage();
    const { proxies } = await model(`listen l\n bind 127.0.0.1:1\n${timeouts}${servers.join('\n')}\n`);
    expect(proxies[0]!.backend!.servers.length).toBe(10_000);
    // The time of the processor, so that a busy machine does not count.
    const { user, system } = process.cpuUsage(start);
    expect((user + system) / 1000).toBeLessThan(2000);
  });
});
