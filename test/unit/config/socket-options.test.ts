/** What the options of sockets become in the model. */
import { describe, expect, test } from 'vitest';
import { loadConfigurationText } from '../../../src/config/load.ts';
import type { ProxyModel } from '../../../src/config/model.ts';

const TIMEOUTS = ['timeout connect 1s', 'timeout client 1s', 'timeout server 1s'];
const lookup = async (name: string) =>
  name === 'here.test'
    ? { ok: true as const, addresses: [{ address: '127.0.0.9', family: 4 as const }] }
    : { ok: false as const, code: 'ENOTFOUND' };

async function proxies(...lines: string[]): Promise<readonly ProxyModel[]> {
  const text = `${['defaults', ...TIMEOUTS, ...lines].join('\n')}\n`;
  const { model, diagnostics } = await loadConfigurationText(text, 'sockets.cfg', { env: {}, lookup });
  expect(diagnostics.filter((each) => each.severity === 'alert').map((each) => each.message)).toEqual([]);
  return model!.proxies;
}

async function messages(...lines: string[]): Promise<readonly string[]> {
  const text = `${['defaults', ...TIMEOUTS, ...lines].join('\n')}\n`;
  const { diagnostics } = await loadConfigurationText(text, 'sockets.cfg', { env: {}, lookup });
  return diagnostics.map((each) => `${each.severity} ${each.message}`);
}

const SERVER = 'server s 127.0.0.1:8001';
const serverOf = (list: readonly ProxyModel[], index = 0) => list[0]!.backend!.servers[index]!;

describe('bind', () => {
  test('every socket of the line gets its options, Unix sockets do not', async () => {
    const options = 'interface lo transparent mss -100 tcp-ut 30s defer-accept tfo backlog 7';
    const [proxy] = await proxies('listen l', `bind 127.0.0.1:8000,[::1]:8000,/run/x.sock ${options}`, SERVER);
    const set = {
      interface: 'lo',
      transparent: true,
      mss: -100,
      userTimeout: 30_000,
      deferAccept: true,
      fastOpen: true,
    };
    const [first, second, unix] = proxy!.frontend!.listeners;
    expect(first).toMatchObject({ ...set, backlog: 7 });
    expect(second).toMatchObject(set);
    for (const name of Object.keys(set)) expect(unix).not.toHaveProperty(name);
    expect(unix!.backlog).toBe(7);
  });

  test('0 is the choice of the system', async () => {
    const [proxy] = await proxies('listen l', 'bind 127.0.0.1:8000 tcp-ut 0', SERVER);
    expect(proxy!.frontend!.listeners[0]).not.toHaveProperty('userTimeout');
  });

  test('a stats socket takes no option that decides who can reach it', async () => {
    const found = await messages(
      'global',
      'stats socket 127.0.0.1:9999 interface lo',
      'listen l',
      'bind :8000',
      SERVER,
    );
    expect(found.join('\n')).toMatch(/^alert .*'interface' on 'stats socket'/m);
  });
});

describe('keep-alive', () => {
  test('is for both sides, with the figures of each', async () => {
    const [proxy] = await proxies(
      'option tcpka',
      'clitcpka-cnt 3',
      'clitcpka-idle 1500ms',
      'srvtcpka-intvl 2m',
      'listen l',
      'bind :8000',
      SERVER,
    );
    expect(proxy!.frontend).toMatchObject({ tcpKeepAlive: true, keepAliveProbes: { count: 3, idle: 2, interval: 0 } });
    expect(proxy!.backend).toMatchObject({ tcpKeepAlive: true, keepAliveProbes: { count: 0, idle: 0, interval: 120 } });
  });

  test('0 leaves the figure to the system, and one section may differ from its defaults', async () => {
    const [first, second] = await proxies(
      'srvtcpka-cnt 9',
      'listen a',
      'bind :8000',
      'srvtcpka-cnt 0',
      SERVER,
      'listen b',
      'bind :8001',
      SERVER,
    );
    expect(first!.backend).not.toHaveProperty('keepAliveProbes');
    expect(second!.backend).toMatchObject({ tcpKeepAlive: false, keepAliveProbes: { count: 9 } });
  });

  test('what no kernel takes is kept for the kernel to refuse', async () => {
    const [proxy] = await proxies('listen l', 'bind :8000', 'srvtcpka-cnt 99999999999', 'srvtcpka-idle 100d', SERVER);
    expect(proxy!.backend!.keepAliveProbes).toMatchObject({ count: 0x7fff_ffff, idle: 0x7fff_ffff });
  });
});

describe('source', () => {
  test('of a server counts before that of its backend, as a whole', async () => {
    const list = await proxies(
      'listen l',
      'bind :8000',
      'source 127.0.0.5:4000 interface lo',
      SERVER,
      'server t 127.0.0.1:8001 source 127.0.0.6:1000-1003 tcp-ut 5s',
      'default-server source here.test usesrc clientip',
      'server u 127.0.0.1:8001',
    );
    expect(serverOf(list, 0).source).toEqual({
      address: { family: 'ipv4', host: '127.0.0.5', port: 4000 },
      interface: 'lo',
    });
    expect(serverOf(list, 1).source).toEqual({
      address: { family: 'ipv4', host: '127.0.0.6', port: 1000 },
      lastPort: 1003,
    });
    expect(serverOf(list, 1).userTimeout).toBe(5000);
    expect(serverOf(list, 2).source).toEqual({
      address: { family: 'ipv4', host: '127.0.0.9', port: 0, name: 'here.test' },
      useSource: 'clientip',
    });
  });

  test.each([
    ['source *', {}],
    ['source 0.0.0.0:4000', { address: { family: 'ipv4', host: '0.0.0.0', port: 4000 } }],
    ['source ::1:0', { address: { family: 'ipv6', host: '::1', port: 0 } }],
    ['source * usesrc client', { useSource: 'client' }],
    ['source * usesrc 10.1.2.3:77', { useSource: { family: 'ipv4', host: '10.1.2.3', port: 77 } }],
    ['source * usesrc client usesrc clientip', { useSource: 'clientip' }],
    ['source * usesrc clientip interface lo interface eth0', { useSource: 'clientip', interface: 'eth0' }],
    ['source * usesrc clientip usesrc hdr_ip(x)', {}],
    ['source /run/x.sock', {}],
  ])('%s', async (line, source) => {
    expect(serverOf(await proxies('listen l', 'bind :8000', line, SERVER)).source).toEqual(source);
  });

  test('an address of another kind is told to say nothing', async () => {
    const found = await messages('listen l', 'bind :8000', `${SERVER} source /run/x.sock`);
    expect(found.join('\n')).toMatch(/^warning .*'source \/run\/x.sock' is no IP address, and says nothing/m);
  });
});

test('the other options reach both sides they are for', async () => {
  const [proxy] = await proxies(
    'option nolinger',
    'option tcp-smart-accept',
    'option tcp-smart-connect',
    'listen l',
    'bind :8000',
    SERVER,
  );
  expect(proxy!.frontend).toMatchObject({ noLinger: true, smartAccept: true });
  expect(proxy!.backend).toMatchObject({ noLinger: true, smartConnect: true });
});
