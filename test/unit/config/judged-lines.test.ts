/** Lines that HAProxy 2.6 refuses or takes for a reason that is easily missed: the same verdict under `--strict --target 2.6`. */
import { describe, expect, it } from 'vitest';
import { loadLines, messages } from '../../support/load-text.ts';

const TIMEOUTS = ['defaults', 'timeout connect 1s', 'timeout client 1s', 'timeout server 1s'];

/** The alerts and warnings without their place. */
async function said(lines: readonly string[], strict = true): Promise<readonly string[]> {
  const result = await loadLines(lines, strict ? { strict, target: '2.6' } : {});
  return messages(result).map((each) => each.replace(/^(?:parsing )?\[t\.cfg:\d+\] ?: /, ''));
}

const inGlobal = (line: string) => said(['global', line, ...TIMEOUTS, 'listen l', 'bind 127.0.0.1:9001']);
const inListen = (line: string, strict = true) =>
  said([...TIMEOUTS, 'listen l', 'bind 127.0.0.1:9001', line, 'server s 127.0.0.1:80'], strict);

describe('words of a line', () => {
  it('end at a carriage return that does not stand before them', async () => {
    expect(await inListen('mode tcp\r junk')).toEqual([]);
    expect(await inListen('\r mode tcp\r')).toEqual([]);
    expect(await inListen('mode\r tcp')).toEqual(["unknown proxy mode ''."]);
    expect((await inListen('mode "t\rcp"'))[0]).toMatch(/unmatched quote at position 6:$/);
  });

  it('are ignored when the first is empty, with a warning unless it is --strict', async () => {
    expect(await inListen("'' junk")).toEqual([]);
    expect(await inListen('"$NOTHING" timeout queue 1s')).toEqual([]);
    expect(await inListen("no '' junk")).toHaveLength(2);
    expect(await inListen("'' junk", false)).toEqual([
      expect.stringContaining('line ignored because its first word is empty.'),
    ]);
  });
});

describe('names of a later HAProxy', () => {
  it('are unknown as fetches and converters', async () => {
    expect(await inListen('acl a ssl_c_r_dn -m found')).toEqual([
      "error detected while parsing ACL 'a' : unknown fetch method 'ssl_c_r_dn' in ACL expression 'ssl_c_r_dn'.",
    ]);
    expect(await inListen('acl a src,ip.ver -m found')).toEqual([
      "error detected while parsing ACL 'a' : unknown converter 'ip.ver' in ACL expression 'src,ip.ver'.",
    ]);
    expect(await inListen('log-format %[bytes_in]')).toEqual([
      expect.stringContaining("unknown fetch method 'bytes_in'"),
    ]);
  });

  it('are taken with a warning where the target is not enforced', async () => {
    const result = await loadLines([...TIMEOUTS, 'listen l', 'bind 127.0.0.1:9001', 'acl a ssl_c_r_dn -m found'], {
      target: '2.6',
    });
    expect(messages(result)).toEqual(["parsing [t.cfg:7] : HAProxy 2.6 has no 'ssl_c_r_dn' yet."]);
    const later = await loadLines([...TIMEOUTS, 'listen l', 'bind 127.0.0.1:9001', 'acl a ssl_c_r_dn -m found'], {
      strict: true,
      target: '2.8',
    });
    expect(messages(later)).toEqual([]);
  });
});

describe('rules on HTTP', () => {
  const inFrontend = async (line: string) => {
    const lines = [...TIMEOUTS, 'mode http', 'frontend f', 'bind 127.0.0.1:9001', 'stats enable', line];
    return (await said(lines))[0];
  };
  const detected = (action: string) => `error detected in frontend 'f' while parsing 'http-request ${action}' rule : `;

  it.each([
    ['set-header X', 'expects exactly 2 arguments.'],
    ['set-header X %[srx]', 'failed to parse sample expression <srx]> : unknown fetch method'],
    ['replace-header X ( y', "regex '(' is invalid (error=missing closing parenthesis, erroffset=1)."],
    ['replace-path a', 'expects exactly 2 arguments <match-regex> and <replace-format>.'],
    ['set-path', 'expects exactly 1 argument <format>.'],
    ['set-path a junk', 'expects exactly 1 argument <format>.'],
    ['del-header X -m foo', "-m with unsupported matching method 'foo'."],
    ['set-log-level error', "expects exactly 1 argument (log level name or 'silent')."],
    ['set-mark 12z', "invalid character starting at 'z' (integer/hex value expected)."],
    ['strict-mode maybe', "Unexpected value 'maybe'. Only 'on' and 'off' are supported."],
    ['use-service nosuch', "'nosuch' unknown service name.."],
    ['deny deny_status 40', "Unexpected status code '40'."],
    ['deny deny_status 599', "status code '599' not handled by default with 'default-errorfiles' argument.."],
    ['return string x', 'a content type must be defined when non-empty payload is configured.'],
    ['return file /nonexistent content-type a/b', "error opening file '/nonexistent'."],
    ['return hdr a', "'hdr' expects <name> and <value> as arguments."],
    ['capture src len 0', 'length must be > 0.'],
    ['capture src', "expects <expression> [ 'len' <length> | id <idx> ]."],
    ['track-sc9 src', '9 track-sc number exceeding 2 (MAX_SESS_STKCTR-1) value.'],
    ['set-var(foo.a) src', "invalid variable name 'foo.a'."],
    ['set-var(txn.a) src,foo', "unknown converter 'foo'."],
    ['set-var(txn.a) res.hdr(a)', "fetch method 'set-var(txn.a)' extracts information from 'HTTP response headers'"],
    ['sc-inc-gpc0(9)', 'invalid stick table track ID. Expects sc-inc-gpc0(9)(<Track ID>).'],
    ['sc-inc-gpc(0)', "Missing gpc ID 'sc-inc-gpc(0)'. Expects sc-inc-gpc(<GPC ID>,<Track ID>)."],
    ['wait-for-body', 'expects time <time> [ at-least <bytes> ].'],
    ['wait-for-body time 1x', "unexpected character 'x'."],
    ['set-timeout server 1s', "proxy 'f' has no backend capability."],
    ['do-resolve(txn.a) src', "Can't parse 'do-resolve(txn.a)'."],
    ['redirect location', "missing argument for 'location'."],
    ['redirect code 300 location /', "'code': unsupported HTTP code '300' (must be one of 301, 302, 303, 307 or 308)."],
    ['redirect code 301', "redirection type expected ('prefix', 'location', or 'scheme')."],
    ['redirect scheme https and { src ::1 }', "expects 'code', 'prefix', 'location', 'scheme', 'set-cookie',"],
  ])('http-request %s', async (action, problem) => {
    expect((await inFrontend(`http-request ${action}`))?.slice(0, 130)).toContain(
      `${detected(action.split(' ')[0]!)}${problem}`.slice(0, 130),
    );
  });

  it.each(['deny deny', 'set-header X y z', 'set-nice 1 x', 'auth realm a b', 'silent-drop rst-ttl 5', 'return a'])(
    'http-request %s has a word too many',
    async (action) => {
      const found = action.split(' ').at(-1) === '5' ? 'rst-ttl' : action.split(' ').at(-1);
      expect(await inFrontend(`http-request ${action}`)).toBe(
        `'http-request ${action.split(' ')[0]}' expects either 'if' or 'unless' followed by a condition but found '${found}'.`,
      );
    },
  );

  it('take a newer action for none', async () => {
    expect(await inFrontend('http-response set-timeout server 1s')).toContain("but got 'set-timeout'");
  });

  it('are right in these forms, and only not run yet', async () => {
    for (const action of [
      'set-header X %[src] if TRUE',
      'deny status 403 content-type text/plain string x hdr A %[src]',
      'redirect scheme https code 301 drop-query if !{ ssl_fc }',
      'set-var-fmt(txn.a) %[src]:%[src_port]',
      'capture src len 10',
      'set-mark 0x1f unless TRUE',
      'del-header ^X -m reg',
    ]) {
      expect(await inFrontend(`http-request ${action}`)).toContain("'http-request' is not supported yet");
    }
  });
});

describe('settings of the process', () => {
  it.each([
    ['nopoll x', "'nopoll' cannot handle unexpected argument 'x'."],
    ['tune.bufsize 16384 1', "'tune.bufsize' cannot handle unexpected argument '1'."],
    ['tune.bufsize', "'tune.bufsize' expects an integer argument."],
    ['tune.bufsize 0', "'tune.bufsize' expects a positive integer argument."],
    ['tune.maxrewrite', "'tune.maxrewrite' expects an integer argument."],
    ['tune.ssl.default-dh-param 2', "'tune.ssl.default-dh-param' expects a value >= 1024."],
    ['tune.ssl.cachesize -1', "'tune.ssl.cachesize' expects a positive numeric value."],
    ['tune.comp.maxlevel 10', "'tune.comp.maxlevel' expects a numeric value between 1 and 9"],
    ['tune.idle-pool.shared maybe', "'tune.idle-pool.shared' expects either 'on' or 'off' but got 'maybe'."],
    ['tune.idletimer 5x', "unexpected character 'x' in argument to <tune.idletimer>."],
    ['tune.vars.proc-max-size gzip', "tune.vars.proc-max-size: 'gzip' is an invalid size"],
    ['tune.lua.maxmem 12x', "tune.lua.maxmem: invalid number 12x (error at 'x')"],
    ['tune.lua.session-timeout x', 'tune.lua.session-timeout: invalid timeout'],
    ['close-spread-time', "'close-spread-time' expects <time> as argument."],
    ['master-worker 65537', "'master-worker' only supports 'no-exit-on-failure' option."],
    ['thread-groups 2', "'thread-groups' value must be between 1 and 1 (was 2)"],
    ['cpu-map auto:1/1-4 :::853 0-3', "cpu-map : ':::853' is not a CPU range."],
    ['cpu-map x 0', "cpu-map : 'x' is not a valid number/range."],
    ['h1-case-adjust-file', "'h1-case-adjust-file' expects <file> as argument."],
    ['h1-case-adjust a b', '<from> and <to> must not differ execpt the case'],
    ['h1-case-adjust host HOST', undefined],
    ['maxcomprate', "'maxcomprate' expects an integer argument in kb/s."],
    ['ssl-load-extra-files none some', "'ssl-load-extra-files' expects one or multiple arguments"],
    ['wurfl-data-file x', "unknown keyword 'wurfl-data-file' in 'global' section"],
    ['ssl-engine rdrand', "unknown keyword 'ssl-engine' in 'global' section"],
    ['tune.quic.socket-owner 1', "HAProxy 2.6 has no 'tune.quic.socket-owner' yet."],
    ['tune.maxaccept -1', undefined],
    ['tune.bufsize 32768', undefined],
    ['cpu-map auto:1/1-4 0-3', undefined],
    ['profiling.tasks auto', undefined],
  ])('%s', async (line, wanted) => {
    const found = await inGlobal(line);
    if (wanted === undefined) expect(found).toEqual([]);
    else expect(found[0]).toContain(wanted);
  });

  it('may be those of a later HAProxy unless 2.6 is wanted', async () => {
    const lines = ['global', 'thread-groups 2', 'tune.vars.proc-max-size 1k', 'tune.listener.multi-queue fair'];
    expect(await said([...lines, ...TIMEOUTS, 'listen l', 'bind 127.0.0.1:9001'], false)).toEqual([]);
  });
});

describe('settings of HTTP', () => {
  it.each([
    ['cookie S insert nocache indirct', "'cookie' supports 'rewrite', 'insert', 'prefix', 'indirect', 'nocache',"],
    ['cookie S prefix insert', "cookie 'rewrite', 'insert' and 'prefix' modes are incompatible."],
    ['cookie S preserve', "cookie 'preserve' requires at least 'insert' or 'indirect'."],
    ['retry-on none 503', "'retry-on' 'none' keyworld only usable alone"],
    ['compression algo foo', "'compression' : 'foo' is not a supported algorithm."],
    ['capture request header Host', "'capture request' expects 'header' <header_name> 'len' <len>."],
    ['declare capture request len 0', 'length must be > 0'],
    ['retry-on option', "'retry-on': unknown keyword 'option'"],
    ['http-reuse always 65537', "'http-reuse always' cannot handle unexpected argument '65537'."],
    ['http-reuse maybe', "'http-reuse' only supports 'never', 'safe', 'aggressive', 'always'."],
    ['errorloc 600000', 'errorloc : expects <status_code> and <url> as arguments.'],
    ['errorloc302 99 /x', "errorloc302 : status code '99' not handled."],
    ['errorfiles pages 99', "errorfiles : status code '99' not handled."],
    ['http-error 503', 'http-error : expects at least a <status> as arguments.'],
    ['compression gzip', "'compression' expects 'algo', 'type' or 'offload'"],
    ['capture request Host', "'capture' expects 'cookie' or 'request header' or 'response header'."],
    ['declare foo', "unknown declaration type 'foo' (supports 'capture')"],
    ['max-keep-alive-queue 5s', "'max-keep-alive-queue' : unexpected character 's' in integer value '5s'"],
    ['unique-id-format %pid x', "unique-id-format expects only one argument, don't forget to escape spaces!"],
    ['option forwardfor except 1|27.0.0.0/8', "'option forwardfor except' expects <address>[/mask] as argument."],
    ['option http-restrict-req-hdr-names foo', "invalid parameter 'foo'. option 'http-restrict-req-hdr-names' expects"],
    ['stats show-version', "HAProxy 2.6 has no 'show-version' yet."],
    ['timeout client-hs 5s', "HAProxy 2.6 has no 'client-hs' yet."],
    ['option forwarded', "HAProxy 2.6 has no 'forwarded' yet."],
  ])('%s', async (line, wanted) => {
    expect((await inListen(line))[0]).toContain(wanted);
  });

  it.each([
    'cookie S insert indirect nocache domain a.example maxidle 5m attr SameSite=None',
    'retry-on conn-failure 503',
    'errorloc303 503 http://x/',
    'capture request header Host len 10',
    'option forwardfor except 127.0.0.0/8 header X-Client if-none',
    'option originalto except ::1',
  ])('%s is right', async (line) => {
    const result = await loadLines([...TIMEOUTS, 'listen l', 'bind 127.0.0.1:9001', line], { strict: true });
    expect(result.diagnostics.filter(({ severity }) => severity === 'alert')).toEqual([]);
  });
});
