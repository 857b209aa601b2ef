/** Rules at work: connections and sessions turned away, content waited for, backends chosen by what TLS clients say. */
import { Duplex } from 'node:stream';
import { connect } from 'node:tls';
import { openClient, TcpClient } from '../support/tcp-client.ts';
import { pause } from '../support/wait.ts';
import type { TrafficScenario, TrafficStage } from './traffic-scenarios.ts';

const TCPLOG = 'option tcplog';

/** The first message of a TLS client that asks for a server's name. */
function hello(servername: string): Promise<Buffer> {
  return new Promise((resolve) => {
    const wire = new Duplex({
      read() {},
      write(chunk: Buffer, _encoding, done) {
        resolve(chunk);
        done();
      },
    });
    const socket = connect({ servername, socket: wire, rejectUnauthorized: false, ALPNProtocols: ['h2'] });
    socket.on('error', () => {});
  });
}

interface Moves {
  /** What is sent, piece by piece, and how long after the piece before, ms. */
  readonly send?: readonly (string | Buffer)[];
  readonly between?: number;
  /** FIN right behind it. */
  readonly finish?: boolean;
  /** The bytes that must come back before the client closes. */
  readonly expect?: number;
}

/** Plays a client and says what it saw: how many bytes, and how it ended where it did not end it itself. */
async function play(stage: TrafficStage, { send = [], between = 0, finish, expect = 0 }: Moves): Promise<string> {
  const client = await openClient(stage.port);
  for (const piece of send) {
    if (between > 0) await pause(between);
    client.write(piece);
  }
  if (finish) client.finish();
  if (expect > 0) {
    await client.waitForBytes(expect);
    client.finish();
  }
  await client.waitForEnd();
  // Bytes that were still on their way make a RST of the FIN.
  const seen = `${client.receivedBytes} ${client.end === 'rst' ? 'fin' : client.end}`;
  client.destroy();
  return seen;
}

const shop = await hello('shop.example');
const other = await hello('other.example');
const pieces = (bytes: Buffer, size: number) =>
  Array.from({ length: Math.ceil(bytes.length / size) }, (_, at) => bytes.subarray(at * size, (at + 1) * size));

const WAIT_FOR_HELLO = ['tcp-request inspect-delay 900ms', 'tcp-request content accept if { req.ssl_hello_type 1 }'];

/** Two backends behind a frontend; connections go to `plain` unless a rule says otherwise. */
const two = (name: string) => [
  `backend ${name}_shop`,
  '    server s $ECHO',
  `backend ${name}_plain`,
  '    server s $ECHO',
];

function routed(name: string, lines: readonly string[], moves: Moves): TrafficScenario {
  return {
    name,
    lines: [TCPLOG, ...lines.map((line) => line.replaceAll('NAME', name)), `default_backend ${name}_plain`],
    more: two(name),
    act: (stage) => play(stage, moves),
  };
}

function ruled(name: string, lines: readonly string[], moves: Moves, timed = false): TrafficScenario {
  return {
    name,
    lines: [TCPLOG, ...lines, 'server s $ECHO'],
    ...(timed ? { timed } : {}),
    act: (stage) => play(stage, moves),
  };
}

/** Turned away before it has said a word: by FIN or by RST. */
function refused(name: string, lines: readonly string[]): TrafficScenario {
  const act = async (stage: TrafficStage) => {
    const client = new TcpClient(stage.port);
    const end = await client.waitForEnd();
    client.destroy();
    return end;
  };
  return { name, lines: [TCPLOG, ...lines, 'server s $ECHO'], act };
}

export const RULE_SCENARIOS: readonly TrafficScenario[] = [
  refused('r_connection_reject', ['tcp-request connection reject if { src 127.0.0.0/8 }']),
  refused('r_session_reject', ['tcp-request session reject if { src 127.0.0.1 }']),
  ruled('r_connection_accept', ['tcp-request connection accept if LOCALHOST', 'tcp-request connection reject'], {
    send: ['hello'],
    expect: 5,
  }),
  ruled('r_empty_condition', ['tcp-request connection reject if', 'tcp-request connection reject if FALSE or'], {
    send: ['hello'],
    expect: 5,
  }),
  refused('r_unless_nothing', ['tcp-request connection reject unless']),
  ruled('r_content_reject', ['tcp-request content reject if { dst_port gt 0 }'], {}),
  ruled('r_content_null', ['option dontlognull', 'tcp-request content reject'], {}),
  ruled('r_content_data', ['tcp-request inspect-delay 5s', 'tcp-request content reject if { req.len ge 4 }'], {
    send: ['ab', 'cd'],
    between: 60,
  }),
  ruled(
    'r_content_payload',
    ['tcp-request inspect-delay 5s', 'tcp-request content reject if !{ req.payload(0,4) -m str GOOD }'],
    { send: ['GO', 'OD day'], between: 60, expect: 8 },
  ),
  ruled('r_wait_end', ['tcp-request inspect-delay 500ms', 'tcp-request content reject if WAIT_END'], {}, true),
  ruled(
    'r_late_client',
    WAIT_FOR_HELLO.map((line) => line.replace('900ms', '500ms')),
    {
      send: ['late'],
      between: 700,
      expect: 4,
    },
    true,
  ),
  ruled('r_plain_client', WAIT_FOR_HELLO, { send: ['plain'], expect: 5 }),
  ruled('r_finished_client', WAIT_FOR_HELLO, { send: ['GET / HTTP/1.0\r\n\r\n'], finish: true }),
  ruled('r_finished_rejected', [...WAIT_FOR_HELLO, 'tcp-request content reject'], { send: ['\x16\x03'], finish: true }),
  ruled(
    'r_client_timeout',
    ['timeout client 500ms', 'tcp-request inspect-delay 5s', 'tcp-request content accept if { req.len gt 100 }'],
    { send: ['ab'] },
    true,
  ),
  ruled('r_tls_version', ['tcp-request inspect-delay 5s', 'tcp-request content reject if { req.ssl_ver 3.3 }'], {
    send: [shop],
  }),
  ruled('r_tls_alpn', ['tcp-request inspect-delay 5s', 'tcp-request content reject if { req.ssl_alpn h2 }'], {
    send: [shop],
  }),
  routed('r_sni', [...WAIT_FOR_HELLO, 'use_backend NAME_shop if { req.ssl_sni -i SHOP.example }'], {
    send: [shop],
    expect: shop.length,
  }),
  routed('r_sni_split', [...WAIT_FOR_HELLO, 'use_backend NAME_shop if { req.ssl_sni -m end .example }'], {
    send: pieces(shop, 100),
    between: 20,
    expect: shop.length,
  }),
  routed('r_sni_other', [...WAIT_FOR_HELLO, 'use_backend NAME_shop if { req.ssl_sni -i shop.example }'], {
    send: [other],
    expect: other.length,
  }),
  routed(
    'r_named_acls',
    [
      'acl tls req.ssl_hello_type 1',
      'acl shop req.ssl_sni nowhere.example',
      'acl shop req_ssl_sni shop.example',
      'tcp-request inspect-delay 900ms',
      'tcp-request content accept if tls',
      'tcp-request content reject',
      'use_backend NAME_plain unless tls',
      'use_backend NAME_shop if tls shop',
    ],
    { send: [shop], expect: shop.length },
  ),
  routed('r_dynamic', [...WAIT_FOR_HELLO, 'use_backend NAME_%[req.ssl_sni,field(1,.)]'], {
    send: [shop],
    expect: shop.length,
  }),
  routed('r_dynamic_missing', ['use_backend %[str(nowhere)]', 'use_backend NAME_shop'], { send: ['hi'], expect: 2 }),
  routed('r_by_port', ['use_backend NAME_shop if { dst_port 1 } or { src_port lt 1024 }'], {
    send: ['hi'],
    expect: 2,
  }),
  routed('r_by_servers', ['use_backend NAME_shop if { nbsrv(NAME_shop) ge 1 } { be_conn(NAME_shop) lt 5 }'], {
    send: ['hi'],
    expect: 2,
  }),
  routed('r_by_connections', ['use_backend NAME_shop if { fe_conn 1 } !{ fe_sess_rate gt 100 }'], {
    send: ['hi'],
    expect: 2,
  }),
];
