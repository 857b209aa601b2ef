/** Answers of servers that are broken, hostile or both, and of TLS that ends at every step. */
import { gzipSync } from 'node:zlib';
import {
  afterRequest,
  answer,
  type Behaviour,
  greet,
  httpAnswer,
  plain,
  type Script,
  silence,
  tls,
} from '../support/scripted-server.ts';
import { cutScenarios } from './check-cut-scenarios.ts';
import { originScenarios } from './check-origin-scenarios.ts';
import type { CheckCertificates, CheckScenario } from './check-scenarios.ts';

const good = plain(httpAnswer('200 OK', 'status=ok'));
const HTTPCHK = 'option httpchk GET /';
const STRING = 'http-check expect string status=ok';

const http = (name: string, first: Behaviour, lines: readonly string[] = [], later = good): CheckScenario => ({
  name: `hostile_${name}`,
  lines: [HTTPCHK, ...lines],
  server: 'check',
  first,
  later,
});

/** A head and what follows it, as it stands. */
const raw = (name: string, text: string | Buffer, lines: readonly string[] = []): CheckScenario =>
  http(name, plain(answer(text)), lines);
const head = (...lines: string[]) => `${['HTTP/1.1 200 OK', ...lines].join('\r\n')}\r\n\r\n`;
const chunked = (name: string, body: string, lines: readonly string[] = [STRING]) =>
  raw(name, `${head('Transfer-Encoding: chunked')}${body}`, lines);

/** Says a text byte by byte, one every so many ms. */
function drip(text: string, every: number): Script {
  return afterRequest(({ stream }) => {
    let at = 0;
    const timer = setInterval(() => {
      if (stream.destroyed || at >= text.length) clearInterval(timer);
      else stream.write(text.charAt(at++));
    }, every);
    timer.unref();
  });
}

const squeezed = gzipSync('status=ok');

const answers: readonly CheckScenario[] = [
  // Heads.
  raw('status_of_four_digits', 'HTTP/1.1 2000 OK\r\n\r\n'),
  raw('status_of_two_digits', 'HTTP/1.1 20 OK\r\n\r\n'),
  raw('status_of_letters', 'HTTP/1.1 2xx OK\r\n\r\n'),
  raw('status_000', 'HTTP/1.1 000 Nothing\r\n\r\n'),
  raw('status_999', 'HTTP/1.1 999 Everything\r\n\r\n'),
  raw('two_blanks', 'HTTP/1.1  200 OK\r\n\r\n'),
  raw('lower_case_version', 'http/1.1 200 OK\r\n\r\n'),
  raw('version_20', 'HTTP/2.0 200 OK\r\n\r\n'),
  raw('version_09', 'HTTP/0.9 200 OK\r\n\r\n'),
  raw('version_111', 'HTTP/1.11 200 OK\r\n\r\n'),
  raw('no_version', '200 OK\r\n\r\n'),
  raw('empty_lines_first', '\r\n\r\nHTTP/1.1 200 OK\r\n\r\n'),
  raw('blank_first', ' HTTP/1.1 200 OK\r\n\r\n'),
  raw('folded_header', head('X-A: b', '  c')),
  raw('nul_in_header', head('X-A: b\0c')),
  raw('blank_before_colon', head('X-A : b')),
  raw('empty_header_name', head(': b')),
  raw('control_in_header', head('X-A: b\x01c')),
  raw('high_bytes', Buffer.from('HTTP/1.1 200 \xff\xfe\r\nX-A: \xe9\r\n\r\n', 'latin1')),
  raw('cr_alone', 'HTTP/1.1 200 OK\rX-A: b\r\n\r\n'),
  raw('a_hundred_headers', head(...Array.from({ length: 100 }, (_, index) => `X-${index}: y`))),
  raw('a_thousand_headers', head(...Array.from({ length: 1000 }, (_, index) => `X-${index}: y`))),
  raw('a_long_header', head(`X-A: ${'y'.repeat(8000)}`)),
  raw('a_header_too_long', head(`X-A: ${'y'.repeat(20_000)}`)),
  raw('a_long_reason', `HTTP/1.1 500 ${'Sorry '.repeat(300)}\r\n\r\n`),
  raw('length_twice', `${head('Content-Length: 9', 'Content-Length: 9')}status=ok`, [STRING]),
  raw('two_lengths', `${head('Content-Length: 9', 'Content-Length: 8')}status=ok`, [STRING]),
  raw('lengths_in_a_list', `${head('Content-Length: 9, 9')}status=ok`, [STRING]),
  raw('negative_length', head('Content-Length: -1')),
  raw('length_with_plus', `${head('Content-Length: +9')}status=ok`, [STRING]),
  raw('length_too_large', `${head('Content-Length: 99999999999999999999')}status=ok`, [STRING]),
  raw('large_length_and_close', `${head('Content-Length: 999999')}status=ok`, [STRING]),
  raw('length_and_chunks', `${head('Content-Length: 3', 'Transfer-Encoding: chunked')}9\r\nstatus=ok\r\n0\r\n\r\n`, [
    STRING,
  ]),
  raw('unknown_coding', `${head('Transfer-Encoding: gzip')}status=ok`, [STRING]),
  raw('no_length', `${head()}status=ok`, [STRING]),
  raw('interim_then_final', `HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n${head('Content-Length: 9')}status=ok`),
  raw('two_answers', `${head('Content-Length: 2')}no${head('Content-Length: 9')}status=ok`, [STRING]),
  raw('body_of_204', 'HTTP/1.1 204 No Content\r\nContent-Length: 9\r\n\r\nstatus=ok', [STRING]),
  raw(
    'compressed',
    Buffer.concat([Buffer.from(head('Content-Encoding: gzip', `Content-Length: ${squeezed.length}`)), squeezed]),
    [STRING],
  ),
  // Chunks.
  chunked('chunks', '3\r\nsta\r\n6\r\ntus=ok\r\n0\r\n\r\n'),
  chunked('chunk_extension', '9;a=b\r\nstatus=ok\r\n0\r\n\r\n'),
  chunked('chunk_trailers', '9\r\nstatus=ok\r\n0\r\nX-A: b\r\n\r\n'),
  chunked('chunk_size_garbage', 'zz\r\nstatus=ok\r\n0\r\n\r\n'),
  chunked('chunk_size_garbage_unasked', 'zz\r\nstatus=ok\r\n0\r\n\r\n', []),
  chunked('chunk_size_huge', 'ffffffffffffffffff\r\nstatus=ok\r\n0\r\n\r\n'),
  chunked('chunk_size_negative', '-9\r\nstatus=ok\r\n0\r\n\r\n'),
  chunked('chunk_without_end', '9\r\nstatus=okstatus=ok'),
  chunked('chunks_cut', '9\r\nstat'),
  chunked('chunks_never_ended', '9\r\nstatus=ok\r\n'),
  // Timing.
  http('early_answer_then_close', plain(greet(head('Content-Length: 0')))),
  http('early_answer', plain(greet(head('Content-Length: 0'), true))),
  http('early_garbage', plain(greet('hello\r\n', true))),
  http('drip_too_slow', plain(drip(head('Content-Length: 0'), 200)), ['timeout check 700ms']),
  // Far longer than it takes, however busy the machine is.
  http('drip_in_time', plain(drip(head('Content-Length: 0'), 5)), ['timeout check 15s']),
];

const later = (bytes: string | Buffer, end = true): Behaviour =>
  plain(({ stream }) => {
    stream.once('data', () => (end ? stream.end(bytes) : stream.write(bytes)));
  });

/** One record of an alert: level and description. */
const alert = (level: number, description: number) => Buffer.of(0x15, 3, 3, 0, 2, level, description);

/** TLS that ends or breaks at each step, checked with and without a request. */
function tlsScenarios(certificates: CheckCertificates): readonly CheckScenario[] {
  const required = 'check check-ssl verify required ca-file $DIR/ca.pem';
  const secured = tls(certificates.valid, httpAnswer('200 OK', 'status=ok'));
  const one = (name: string, first: Behaviour, lines: readonly string[] = [], server = required): CheckScenario => ({
    name: `hostile_tls_${name}`,
    lines,
    server,
    first,
    later: secured,
  });
  const afterHandshake = (act: Script) => tls(certificates.valid, afterRequest(act));
  return [
    one('alert_at_once', plain(greet(alert(2, 40)))),
    one('alert_for_hello', later(alert(2, 40))),
    one('alert_for_hello_held', later(alert(2, 40), false)),
    one('alert_protocol_version', later(alert(2, 70))),
    one('alert_unrecognised_name', later(alert(2, 112)), [], `${required} check-sni x.example`),
    one('alert_warning', later(alert(1, 112), false), ['timeout check 500ms']),
    one('close_notify_for_hello', later(alert(1, 0))),
    one('record_cut', later(Buffer.of(0x16, 3, 3, 0x40, 0, 2, 0))),
    one('record_too_long', later(Buffer.concat([Buffer.of(0x16, 3, 3, 0xff, 0xff), Buffer.alloc(70_000)]))),
    one('hello_of_garbage', later(Buffer.concat([Buffer.of(0x16, 3, 3, 0, 32, 2, 0, 0, 28), Buffer.alloc(28, 0xff)]))),
    one('answers_in_http', later('HTTP/1.1 400 Bad Request\r\n\r\n')),
    one(
      'garbage_after_handshake',
      afterHandshake(({ socket }) => socket.write('no TLS at all')),
      [HTTPCHK],
    ),
    one(
      'alert_after_handshake',
      afterHandshake(({ socket }) => socket.end(alert(2, 80))),
      [HTTPCHK],
    ),
    one(
      'closed_without_notice',
      afterHandshake(({ socket }) => socket.end()),
      [HTTPCHK],
    ),
    one(
      'head_cut',
      afterHandshake(({ stream }) => stream.end('HTTP/1.1 200 OK\r\nX')),
      [HTTPCHK],
    ),
    one('silent_after_handshake', tls(certificates.valid, silence), [HTTPCHK, 'timeout check 500ms']),
    one('self_signed', tls(certificates.unknownAuthority, httpAnswer('200 OK')), [HTTPCHK]),
    one(
      'wrong_host',
      tls(certificates.otherName, httpAnswer('200 OK')),
      [HTTPCHK],
      `${required} verifyhost svc.example`,
    ),
  ];
}

/** A page through which patterns go back and back until they are given up, which is to find nothing. */
const endless = plain(httpAnswer('200 OK', 'x'.repeat(6000)));

const patterns: readonly CheckScenario[] = [
  http('pattern_of_references', endless, ["http-check expect rstring '(?<n>x+)+\\k<n>+y'"]),
  http('pattern_looks_ahead', endless, ["http-check expect ! rstring '(?=(x+x+)+y)x'"]),
  http('pattern_of_counts', endless, ["http-check expect rstring '(x{1,20})+y'"]),
];

export const hostileScenarios = (certificates: CheckCertificates): readonly CheckScenario[] => [
  ...answers,
  ...patterns,
  ...tlsScenarios(certificates),
  ...originScenarios,
  ...cutScenarios,
];
