/** `fcgi-app` sections, and the servers that speak FastCGI. */
import { describe, expect, it } from 'vitest';
import { loadLines, messages, proxyOf } from '../../support/load-text.ts';

const TIMEOUTS = ['defaults', 'mode http', 'timeout connect 1s', 'timeout client 1s', 'timeout server 1s'];
const STATS = ['listen stats', 'bind 127.0.0.1:9001', 'stats enable'];
const SERVER = 'server s 127.0.0.1:80 check proto fcgi';

const load = (app: readonly string[], backend: readonly string[]) =>
  loadLines([...TIMEOUTS, ...STATS, ...app, 'backend b', 'option httpchk', ...backend]);

describe('a fcgi-app section', () => {
  it.each<[string[], object]>([
    [[], { docroot: '/d', keepConnection: true, getValues: false }],
    [['index i.php', 'option get-values'], { docroot: '/d', index: 'i.php', keepConnection: true, getValues: true }],
    [
      ['path-info ^(/a)(.*)'],
      { docroot: '/d', pathInfo: '^(\\x2fa)([^\\n]*)', keepConnection: true, getValues: false },
    ],
    [['no option keep-conn'], { docroot: '/d', keepConnection: false, getValues: false }],
    [['no option keep-conn', 'option keep-conn'], { docroot: '/d', keepConnection: true, getValues: false }],
    [
      [
        'option mpxs-conns',
        'option max-reqs 5',
        'set-param A b if TRUE',
        'pass-header X',
        'log-stderr global',
        'acl a src 1.2.3.4',
      ],
      { docroot: '/d', keepConnection: true, getValues: false },
    ],
  ])('%j', async (lines, expected) => {
    const result = await load(['fcgi-app php', 'docroot /d', ...lines], ['use-fcgi-app php', SERVER]);
    expect(proxyOf(result, 'b').backend).toMatchObject({
      fastcgi: expected,
      servers: [{ check: { protocol: 'fcgi' } }],
    });
  });

  it.each([
    ['docroot', "'docroot' expects <path> as argument."],
    ['docroot /a b', "'docroot /a' cannot handle unexpected argument 'b'."],
    ['index', "'index' expects <filename> as argument."],
    ['index a b', "'index a' cannot handle unexpected argument 'b'."],
    ['path-info', "'path-info' expects <regex> as argument."],
    ['path-info a b', "'path-info a' cannot handle unexpected argument 'b'."],
    ['path-info (', "'(' : regex '(' is invalid (error=missing closing parenthesis, erroffset=1)."],
    ['path-info (?R)', expect.stringMatching(/^'path-info' : '.*' is not supported yet by hapax/)],
    ['option foo', "unknown option 'foo'."],
    ['set-param A', "'set-param' expects <name> and <value> as arguments."],
    ['pass-header', "'pass-header' expects <name> as arguments."],
  ])('%s', async (line, message) => {
    const [first, ...more] = messages(await loadLines(['fcgi-app php', line]));
    expect(first?.slice(0, 'parsing [t.cfg:2] : '.length)).toBe('parsing [t.cfg:2] : ');
    expect(first?.slice('parsing [t.cfg:2] : '.length)).toEqual(message);
    expect(more.filter((each) => each.startsWith('parsing'))).toEqual([]);
  });

  it.each([
    ['option max-reqs', "option 'max-reqs' expects a strictly positive integer argument."],
    ['option max-reqs 0', "option 'max-reqs' expects a strictly positive integer argument."],
    ['foo', "unknown keyword 'foo' in 'fcgi-app' section"],
  ])('%s', async (line, message) => {
    expect(messages(await loadLines(['fcgi-app php', line]))[0]).toBe(`parsing [t.cfg:2]: ${message}`);
  });

  it('has one name, of its own', async () => {
    expect(messages(await loadLines(['fcgi-app']))[0]).toBe(
      "parsing [t.cfg:1]: 'fcgi-app' expects <name> as argument.",
    );
    expect(messages(await loadLines(['fcgi-app a b']))[0]).toBe(
      "parsing [t.cfg:1] : 'fcgi-app' cannot handle unexpected argument 'b'.",
    );
    expect(messages(await loadLines(['fcgi-app a', 'docroot /a', 'fcgi-app a', 'docroot /b']))[0]).toBe(
      "Parsing [t.cfg:3]: fcgi-app section 'a' has the same name as another one declared at t.cfg:1.",
    );
  });

  it('has a docroot', async () => {
    expect(messages(await load(['fcgi-app a'], ['use-fcgi-app a', SERVER]))).toEqual([
      "fcgi-app 'a': no docroot configured.",
    ]);
  });
});

describe('servers over FastCGI', () => {
  const app = ['fcgi-app php', 'docroot /d'];
  it.each<[string[], string[]]>([
    [['use-fcgi-app php', 'server s 127.0.0.1:80'], ["proxy 'b': FCGI app configured but no FCGI server found."]],
    [['use-fcgi-app pph', SERVER], ["proxy 'b' : fcgi-app 'pph' not found."]],
    [[SERVER], ["proxy 'b': FCGI server 's' has no FCGI app configured."]],
    [['server s 127.0.0.1:80 check check-proto fcgi'], ["proxy 'b': FCGI server 's' has no FCGI app configured."]],
    [
      ['http-check connect proto fcgi', 'server s 127.0.0.1:80 check'],
      ["proxy 'b': FCGI server 's' has no FCGI app configured."],
    ],
    [
      ['mode tcp', 'use-fcgi-app php', SERVER],
      [
        "backend 'b' : MUX protocol 'fcgi' is not usable for server 's' at [t.cfg:15].",
        "proxy 'b': FCGI application cannot be used in non-HTTP mode.",
      ],
    ],
    [
      ['option tcp-check', 'use-fcgi-app php', `${SERVER} check-proto fcgi`],
      ["config: backend 'b': server 's' uses an incompatible MUX protocol for the selected check type"],
    ],
    [['use-fcgi-app'], ["parsing [t.cfg:13] : 'use-fcgi-app' expects <name> as argument"]],
    [['use-fcgi-app php', 'server s 127.0.0.1:80 no-check proto fcgi'], []],
    [['option tcp-check', 'use-fcgi-app php', SERVER], []],
  ])('%j', async (lines, expected) => {
    expect(messages(await load(app, lines))).toEqual(expected);
  });

  it.each([
    ['http', 'h1', 'h1'],
    ['http', 'h2', 'h2'],
    ['http', 'none', undefined],
    ['tcp', 'h2', undefined],
    ['tcp', 'none', 'nothing'],
  ])('in mode %s with proto %s are checked over %s', async (mode, name, expected) => {
    const result = await load([], [`mode ${mode}`, `server s 127.0.0.1:80 check proto ${name}`]);
    const unusable = `backend 'b' : MUX protocol '${name}' is not usable for server 's' at [t.cfg:12].`;
    expect(messages(result)).toEqual(expected === undefined ? [unusable] : []);
    if (expected !== undefined)
      expect(proxyOf(result, 'b').backend?.servers[0]?.check.protocol ?? 'nothing').toBe(expected);
  });

  it('may be checked over HTTP all the same', async () => {
    const result = await load(app, ['use-fcgi-app php', `${SERVER} check-proto h1`]);
    expect(proxyOf(result, 'b').backend?.servers[0]?.check.protocol).toBe('h1');
  });

  it('get no traffic yet', async () => {
    const [first] = messages(
      await load(app, ['use-fcgi-app php', SERVER, 'frontend f', 'bind :80', 'default_backend b']),
    );
    expect(first).toContain('would have to forward HTTP, which is not supported yet');
  });
});
