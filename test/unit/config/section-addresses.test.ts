/** `listen stats :9000`: addresses behind the name of a section, as HAProxy read them up to 2.2. */
import { describe, expect, it } from 'vitest';
import { loadLines, messages, modelOf } from '../../support/load-text.ts';

const TIMEOUTS = ['defaults', 'timeout connect 1s', 'timeout client 1s', 'timeout server 1s'];
const ASK = "please use the 'bind' keyword for listening addresses.";
const LOST = "'listen' or 'defaults' expected.";

/** Loads the lines behind `defaults`; their first stands on line 5. */
const load = (lines: readonly string[], strict = false) => loadLines([...TIMEOUTS, ...lines], { strict });

const sockets = async (lines: readonly string[]) =>
  modelOf(await load(lines)).proxies[0]!.frontend!.listeners.map(({ address }) => `${address.host}:${address.port}`);

describe('an address on the line of a section', () => {
  const STATS = ['listen stats :9000', 'mode http', 'stats enable', 'stats uri /haproxy_stats', 'stats auth me:secret'];

  it('is listened on, and the warning shows the line to write', async () => {
    const result = await load(STATS);
    const { frontend, statsPage } = modelOf(result).proxies[0]!;
    expect(frontend!.listeners).toMatchObject([{ address: { host: '0.0.0.0', port: 9000 }, id: 1 }]);
    expect(statsPage).toMatchObject({ uri: '/haproxy_stats', auth: [['me', 'secret']] });
    expect(result.diagnostics).toMatchObject([
      {
        code: 'address-on-section-line',
        severity: 'warning',
        message: `config : parsing [t.cfg:5] : ${ASK}`,
        span: { line: 5, start: 13, end: 18 },
        help: 'Write "bind :9000" on a line of its own below "listen ...".',
      },
    ]);
  });

  it('is refused with --strict, and every line of the section with it', async () => {
    const result = await load([...STATS, 'listen next', 'bind :9001'], true);
    expect(messages(result)).toEqual([
      `parsing [t.cfg:5] : ${ASK}`,
      ...[6, 7, 8, 9].map((line) => `parsing [t.cfg:${line}] : ${LOST}`),
    ]);
  });

  it('may be a list, a range, a name, a path', async () => {
    expect(await sockets(['frontend x 127.0.0.1:80,[::1]:81'])).toEqual(['127.0.0.1:80', '::1:81']);
    expect(await sockets(['listen x *:8000-8002'])).toEqual(['0.0.0.0:8000', '0.0.0.0:8001', '0.0.0.0:8002']);
    expect(await sockets(['frontend x four.example:80'])).toEqual(['192.0.2.4:80']);
    expect(await sockets(['frontend x /run/x.sock'])).toEqual(['/run/x.sock:0']);
  });

  it('goes together with bind lines and with defaults by name', async () => {
    expect(await sockets(['listen x :80', 'bind :81'])).toEqual(['0.0.0.0:80', '0.0.0.0:81']);
    const named = ['defaults d', ...TIMEOUTS.slice(1), 'listen x from d four.example:80', 'balance source'];
    expect(await sockets(named)).toEqual(['192.0.2.4:80']);
    expect(messages(await load(named, true))).toEqual([
      "parsing [t.cfg:9] : 'listen' cannot handle unexpected argument 'four.example:80'.",
      `parsing [t.cfg:9] : ${ASK}`,
      `parsing [t.cfg:10] : ${LOST}`,
    ]);
  });

  it('takes the parameters of bind, with their messages', async () => {
    const { frontend } = modelOf(await load(['listen x :80 name web maxconn 5'])).proxies[0]!;
    expect(frontend!.listeners).toMatchObject([{ name: 'web', maxconn: 5 }]);
    expect(messages(await load(['listen x :80 naem web']))).toEqual([
      `parsing [t.cfg:5] : ${ASK}`,
      "parsing [t.cfg:5] : 'bind :80' in section 'listen': unknown keyword 'naem'; did you mean 'name' maybe ?",
    ]);
  });

  it('is an error where it is no address, and the lines below are still looked at', async () => {
    for (const line of [
      'listen x foo',
      'frontend x :http',
      'listen from d',
      'listen x :0',
      'listen x nowhere.example:80',
    ]) {
      expect(messages(await load([line, 'bogus'])), line).toEqual([
        `parsing [t.cfg:5] : ${ASK}`,
        `parsing [t.cfg:6] : unknown keyword 'bogus' in '${line.split(' ')[0]}' section`,
      ]);
    }
  });

  it('means nothing for a backend', async () => {
    const lines = ['backend x :80', 'balance source', 'listen y', 'bind :81'];
    expect(messages(await load(lines))).toEqual([
      "parsing [t.cfg:5] : 'backend' cannot handle unexpected argument ':80'.",
    ]);
    // HAProxy says nothing about the line itself.
    expect(messages(await load(lines, true))).toEqual([`parsing [t.cfg:6] : ${LOST}`]);
  });
});

describe('defaults taken over both by name and as the latest', () => {
  const BOTH =
    "defaults section 'd' (declared at t.cfg:5) is explicitly referenced by another proxy and implicitly used here. " +
    "To avoid any ambiguity don't mix both usage. Add a last defaults section not explicitly used or always use " +
    'explicit references.';
  const d = ['defaults d', ...TIMEOUTS.slice(1)];

  it('is an alert that hinders nothing', async () => {
    const result = await load([
      ...d,
      'listen a from d',
      'bind :80',
      'listen b',
      'bind :81',
      'listen c from d',
      'bind :82',
    ]);
    expect(messages(result)).toEqual([`parsing [t.cfg:11] : ${BOTH}`, `parsing [t.cfg:13] : ${BOTH}`]);
    expect(modelOf(result).proxies).toHaveLength(3);
    expect(messages(await load([...d, 'listen a', 'bind :80', 'defaults e from d']))).toEqual([
      `parsing [t.cfg:11] : ${BOTH}`,
    ]);
  });

  it('is nothing when a later section is the latest', async () => {
    expect(
      messages(await load([...d, 'listen a from d', 'bind :80', 'defaults e from d', 'listen b', 'bind :81'])),
    ).toEqual([]);
  });
});
