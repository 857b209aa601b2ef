import { describe, expect, it } from 'vitest';
import { aclKeywords } from '../../../src/expressions/acl-keywords.ts';
import { checkAcl } from '../../../src/expressions/check-acl.ts';
import { checkCondition } from '../../../src/expressions/check-condition.ts';
import { checkLogFormat } from '../../../src/expressions/check-log-format.ts';
import { converterTable } from '../../../src/expressions/converters/index.ts';
import { fetchTable } from '../../../src/expressions/fetches/index.ts';
import { compileCondition } from '../../../src/expressions/run/compile.ts';
import type { RuleContext, RuleScope } from '../../../src/expressions/run/context.ts';
import { compileLogFormat } from '../../../src/expressions/run/log-format.ts';
import { missingInCondition, runningConverters, runningFetches } from '../../../src/expressions/support.ts';
import type { Surroundings } from '../../../src/expressions/surroundings.ts';
import { readClientHello } from '../../../src/protocols/tls-client-hello.ts';

const files: Readonly<Record<string, readonly string[]>> = {
  hosts: ['# who goes where', '', 'shop.example  shop', 'www.shop.example www', '.example other'],
  nets: ['10.0.0.0/8 wide', '10.1.0.0/16 narrow'],
  codes: ['443 tls', '80 plain'],
  rules: ['^w+\\. web', 'x$ x'],
  clients: ['127.0.0.1', '10.0.0.0/8'],
};

const around: Surroundings = {
  aclsNamed: () => undefined,
  aclNames: [],
  readLines: (path) => files[path],
  translate: (pattern, ignoreCase) => ({
    source: ignoreCase ? pattern.replace(/[a-z]/g, (c) => `[${c}${c.toUpperCase()}]`) : pattern,
  }),
  addressesOf: (name) => (name === 'office.example' ? ['192.0.2.1', '2001:db8::1'] : []),
  refer: () => {},
  warn: () => {},
};

const scope: RuleScope = {
  proxyName: 'web',
  proxyId: 2,
  defaultBackendName: 'pool',
  frontend: (name) => (name === '' ? { sessions: () => 5, sessionRate: () => 2 } : undefined),
  backend: (name) =>
    name === 'pool' ? { sessions: () => 3, sessionRate: () => 1, queued: () => 4, usableServers: () => 2 } : undefined,
  server: (name) =>
    name === 'pool/a' ? { sessions: () => 1, sessionRate: () => 0, queued: () => 0, isUp: () => true } : undefined,
  processConnections: () => 9,
  wallClock: () => 1_700_000_000_500,
  hostname: 'lb1',
  environment: { ZONE: 'eu' },
};

interface Seen {
  readonly host?: string;
  readonly bytes?: string;
  readonly final?: boolean;
}

function contextOf({ host = '127.0.0.1', bytes = '', final = true }: Seen): RuleContext {
  const request = Buffer.from(bytes, 'latin1');
  return {
    clientHost: host,
    clientPort: 40000,
    localHost: '127.0.0.1',
    localPort: 443,
    listenerId: 7,
    listenerName: 'main',
    request: () => request,
    clientHello: () => readClientHello(request),
    final,
    incomplete: false,
  };
}

function judge(words: string, seen: Seen = {}, unless = false): string {
  const checked = checkCondition(unless, words.split(' '), undefined, around, () => {});
  if (!checked.ok) throw new Error(checked.problem.message);
  expect(missingInCondition(checked.condition)).toBeUndefined();
  // Plain data: it goes to another thread.
  const compiled = compileCondition(structuredClone(checked.condition), scope);
  return compiled?.(contextOf(seen)) ?? 'always';
}

describe('conditions', () => {
  it.each([
    ['TRUE', 'yes'],
    ['FALSE', 'no'],
    ['!FALSE', 'yes'],
    ['TRUE FALSE', 'no'],
    ['FALSE or TRUE', 'yes'],
    ['FALSE || FALSE TRUE || TRUE !FALSE', 'yes'],
    ['!!TRUE', 'yes'],
    ['', 'no'],
    ['TRUE or', 'yes'],
  ])('%s is %s', (words, expected) => {
    expect(judge(words)).toBe(expected);
  });

  it('unless turns it round', () => {
    expect(judge('TRUE', {}, true)).toBe('no');
    expect(judge('', {}, true)).toBe('yes');
  });

  it('wait for bytes that may come, unless it is known without them', () => {
    const waiting = { final: false };
    expect(judge('{ req.len gt 5 }', waiting)).toBe('unknown');
    expect(judge('!{ req.len gt 5 }', waiting)).toBe('unknown');
    expect(judge('{ req.len gt 5 }', { bytes: '123456', final: false })).toBe('yes');
    expect(judge('{ req.len gt 5 }', { bytes: '12' })).toBe('no');
    expect(judge('TRUE or { req.len gt 5 }', waiting)).toBe('yes');
    expect(judge('FALSE { req.len gt 5 }', waiting)).toBe('no');
    expect(judge('WAIT_END', waiting)).toBe('unknown');
    expect(judge('WAIT_END')).toBe('yes');
    expect(judge('{ req.ssl_hello_type 1 }', { bytes: '\x16\x03\x01', final: false })).toBe('unknown');
    expect(judge('{ req.ssl_hello_type 1 }', { bytes: '\x16\x03\x01' })).toBe('no');
    expect(judge('{ req.ssl_hello_type 1 }', { bytes: 'GET', final: false })).toBe('no');
  });
});

describe('fetches and matching', () => {
  it.each([
    ['{ src 127.0.0.1 }', 'yes'],
    ['{ src 127.0.0.0/8 }', 'yes'],
    ['{ src 127.1 }', 'yes'],
    ['{ src 10 }', 'no'],
    ['{ src 127.0.0.0/255.0.0.0 10.0.0.1 }', 'yes'],
    ['{ src ::1 }', 'no'],
    ['{ src ::ffff:127.0.0.1 }', 'yes'],
    ['{ src office.example }', 'no'],
    ['{ src -f clients }', 'yes'],
    ['LOCALHOST', 'yes'],
    ['{ src_port 40000 }', 'yes'],
    ['{ dst_port 1:1023 }', 'yes'],
    ['{ dst_port gt 443 }', 'no'],
    ['{ dst_port ge 443 lt 5 }', 'yes'],
    ['{ dst_port le 442 }', 'no'],
    ['{ so_id 7 }', 'yes'],
    ['{ so_name main }', 'yes'],
    ['{ fe_name web }', 'yes'],
    ['{ fe_defbe -m beg po }', 'yes'],
    ['{ nbsrv(pool) eq 2 }', 'yes'],
    ['{ nbsrv(none) ge 0 }', 'no'],
    ['{ be_conn(pool) 3 }', 'yes'],
    ['{ fe_conn gt 4 }', 'yes'],
    ['{ fe_sess_rate lt 3 }', 'yes'],
    ['{ queue(pool) 4 }', 'yes'],
    ['{ srv_is_up(pool/a) }', 'yes'],
    ['{ srv_conn(pool/a) 1 }', 'yes'],
    ['{ act_conn 9 }', 'yes'],
    ['{ str(abc) -m str abc }', 'yes'],
    ['{ str(ABC) -m str -i abc }', 'yes'],
    ['{ str(ABC) -m str abc }', 'no'],
    ['{ str(a.shop.example) -m end .shop.example }', 'yes'],
    ['{ str(a.shop.example) -m dom shop }', 'yes'],
    ['{ str(a.shopx.example) -m dom shop }', 'no'],
    ['{ str(/a/b/c) -m dir b/c }', 'yes'],
    ['{ str(/a/bc) -m dir b }', 'no'],
    ['{ str(abc) -m sub b }', 'yes'],
    ['{ str(abc) -m len 3 }', 'yes'],
    ['{ str(ABC) -m reg -i ^a.c$ }', 'yes'],
    ['{ str(1) -m int 1 }', 'yes'],
    ['{ str(x) -m found }', 'yes'],
    ['{ env(NOPE) -m found }', 'no'],
    ['{ env(ZONE) eu }', 'yes'],
    ['{ hostname lb1 }', 'yes'],
    ['{ int(5) 5 }', 'yes'],
    ['{ bool(true) }', 'yes'],
    ['{ bin(6162) -m bin 6162 }', 'yes'],
    ['{ date 1700000000 }', 'yes'],
    ['{ rand(1) 0 }', 'yes'],
    [`{ pid ${process.pid} }`, 'yes'],
  ])('%s is %s', (words, expected) => {
    expect(judge(words)).toBe(expected);
  });

  it.each([
    ['uuid', '^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$'],
    ['uuid(4)', '^.{14}4.{21}$'],
    ['uuid(7)', '^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$'],
  ])('%s has the form of its version', (fetch, form) => {
    expect(judge(`{ ${fetch} -m reg ${form} }`)).toBe('yes');
  });

  it('compares IPv6 clients, and those of a Unix socket with nothing', () => {
    expect(judge('{ src 2001:db8::/32 }', { host: '2001:db8::5' })).toBe('yes');
    expect(judge('{ src 10.0.0.0/8 }', { host: '::ffff:10.1.2.3' })).toBe('yes');
    expect(judge('{ src 0.0.0.0/0 }', { host: 'unix' })).toBe('no');
    expect(judge('{ src office.example }', { host: '2001:db8::1' })).toBe('yes');
  });

  it('looks at the bytes of the client', () => {
    const bytes = '\x00\x03abcrest';
    expect(judge('{ req.payload(2,3) -m bin 616263 }', { bytes })).toBe('yes');
    expect(judge('{ req.payload(2,0) -m str abcrest }', { bytes })).toBe('yes');
    expect(judge('{ req.payload(2,90) -m found }', { bytes })).toBe('no');
    expect(judge('{ req.payload(2,90) -m found }', { bytes, final: false })).toBe('unknown');
    expect(judge('{ req.payload_lv(0,2) -m str abc }', { bytes })).toBe('yes');
  });
});

describe('converters', () => {
  const result = (expression: string, seen: Seen = {}): string => {
    const place = 'frontend use-backend rule';
    const checked = checkLogFormat(`%[${expression}]`, { place, mode: 'tcp' }, around);
    if (!checked.ok) throw new Error(checked.problem.message);
    return compileLogFormat(structuredClone(checked.format), scope)(contextOf(seen));
  };

  it.each([
    ['str(AbC),lower', 'abc'],
    ['str(AbC),upper', 'ABC'],
    ['str(abc),length', '3'],
    ['str(abc),hex', '616263'],
    ['str(a.b.c),reverse_dom', 'c.b.a'],
    ['str(a.b.c),field(2,.)', 'b'],
    ['str(a.b.c),field(-1,.)', 'c'],
    ['str(a.b.c),field(2,.,0)', 'b.c'],
    ['str(a..c),field(2,.)', ''],
    ['str(..a.b),word(1,.)', 'a'],
    ['str(a.b.c),word(-2,.)', 'b'],
    ['str(xxaxx),ltrim(x)', 'axx'],
    ['str(xxaxx),rtrim(x)', 'xxa'],
    ['int(5),add(2),mul(3)', '21'],
    ['int(7),div(2)', '3'],
    ['int(7),mod(4),sub(5)', '-2'],
    ['int(7),div(0)', '9223372036854775807'],
    ['int(9223372036854775807),add(1)', '9223372036854775807'],
    ['str( 12),add(1)', '1'],
    ['int(6),and(3)', '2'],
    ['int(6),odd', '0'],
    ['bool(true),not', '0'],
    ['bool(true),iif(yes,no)', 'yes'],
    ['src,ipmask(8)', '127.0.0.0'],
    ['ipv6(2001:db8::1:2),ipmask(8,112)', '2001:db8::1:0'],
    ['str(shop.example),map(hosts)', 'shop'],
    ['str(nope),map(hosts)', ''],
    ['str(nope),map(hosts,fallback)', 'fallback'],
    ['str(a.b.example),map_end(hosts,none)', 'other'],
    ['str(www.shop.examples),map_beg(hosts,none)', 'www'],
    ['ipv4(10.1.2.3),map_ip(nets)', 'narrow'],
    ['ipv4(10.9.2.3),map_ip(nets)', 'wide'],
    ['dst_port,map_int(codes)', 'tls'],
    ['str(www.a),map_reg(rules)', 'web'],
    ['src', '127.0.0.1'],
    ['dst_port', '443'],
  ])('%s gives %s', (expression, expected) => {
    expect(result(expression)).toBe(expected);
  });
});

describe('the tables', () => {
  it('know every name that runs, and every fetch of an ACL keyword', () => {
    expect([...runningFetches].filter((name) => !fetchTable.has(name))).toEqual([]);
    expect([...runningConverters].filter((name) => !converterTable.has(name))).toEqual([]);
    expect([...aclKeywords.values()].filter(({ fetch }) => !fetchTable.has(fetch))).toEqual([]);
  });

  it('have every fetch, converter and ACL keyword of HAProxy 3.4 by count', () => {
    expect([fetchTable.size, converterTable.size, aclKeywords.size]).toEqual([559, 207, 77]);
  });

  it('guess what was meant', () => {
    const checked = checkAcl(['req.ssl_snii', 'x'], around);
    expect(checked.ok ? undefined : checked.problem.unknown?.name).toBe('req.ssl_snii');
  });
});
