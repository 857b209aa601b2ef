import { describe, expect, it } from 'vitest';
import type { ListenerModel, StatsSocketModel } from '../../../src/config/model.ts';
import { loadLines, messages, modelOf } from '../../support/load-text.ts';

const HEAD = ['listen l', 'timeout connect 1s', 'timeout client 1s', 'timeout server 1s'];

/** The listeners of `listen l` with these lines (the first is on line 5). */
async function listeners(...lines: string[]): Promise<readonly ListenerModel[]> {
  const result = await loadLines([...HEAD, ...lines]);
  expect(messages(result)).toEqual([]);
  return modelOf(result).proxies[0]?.frontend?.listeners ?? [];
}

async function said(...lines: string[]): Promise<readonly string[]> {
  return messages(await loadLines([...HEAD, ...lines]));
}

describe('bind', () => {
  it('opens one socket an address and port', async () => {
    const found = await listeners('bind 127.0.0.1:9001-9003,[::1]:9001,/run/a.sock,*:80 name web maxconn 7');
    expect(found.map(({ address: { family, host, port } }) => [family, host, port])).toEqual([
      ['ipv4', '127.0.0.1', 9001],
      ['ipv4', '127.0.0.1', 9002],
      ['ipv4', '127.0.0.1', 9003],
      ['ipv6', '::1', 9001],
      ['unix', '/run/a.sock', 0],
      ['ipv4', '0.0.0.0', 80],
    ]);
    expect(new Set(found.map((each) => [each.name, each.maxconn].join()))).toEqual(new Set(['web,7']));
    expect(found[0]?.place).toEqual({ file: 't.cfg', line: 5 });
  });

  it.each<[string, object]>([
    [':::80 v6only', { address: { family: 'ipv6', host: '::', port: 80 }, v6only: true }],
    ['[::]:80 v4v6', { v6only: false }],
    ['ipv6@:80', { address: { family: 'ipv6', host: '::', port: 80 } }],
    ['abns@x', { address: { family: 'abns', host: 'x', port: 0 } }],
    ['/run/a.sock mode 660 uid 1 gid 2', { mode: 0o660, uid: 1, gid: 2 }],
    ['/run/a.sock user root group root', { uid: 0, gid: 0 }],
    ['both.example:80', { address: { family: 'ipv4', host: '192.0.2.4', port: 80, name: 'both.example' } }],
    ['ipv6@both.example:80', { address: { family: 'ipv6', host: '2001:db8::6' } }],
    [':80 backlog 100', { backlog: 100 }],
    [':80 tfo defer-accept mss 1400 nice 5 thread 1 shards 2 tcp-ut 30s', { maxconn: 0 }],
    [':80 id 9', { id: 9 }],
  ])('%s', async (text, expected) => {
    expect((await listeners(`bind ${text}`))[0]).toMatchObject(expected);
  });

  it('numbers sockets around forced ids', async () => {
    const found = await listeners('bind :1 id 3', 'bind :2', 'bind :3-4', 'bind :5 id 2', 'bind :6');
    expect(found.map((each) => each.id)).toEqual([3, 4, 5, 6, 2, 8]);
  });

  const at = 'parsing [t.cfg:5] : ';
  it.each([
    ['bind', `${at}'bind' expects {<path>|[addr1]:port1[-end1]}{,[addr]:port[-end]}... as arguments.`],
    ['bind 127.0.0.1', `${at}'bind' : missing port specification in '127.0.0.1'`],
    ['bind :0', `${at}'bind' : invalid port '0'`],
    ['bind ,:80', `${at}'bind' : '' resolves to an empty address (environment variable missing?)`],
    ['bind ::1', `${at}'bind' : invalid address: ':' in '::1'`],
    ['bind none.example:80', `${at}'bind' : invalid address: 'none.example' in 'none.example:80'`],
    ['bind ipv4@six.example:80', `${at}'bind' : invalid address: 'six.example' in 'ipv4@six.example:80'`],
    [
      'bind :80 acept-proxy',
      `${at}'bind :80' in section 'listen': unknown keyword 'acept-proxy'; did you mean 'accept-proxy' maybe ?`,
    ],
    ['bind :80 :81', `${at}'bind :80' in section 'listen': unknown keyword ':81'.`],
    ['bind :80 maxconn', `${at}'bind :80' in section 'listen' : 'maxconn' : missing value`],
    ['bind :80 maxconn -1', `${at}'bind :80' in section 'listen' : 'maxconn' : invalid value -1, must be >= 0`],
    [
      'bind :80 mode rw',
      `${at}'bind :80' in section 'listen' : 'mode' : missing or invalid mode 'rw' (octal integer expected)`,
    ],
    ['bind :80 user no-such', `${at}'bind :80' in section 'listen' : 'user' : unknown user name 'no-such'`],
    ['bind :80-81 id 5', `${at}'bind :80-81' in section 'listen' : 'id' can only be used with a single socket`],
    ['bind :80 id x', `${at}'bind :80' in section 'listen' : 'id' : expects an integer argument, found 'x'`],
    ['bind :80 crt', `${at}'bind :80' in section 'listen' : 'crt' : missing certificate location`],
    [
      'bind :80 process 1/2',
      `${at}'bind :80' in section 'listen' : 'process 1/2' on 'bind' lines is deprecated and will be removed in 2.7. Please use 'thread 2' instead.`,
    ],
  ])('%s', async (line, message) => {
    expect(await said(line)).toEqual([message]);
  });

  it('refuses an id that is taken', async () => {
    expect(await said('bind :80 id 1', 'bind :81 id 1')).toEqual([
      "parsing [t.cfg:6] : 'bind :81' in section 'listen' : 'id' : custom id 1 already used at t.cfg:5 ('bind :80')",
    ]);
  });

  it.each(['accept-proxy', 'namespace x', 'proto h2'])('does not pretend to have %s', async (parameter) => {
    const result = await loadLines([...HEAD, `bind :80 ${parameter}`]);
    expect(result.model).toBeUndefined();
    expect(result.diagnostics.map((each) => each.code)).toEqual(['not-supported-yet']);
  });
});

describe('stats socket', () => {
  async function sockets(line: string): Promise<readonly StatsSocketModel[]> {
    const result = await loadLines(['global', line]);
    expect(messages(result)).toEqual([]);
    return modelOf(result).global.statsSockets;
  }

  it.each<[string, object]>([
    ['/run/a.sock', { address: { family: 'unix', host: '/run/a.sock' }, level: 'operator', exposeFd: false }],
    ['/run/a.sock mode 660 level admin expose-fd listeners', { mode: 0o660, level: 'admin', exposeFd: true }],
    ['/run/a.sock user root group root level user', { uid: 0, gid: 0, level: 'user' }],
    ['ipv4@127.0.0.1:9999 level admin', { address: { host: '127.0.0.1', port: 9999 }, text: 'ipv4@127.0.0.1:9999' }],
    [':9000 name admin maxconn 5', { address: { host: '0.0.0.0', port: 9000 } }],
  ])('%s', async (text, expected) => {
    expect(await sockets(`stats socket ${text}`)).toMatchObject([expected]);
  });

  // What HAProxy 2.6.12 gives the file (umask 022): any octal number is good.
  it.each([
    ['+7', 0o7],
    [' 640', 0o640],
    ['1777', 0o1777],
    ['10600', 0o600],
    ['10000', 0],
    ['-1', 0o7777],
    ['-600', 0o7200],
    ['77777777777', 0o7777],
    ['4000000000000000000000', 0o7777],
    ['0', undefined],
    ['-0', undefined],
  ])('mode "%s"', async (text, mode) => {
    const [socket] = await sockets(`stats socket /run/a.sock mode "${text}"`);
    expect(socket?.mode).toBe(mode);
  });

  it('opens every address of a list', async () => {
    expect(await sockets('stats socket /run/a.sock,127.0.0.1:9000-9001')).toHaveLength(3);
  });

  const at = 'parsing [t.cfg:2] : ';
  it.each([
    ['', `${at}'stats socket' in global section expects an address or a path to a UNIX socket`],
    ['a.sock', `${at}${at}'stats socket' : missing port specification in 'a.sock'`],
    [
      '/run/a.sock level foo',
      `${at}'stats socket' : ''level' only supports 'user', 'operator', and 'admin' (got 'foo')'`,
    ],
    ['/run/a.sock mode zzz', `${at}'stats socket' : ''mode' : missing or invalid mode 'zzz' (octal integer expected)'`],
    [
      '/run/a.sock mode 0x1ff',
      `${at}'stats socket' : ''mode' : missing or invalid mode '0x1ff' (octal integer expected)'`,
    ],
    ['/run/a.sock mode 8', `${at}'stats socket' : ''mode' : missing or invalid mode '8' (octal integer expected)'`],
    ['/run/a.sock mode -', `${at}'stats socket' : ''mode' : missing or invalid mode '-' (octal integer expected)'`],
    ['/run/a.sock user no-such', `${at}'stats socket' : ''user' : unknown user name 'no-such''`],
    ['/run/a.sock lvel admin', `${at}'stats socket' : unknown keyword 'lvel'. Did you mean 'level' maybe ?`],
    [
      '/run/a.sock process 1',
      `${at}'stats socket' : 'process 1' on 'bind' lines is deprecated and will be removed in 2.7.`,
    ],
  ])('%s', async (text, message) => {
    expect(messages(await loadLines(['global', `stats socket ${text}`]))).toEqual([message]);
  });
});
