/** `check uri /healthz` and the like: guides show them, HAProxy never had them. */
import { describe, expect, it } from 'vitest';
import { serverInventedParameters } from '../../../src/config/keywords/server-invented-parameters.ts';
import type { LoadResult } from '../../../src/config/load.ts';
import { loadBackend, messages, proxyOf } from '../../support/load-text.ts';

const S = 'server s 127.0.0.1:8000';
const T = 'server t 127.0.0.1:8001';

/** The backend without the lines its parts stand on. */
function meaning(result: LoadResult): unknown {
  const { backend, timeouts } = proxyOf(result, 'b');
  return { timeouts, ...backend, servers: backend!.servers.map(({ place, ...server }) => server) };
}

const helps = (result: LoadResult): readonly (string | undefined)[] => result.diagnostics.map((each) => each.help);

describe('a word that servers never had', () => {
  it.each<[string, readonly string[], readonly string[]]>([
    ['uri', [`${S} check uri /healthz`], ['option httpchk GET /healthz', `${S} check`]],
    ['path', [`${S} check path /healthz inter 5s`], ['option httpchk GET /healthz', `${S} check inter 5s`]],
    ['method alone', [`${S} check method head`], ['option httpchk HEAD /', `${S} check`]],
    [
      'several servers that agree',
      [`${S} check uri /x method HEAD`, `${T} check method HEAD uri /x weight 5`],
      ['option httpchk HEAD /x', `${S} check`, `${T} check weight 5`],
    ],
    ['one that is not checked', [`${S} check uri /x`, T], ['option httpchk GET /x', `${S} check`, T]],
    ['default-server', ['default-server check uri /x', S, T], ['option httpchk GET /x', `${S} check`, `${T} check`]],
    [
      'server-template',
      ['server-template s 2 :80 check uri /x'],
      ['option httpchk GET /x', 'server-template s 2 :80 check'],
    ],
    ['httpchk', [`${S} check httpchk GET /x HTTP/1.1 rise 3`], ['option httpchk GET /x HTTP/1.1', `${S} check rise 3`]],
    ['httpchk with a path alone', [`${S} check httpchk /x`], ['option httpchk GET /x', `${S} check`]],
    [
      'the method to the request of the backend',
      ['option httpchk /x', `${S} check method HEAD`],
      ['option httpchk HEAD /x', `${S} check`],
    ],
    [
      'the uri to its headers',
      ['option httpchk', 'http-check send ver HTTP/1.1 hdr Host a.example', `${S} check uri /x`],
      ['option httpchk GET /x HTTP/1.1', 'http-check send hdr Host a.example', `${S} check`],
    ],
    ['what the backend says too', ['option httpchk /x', `${S} check uri /x`], ['option httpchk /x', `${S} check`]],
    [
      'expect, a text',
      ['option httpchk GET /', `${S} check expect "all fine"`],
      ['option httpchk GET /', 'http-check expect string "all fine"', `${S} check`],
    ],
    [
      'expect, a status',
      [`${S} check uri / expect 200-204,301`],
      ['option httpchk GET /', 'http-check expect status 200-204,301', `${S} check`],
    ],
    [
      'expect with its kind',
      [`${S} check uri / expect ! rstatus ^5`],
      ['option httpchk GET /', 'http-check expect ! rstatus ^5', `${S} check`],
    ],
    ['status', [`${S} check uri / status 200`], ['option httpchk GET /', 'http-check expect status 200', `${S} check`]],
    ['timeout', [`${S} check inter 5s timeout 1s`], ['timeout check 1s', `${S} check inter 5s`]],
    ['interval', [`${S} check interval 5s`], [`${S} check inter 5s`]],
    ['check-interval', [`${S} check check-interval 5s`], [`${S} check inter 5s`]],
    ['rules: timeout', ['http-check timeout 3s', `${S} check`], ['timeout check 3s', `${S} check`]],
    [
      'rules: status',
      ['option httpchk', 'http-check status 200', `${S} check`],
      ['option httpchk', 'http-check expect status 200', `${S} check`],
    ],
  ])('%s', async (_name, invented, real) => {
    const got = await loadBackend(invented);
    const wanted = await loadBackend(real);
    expect(messages(wanted)).toEqual([]);
    expect(meaning(got)).toEqual(meaning(wanted));
    expect(got.diagnostics.map((each) => [each.code, each.severity])).not.toEqual([]);
    for (const { code, severity } of got.diagnostics) expect([code, severity]).toEqual(['invented-keyword', 'warning']);
  });

  it('is warned about once a backend, in the words of HAProxy, with the lines to write', async () => {
    const lines = [
      `${S} check uri /x expect "it's fine" timeout 2s`,
      `${T} check uri /x expect "it's fine" timeout 2s`,
    ];
    const { diagnostics } = await loadBackend(lines);
    expect(diagnostics).toMatchObject([
      {
        message: "config : [t.cfg:10] : 'server b/s' : unknown keyword 'uri'.",
        span: { line: 10, start: 30, end: 36 },
        help:
          "Taken for every server of 'b' as \"option httpchk GET /x\" and \"http-check expect string 'it'\\''s fine'\" " +
          'and "timeout check 2s", on lines of their own.',
      },
    ]);
  });

  it('is refused with --strict as HAProxy does, and the help says what to write', async () => {
    const strict = async (line: string) => {
      const result = await loadBackend([line], { strict: true });
      return [...messages(result), ...helps(result)];
    };
    expect(await strict(`${S} check uri /x`)).toEqual([
      "[t.cfg:10] : 'server b/s' : unknown keyword 'uri'.",
      'The request is the backend\'s affair: write "option httpchk GET <uri>" there.',
    ]);
    expect(await strict(`${S} check interval 5s`)).toEqual([
      "[t.cfg:10] : 'server b/s' : unknown keyword 'interval'; did you mean 'inter' maybe ?",
      'Write "inter <time>".',
    ]);
    expect((await strict('http-check timeout 3s'))[0]).toContain("parsing [t.cfg:10] : 'http-check' only supports '");
  });

  it.each<[string, readonly string[], RegExp]>([
    [
      'servers differ',
      [`${S} check uri /x`, `${T} check uri /y`],
      /'t' does not say what 's' says.*"option httpchk GET \/x"/,
    ],
    ['one says nothing', [`${S} check uri /x`, `${T} check`], /'t' does not say/],
    ['one times out otherwise', [`${S} check timeout 1s`, `${T} check timeout 2s`], /"timeout check 1s"/],
    ['another request', ['option httpchk GET /y', `${S} check uri /x`], /request of its own.*\/y/],
    ['another kind', ['option tcp-check', `${S} check uri /x`], /"option tcp-check", which says otherwise/],
    ['no HTTP', [`${S} check expect OK`], /Nothing says that 'b' is checked by HTTP/],
    [
      'an answer already',
      ['option httpchk', 'http-check expect status 200', `${S} check expect OK`],
      /"http-check expect" already/,
    ],
    ['a timeout already', ['timeout check 1s', `${S} check timeout 2s`], /"timeout check" already/],
    ['a time for what?', [`${S} timeout 1s`], /"timeout check <time>"/],
    ['no value', [`${S} check uri`], /"option httpchk GET <uri>"/],
    ['no value for a time', [`${S} check interval`], /"inter <time>"/],
    ['no place for it', [`${S} check host www.example.com`], /hdr Host <name>/],
    ['a path alone', [`${S} check /healthz`], /"option httpchk GET <uri>"/],
    ['an equals sign', [`${S} check weight=5`], /Write "weight 5"/],
    ['nginx', [`${S} max_fails=3`], /"check fall <count>"/],
    ['TLS', [`${S} check ssl verify none`], /'check-ssl'/],
    ['connect-timeout', ['http-check connect-timeout 1000'], /No directive limits the connection of a check alone/],
    ['uri of rules', ['option httpchk', 'http-check uri /x'], /"option httpchk GET <uri>"/],
    ['interval of rules', ['http-check interval 5s'], /"default-server inter <time>"/],
  ])('is an error that names the real directive: %s', async (_name, lines, help) => {
    const result = await loadBackend(lines);
    expect(result.model).toBeUndefined();
    const alerts = result.diagnostics.filter(({ severity }) => severity === 'alert');
    expect(alerts).toHaveLength(1);
    expect(alerts[0]!.help).toMatch(help);
  });

  it('has values that are looked at as those of the real lines', async () => {
    expect(messages(await loadBackend([`${S} check uri / expect rstring [a-`]))).toEqual([
      "[t.cfg:10] : 'server b/s' : unknown keyword 'uri'.",
      expect.stringContaining("'http-check expect'"),
    ]);
    expect(messages(await loadBackend([`${S} check interval 5x`]))).toEqual([
      "[t.cfg:10] : 'server b/s' : unknown keyword 'interval'; did you mean 'inter' maybe ?",
      "[t.cfg:10] : 'server b/s' : unexpected character 'x' in 'agent-inter' argument of server s..",
    ]);
  });

  it('is found beside errors of other lines', async () => {
    const found = messages(await loadBackend([`${S} check uri /x`, 'bogus', `${T} check uri /y`]));
    expect(found).toEqual([
      "parsing [t.cfg:11] : unknown keyword 'bogus' in 'backend' section",
      "[t.cfg:10] : 'server b/s' : unknown keyword 'uri'.",
    ]);
  });

  it('wins over what defaults say, as a line of the backend would', async () => {
    const head = ['option httpchk HEAD /d', 'http-check expect status 204', 'timeout check 9s', 'backend b2'];
    const text = (lines: readonly string[]) => [...head, ...lines];
    const defaults = ['defaults', 'timeout connect 1s', 'timeout client 1s', 'timeout server 1s'];
    const load = (lines: readonly string[]) => loadBackend(['backend unused', ...defaults, ...text(lines)]);
    const got = proxyOf(await load([`${S} check uri /x timeout 2s`]), 'b2');
    const wanted = proxyOf(await load(['option httpchk GET /x', 'timeout check 2s', `${S} check`]), 'b2');
    expect(got.backend!.check).toEqual(wanted.backend!.check);
    expect(got.timeouts).toEqual(wanted.timeouts);
  });
});

describe('every such word', () => {
  for (const { name, examples } of serverInventedParameters) {
    it.each(examples.ok)(`${name}: takes %s`, async (example) => {
      const result = await loadBackend([`${S} ${example}`]);
      expect(result.diagnostics.map((each) => each.code)).toEqual(['invented-keyword']);
    });
    it.each(examples.bad)(`${name}: refuses %s`, async (example) => {
      const result = await loadBackend([`${S} ${example}`]);
      expect(result.model).toBeUndefined();
      for (const { help } of result.diagnostics) expect(help).toMatch(/[Ww]rite "|Taken/);
    });
  }
});
