import { describe, expect, it } from 'vitest';
import type { CheckModel } from '../../../src/config/model.ts';
import { loadBackend, messages, proxyOf } from '../../support/load-text.ts';

/** The check of `backend b` with these lines, and what was said. */
async function check(...lines: string[]): Promise<CheckModel | undefined> {
  const result = await loadBackend(lines);
  return proxyOf(result, 'b').backend?.check;
}

async function said(...lines: string[]): Promise<readonly string[]> {
  return messages(await loadBackend(lines));
}

/** Method, URI, version, headers and body on one line. */
async function request(...lines: string[]): Promise<string> {
  const found = await check(...lines);
  if (found?.kind !== 'http') throw new Error('not an HTTP check');
  const headers = found.headers.map(([name, value]) => `|${name}: ${value}`).join('');
  return `${found.method} ${found.uri} ${found.version}${headers}${found.body === undefined ? '' : `||${found.body}`}`;
}

const base64 = (text: string) => Buffer.from(text, 'latin1').toString('base64');

describe('the kind of check', () => {
  it.each<[string[], object]>([
    [[], { kind: 'connect', explicit: false }],
    [['option tcp-check'], { kind: 'connect', explicit: true }],
    [['option ssl-hello-chk'], { kind: 'ssl-hello' }],
    [['option ldap-check'], { kind: 'ldap' }],
    [['option redis-check'], { kind: 'redis' }],
    [['option mysql-check'], { kind: 'mysql', version: 'post-41' }],
    [['option mysql-check user u'], { kind: 'mysql', user: 'u', version: 'post-41' }],
    [['option mysql-check user u pre-41'], { kind: 'mysql', user: 'u', version: 'pre-41' }],
    [['option pgsql-check user u'], { kind: 'pgsql', user: 'u' }],
    [['option smtpchk'], { kind: 'smtp', hello: 'HELO localhost' }],
    [['option smtpchk EHLO mail.example'], { kind: 'smtp', hello: 'EHLO mail.example' }],
    [['option smtpchk EHLO'], { kind: 'smtp', hello: 'HELO localhost' }],
    [['option httpchk', 'option redis-check'], { kind: 'redis' }],
    [['option redis-check', 'option tcp-check'], { kind: 'connect', explicit: true }],
  ])('%j', async (lines, expected) => {
    expect(await check(...lines)).toEqual(expected);
  });
});

describe('the request', () => {
  it.each<[string[], string]>([
    [['option httpchk'], 'OPTIONS / HTTP/1.0'],
    [['option httpchk /a'], 'OPTIONS /a HTTP/1.0'],
    [['option httpchk GET /a'], 'GET /a HTTP/1.0'],
    [['option httpchk GET /a HTTP/1.1'], 'GET /a HTTP/1.1'],
    [['option httpchk GET /a HTTP/2.0'], 'GET /a HTTP/1.1'],
    [['option httpchk GET /a foo'], 'GET /a foo'],
    [['option httpchk GET /a', 'option httpchk'], 'OPTIONS / HTTP/1.0'],
    [['option httpchk', 'http-check send'], 'OPTIONS / HTTP/1.0'],
    [['option httpchk GET /a HTTP/1.1', 'http-check send hdr Host www'], 'GET /a HTTP/1.1|Host: www'],
    [
      ['option httpchk GET /a', 'http-check send meth POST uri /b ver HTTP/1.1 hdr X y hdr Z "a b" body zz'],
      'POST /b HTTP/1.1|X: y|Z: a b||zz',
    ],
    [['http-check send meth POST uri /b hdr X y', 'option httpchk GET /a HTTP/1.1'], 'GET /a HTTP/1.1|X: y'],
    [['http-check send meth POST uri /b ver HTTP/1.1', 'option httpchk /c'], 'POST /c HTTP/1.1'],
    [['http-check send meth POST uri /b hdr X y body q', 'option httpchk'], 'POST /b HTTP/1.0|X: y||q'],
    [
      ['option httpchk', 'http-check send hdr Content-Length 7 hdr Transfer-Encoding chunked hdr A b'],
      'OPTIONS / HTTP/1.0|A: b',
    ],
    [['option httpchk', 'http-check send hdr A 100%%'], 'OPTIONS / HTTP/1.0|A: 100%'],
    [['option httpchk GET / HTTP/1.1\\r\\nHost:\\ www'], 'GET / HTTP/1.1|Host: www'],
    [['option httpchk GET / HTTP/1.1\\r\\nHost:www\\r\\nX:\\ y'], 'GET / HTTP/1.1|Host: www|X: y'],
    [['option httpchk GET / HTTP/1.1\\r\\nHost:\\ h\\r\\n\\r\\nbody'], 'GET / HTTP/1.1|Host: h||body'],
    [['option httpchk GET / HTTP/1.1\\r\\n\\r\\nbody'], 'GET / HTTP/1.1||body'],
    [['option httpchk GET / HTTP/1.1\\r\\nHost:\\ h', 'http-check send hdr X y'], 'GET / HTTP/1.1|X: y'],
    [['http-check send hdr X y', 'option httpchk GET / HTTP/1.1\\r\\nHost:\\ h'], 'GET / HTTP/1.1|Host: h'],
  ])('%j', async (lines, expected) => {
    expect(await request(...lines)).toBe(expected);
  });

  it('says that the old way to write headers is deprecated', async () => {
    expect(await said('option httpchk GET / HTTP/1.1\\r\\nHost:\\ www')).toEqual([
      "parsing [t.cfg:10]: 'option httpchk' : hiding headers or body at the end of the version string is deprecated. " +
        "Please, consider to use 'http-check send' directive instead.",
    ]);
  });
});

describe('what is expected of the answer', () => {
  it.each<[string, object]>([
    ['status 200', { negate: false, match: { kind: 'status', ranges: [[200, 200]] } }],
    ['! status 500-599', { negate: true, match: { kind: 'status', ranges: [[500, 599]] } }],
    ['!status 500', { negate: true }],
    ['!!status 500', { negate: false }],
    ['! ! status 500', { negate: false }],
    ['rstatus ^2', { match: { kind: 'rstatus', pattern: '^2' } }],
    ['string ok', { match: { kind: 'string', text: 'ok' } }],
    ['! rstring (?i)no', { negate: true, match: { kind: 'rstring', pattern: '[nN][oO]', text: '(?i)no' } }],
    ['comment ready status 200', { comment: 'ready' }],
    ['min-recv 5 status 200', { match: { kind: 'status' } }],
  ])('%s', async (text, expected) => {
    const found = await check('option httpchk', `http-check expect ${text}`);
    expect(found?.kind === 'http' ? found.expect : undefined).toMatchObject([expected]);
  });

  it('keeps several in order, and the flags', async () => {
    const found = await check(
      'option httpchk',
      'http-check expect status 200',
      'http-check disable-on-404',
      'http-check send-state',
      'http-check expect ! string busy',
    );
    expect(found).toMatchObject({
      disableOn404: true,
      sendState: true,
      expect: [{ match: { kind: 'status' } }, { negate: true, match: { text: 'busy' } }],
    });
  });
});

describe('rules taken over from defaults', () => {
  const defaults = ['defaults', 'mode tcp', 'timeout connect 1s', 'timeout server 1s'];
  async function inherited(above: string[], own: string[]): Promise<{ check: CheckModel | undefined; said: string[] }> {
    const result = await loadBackend([...defaults, ...above, 'backend c', ...own]);
    return { check: proxyOf(result, 'c').backend?.check, said: [...messages(result)] };
  }

  it('come down whole', async () => {
    const above = ['option httpchk GET /d', 'http-check expect status 300', 'http-check disable-on-404'];
    expect((await inherited(above, [])).check).toMatchObject({
      kind: 'http',
      uri: '/d',
      disableOn404: true,
      expect: [{ match: { ranges: [[300, 300]] } }],
    });
  });

  it("give way to a section's own request, with everything they expected", async () => {
    const above = ['option httpchk GET /d', 'http-check send hdr A b', 'http-check expect status 300'];
    const { check: found } = await inherited(above, ['option httpchk GET /e']);
    expect(found).toMatchObject({ uri: '/e', headers: [], expect: [] });
  });

  it("give way to a section's own `send`, which begins from nothing", async () => {
    const { check: found } = await inherited(['option httpchk GET /d'], ['http-check send hdr A b']);
    expect(found).toMatchObject({ method: 'OPTIONS', uri: '/', headers: [['A', 'b']] });
  });

  it('lend their request to a section that only expects, with a warning', async () => {
    const { check: found, said } = await inherited(['option httpchk GET /d'], ['http-check expect status 201']);
    expect(found).toMatchObject({ method: 'GET', uri: '/d', expect: [{ match: { ranges: [[201, 201]] } }] });
    expect(said).toEqual([expect.stringContaining("backend 'c' has http-check rules of its own")]);
  });

  it('are scripts too', async () => {
    const above = ['option tcp-check', 'tcp-check send a'];
    expect((await inherited(above, [])).check).toMatchObject({ kind: 'tcp', rules: [{ kind: 'send' }] });
    expect((await inherited(above, ['tcp-check expect string b'])).check).toMatchObject({
      rules: [{ kind: 'expect' }],
    });
    expect((await inherited(above, ['option tcp-check'])).check).toEqual({ kind: 'connect', explicit: true });
  });
});

describe('scripted checks', () => {
  it('keep their steps in order', async () => {
    const found = await check(
      'option tcp-check',
      'tcp-check comment begin',
      'tcp-check connect port 6379 ssl sni redis.example comment open',
      'tcp-check send PING\\r\\n comment ping',
      'tcp-check expect string +PONG',
      'tcp-check send-binary 0d0A',
      'tcp-check expect min-recv 3 ! binary 00ff comment bytes',
      'tcp-check expect rstring (?i)role:(master|primary)',
      'tcp-check expect rbinary 30(31)?',
    );
    expect(found).toEqual({
      kind: 'tcp',
      rules: [
        { kind: 'comment', comment: 'begin' },
        { kind: 'connect', port: 6379, ssl: true, sni: 'redis.example', comment: 'open' },
        { kind: 'send', data: base64('PING\r\n'), binary: false, comment: 'ping' },
        { kind: 'expect', negate: false, type: 'string', pattern: base64('+PONG'), text: '+PONG' },
        { kind: 'send', data: base64('\r\n'), binary: true },
        {
          kind: 'expect',
          negate: true,
          type: 'binary',
          pattern: base64('\0\xff'),
          text: '00ff',
          minRecv: 3,
          comment: 'bytes',
        },
        expect.objectContaining({ type: 'rstring', text: '(?i)role:(master|primary)' }),
        { kind: 'expect', negate: false, type: 'rbinary', pattern: '30(?:31)?', text: '30(31)?' },
      ],
    });
  });

  it('send the bytes of hexadecimal escapes', async () => {
    const found = await check('option tcp-check', 'tcp-check send "a\\xffb"');
    expect(found?.kind === 'tcp' && found.rules[0]).toMatchObject({ data: base64('a\xffb') });
  });
});

describe('check keywords with a mistake', () => {
  const at = 'parsing [t.cfg:10] : ';
  const tcpUsage =
    "'only supports min-recv, '[!]binary', '[!]string', '[!]rstring', '[!]string-lf''[!]rbinary', '[!]binary-lf' or comment";
  const httpUsage =
    "'only supports min-recv, [!]string', '[!]rstring', '[!]string-lf', '[!]status', '[!]rstatus', [!]hdr, [!]fhdr or comment";
  const connectUsage =
    "expects 'comment', 'port', 'addr', 'send-proxy', 'ssl', 'sni', 'alpn' or 'via-socks4', 'linger', 'default'";
  it.each([
    ['option httpchk GET / HTTP/1.1 host x', `${at}'option httpchk' cannot handle unexpected argument 'x'.`],
    ['no option httpchk', "parsing [t.cfg:10]: negation/default is not supported for option 'httpchk'."],
    [
      'http-check',
      `${at}'http-check' only supports 'disable-on-404', 'send-state', 'comment', 'connect', 'send', 'expect', 'set-var-fmt(*)', 'set-var(*)', 'unset-var(*)'. but got ''`,
    ],
    ['http-check send-state x', `${at}'http-check' cannot handle unexpected argument 'x'.`],
    ['http-check send meth', `${at}'http-check send' : 'meth' expects a string as argument..`],
    ['http-check send hdr a', `${at}'http-check send' : 'hdr' expects <name> and <value> as arguments.`],
    [
      'http-check send foo',
      `${at}'http-check send' : expects 'comment', 'meth', 'uri', 'uri-lf', 'ver', 'hdr', 'body' or 'body-lf' but got 'foo' as argument..`,
    ],
    ['http-check expect', `${at}'http-check expect' : expects at least a matching pattern as arguments.`],
    ['http-check expect !', `${at}'http-check expect' : ${httpUsage} but got '' as argument..`],
    ['http-check expect foo 200', `${at}'http-check expect' : ${httpUsage} but got 'foo' as argument..`],
    ['http-check expect status', `${at}'http-check expect' : 'status' expects a <pattern> as argument.`],
    ['http-check expect status 200 300', `${at}'http-check expect' : ${httpUsage} but got '300' as argument..`],
    ['http-check expect status abc', `${at}'http-check expect' : invalid character 'a' in the list of status codes.`],
    ['http-check expect status 200 status 300', `${at}'http-check expect' : only on pattern expected.`],
    [
      'http-check expect rstring [a-',
      `${at}'http-check expect' : regex '[a-' is invalid (error=missing terminating ] for character class, erroffset=3).`,
    ],
    [
      'http-check expect ok-status foo status 200',
      `${at}'http-check expect' : 'ok-status' only supports 'L4OK', 'L6OK', 'L7OK' or 'L7OKC' status (got 'foo')..`,
    ],
    ['http-check comment', `${at}'http-check comment' : expects a string as argument.`],
    ['option tcp-check foo', `${at}'option tcp-check' cannot handle unexpected argument 'foo'.`],
    [
      'tcp-check foo',
      `${at}'tcp-check' only supports 'comment', 'connect', 'send', 'send-binary', 'expect', 'set-var-fmt(*)', 'set-var(*)', 'unset-var(*)'. but got 'foo'`,
    ],
    ['tcp-check connect foo', `${at}'tcp-check connect' : ${connectUsage} but got 'foo' as argument..`],
    [
      'tcp-check connect port',
      `${at}'tcp-check connect' : 'port' expects a port number or a sample expression as argument..`,
    ],
    [
      'tcp-check connect port 0',
      `${at}'tcp-check connect' : expects a valid TCP port (from range 1 to 65535) or a sample expression, got 0..`,
    ],
    [
      'tcp-check connect port x',
      `${at}'tcp-check connect' : error detected while parsing port expression : unknown fetch method 'x'.`,
    ],
    ['tcp-check send', `${at}'tcp-check send' : 'string' expects a send as argument.`],
    ['tcp-check send a b', `${at}'tcp-check send' : expects 'comment' but got 'b' as argument..`],
    ['tcp-check send-binary', `${at}'tcp-check send-binary' : 'binary string' expects a send-binary as argument.`],
    [
      'tcp-check send-binary 5',
      `${at}'tcp-check send-binary' : '5' invalid binary string (an even number of hex digit is expected).`,
    ],
    ['tcp-check expect string a b', `${at}'tcp-check expect' : ${tcpUsage} but got 'b' as argument..`],
    [
      'tcp-check expect binary 0g',
      `${at}'tcp-check expect' : invalid binary string (an hex digit is expected (found 'g')).`,
    ],
    [
      'tcp-check expect min-recv -2 string a',
      `${at}'tcp-check expect' : 'min-recv' expects -1 or an integer from 0 to INT_MAX.`,
    ],
    ['option mysql-check foo', `${at}'option mysql-check' only supports optional values: 'user' (got 'foo').`],
    ['option mysql-check user', `${at}'option mysql-check user' expects <username> as argument.`],
    ['option mysql-check user u post-42', `${at}keyword 'user' only supports 'post-41' and 'pre-41' (got 'post-42').`],
    ['option pgsql-check', `${at}'option pgsql-check' expects 'user <username>' as argument.`],
    ['option smtpchk EHLO a b', `${at}'option smtpchk' cannot handle unexpected argument 'b'.`],
  ])('%s', async (line, message) => {
    expect(await said(line)).toEqual([message]);
  });

  it('need a connection for a second request', async () => {
    expect(await said('option httpchk', 'http-check expect status 200', 'http-check send meth GET')).toEqual([
      "parsing [t.cfg:12] : 'http-check send' : unable to add http-check send rule at step 2 (missing connect rule)..",
    ]);
    expect(await said('option tcp-check', 'tcp-check send a', 'tcp-check connect')).toEqual([
      "parsing [t.cfg:12] : 'tcp-check connect' : first step MUST also be a 'connect', optionally preceded by a 'set-var', " +
        "an 'unset-var' or a 'comment', when there is a 'connect' step in the tcp-check ruleset.",
    ]);
  });

  it.each([
    'http-check set-var(check.a) uptime',
    'http-check send hdr Date %[date,ltime(%s)]',
    'http-check send uri-lf /%bi',
    'http-check expect rstring (?R)',
    'tcp-check send-lf %[bc_src]',
    'tcp-check expect string-lf %[str(a),sdbm]',
  ])('does not pretend to have %s', async (line) => {
    const result = await loadBackend([line]);
    expect(result.model).toBeUndefined();
    expect(result.diagnostics.map((each) => each.code)).toEqual(['not-supported-yet']);
  });
});

describe('check-proto', () => {
  it.each([
    ['h2', [], ['check-protocol']],
    ['h1', ['option tcp-check'], ['check-protocol']],
    ['none', ['option httpchk'], ['check-protocol']],
    ['h2', ['option httpchk'], []],
    ['none', ['option tcp-check'], []],
    ['fcgi', ['option httpchk'], ['fastcgi']],
    ['fcgi', ['option tcp-check'], ['fastcgi', 'check-protocol']],
  ])('%s with %j', async (name, lines, codes) => {
    const result = await loadBackend([...lines, `server s 127.0.0.1:80 check check-proto ${name}`]);
    expect(result.diagnostics.filter(({ severity }) => severity === 'alert').map(({ code }) => code)).toEqual(codes);
  });
});

describe('unique-id-format', () => {
  const CHECK = ['option httpchk', 'http-check send hdr X %[unique-id]'];
  const server = 'server s 127.0.0.1:80 check';

  it('comes into the model where a check asks for it, and nowhere else', async () => {
    const format = 'unique-id-format %b-%[srv_is_up(s)]';
    const asked = await loadBackend([format, ...CHECK, server]);
    expect(proxyOf(asked, 'b').backend?.uniqueId).toMatchObject([
      { kind: 'variable', name: 'b' },
      { text: '-' },
      { sample: { fetch: 'srv_is_up' } },
    ]);
    const silent = await loadBackend([format, 'option httpchk', server]);
    expect(proxyOf(silent, 'b').backend?.uniqueId).toBeUndefined();
  });

  it.each<[string, string]>([
    ['%nosuch', 'failed to parse unique-id : no such format variable'],
    ['%[res.hdr(x)]', 'failed to parse unique-id : sample fetch <res.hdr(x)]> may not be reliably used here'],
    ['%[srv_is_up(t)]', "unable to find server 't' in proxy 'b', referenced in arg 1 of sample fetch keyword"],
  ])('%s is looked at in a backend whose checks do not ask for it', async (format, message) => {
    const [first, ...more] = await said(`unique-id-format ${format}`, server);
    expect(first).toContain(message);
    expect(more).toEqual([]);
  });

  it.each<[string, string[], string[]]>([
    ['%[capture.req.hdr(0)]', CHECK, ["'sample fetch 'capture.req.hdr'' in a check is not supported yet"]],
    ['%[capture.req.hdr(0)]', ['option httpchk'], []],
    ['%bi', ['option tcp-check', 'tcp-check send-lf %[unique-id]'], ["'log-format variable '%bi'' in a check is not"]],
    ['%bi', ['option tcp-check', 'tcp-check connect'], []],
  ])('%s with %j', async (format, lines, expected) => {
    const found = await said(`unique-id-format ${format}`, ...lines, server);
    expect(found).toEqual(expected.map((each) => expect.stringContaining(each)));
  });
});
