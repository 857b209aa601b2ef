/**
 * The ways a checked server can behave that both programs are shown: one backend each, with one server `s`, which begins
 * with `first` and changes to `later` in the middle of the run.
 */
import { type Certificate, createAuthority } from '../support/certificates.ts';
import {
  afterRequest,
  answer,
  type Behaviour,
  closeAtOnce,
  endless,
  greet,
  httpAnswer,
  plain,
  refuse,
  resetAtOnce,
  type Script,
  silence,
  tls,
} from '../support/scripted-server.ts';
import { dialogueScenarios } from './dialogue-scenarios.ts';

export interface CheckScenario {
  readonly name: string;
  /** Lines of the backend section. */
  readonly lines: readonly string[];
  /** Words of the server line after the address. */
  readonly server: string;
  readonly first: Behaviour;
  readonly later?: Behaviour;
  /** The server line uses this port instead of that of the scripted server; `blackhole` takes the one that swallows SYNs. */
  readonly serverPort?: 'blackhole' | 'closed';
  /** The server line's address, where it is none of the scripted server's; `$DIR` is the folder of the configuration. */
  readonly address?: string;
  /** Where the scripted server listens, if not on 127.0.0.1. */
  readonly host?: string;
  /** Without `option log-health-checks`, so that the state lines carry their reason. */
  readonly quietChecks?: boolean;
}

const PLAIN_HTTP = 'option httpchk GET /v1/status';
const good = plain(httpAnswer('200 OK', 'status=ok'));
const status = (line: string, body = '') => plain(httpAnswer(line, body));

/** Certificates of one run, and the files the configuration names. */
export interface CheckCertificates {
  readonly caFile: string;
  readonly valid: Certificate;
  readonly expired: Certificate;
  readonly notYet: Certificate;
  readonly unknownAuthority: Certificate;
  readonly otherName: Certificate;
}

const DAY = 86_400_000;

export function makeCheckCertificates(): CheckCertificates {
  const authority = createAuthority('Checks Authority');
  const other = createAuthority('Unknown Authority');
  const names = ['svc.example', '127.0.0.1'];
  const commonName = 'svc.example';
  return {
    caFile: authority.cert,
    valid: authority.issue({ commonName, names }),
    expired: authority.issue({
      commonName,
      names,
      notBefore: new Date(Date.now() - 9 * DAY),
      notAfter: new Date(Date.now() - DAY),
    }),
    notYet: authority.issue({ commonName, names, notBefore: new Date(Date.now() + DAY) }),
    unknownAuthority: other.issue({ commonName, names }),
    otherName: authority.issue({ commonName: 'other.example', names: ['other.example'] }),
  };
}

/** Sends a whole head, then resets the connection. */
const headThenReset: Script = afterRequest(({ socket }) => socket.resetAndDestroy());
const headThenClose: Script = afterRequest(({ stream }) => stream.end());
const readThenClose: Script = ({ stream }) => {
  stream.once('data', () => stream.end());
};

/** Every scenario, for one proxy: behaviours hold no state, so the table can be used for both. */
export function checkScenarios(certificates: CheckCertificates): CheckScenario[] {
  const httpsGood = tls(certificates.valid, httpAnswer('200 OK', 'status=ok'));
  const httpsWith = (certificate: Certificate) => tls(certificate, httpAnswer('200 OK', 'status=ok'));
  const required = 'check check-ssl verify required ca-file $DIR/ca.pem';
  const http = (
    name: string,
    first: Behaviour,
    lines: readonly string[] = [],
    server = 'check',
    later = good,
  ): CheckScenario => ({
    name,
    lines: [PLAIN_HTTP, ...lines],
    server,
    first,
    later,
  });
  return [
    // Connecting.
    { name: 'l4_refused', lines: [], server: 'check', first: refuse, later: plain(silence) },
    { name: 'l4_refused_http', lines: [PLAIN_HTTP], server: 'check', first: refuse, later: good },
    { name: 'l4_accept_only', lines: [], server: 'check', first: plain(silence) },
    { name: 'l4_reset', lines: [], server: 'check', first: plain(resetAtOnce) },
    { name: 'l4_close', lines: [], server: 'check', first: plain(closeAtOnce) },
    { name: 'l4_blackhole', lines: [], server: 'check', first: refuse, serverPort: 'blackhole' },
    { name: 'l4_blackhole_http', lines: [PLAIN_HTTP], server: 'check', first: refuse, serverPort: 'blackhole' },
    {
      name: 'l4_blackhole_timeout_check',
      lines: ['timeout check 500ms', PLAIN_HTTP],
      server: 'check',
      first: refuse,
      serverPort: 'blackhole',
    },
    { name: 'l4_check_port', lines: [PLAIN_HTTP], server: 'check port $PORT', first: good, serverPort: 'closed' },
    { name: 'l4_check_port_closed', lines: [], server: 'check port $CLOSED', first: plain(silence) },
    {
      name: 'l4_check_addr',
      lines: [PLAIN_HTTP],
      server: 'check addr 127.0.0.1 port $PORT',
      first: good,
      serverPort: 'blackhole',
    },
    { name: 'l4_good_then_refused', lines: [], server: 'check', first: plain(silence), later: refuse },
    { name: 'l4_fall_2_rise_3', lines: [], server: 'check fall 2 rise 3', first: refuse, later: plain(silence) },
    // TLS.
    { name: 'tls_to_text', lines: [], server: required, first: plain(greet('220 hello\r\n')) },
    { name: 'tls_to_close', lines: [], server: required, first: plain(closeAtOnce) },
    { name: 'tls_to_reset', lines: [], server: required, first: plain(resetAtOnce) },
    { name: 'tls_to_read_then_close', lines: [], server: required, first: plain(readThenClose) },
    { name: 'tls_stall', lines: ['timeout check 500ms'], server: required, first: plain(silence) },
    { name: 'tls_stall_no_timeout', lines: [], server: required, first: plain(silence), later: httpsGood },
    { name: 'tls_stall_http', lines: [PLAIN_HTTP], server: required, first: plain(silence), later: httpsGood },
    { ...http('tls_expired', httpsWith(certificates.expired), [], required, httpsGood) },
    { ...http('tls_not_yet', httpsWith(certificates.notYet), [], required, httpsGood) },
    { ...http('tls_unknown_authority', httpsWith(certificates.unknownAuthority), [], required, httpsGood) },
    {
      ...http('tls_verifyhost', httpsWith(certificates.otherName), [], `${required} verifyhost svc.example`, httpsGood),
    },
    { ...http('tls_check_sni', httpsWith(certificates.otherName), [], `${required} check-sni svc.example`, httpsGood) },
    {
      ...http(
        'tls_both_names',
        httpsWith(certificates.otherName),
        [],
        `${required} check-sni svc.example verifyhost svc.example`,
        httpsGood,
      ),
    },
    { name: 'tls_name_not_asked', lines: [PLAIN_HTTP], server: required, first: httpsWith(certificates.otherName) },
    { name: 'tls_only', lines: [], server: required, first: tls(certificates.valid, silence) },
    {
      name: 'tls_only_then_unknown',
      lines: [],
      server: required,
      first: tls(certificates.valid, silence),
      later: tls(certificates.unknownAuthority, silence),
    },
    {
      name: 'tls_verify_none',
      lines: [PLAIN_HTTP],
      server: 'check check-ssl verify none',
      first: httpsWith(certificates.expired),
    },
    { name: 'tls_refused', lines: [PLAIN_HTTP], server: required, first: refuse, later: httpsGood },
    {
      ...http(
        'tls_500',
        tls(certificates.valid, httpAnswer('500 Internal Server Error')),
        ['http-check expect status 200'],
        required,
        httpsGood,
      ),
    },
    { ...http('tls_hang', tls(certificates.valid, silence), ['timeout check 500ms'], required, httpsGood) },
    { ...http('tls_reset_after_handshake', tls(certificates.valid, headThenReset), [], required, httpsGood) },
    { ...http('tls_close_after_handshake', tls(certificates.valid, headThenClose), [], required, httpsGood) },
    { name: 'plain_to_tls', lines: [PLAIN_HTTP], server: 'check', first: httpsGood },
    { name: 'plain_tcp_to_tls', lines: [], server: 'check', first: httpsGood },
    // Status codes.
    ...[
      '100 Continue',
      '101 Switching',
      '200 OK',
      '204 No Content',
      '299 Odd',
      '301 Moved',
      '302 Found',
      '304 Same',
      '399 Odd',
    ].map((line) => http(`http_${line.slice(0, 3)}`, status(line))),
    ...['400 Bad Request', '404 Not Found', '500 Internal Server Error', '503 Service Unavailable'].map((line) =>
      http(`http_${line.slice(0, 3)}`, status(line)),
    ),
    http('http_no_reason', plain(answer('HTTP/1.1 500\r\n\r\n'))),
    http('http_no_reason_space', plain(answer('HTTP/1.1 500 \r\n\r\n'))),
    http('http_10_quoted_reason', plain(answer('HTTP/1.0 500 Oops, "quoted" text\r\n\r\n'))),
    http('http_good_then_500', good, [], 'check', status('500 Internal Server Error')),
    http('http_good_then_hang', good, ['timeout check 500ms'], 'check', plain(silence)),
    // Broken answers.
    http('http_garbage', plain(answer('this is not http\r\n\r\n'))),
    http('http_garbage_hold', plain(answer('this is not http\r\n\r\n', { keep: true }))),
    http('http_bad_header', plain(answer('HTTP/1.1 200 OK\r\nbad header line\r\n\r\n'))),
    http('http_bad_length', plain(answer('HTTP/1.1 200 OK\r\nContent-Length: abc\r\n\r\n'))),
    http('http_short_body', plain(answer('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort'))),
    http('http_09', plain(answer('<html>hello</html>\n\n'))),
    http('http_bare_lf', plain(answer('HTTP/1.1 200 OK\nContent-Length: 0\n\n'))),
    http('http_byte_by_byte', plain(answer('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok', { piece: 1 }))),
    http('http_empty_close', plain(headThenClose)),
    http('http_close_unread', plain(closeAtOnce)),
    http('http_reset_after_request', plain(headThenReset)),
    http('http_reset_at_once', plain(resetAtOnce)),
    http('http_partial_head_close', plain(answer('HTTP/1.1 200 OK\r\nContent-'))),
    http('http_partial_head_hang', plain(answer('HTTP/1.1 200 OK\r\nContent-', { keep: true })), [
      'timeout check 500ms',
    ]),
    http('http_hang', plain(silence), ['timeout check 500ms']),
    http('http_hang_no_timeout', plain(silence)),
    http('http_slow_within', plain(httpAnswer('200 OK', '', [], { delay: 200 })), ['timeout check 900ms']),
    http('http_slow_body_unasked', plain(answer('HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n', { keep: true })), [
      'timeout check 500ms',
    ]),
    http('http_slow_body_string', plain(answer('HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n', { keep: true })), [
      'timeout check 500ms',
      'http-check expect string ok',
    ]),
    http(
      'http_endless_head',
      plain(endless('HTTP/1.1 200 OK\r\n', 'X-Filler: 0123456789012345678901234567890123456789\r\n')),
    ),
    http('http_endless_body', plain(endless('HTTP/1.1 200 OK\r\n\r\n', 'x'.repeat(4096))), [
      'http-check expect string status=ok',
    ]),
    http(
      'http_chunked',
      plain(answer('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nsta\r\n6\r\ntus=ok\r\n0\r\n\r\n')),
      ['http-check expect string status=ok'],
    ),
    // Expectations.
    http('expect_status', status('500 Internal Server Error'), ['http-check expect status 200']),
    http('expect_status_range', status('404 Not Found'), ['http-check expect status 200-299,301']),
    http('expect_status_500', good, ['http-check expect status 500'], 'check', status('500 Internal Server Error')),
    http('expect_not_status', good, ['http-check expect ! status 200'], 'check', status('404 Not Found')),
    http('expect_rstatus', status('302 Found'), ['http-check expect rstatus ^2[0-9][0-9]']),
    http('expect_not_rstatus', good, ['http-check expect ! rstatus ^2'], 'check', status('404 Not Found')),
    http('expect_string', status('200 OK', 'bad word'), ['http-check expect string status=ok']),
    http('expect_string_of_500', status('500 Internal Server Error', 'status=ok'), [
      'http-check expect string status=ok',
    ]),
    http('expect_string_empty', status('200 OK'), ['http-check expect string status=ok']),
    http('expect_not_string', status('200 OK', 'a BADWORD here'), ['http-check expect ! string BADWORD']),
    http('expect_rstring', status('200 OK', 'stat=no'), ['http-check expect rstring ^stat.*=ok']),
    http('expect_not_rstring', status('200 OK', 'failed 7 times'), ['http-check expect ! rstring fail.*[0-9]']),
    http('expect_old_404', status('404 Not Found'), ['http-check disable-on-404']),
    http('disable_on_404_later', good, ['http-check disable-on-404'], 'check', status('404 Not Found')),
    http('disable_on_404_quiet', status('404 Not Found'), ['http-check disable-on-404']),
    // What is sent.
    { name: 'send_default', lines: ['option httpchk'], server: 'check', first: good },
    { name: 'send_uri', lines: ['option httpchk /foo'], server: 'check', first: good },
    { name: 'send_11', lines: ['option httpchk GET /v1/status HTTP/1.1'], server: 'check', first: good },
    {
      name: 'send_old_host',
      lines: ['option httpchk GET /x HTTP/1.1\\r\\nHost:\\ www.example'],
      server: 'check',
      first: good,
    },
    {
      name: 'send_headers',
      lines: ['option httpchk', 'http-check send meth GET uri /s ver HTTP/1.1 hdr Host h.example hdr User-Agent lab/1'],
      server: 'check',
      first: good,
    },
    {
      name: 'send_body',
      lines: ['option httpchk', 'http-check send meth POST uri /s ver HTTP/1.1 hdr Host h body "a=b&c"'],
      server: 'check',
      first: good,
    },
    { name: 'send_state', lines: [PLAIN_HTTP, 'http-check send-state'], server: 'check', first: good },
    { name: 'send_sni', lines: [PLAIN_HTTP], server: `${required} check-sni svc.example`, first: httpsGood },
    // Rules that say how the outcome is shown, headers, several requests.
    http('expect_hdr', plain(httpAnswer('200 OK', 'x', ['X-Up: no, maybe'])), [
      'http-check expect hdr name X-Up value yes',
    ]),
    http('expect_hdr_value', plain(httpAnswer('200 OK', 'x', ['X-Up: no, yes'])), [
      'http-check expect hdr name X-Up value yes',
    ]),
    http('expect_hdr_beg', plain(httpAnswer('200 OK', 'x', ['X-Up: no, yes'])), [
      'http-check expect hdr name -m beg x- value -m reg ^y',
    ]),
    http('expect_hdr_name', status('200 OK', 'x'), ['http-check expect hdr name X-Up']),
    http('expect_fhdr', plain(httpAnswer('200 OK', 'x', ['X-Up: no, yes'])), [
      'http-check expect fhdr name X-Up value -m end yes',
    ]),
    http('expect_not_fhdr', plain(httpAnswer('200 OK', 'x', ['X-Up: yes'])), [
      'http-check expect ! fhdr name X-Up value yes',
    ]),
    http('expect_comment', status('500 Oh'), ['http-check expect comment "my comment" status 200']),
    http('expect_on_error', status('500 Oh'), [
      'http-check expect status 200 on-error "my error" on-success "my pleasure" comment c',
    ]),
    http('expect_statuses', status('500 ISE'), [
      'http-check expect status 200 error-status L7RSP tout-status L6TOUT ok-status L7OKC',
    ]),
    http('expect_tout_status', plain(silence), [
      'timeout check 500ms',
      'http-check expect status 200 tout-status L6TOUT',
    ]),
    http('expect_error_string', status('200 OK', 'bad'), ['http-check expect string status=ok error-status L4CON']),
    http('expect_min_recv', status('200 OK', 'short'), ['http-check expect min-recv 100 string status=ok']),
    {
      name: 'sequence_of_two',
      lines: [
        'option httpchk',
        'http-check connect',
        'http-check send meth GET uri /1 ver HTTP/1.1 hdr Host h',
        'http-check expect status 200',
        'http-check connect port $PORT',
        'http-check send meth GET uri /2',
        'http-check expect string status=ok',
      ],
      server: 'check',
      first: status('200 OK', 'bad'),
      later: good,
    },
    {
      name: 'sequence_second_refused',
      lines: [
        'option httpchk',
        'http-check connect',
        'http-check send uri /1',
        'http-check expect status 200',
        'http-check connect port $CLOSED comment second',
        'http-check send uri /2',
      ],
      server: 'check',
      first: good,
    },
    {
      name: 'sequence_tls',
      lines: ['option httpchk', 'http-check connect ssl sni svc.example', 'http-check send uri /s'],
      server: 'check ca-file $DIR/ca.pem',
      first: httpsWith(certificates.expired),
      later: httpsGood,
    },
    {
      name: 'tcp_outcomes',
      lines: [
        'option tcp-check',
        'tcp-check send PING\\r\\n\\r\\n',
        'tcp-check expect string +PONG on-success "fine" on-error "bad thing" error-status L7STS comment c',
      ],
      server: 'check',
      first: plain(answer('-ERR\r\n')),
      later: plain(answer('+PONG\r\n')),
    },
    {
      name: 'tcp_ok_status',
      lines: ['option tcp-check', 'tcp-check expect string hello ok-status L7OKC'],
      server: 'check',
      first: plain(greet('hello')),
    },
    ...dialogueScenarios(certificates.valid),
    // Agents, and nothing else.
    ...(
      [
        ['down', 'down # broken thing\n'],
        ['drain', 'drain\n'],
        ['maint', 'maint\n'],
        ['stopped', 'stopped\n'],
        ['garbage', 'hello\n'],
        ['failed_hash', 'failed#why not\n'],
        ['empty', ''],
        ['weight', 'up 0%\n'],
        ['maxconn', 'maxconn:7\n'],
        ['unfinished', '50%'],
        ['upper', 'DOWN\n'],
        ['comma', 'down, 75%,\r\n'],
      ] as const
    ).map(
      ([name, word]): CheckScenario => ({
        name: `agent_${name}`,
        lines: [],
        server: 'agent-check agent-inter 900ms agent-port $PORT',
        // A line is enough, whoever closes: an end that comes with it is seen by chance.
        first: plain(greet(word, word.endsWith('\n'))),
        later: plain(greet('ready up 100%\n', true)),
      }),
    ),
    {
      name: 'agent_refused',
      lines: [],
      server: 'agent-check agent-inter 500ms agent-port $CLOSED',
      first: plain(silence),
    },
    {
      name: 'agent_send',
      lines: [],
      server: 'agent-check agent-inter 900ms agent-port $PORT agent-send "b/s\\n"',
      first: plain(greet('down\n', true)),
      later: plain(greet('up\n', true)),
    },
    // Servers that are not checked, and the other kinds.
    { name: 'no_check', lines: [], server: '', first: plain(silence) },
    { name: 'disabled', lines: [], server: 'check disabled', first: plain(silence) },
    {
      name: 'backup',
      lines: [PLAIN_HTTP],
      server: 'check backup',
      first: status('500 Internal Server Error'),
      later: good,
    },
    {
      name: 'weight_0',
      lines: [PLAIN_HTTP],
      server: 'check weight 0',
      first: good,
      later: status('500 Internal Server Error'),
    },
    // The state lines with their reasons.
    { name: 'quiet_refused', lines: [], server: 'check', first: refuse, later: plain(silence), quietChecks: true },
    { ...http('quiet_500', status('500 Internal Server Error')), quietChecks: true },
    { ...http('quiet_hang', plain(silence), ['timeout check 500ms']), quietChecks: true },
    { ...http('quiet_reset', plain(headThenReset)), quietChecks: true },
    { ...http('quiet_404', good, ['http-check disable-on-404'], 'check', status('404 Not Found')), quietChecks: true },
    { ...http('quiet_tls', httpsWith(certificates.unknownAuthority), [], required, httpsGood), quietChecks: true },
    { ...http('quiet_backup', status('500 Internal Server Error'), [], 'check backup'), quietChecks: true },
    { ...http('quiet_string', status('200 OK', 'no'), ['http-check expect string status=ok']), quietChecks: true },
  ];
}
