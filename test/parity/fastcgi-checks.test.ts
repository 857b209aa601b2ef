/** HTTP checks over FastCGI, shown to HAProxy and to hapax: what programs are asked, and the verdict on every kind of answer. */
import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  describeRecords,
  endRequest,
  fastcgiAnswer,
  fastcgiRecord,
  stderr,
  stdout,
} from '../support/fastcgi-records.ts';
import { type Product, skipWithoutHaproxy } from '../support/proxy-process.ts';
import { unexplained } from './differences.ts';
import { type FirstVerdicts, firstVerdicts } from './first-verdicts.ts';

interface Scenario {
  readonly name: string;
  /** Of the backend. */
  readonly lines: readonly string[];
  /** Of the `fcgi-app` section. */
  readonly app: readonly string[];
  readonly words: string;
  readonly answer: readonly Buffer[];
  /** Said to what comes before the request. */
  readonly before?: Buffer;
  /** The server closes behind its answer. */
  readonly ends: boolean;
}

const APP = ['docroot /srv/www', 'index index.php', 'path-info ^(/.+\\.php)(/.*)?$'];
const OK = fastcgiAnswer('Status: 200 OK\r\nX-A: b\r\n\r\nhello');
const PING = 'http-check send meth GET uri /ping.php';

const asks = (name: string, send: string, app: readonly string[] = APP, words = ''): Scenario => ({
  name: `asks_${name}`,
  lines: ['option httpchk', ...send.split('; ').map((rule) => `http-check ${rule}`)],
  app,
  words,
  answer: [OK],
  ends: false,
});
const says = (name: string, answer: readonly Buffer[], rules: readonly string[] = [], ends = false): Scenario => ({
  name: `says_${name}`,
  lines: ['option httpchk', PING, ...rules.map((rule) => `http-check ${rule}`)],
  app: APP,
  words: '',
  answer,
  ends,
});

const nope = ['expect string nope'];
const body = stdout('Status: 200 OK\r\n\r\nhello');
// A record of no request, and some refusals, end the process of HAProxy 2.6: they stand in the tests of the dialogue alone.
const scenarios: readonly Scenario[] = [
  asks('by_default', 'disable-on-404'),
  asks('a_script', 'send meth GET uri /ping.php'),
  asks(
    'with_headers',
    'send meth GET uri /ping.php/info/a?x=1&y=2 ver HTTP/1.1 hdr Host www.example:80 hdr X-Foo "bar baz" hdr Content-Type text/plain hdr Authorization abc hdr User_Agent.x y',
  ),
  asks(
    'with_odd_headers',
    'send meth GET uri /a hdr X 1 hdr X 2 hdr Content-Length 5 hdr TE trailers hdr Connection keep-alive hdr Upgrade x hdr Transfer-Encoding chunked',
  ),
  asks('with_a_body', 'send meth POST uri /ping.php body a=1'),
  asks('with_a_filled_body', 'send meth GET uri /ping.php body-lf "x%[be_name]"'),
  asks('put', 'send meth PUT uri /ping.php'),
  asks('head_that_has_a_body', 'send meth HEAD uri /ping.php'),
  { ...asks('head', 'send meth HEAD uri /ping.php'), answer: [fastcgiAnswer('Status: 204 No\r\n\r\n')] },
  asks('a_folder', 'send meth GET uri /dir/'),
  asks('a_folder_without_index', 'send meth GET uri /dir/', ['docroot /srv/www/']),
  asks('an_encoded_path', 'send meth GET uri /a%20b.php?q=%41'),
  asks('an_empty_query', 'send meth GET uri /a.php?'),
  asks('a_slash_in_code', 'send meth GET uri /a.php/b%2fc/?q'),
  asks('a_whole_uri', 'send meth GET uri http://a.b/ping.php'),
  asks('one_group', 'send meth GET uri /x/y', ['docroot /d', 'index i', 'path-info ^(/x/)']),
  asks('no_path', 'send meth OPTIONS uri *'),
  asks('a_line_break', 'send meth GET uri /ping.php%0a'),
  asks('to_be_closed', 'send meth GET uri /a', [...APP, 'no option keep-conn']),
  {
    ...asks('what_it_can_do', 'send meth GET uri /a', [...APP, 'option get-values']),
    before: fastcgiRecord(10, '\x0f\x01FCGI_MPXS_CONNS0', 0),
  },
  asks('without_own_parameters', 'send meth GET uri /a', [
    ...APP,
    'set-param A b',
    'pass-header X-A',
    'option mpxs-conns',
    'option max-reqs 5',
  ]),
  asks('over_connect', 'connect proto fcgi; send meth GET uri /a'),
  asks('over_connect_default', 'connect default; send meth GET uri /a'),
  asks('over_http', 'send meth GET uri /a', APP, 'check-proto h1'),
  says('a_status', [OK]),
  says('no_status', [fastcgiAnswer('X-A: b\r\n\r\nhello')], ['expect status 201']),
  says('a_location', [fastcgiAnswer('Location: /x\r\n\r\n')], ['expect status 201']),
  says('500', [fastcgiAnswer('Status: 500 Bad Thing\r\n\r\n')]),
  says('404', [fastcgiAnswer('Status: 404\r\n\r\n')]),
  says('99', [fastcgiAnswer('Status: 99 X\r\n\r\n')]),
  says('1000', [fastcgiAnswer('Status: 1000 X\r\n\r\n')]),
  says('100', [fastcgiAnswer('Status: 100 Continue\r\n\r\n')]),
  says('no_number', [fastcgiAnswer('Status: abc\r\n\r\n')]),
  says('line_feeds', [fastcgiAnswer('Status: 503 Oops\nX-A: b\n\nhello')]),
  says('a_late_status', [fastcgiAnswer('X-A: b\r\nstatus:  503   Down\r\n\r\n')]),
  says('two_statuses', [fastcgiAnswer('Status: 503 Down\r\nStatus: 200 OK\r\n\r\n')]),
  says('a_status_line', [fastcgiAnswer('HTTP/1.1 200 OK\r\nX-A: b\r\n\r\nhello')]),
  says('a_bad_header', [fastcgiAnswer('Status: 200 OK\r\nno colon here\r\n\r\nhello')]),
  says('no_head', [fastcgiAnswer('hello world')]),
  says('a_huge_head', [stdout(`X-A: ${'a'.repeat(20_000)}\r\n\r\n`)]),
  says('nothing', [stdout(), endRequest()]),
  says('an_end_alone', [endRequest()]),
  says('an_exit_code', [stdout('Status: 200 OK\r\n\r\nhello'), stdout(), endRequest(1)]),
  says('errors', [stderr('warning'), stderr(), fastcgiAnswer('Status: 404 Not Found\r\n\r\nnone\n')]),
  says('another_request', [stdout('Status: 500 X\r\n\r\n', 2), OK]),
  says('another_kind', [fastcgiRecord(42, 'abc'), OK]),
  says('padded', [stdout('Status: 200 OK\r\n\r\nhello', 1, 7), stdout('', 1, 8), endRequest()]),
  says('in_parts', [
    stdout('Status: 2'),
    stdout('00 OK\r\nX-A: b\r\n'),
    stdout('\r\nhel'),
    stdout('lo'),
    stdout(),
    endRequest(),
  ]),
  says('another_version', [Buffer.of(2, 6, 0, 1, 0, 0, 0, 0), OK]),
  says('http', [Buffer.from('HTTP/1.1 200 OK\r\n\r\nhello')]),
  says('http_and_closes', [Buffer.from('HTTP/1.1 200 OK\r\n\r\nhello')], [], true),
  says('nothing_and_closes', [], [], true),
  says('half_a_record', [body.subarray(0, 12)], [], true),
  says('a_body', [OK], ['expect string hello']),
  says('another_body', [OK], nope),
  says('an_open_body', [body], nope),
  says('a_closed_body', [body], nope, true),
  says('an_ended_body', [body, stdout()], nope),
  says('a_whole_length', [stdout('Content-Length: 5\r\n\r\nhello')], nope),
  says('a_short_body', [fastcgiAnswer('Content-Length: 9\r\n\r\nhello')], nope),
  says('a_long_body', [fastcgiAnswer('Content-Length: 3\r\n\r\nhello')], nope),
  says('chunks', [fastcgiAnswer('Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n')], ['expect string 5']),
  says('a_header', [OK], ['expect hdr name x-a value b', 'expect hdr name status']),
  says('other_digits', [OK], ['expect rstatus ^5']),
];

describe.skipIf(skipWithoutHaproxy('checks over FastCGI beside HAProxy'))('checks over FastCGI beside HAProxy', () => {
  const servers: Server[] = [];
  const sockets = new Set<Socket>();
  let verdicts: Readonly<Record<Product, FirstVerdicts>>;
  /** What each product asked, by scenario. */
  const questions = new Map<string, Map<Product, string>>();

  async function startServer({ name, answer, before, ends }: Scenario): Promise<number> {
    const asked = new Map<Product, string>();
    questions.set(name, asked);
    const server = createServer((socket) => {
      sockets.add(socket);
      let received = Buffer.alloc(0);
      let answered = false;
      socket.on('error', () => {});
      socket.on('close', () => sockets.delete(socket));
      socket.on('data', (chunk) => {
        received = Buffer.concat([received, chunk]);
        // Only parameters tell who asks.
        const who = /SERVER_SOFTWARE(hapax|HAProxy)/.exec(received.toString('latin1'))?.[1]?.toLowerCase();
        if (who !== undefined) keepLongest(asked, who as Product, shown(received));
        if (answered) return;
        if (who === undefined && before !== undefined) {
          socket.write(before);
          return;
        }
        answered = true;
        socket.write(Buffer.concat(answer));
        if (ends) socket.end();
      });
    });
    servers.push(server);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return (server.address() as AddressInfo).port;
  }

  beforeAll(async () => {
    const lines: string[] = [];
    for (const scenario of scenarios) {
      const { name, app, lines: rules, words } = scenario;
      const port = await startServer(scenario);
      lines.push(`fcgi-app ${name}`, ...app.map((each) => `    ${each}`));
      lines.push(`backend ${name}`, `    use-fcgi-app ${name}`, ...rules.map((rule) => `    ${rule}`));
      lines.push(`    server s 127.0.0.1:${port} check inter 2s fall 1 rise 1 proto fcgi ${words}`);
    }
    verdicts = await firstVerdicts(lines, scenarios.length);
  }, 90_000);

  afterAll(() => {
    for (const socket of sockets) socket.destroy();
    for (const server of servers) server.close();
  });

  it.each(scenarios.map(({ name }) => name))('%s', (name) => {
    const [theirs, ours] = [verdicts.haproxy.get(name), verdicts.hapax.get(name)];
    expect(theirs).toMatch(/^[A-Z]/);
    const compared = {
      area: 'checks',
      where: `fastcgi_${name}`,
      what: 'results',
      oracle: theirs!,
      ours: ours!,
    } as const;
    expect(unexplained([compared])).toEqual([]);
    const asked = questions.get(name)!;
    expect(asked.get('hapax')).toBe(asked.get('haproxy'));
  });

  it('has seen what both asked', () => {
    const told = scenarios.filter(({ name }) => questions.get(name)!.size === 2).length;
    console.log(`${scenarios.length} checks over FastCGI, what they ask compared in ${told}`);
    expect(told).toBeGreaterThan(50);
  });
});

/** A check that is cut short, as its program ends, has asked only the beginning of what those before it asked. */
function keepLongest(asked: Map<Product, string>, who: Product, text: string): void {
  if (text.length > (asked.get(who)?.length ?? 0)) asked.set(who, text);
}

/** What each program calls itself is left out. */
function shown(bytes: Buffer): string {
  const all = describeRecords(bytes).join('\n');
  return all.replace(/SERVER_SOFTWARE=[^\n]*/, 'SERVER_SOFTWARE');
}
