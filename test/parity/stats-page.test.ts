/** The statistics over HTTP, by HAProxy and by hapax: what raw bytes get, and what requests count. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePort } from '../support/ports.ts';
import { type Product, type ProxyProcess, skipWithoutHaproxy, startProxy } from '../support/proxy-process.ts';
import { rowsOf, type StatRow } from '../support/stats-client.ts';
import { talk } from '../support/stats-server.ts';
import { type Comparison, unexplained } from './differences.ts';
import { compareRows } from './stat-columns.ts';

const skipped = skipWithoutHaproxy('the stats page beside HAProxy');

const CONFIG = `global
    stats socket $DIR/stats.sock level admin
    maxconn 500
defaults
    mode http
    timeout connect 2s
    timeout client 10s
    timeout server 10s
    timeout http-request 500ms
frontend entry
    mode tcp
    bind 127.0.0.1:0
    default_backend be
backend be
    mode tcp
    server s1 127.0.0.1:1
    server s2 127.0.0.1:1
listen open
    bind 127.0.0.1:$OPEN
    stats uri /stats
    stats admin if TRUE
    monitor-uri /alive
    monitor fail if { nbsrv(be) lt 2 }
listen failing
    bind 127.0.0.1:$FAILING
    monitor-uri /alive
    acl few nbsrv(be) lt 3
    monitor fail if few { fe_conn ge 0 }
    monitor fail if { src 10.0.0.0/8 }
    stats uri /stats
    stats admin if { src 10.0.0.0/8 } or !few
listen guarded
    bind 127.0.0.1:$GUARDED
    stats uri /a\\"b{c}|d
    stats auth admin:secret
    stats auth other:words:with:colons
    stats realm My\\ Realm
frontend counted
    bind 127.0.0.1:$COUNTED
    stats uri /stats
listen both
    bind 127.0.0.1:$BOTH
    stats uri /stats
listen local
    bind 127.0.0.1:$LOCAL
    stats uri /stats
    stats admin if { src 10.0.0.0/8 }
    stats admin if LOCALHOST { dst_port $LOCAL }
`;

const PLACES = ['open', 'failing', 'guarded', 'counted', 'both', 'local'] as const;
type Place = (typeof PLACES)[number];

const basic = (text: string) => `Authorization: Basic ${Buffer.from(text).toString('base64')}\r\n`;
const get = (path: string, more = '') => `GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n${more}\r\n`;
const post = (form: string, more = '') =>
  `POST /stats HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: ${form.length}\r\n${more}\r\n${form}`;
const guarded = (more: string) => ['guarded', get('/a"b{c}|d;csv', more)] as const;
const raw = (head: string) => ['open', `${head}\r\n\r\n`] as const;

/** What is sent, byte for byte. */
const REQUESTS: Readonly<Record<string, readonly [Place, string]>> = {
  'no password': guarded(''),
  'the password': guarded(basic('admin:secret')),
  'the second account': guarded(basic('other:words:with:colons')),
  'a wrong password': guarded(basic('admin:secre')),
  'a user without password': guarded(basic('admin')),
  'no value': guarded('Authorization:\r\n'),
  'another scheme': guarded(basic('admin:secret').replace('Basic', 'Digest')),
  'a scheme in capitals': guarded(basic('admin:secret').replace('Basic', 'BASIC')),
  'what is no base64': guarded('Authorization: Basic ****\r\n'),
  'a large value': guarded(`Authorization: Basic ${'QUJD'.repeat(2000)}\r\n`),
  'a URI with odd letters': guarded(basic('admin:secret')),
  'another URI': ['guarded', get('/a"b', basic('admin:secret'))],
  'a URI that goes on': ['open', get('/statsX;csv')],
  'the whole URL of another host': ['open', get('http://elsewhere/stats;csv')],
  'the monitor': ['open', get('/alive')],
  'the monitor with a query': ['open', get('/alive?x')],
  'the monitor by HEAD': ['open', get('/alive').replace('GET', 'HEAD')],
  'the monitor by POST': ['open', 'POST /alive HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 0\r\n\r\n'],
  'the monitor of what has failed': ['failing', get('/alive')],
  'an admin who is not one': ['failing', post('s=s1&action=ready&b=be')],
  'an admin from here': ['local', post('s=s1&action=ready&b=be')],
  'an unknown server': ['open', post('s=nobody&action=maint&b=be')],
  'a known and an unknown server': ['open', post('s=s1&s=nobody&action=ready&b=be')],
  'an unknown backend': ['open', post('s=s1&action=maint&b=nobody')],
  'an unknown action': ['open', post('s=s1&action=explode&b=be')],
  'an empty form': ['open', post('')],
  'a form in %': ['open', post('s=%73%31&action=%72eady&b=%62e')],
  'a broken %': ['open', post('s=%zz&action=ready&b=be')],
  'no admin': ['both', post('s=s1&action=maint&b=be')],
  'too large a form': ['open', post(`s=s1&action=maint&b=be&x=${'y'.repeat(100_000)}`)],
  'too large a head': ['open', get('/stats;csv', `X: ${'y'.repeat(40_000)}\r\n`)],
  'a length and chunks': raw('POST /stats HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nTransfer-Encoding: chunked'),
  'two lengths': raw('POST /stats HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nContent-Length: 40'),
  'the same length twice': [
    'open',
    'POST /stats HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 0\r\nContent-Length: 0\r\n\r\n',
  ],
  'a list of lengths': raw('POST /stats HTTP/1.1\r\nHost: x\r\nContent-Length: 4, 40'),
  'a length with a sign': raw('POST /stats HTTP/1.1\r\nHost: x\r\nContent-Length: +4'),
  'a length below nought': raw('POST /stats HTTP/1.1\r\nHost: x\r\nContent-Length: -4'),
  'an unknown coding': raw('POST /stats HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: xchunked'),
  'a space before the colon': raw('GET /stats HTTP/1.1\r\nHost: x\r\nA : b'),
  'a header without a colon': raw('GET /stats HTTP/1.1\r\nHost: x\r\nnonsense'),
  'a NUL in a header': raw('GET /stats HTTP/1.1\r\nHost: x\r\nA: b\0c'),
  'a bare CR in a header': raw('GET /stats HTTP/1.1\r\nHost: x\r\nA: b\rc'),
  'a continued header': ['open', get('/stats;csv', 'A: b\r\n c\r\n')],
  'line feeds alone': ['open', 'GET /stats;csv HTTP/1.1\nHost: x\nConnection: close\n\n'],
  'a space in the URI': raw('GET /st ats HTTP/1.1\r\nHost: x'),
  'letters above 127 in the URI': raw('GET /st\u00e4ts HTTP/1.1\r\nHost: x'),
  'no version': raw('GET /stats;csv'),
  'version 2.0': raw('GET /stats;csv HTTP/2.0\r\nHost: x'),
  'a method nobody knows': ['open', get('/stats').replace('GET', 'BREW')],
  'the whole URL of its host': ['open', get('http://X:80/stats;csv')],
  'the whole URL of no host': ['open', 'GET http://x/stats;csv HTTP/1.0\r\n\r\n'],
  'one host twice': ['open', get('/stats;csv', 'Host: X\r\n')],
  'no host': ['open', 'GET /stats;csv HTTP/1.1\r\nConnection: close\r\n\r\n'],
  'two different hosts': ['open', get('/stats;csv', 'Host: y\r\n')],
  'half a head': ['open', 'GET /stats;csv HTTP/1.1\r\nHost'],
};

interface Run {
  readonly proxy: ProxyProcess;
  readonly ports: Readonly<Record<Place, number>>;
  /** By request: the status line and the headers, or what else ended the connection. */
  readonly answers: ReadonlyMap<string, string>;
  /** Of `counted` and `both`: their rows as their first request, and their second, finds them. */
  readonly counts: readonly StatRow[][];
  readonly servers: readonly string[];
}

async function run(product: Product): Promise<Run> {
  const found: number[] = await Promise.all(PLACES.map(() => freePort()));
  const ports = Object.fromEntries(PLACES.map((place, index) => [place, found[index]])) as Record<Place, number>;
  const config = CONFIG.replace('127.0.0.1:0', `127.0.0.1:${await freePort()}`).replace(
    /\$([A-Z]{4,})/g,
    (_, name: string) => String(ports[name.toLowerCase() as Place]),
  );
  const proxy = await startProxy(product, { config });
  const counts: StatRow[][] = [];
  for (const name of ['counted', 'both'] as const) {
    for (let times = 0; times < 2; times++) {
      const answer = await fetch(`http://127.0.0.1:${ports[name]}/stats;csv`, { headers: { connection: 'close' } });
      const csv = await answer.text();
      counts.push(rowsOf(csv).filter(({ pxname }) => pxname === name));
    }
  }
  const answers = new Map<string, string>();
  for (const [name, [place, bytes]] of Object.entries(REQUESTS)) {
    answers.set(name, headOf(await talk(ports[place], Buffer.from(bytes, 'latin1'))));
  }
  const csv = await (await fetch(`http://127.0.0.1:${ports.open}/stats;csv`)).text();
  const servers = rowsOf(csv).flatMap((row) => (row.pxname === 'be' ? [`${row.svname} ${row.status}`] : []));
  return { proxy, ports, answers, counts, servers };
}

/** Status and the headers that carry meaning; the pages' own are compared in other tests. */
function headOf(text: string): string {
  if (text === '') return 'closed';
  const [head = ''] = text.split('\r\n\r\n');
  const [status = '', ...lines] = head.split('\r\n');
  const meant = lines.filter((line) => /^(location|www-authenticate|content-type):/i.test(line));
  return [status.replace(/ 408 .*/, ' 408'), ...meant.map((line) => line.toLowerCase())].join('\n');
}

describe.skipIf(skipped)('the stats page beside HAProxy', () => {
  let oracle: Run;
  let ours: Run;

  beforeAll(async () => {
    [oracle, ours] = await Promise.all([run('haproxy'), run('hapax')]);
  }, 100_000);
  afterAll(() => Promise.all([oracle?.proxy.stop(), ours?.proxy.stop()]));

  it.each(Object.keys(REQUESTS))('gives the same to: %s', (name) => {
    const comparison: Comparison = {
      area: 'page',
      where: name,
      what: 'head',
      oracle: oracle.answers.get(name)!,
      ours: ours.answers.get(name)!,
    };
    expect(unexplained([comparison])).toEqual([]);
  });

  it('leaves the servers as they are', () => {
    expect(ours.servers).toEqual(['s1 no check', 's2 no check', 'BACKEND UP']);
    expect(ours.servers).toEqual(oracle.servers);
  });

  it('counts the request that it answers, and the ones before', () => {
    const frontend = (rows: readonly StatRow[]) => rows.find(({ svname }) => svname === 'FRONTEND');
    for (const [at, rows] of ours.counts.entries()) {
      const times = String((at % 2) + 1);
      expect(frontend(rows)).toMatchObject({ req_tot: times, intercepted: times, hrsp_2xx: String(at % 2) });
      const without = (list: readonly StatRow[]) =>
        list.map((row) => ({ ...row, bin: '', bout: '', slim: '', smax: '' }));
      expect(unexplained(compareRows('stats', without(oracle.counts[at]!), without(rows)))).toEqual([]);
    }
  });
});
