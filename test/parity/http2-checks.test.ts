/** HTTP checks over HTTP/2, shown to HAProxy and to hapax: the same code and the same words for every kind of server. */
import { once } from 'node:events';
import { createSecureServer, createServer, type Http2Server, type ServerHttp2Stream } from 'node:http2';
import { type AddressInfo, createServer as createTcpServer, type Server, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createAuthority } from '../support/certificates.ts';
import { type Product, skipWithoutHaproxy } from '../support/proxy-process.ts';
import { type FirstVerdicts, firstVerdicts } from './first-verdicts.ts';

const SETTINGS = '000000040000000000';
const REQUEST = ['http-check send meth GET uri /good ver HTTP/1.1 hdr Host a.b'];
const asking = (uri: string) => [`http-check send meth GET uri ${uri} ver HTTP/1.1 hdr Host a.b`];

interface Scenario {
  readonly name: string;
  /** `plain` and `tls`: node:http2; otherwise bytes in hexadecimal that follow the request, and whether the server closes. */
  readonly server: 'plain' | 'tls' | { readonly answer: string; readonly ends?: boolean; readonly unasked?: boolean };
  readonly lines?: readonly string[];
  /** Of the server line. */
  readonly words?: string;
}

const raw = (name: string, answer: string, ends = false): Scenario => ({ name, server: { answer, ends } });
const plain = (name: string, lines: readonly string[], words?: string): Scenario => ({
  name,
  server: 'plain',
  lines,
  ...(words === undefined ? {} : { words }),
});

const scenarios: readonly Scenario[] = [
  plain('good', REQUEST),
  plain('by_proto', REQUEST, 'proto h2'),
  plain('by_proto_h1', REQUEST, 'proto h1'),
  plain('check_proto_first', REQUEST, 'check-proto h2 proto h1'),
  plain('status_500', asking('/500')),
  plain('status_404', asking('/404')),
  plain('informational', asking('/103')),
  plain('reset', asking('/reset')),
  plain('refused', asking('/refuse')),
  plain('silent', asking('/silent')),
  plain('unfinished', asking('/unfinished')),
  plain('no_host', ['http-check send meth GET uri /good ver HTTP/1.1']),
  plain('whole_uri', ['http-check send meth GET uri http://a.b/good ver HTTP/1.1']),
  plain('version_2', ['http-check send meth GET uri /good ver HTTP/2 hdr Host a.b']),
  plain('post', [
    'http-check send meth POST uri /echo ver HTTP/1.1 hdr Host a.b body abc',
    'http-check expect string abc',
  ]),
  plain('string', [...REQUEST, 'http-check expect string hello']),
  plain('string_missing', [...REQUEST, 'http-check expect string nowhere']),
  plain('string_unfinished', [...asking('/unfinished'), 'http-check expect string hello']),
  plain('string_of_head', [
    'http-check send meth HEAD uri /good ver HTTP/1.1 hdr Host a.b',
    'http-check expect string hello',
  ]),
  plain('header', [...REQUEST, 'http-check expect hdr name X-Foo value Bar']),
  plain('header_missing', [...REQUEST, 'http-check expect hdr name x-bar']),
  plain('expected_500', [...asking('/500'), 'http-check expect status 500']),
  plain('rules_of_reset', [...asking('/reset'), 'http-check expect status 200 comment foo error-status L7STS']),
  plain('disabled_on_404', ['http-check disable-on-404', ...asking('/404')]),
  plain('connect_proto', ['http-check connect proto h2', ...REQUEST], ''),
  plain('connect_default', ['http-check connect default', ...REQUEST]),
  plain('connect_its_own', ['http-check connect', ...REQUEST]),
  plain('connect_over_h1', ['http-check connect proto h2', ...REQUEST], 'check-proto h1'),
  { name: 'chosen_by_handshake', server: 'tls', lines: REQUEST, words: 'check-ssl verify none check-alpn h2,http/1.1' },
  { name: 'connect_alpn', server: 'tls', lines: ['http-check connect ssl alpn h2', ...REQUEST], words: 'verify none' },
  {
    name: 'h1_whatever_chosen',
    server: 'tls',
    lines: REQUEST,
    words: 'check-ssl verify none check-alpn h2 check-proto h1',
  },
  raw('raw_good', '00000101050000000188'),
  raw('raw_body_and_end', '00000101040000000188000003000000000001616263', true),
  raw('raw_ping', '000008060000000000010203040506070800000101050000000188'),
  raw('raw_broken_block', '000001010500000001ff'),
  raw('raw_unknown_index', '000001010500000001be'),
  raw('raw_no_status', '0000070105000000010003782d610131'),
  raw('raw_capitals', '0000070105000000018800014101420000'),
  raw('raw_other_stream', '00000101050000000388'),
  raw('raw_large_frame', 'ffffff010500000001'),
  raw('raw_reset', '00000403000000000100000008'),
  raw('raw_goaway', '0000080700000000000000000000000002'),
  raw('raw_closed', '', true),
  {
    name: 'raw_http_1',
    server: { answer: Buffer.from('HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n').toString('hex'), unasked: true },
  },
  { name: 'raw_silent', server: { answer: '', unasked: true } },
  { name: 'raw_closed_at_once', server: { answer: '', unasked: true, ends: true } },
];

function answer(stream: ServerHttp2Stream, path: string): void {
  stream.on('error', () => {});
  if (path === '/silent') return;
  if (path === '/reset' || path === '/refuse') {
    stream.close(path === '/reset' ? 2 : 7);
    return;
  }
  if (path === '/103') stream.additionalHeaders({ ':status': 103 });
  stream.respond({ ':status': /^\/[45]/.test(path) ? Number(path.slice(1)) : 200, 'x-foo': 'Bar' });
  if (path === '/echo') stream.pipe(stream);
  else if (path === '/unfinished') stream.write('hel');
  else stream.end('hello');
}

function httpServer(server: Http2Server): Http2Server {
  server.on('session', (session) => session.on('error', () => {}));
  server.on('sessionError', () => {});
  return server.on('stream', (stream, headers) => answer(stream, String(headers[':path'])));
}

describe.skipIf(skipWithoutHaproxy('checks over HTTP/2 beside HAProxy'))('checks over HTTP/2 beside HAProxy', () => {
  const servers: Server[] = [];
  const sockets = new Set<Socket>();
  let seen: Readonly<Record<Product, FirstVerdicts>>;

  async function portOf(server: Server): Promise<number> {
    servers.push(server);
    server.on('connection', (socket: Socket) => {
      sockets.add(socket);
      socket.on('error', () => {});
      socket.on('close', () => sockets.delete(socket));
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return (server.address() as AddressInfo).port;
  }

  /** Says its settings, and the answer when the client has acknowledged them. */
  function rawServer(bytes: string, ends: boolean, unasked: boolean): Server {
    return createTcpServer((socket) => {
      const say = () => (ends ? socket.end(Buffer.from(bytes, 'hex')) : socket.write(Buffer.from(bytes, 'hex')));
      let received = '';
      let said = unasked;
      if (unasked) say();
      else socket.write(Buffer.from(SETTINGS, 'hex'));
      socket.on('data', (chunk) => {
        received += chunk.toString('hex');
        // HEADERS of stream 1: all of them, and nothing after them.
        if (said || !/010500000001/.test(received)) return;
        said = true;
        say();
      });
    });
  }

  beforeAll(async () => {
    const { cert, key } = createAuthority().issue({ commonName: 'localhost' });
    const plainPort = await portOf(httpServer(createServer()));
    const tlsPort = await portOf(httpServer(createSecureServer({ cert, key }) as unknown as Http2Server));
    const lines: string[] = [];
    for (const { name, server, lines: rules = REQUEST, words = 'check-proto h2' } of scenarios) {
      const port =
        server === 'plain'
          ? plainPort
          : server === 'tls'
            ? tlsPort
            : await portOf(rawServer(server.answer, server.ends ?? false, server.unasked ?? false));
      lines.push(`backend ${name}`, '    option httpchk', ...rules.map((rule) => `    ${rule}`));
      lines.push(`    server s 127.0.0.1:${port} check inter 2s fall 1 rise 1 ${words}`);
    }
    seen = await firstVerdicts(lines, scenarios.length);
  }, 90_000);

  afterAll(async () => {
    for (const socket of sockets) socket.destroy();
    for (const server of servers) server.close();
  });

  it.each(scenarios.map(({ name }) => name))('%s', (name) => {
    const theirs = seen.haproxy.get(name);
    expect(theirs).toMatch(/^[A-Z]/);
    expect(seen.hapax.get(name)).toBe(theirs);
  });
});
