/** Checks whose rules are filled in while they run: variables, log-format strings, expressions; and agents of stream processing. */
import { afterRequest, answer, type Behaviour, plain } from '../support/scripted-server.ts';
import type { CheckScenario } from './check-scenarios.ts';

/** Answers the first bytes that come, and goes on listening unless `end`. */
function reply(bytes: string, end = false): Behaviour {
  const text = Buffer.from(bytes, 'latin1');
  return plain(
    afterRequest(({ stream }) => {
      if (end) stream.end(text);
      else stream.write(text);
    }, /./s),
  );
}

const page = plain(answer('HTTP/1.1 200 OK\r\nX-A: v1\r\nX-A: v2, v3\r\nContent-Length: 5\r\n\r\nhello'));

/** `tcp-check` rules for a server that says OK, or for one that says OK and closes. */
const tcp = (name: string, rules: readonly string[], first = reply('OK'), server = 'check'): CheckScenario => ({
  name: `formula_${name}`,
  lines: ['option tcp-check', ...rules.map((rule) => `tcp-check ${rule}`)],
  server,
  first,
});
/** Time enough between a check that waits in vain and the next one for its outcome to be seen. */
const slow = (scenario: CheckScenario): CheckScenario => ({
  ...scenario,
  lines: ['timeout check 500ms', ...scenario.lines],
});
const closing = reply('OK', true);
const http = (name: string, rules: readonly string[], first = page): CheckScenario => ({
  name: `formula_http_${name}`,
  lines: ['option httpchk', ...rules.map((rule) => `http-check ${rule}`)],
  server: 'check',
  first,
});

const OK = 'expect string OK';

const tcpScenarios: readonly CheckScenario[] = [
  tcp('variable', ['set-var(check.a) str(hello)', 'send-lf "x=%[var(check.a)],%[var(check.a),upper]\\r\\n"', OK]),
  tcp('names', ['send-lf "%[be_name] %[srv_name] %[srv_id] %b %s %f %ft %H\\r\\n"', OK]),
  tcp('variable_format', [
    'set-var-fmt(check.a) "f-%[be_name]"',
    'send-lf "%[var(check.a)]"',
    'expect string-lf "O%[str(K)]"',
  ]),
  tcp('aliases', [
    'connect default',
    'send-lf "%ID|%B|%U|%ST|%Tc|%Td|%Th|%Tw|%rc|%ts|%tsc|%ci|%cp|%fi|%fp|%si|%hr|%sslv|%bq|%sq|%lc|%{+X}lc|%{+Q}b|%{+Q}ci|%{+X}si"',
    OK,
  ]),
  tcp('no_id', ['send-lf "<%[unique-id]> <%{+Q}[unique-id]> <%ID> %ac"', OK]),
  tcp('flags', ['send-lf "%{+Q}o %[str(a)] %[var(check.n)] x %ci %[int(3)] %b %{-Q}b"', OK]),
  tcp('escapes', ['send-lf "%{+Q,+E}o %[str(a]b)] 100%%"', OK]),
  tcp('values', ['send-lf "%[str(ab)],%[int(-5)],%[bool(true)],%[ipv4(1.2.3.4)],%[bin(410042)],%[bin(00ff)]|"', OK]),
  tcp('converters', [
    'set-var(check.z) str(q)',
    'send-lf "%[int(3),add(check.n)]|%[int(3),hex]|%[str(abc),base64]|%[str(YWJj),b64dec]|%[str(1f),hex2i]|%[str(abc),bytes(1,1)]|%[str(a b&c),url_enc]|%[str(a%20b),url_dec]|%[str(abc),sha1,hex]|%[str(abc),crc32]|%[ipv4(1.2.3.4),hex]|%[str(a),concat(b,check.z,c)]"',
    OK,
  ]),
  tcp('conditions', [
    'set-var(check.a) int(5)',
    'set-var(check.a,ifgt) int(3)',
    'set-var(check.b,ifnotexists) int(1)',
    'set-var(check.b,ifnotexists) int(2)',
    'set-var(check.c,ifexists) str(c)',
    'set-var(check.d,ifset) str(d)',
    'set-var(check.e,ifnotset) str(e)',
    'set-var(check.f,ifempty) str(f)',
    'set-var(check.g,ifnotempty) str(g)',
    'send-lf "%[var(check.a)] %[var(check.b)] %[var(check.c)] %[var(check.d)] %[var(check.e)] %[var(check.f)] %[var(check.g)] %[var(check.h,other)]"',
    OK,
  ]),
  tcp('scopes', [
    'set-var(sess.n) str(1)',
    'set-var(txn.n) str(2)',
    'set-var(req.n) str(3)',
    'set-var(res.n) str(4)',
    'set-var(check.n) str(5)',
    'send-lf "%[var(sess.n)]%[var(txn.n)]%[var(req.n)]%[var(res.n)]%[var(check.n)]"',
    OK,
  ]),
  tcp('unset', ['set-var(check.n) str(1)', 'unset-var(check.n)', 'send-lf "n=%[var(check.n)]"', OK]),
  tcp('bytes', ['send-binary-lf "%[str(41),lower]42%[int(10)]"', OK]),
  tcp('bytes_odd', ['comment "before it"', 'send-binary-lf "4"', OK]),
  tcp('bytes_wrong', ['send-binary-lf "zz" comment c', OK]),
  slow(tcp('nothing_sent', ['send-lf "%[var(check.none)]"', OK])),
  tcp('expect_nothing', ['send a', 'expect string-lf "%[var(check.none)]" comment c on-error e error-status L7STS']),
  slow(tcp('expect_other', ['send a', 'expect string-lf "NO%[int(1)]" comment c'])),
  tcp('expect_other_closed', ['send a', 'expect string-lf "N%[str(O)]" comment c'], closing),
  tcp('expect_unwanted', ['send a', 'expect ! string-lf "O%[str(K)]" comment c'], closing),
  tcp('expect_bytes', ['send a', 'expect binary-lf "4F%[str(4B)]"'], closing),
  tcp('expect_other_bytes', ['send a', 'expect binary-lf "4F%[str(4C)]" comment c'], closing),
  tcp('expect_no_digits', ['send a', 'expect binary-lf "zz" comment c'], closing),
  slow(tcp('expect_bytes_silent', ['send a', 'expect binary-lf 55 comment c'])),
  tcp('on_error', ['send a', 'expect string NO on-error "err %[res.len] %[res.payload(0,1)] %[srv_name]"'], closing),
  tcp(
    'on_success',
    ['send a', 'expect string OK on-success "fine %[res.len] %[res.payload(1,0)] %[payload(0,1)]."'],
    closing,
  ),
  tcp('code', ['send a', 'expect string OK status-code int(42)'], closing),
  tcp('code_of_error', ['send a', 'expect string NO status-code str(43) error-status L7STS'], closing),
  tcp('code_hidden', ['send a', 'expect string NO status-code int(42)'], closing),
  tcp('code_from_answer', ['send a', 'expect string OK status-code res.payload(0,3)'], reply('123-OK', true)),
  tcp('error_conditional', ['send a', 'expect string NO error-status L7OKC'], closing),
  tcp('port', ['set-var(check.p) int($PORT)', 'connect port var(check.p)', 'send a', OK]),
  tcp('port_none', ['connect port var(check.p)', 'send a', OK]),
  tcp('port_closed', ['connect port int($CLOSED) comment c', 'send a', OK]),
  slow(
    tcp('kept_answer', [
      'send a',
      OK,
      'set-var(check.l) res.len',
      'set-var(check.p) res.payload(0,0)',
      'send-lf "n=%[var(check.l)] %[var(check.p)]"',
      'expect string more',
    ]),
  ),
  tcp(
    'step_numbers',
    ['set-var(check.n) str(1)', 'connect', 'send a', 'set-var(check.n) str(1)', 'expect string NO'],
    closing,
  ),
  tcp('figures', [
    'send-lf "%[nbsrv] %[srv_is_up(formula_figures/s)] %[srv_conn(formula_figures/s)] %[be_conn] %[srv_queue(formula_figures/s)]"',
    OK,
  ]),
];

const httpScenarios: readonly CheckScenario[] = [
  {
    name: 'formula_http_aliases',
    lines: [
      'mode http',
      'option httpchk',
      'http-check send hdr X "%CC|%CS|%HM|%HP|%HPO|%HQ|%HU|%HV|%Ta|%Ti|%Tq|%TR|%Tr|%r|%{+Q}CC|%{+Q}HM|%{+Q}Ta|%{+X}Ti" hdr Y %CS',
    ],
    server: 'check',
    first: page,
  },
  http('request', ['send uri-lf "/%[srv_name]" hdr X-T "a %[be_name] b" body-lf "b %[srv_id]"']),
  http('request_empty', [
    'send uri-lf "%[var(check.none)]" hdr X-T "%[var(check.none)]" body-lf "%[var(check.none)]" ver HTTP/1.1',
  ]),
  http('request_plain_wins', ['send uri-lf "/a%[int(1)]" uri /b body-lf "c%[int(1)]" body d']),
  http('request_format_wins', ['send uri /b uri-lf "/a%[int(1)]" body d body-lf "c%[int(1)]"']),
  http('host_wins', ['send meth POST uri-lf "http://abc.example/%[str(x)]" hdr host "%[str(hh)]"']),
  http('post', ['send meth POST']),
  http('put_11', ['send meth PUT ver HTTP/1.1']),
  http('delete', ['send meth DELETE']),
  http('lower_case', ['send meth get']),
  http('connect', ['send meth CONNECT uri a:80 hdr host b:80']),
  http('upgrade', ['send hdr connection upgrade hdr upgrade raw ver HTTP/1.1']),
  http('keep_alive', ['send hdr connection keep-alive']),
  http('close', ['send hdr connection close']),
  http('close_11', ['send hdr connection close ver HTTP/1.1']),
  http('hop_headers', ['send hdr te foo hdr keep-alive x hdr Proxy-Connection y ver HTTP/1.1']),
  http('on_success', [
    'expect status 200 on-success "s %[status] %[res.hdr(x-a)] %[res.fhdr(x-a,1)] %[res.fhdr(x-a)] %[res.body] %[res.ver] %[res.hdr_cnt(x-a)] %[res.fhdr_cnt(x-a)]"',
  ]),
  http('on_success_body', [
    'expect string hello on-success "%[res.body_size] %[res.hdr(x-a,1)] %[res.hdr(x-a,-1)] %[res.hdr_names]"',
  ]),
  http('code_from_body', ['expect string hello status-code res.body_size']),
  http('code_of_error', ['expect status 201 status-code int(99) on-error "e %[status] %[res.hdr(x-a,1)]"']),
  http('expect_string', ['expect string-lf "he%[str(llo)]"']),
  http('expect_other', ['expect string-lf "HE%[str(llo)]" comment c']),
  http('expect_unwanted', ['expect ! string-lf "he%[str(llo)]" comment c']),
  http('expect_nothing', ['expect string-lf "%[var(check.none)]" comment c']),
  http('expect_hdr', ['expect hdr name-lf "X-%[str(a)]" value-lf "v%[int(2)]"']),
  http('expect_hdr_end', ['expect hdr name-lf -m beg "x-%[str(a)]" value-lf -m end "%[int(7)]" comment c']),
  http('expect_hdr_nothing', ['expect hdr name x-a value-lf "%[var(check.none)]" comment c']),
  http('expect_reg', ['expect hdr name -m reg ^x-[a-z]$ value -m reg ^v[0-9]$']),
  http('expect_reg_case', [
    'expect hdr name -m reg ^X-[A-Z]$ value -m reg ^v[0-9]$',
    'expect hdr name -m sub -A',
    'expect hdr name-lf -m end -A',
  ]),
  http('expect_conditional', ['expect status 300 error-status L7OKC']),
  http('expect_l4ok', ['expect status 200 ok-status L4OK']),
  http('comment', ['comment abc', 'expect status 300']),
  http('comment_taken', ['comment abc', 'set-var(check.b) str(x)', 'expect status 300']),
  http('variable_before', ['set-var(check.b) str(x)', 'send uri-lf "/%[var(check.b)]"', 'expect status 200']),
  http('variable_after_send', [
    'send uri /z',
    'set-var(check.b) res.hdr(x-a)',
    'expect status 200 on-success "b=%[var(check.b)]"',
  ]),
  http('variable_last', ['expect status 200', 'set-var(check.b) str(x)']),
  http('variable_only', ['set-var(check.b) str(x)'], plain(answer('HTTP/1.1 500 Bad\r\n\r\n'))),
  http('sequence', [
    'connect',
    'set-var(check.a) str(q)',
    'send uri-lf "/%[var(check.a)]"',
    'expect status 200',
    'set-var(check.a) res.hdr(x-a)',
    'connect port int($PORT)',
    'send uri-lf "/%[var(check.a)]"',
  ]),
  http('port_closed', ['connect port int($CLOSED) comment cc', 'send uri /z']),
];

/** A frame: its length goes before it. */
const frame = (bytes: string) => `${Buffer.of(0, 0, 0, bytes.length).toString('latin1')}${bytes}`;
const HELLO = '\x65\x00\x00\x00\x01\x00\x00';
const VERSION = '\x07version\x08\x032.0';
const SIZE = '\x0emax-frame-size\x03\xfc\xf0\x06';
const CAPABILITIES = '\x0ccapabilities\x08\x00';

const spop = (name: string, bytes: string, end = false): CheckScenario => ({
  name: `spop_${name}`,
  lines: ['option spop-check'],
  server: 'check',
  first: reply(bytes, end),
});

const spopScenarios: readonly CheckScenario[] = [
  spop('good', frame(`${HELLO}${VERSION}${SIZE}${CAPABILITIES}`)),
  spop('no_capabilities', frame(`${HELLO}${VERSION}${SIZE}`)),
  spop('no_version', frame(`${HELLO}${SIZE}${CAPABILITIES}`)),
  spop('no_size', frame(`${HELLO}${VERSION}`)),
  spop('old_version', frame(`${HELLO}\x07version\x08\x031.0${SIZE}`)),
  spop('version_as_number', frame(`${HELLO}\x07version\x03\x02${SIZE}`)),
  spop('small_size', frame(`${HELLO}${VERSION}\x0emax-frame-size\x03\x50`)),
  spop('nothing_in_it', frame('')),
  spop('fragment', frame('\x65\x00\x00\x00\x00\x00\x00')),
  spop('stream', frame('\x65\x00\x00\x00\x01\x01\x00')),
  spop('other_type', frame('\x67\x00\x00\x00\x01\x00\x00')),
  spop('turned_away', frame('\x66\x00\x00\x00\x01\x00\x00\x0bstatus-code\x03\x08\x07message\x08\x02no')),
  spop('turned_away_unsaid', frame('\x66\x00\x00\x00\x01\x00\x00')),
  spop('cut', '\x00\x00\x00\x14\x65\x00\x00'),
  spop('cut_and_closed', '\x00\x00\x00\x14\x65', true),
  spop('closed', '', true),
];

const GRANTED = '\x00\x5a\x00\x00\x00\x00\x00\x00';

/** The scripted server is the SOCKS4 proxy of a server that is somewhere else. */
const socks = (name: string, first: Behaviour, connect = 'via-socks4 addr 127.0.0.2 port 99'): CheckScenario =>
  slow({
    name: `socks_${name}`,
    lines: ['option tcp-check', `tcp-check connect ${connect}`, 'tcp-check send hello', 'tcp-check expect string OK'],
    server: 'check socks4 127.0.0.1:$PORT check-via-socks4',
    first,
  });

const socksScenarios: readonly CheckScenario[] = [
  socks('granted', reply(`${GRANTED}OK`)),
  socks('granted_otherwise', reply(`\x01${GRANTED.slice(1)}OK`)),
  socks('denied', reply(GRANTED.replace('\x5a', '\x5b'))),
  socks('cut', reply(GRANTED.slice(0, 4))),
  socks('closed', reply('', true)),
  socks(
    'silent',
    plain(() => {}),
  ),
  socks('not_asked', reply('OK'), ''),
  socks('default', reply(`${GRANTED}OK`), 'default addr 127.0.0.2 port 99'),
  socks('ipv6', reply(`${GRANTED}OK`), 'via-socks4 addr [::1]'),
  {
    name: 'socks_plain',
    lines: [],
    server: 'check addr 127.0.0.2 port 99 socks4 127.0.0.1:$PORT check-via-socks4',
    first: reply(GRANTED),
  },
];

export const formulaScenarios: readonly CheckScenario[] = [
  ...tcpScenarios,
  ...httpScenarios,
  ...spopScenarios,
  ...socksScenarios,
];
