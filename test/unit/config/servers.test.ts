import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { rootCertificates } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadConfigurationText } from '../../../src/config/load.ts';
import type { ServerModel } from '../../../src/config/model.ts';
import { loadBackend, messages, serversOf } from '../../support/load-text.ts';

const directory = mkdtempSync(join(tmpdir(), 'hapax-servers-'));
const caFile = join(directory, 'ca.pem');
const garbage = join(directory, 'garbage.pem');

beforeAll(() => {
  writeFileSync(caFile, `${rootCertificates[0]}\n`);
  writeFileSync(garbage, 'garbage\n');
});
afterAll(() => rmSync(directory, { recursive: true }));

/** Line 10 is the first line of the backend. */
const at = "[t.cfg:10] : 'server b/s' : ";

async function server(parameters: string): Promise<ServerModel> {
  const result = await loadBackend([`server s 127.0.0.1:8000 ${parameters}`]);
  return serversOf(result)[0]!;
}

describe('a server-template line', () => {
  it('makes servers that are alike but for name and number', async () => {
    const lines = [
      'server x :80',
      'server-template s 3-5 127.0.0.1:8000 id 5 weight 7 check',
      'server z :81 id 6',
      'server y :82',
    ];
    const servers = serversOf(await loadBackend(lines));
    expect(servers.map(({ name, id, weight }) => [name, id, weight])).toEqual([
      ['x', 1, 1],
      ['s3', 5, 7],
      ['s4', 3, 7],
      ['s5', 4, 7],
      ['z', 6, 1],
      ['y', 7, 1],
    ]);
    expect(servers[2]).toMatchObject({ address: { host: '127.0.0.1', port: 8000 }, check: { enabled: true } });
  });

  it.each([
    ['2', ['s1', 's2']],
    ['0-1', ['s0', 's1']],
    ['1.5', ['s1']],
    ['2x-5', ['s1', 's2']],
    ['1-2x', ['s1', 's2']],
  ])('counts %s as HAProxy does', async (count, names) => {
    const servers = serversOf(await loadBackend([`server-template s ${count} :80`]));
    expect(servers.map(({ name }) => name)).toEqual(names);
  });

  it.each(['0', '-5', '1-', '5-3', 'x', '70000'])('refuses %s servers', async (count) => {
    const message = `[t.cfg:10] : Wrong server-template number or range arg '${count}'.`;
    expect(messages(await loadBackend([`server-template s ${count} :80`]))).toEqual([message]);
  });

  it('is complained about once', async () => {
    expect(messages(await loadBackend(['server-template s 3 :80 weight 300']))).toHaveLength(1);
    expect(
      messages(await loadBackend(['server-template s 3 :80 check observe layer7'], { strict: true })),
    ).toHaveLength(1);
    expect(messages(await loadBackend(['server-template s/ 3 :80']))).toEqual([
      "[t.cfg:10] : character '/' is not permitted in server-template prefix 's/'.",
    ]);
  });
});

describe('a server line', () => {
  it('has the defaults of HAProxy', async () => {
    expect(await server('')).toEqual({
      name: 's',
      id: 1,
      idForced: false,
      address: { family: 'ipv4', host: '127.0.0.1', port: 8000 },
      place: { file: 't.cfg', line: 10 },
      weight: 1,
      backup: false,
      disabled: false,
      maxconn: 0,
      minconn: 0,
      maxqueue: 0,
      slowstart: 0,
      shutdownSessionsOnDown: false,
      shutdownBackupSessionsOnUp: false,
      check: { enabled: false, inter: 2000, rise: 2, fall: 3, ssl: false, verify: 'required' },
    });
  });

  it.each<[string, object]>([
    ['weight 10%', { weight: 10 }],
    ['weight abc', { weight: 0 }],
    ['maxconn 5x maxqueue 7', { maxconn: 5, maxqueue: 7 }],
    ['maxconn -3', { maxconn: 0 }],
    ['minconn 10', { minconn: 10, maxconn: 10 }],
    ['minconn 10 maxconn 5', { minconn: 10, maxconn: 10 }],
    ['minconn 5 maxconn 10', { minconn: 5, maxconn: 10 }],
    ['slowstart 1m', { slowstart: 60_000 }],
    ['backup disabled', { backup: true, disabled: true }],
    ['backup no-backup disabled enabled', { backup: false, disabled: false }],
    ['on-marked-down shutdown-sessions', { shutdownSessionsOnDown: true }],
    ['on-marked-up shutdown-backup-sessions', { shutdownBackupSessionsOnUp: true }],
    ['id 7', { id: 7, idForced: true }],
  ])('%s', async (parameters, expected) => {
    expect(await server(parameters)).toMatchObject(expected);
  });

  it.each<[string, object]>([
    ['check inter 1s fastinter 300ms downinter 1500us', { enabled: true, inter: 1000, fastinter: 300, downinter: 2 }],
    ['check rise 4 fall 5', { rise: 4, fall: 5 }],
    ['check no-check', { enabled: false }],
    ['check port 8008', { port: 8008 }],
    ['check port 70000', { port: 4464 }],
    ['check addr 127.0.0.2', { address: { family: 'ipv4', host: '127.0.0.2', port: 0 } }],
    ['check addr 127.0.0.2:9', { address: { family: 'ipv4', host: '127.0.0.2', port: 9 } }],
    ['check addr 127.0.0.2:9 port 10', { port: 10 }],
    ['check addr six.example', { address: { family: 'ipv6', host: '2001:db8::6', port: 0, name: 'six.example' } }],
    ['check check-ssl verify none', { ssl: true, verify: 'none' }],
    ['check-ssl no-check-ssl', { ssl: false }],
    ['check-sni www verifyhost api verify none check-ssl', { sni: 'www', verifyhost: 'api' }],
    ['ssl-min-ver TLSv1.2 ssl-max-ver TLSv1.3', { sslMinVersion: 'TLSv1.2' }],
    ['force-tlsv12', { sslMinVersion: 'TLSv1.2', sslMaxVersion: 'TLSv1.2' }],
    ['no-sslv3 no-tlsv10 no-tlsv11', { sslMinVersion: 'TLSv1.2' }],
    ['ciphers HIGH ciphersuites TLS_AES_128_GCM_SHA256', { ciphers: 'HIGH', ciphersuites: 'TLS_AES_128_GCM_SHA256' }],
  ])('%s', async (parameters, expected) => {
    expect((await server(parameters)).check).toMatchObject(expected);
  });

  it('takes the file of authorities, below ca-base when it is relative', async () => {
    expect((await server(`check-ssl ca-file ${caFile}`)).check.caFile).toBe(caFile);
    const result = await loadBackend([
      'server s 127.0.0.1:1 check-ssl ca-file ca.pem',
      'global',
      `ca-base ${directory}`,
    ]);
    expect(messages(result)[0]).toBe(`${at}Couldn't open the ca-file 'ca.pem' (No such file or directory).`);
    const based = await loadBackend([
      'global',
      `ca-base ${directory}`,
      'backend c',
      'server s 127.0.0.1:1 check-ssl ca-file ca.pem',
    ]);
    expect(based.model?.proxies[2]?.backend?.servers[0]?.check.caFile).toBe(caFile);
  });

  it('takes a directory of authorities, with a warning when it holds none', async () => {
    const result = await loadBackend([`server s 127.0.0.1:1 check-ssl ca-file ${directory}`]);
    expect(messages(result)).toEqual([]);
    const empty = mkdtempSync(join(directory, 'empty-'));
    const warned = await loadBackend([`server s 127.0.0.1:1 check-ssl ca-file ${empty}`]);
    expect(messages(warned)).toEqual([`${at}ca-file: 0 CA were loaded from '${empty}'`]);
  });

  it('numbers servers around forced ids', async () => {
    const ids = ['id 3', '', '', 'id 2', '', 'id 1'];
    const lines = ids.map((id, index) => `server s${index} 127.0.0.1:80 ${id}`);
    expect(serversOf(await loadBackend(lines)).map((each) => each.id)).toEqual([3, 4, 5, 2, 7, 1]);
  });

  it('makes several from a template', async () => {
    const result = await loadBackend(['server-template s 2-4 127.0.0.1:80 weight 3']);
    expect(serversOf(result).map((each) => [each.name, each.weight])).toEqual([
      ['s2', 3],
      ['s3', 3],
      ['s4', 3],
    ]);
  });
});

describe('default-server', () => {
  it('acts on the servers behind it, and adds up', async () => {
    const result = await loadBackend([
      'server a 127.0.0.1:80',
      'default-server check inter 1s weight 5 disabled',
      'server b 127.0.0.1:80',
      'default-server rise 7 weight 6 enabled',
      'server c 127.0.0.1:80 no-check',
      'server d 127.0.0.1:80 weight 8',
    ]);
    const seen = serversOf(result).map(({ weight, disabled, check }) => [
      weight,
      disabled,
      check.enabled,
      check.inter,
      check.rise,
    ]);
    expect(seen).toEqual([
      [1, false, false, 2000, 2],
      [5, true, true, 1000, 2],
      [6, false, false, 1000, 7],
      [8, false, true, 1000, 7],
    ]);
  });

  it('comes down from defaults, and goes no further than its section', async () => {
    const result = await loadBackend([
      'server a 127.0.0.1:80',
      'defaults',
      'timeout connect 1s',
      'timeout server 1s',
      'default-server fall 9 on-marked-down shutdown-sessions',
      'backend c',
      'default-server fall 8',
      'server a 127.0.0.1:80',
      'backend d',
      'server a 127.0.0.1:80',
    ]);
    const falls = result.model?.proxies.map((proxy) => proxy.backend?.servers[0]);
    expect(falls?.map((each) => each?.check.fall)).toEqual([undefined, 3, 8, 9]);
    expect(falls?.map((each) => each?.shutdownSessionsOnDown)).toEqual([undefined, false, true, true]);
  });
});

describe('addresses of servers by name', () => {
  const unresolved = "could not resolve address 'none.example'";
  it.each<[string, object, string[]]>([
    ['four.example:80', { address: { host: '192.0.2.4', name: 'four.example', port: 80 } }, []],
    ['both.example:80', { address: { host: '192.0.2.4', family: 'ipv4' } }, []],
    ['ipv6@both.example:80', { address: { host: '2001:db8::6', family: 'ipv6' } }, []],
    ['six.example', { address: { host: '2001:db8::6', family: 'ipv6', port: 0 } }, []],
    ['none.example:80 init-addr none', { unresolved: true, address: { host: '', name: 'none.example', port: 80 } }, []],
    ['four.example:80 init-addr none,libc', { unresolved: true }, []],
    ['none.example:80 init-addr last,libc,none', { unresolved: true }, [`${at}${unresolved}, disabling server.`]],
    ['none.example:80 init-addr 127.0.0.9', { address: { host: '127.0.0.9', name: 'none.example' } }, []],
    [
      'none.example:80 init-addr libc,127.0.0.9',
      { address: { host: '127.0.0.9', port: 80 } },
      [`${at}${unresolved}, falling back to configured address.`],
    ],
  ])('%s', async (text, expected, said) => {
    const result = await loadBackend([`server s ${text}`]);
    expect(messages(result)).toEqual(said);
    expect(serversOf(result)[0]).toMatchObject(expected);
  });

  it.each([
    ['none.example:80', `${at}${unresolved}.`],
    ['none.example:80 disabled', `${at}${unresolved}.`],
    ['none.example:80 init-addr last', `${at}no method found to resolve address 'none.example'.`],
    ['ipv4@::1:80', `${at}could not resolve address '::1'.`],
  ])('%s is an error', async (text, message) => {
    const result = await loadBackend([`server s ${text}`]);
    expect(messages(result)).toEqual([message, 'Failed to initialize server(s) addr.']);
    expect(result.model).toBeUndefined();
  });

  it('is not asked for when something else is wrong', async () => {
    const result = await loadBackend(['server s none.example:80', 'server t none.example:80 foo_bar']);
    expect(messages(result)).toEqual(["[t.cfg:11] : 'server b/t' : unknown keyword 'foo_bar'."]);
  });
});

describe('server lines with a mistake', () => {
  it.each([
    ['server', "[t.cfg:10] : 'server' expects <name> and <addr>[:<port>] as arguments."],
    ['server s', "[t.cfg:10] : 'server' expects <name> and <addr>[:<port>] as arguments."],
    ['server s/x 127.0.0.1:1', "[t.cfg:10] : character '/' is not permitted in server name 's/x'."],
    ['server s 127.0.0.1:80-90', `${at}port range not permitted here in '127.0.0.1:80-90'`],
    ['server s foo..bar:80', `${at}Can't create DNS resolution for server 's'`],
    ['server s 127.0.0.1:1 chekc', `${at}unknown keyword 'chekc'; did you mean 'check' maybe ?`],
    ['server s 127.0.0.1:1 zzzz', `${at}unknown keyword 'zzzz'.`],
    ['server s 127.0.0.1:1 inter', `${at}'inter' expects a delay as argument..`],
    ['server s 127.0.0.1:1 inter 5x', `${at}unexpected character 'x' in 'agent-inter' argument of server s..`],
    ['server s 127.0.0.1:1 inter 0', `${at}invalid value 0 for argument 'inter' of server s..`],
    [
      'server s 127.0.0.1:1 downinter 100d',
      `${at}timer overflow in argument <100d> to <downinter> of server s, maximum value is 2147483647 ms (~24.8 days)..`,
    ],
    ['server s 127.0.0.1:1 rise 0', `${at}'rise' has to be > 0..`],
    ['server s 127.0.0.1:1 fall', `${at}'fall' expects an integer argument..`],
    ['server s 127.0.0.1:1 weight 257', `${at}weight of server s is not within 0 and 256 (257)..`],
    ['server s 127.0.0.1:1 slowstart', `${at}unexpected character '.`],
    ['server s 127.0.0.1:1 addr none.example', `${at}'addr' : invalid address: 'none.example' in 'none.example'.`],
    ['server s 127.0.0.1:1 on-marked-down', `${at}'on-marked-down' expects 'shutdown-sessions' but got ''.`],
    [
      'server s 127.0.0.1:1 verify maybe',
      `${at}'verify' : unknown verify method 'maybe', only 'none' and 'required' are supported.`,
    ],
    [
      'server s 127.0.0.1:1 verify maybe',
      `${at}'verify' : unknown verify method 'maybe', only 'none' and 'required' are supported.`,
    ],
    ['server s 127.0.0.1:1 ssl-min-ver foo', `${at}'foo' : unknown ssl/tls version.`],
    [
      'server s 127.0.0.1:1 init-addr x',
      `${at}'init-addr' : unknown init-addr method 'x', supported methods are 'libc', 'last', 'none'..`,
    ],
    [
      'server s 127.0.0.1:1 source',
      `${at}'source' expects <addr>[:<port>[-<port>]], and optionally 'usesrc' <addr>, and 'interface' <name> as argument..`,
    ],
    ['server s 127.0.0.1:1 agent-check', `${at}server s does not have agent port. Agent check has been disabled.`],
    ['server s 127.0.0.1:1 check track b/t', `${at}unable to enable checks and tracking at the same time!`],
    [
      'default-server 127.0.0.1:1',
      "[t.cfg:10] : unknown keyword '127.0.0.1:1'. Hint: no address was expected for this server.",
    ],
    ['default-server id 5', "[t.cfg:10] : 'id' option is not accepted in default-server sections"],
    ['default-server weight 300', '[t.cfg:10] : weight of server default-server is not within 0 and 256 (300)..'],
    ['server-template s x 127.0.0.1:1', "[t.cfg:10] : Wrong server-template number or range arg 'x'."],
  ])('%s', async (line, message) => {
    expect(messages(await loadBackend([line]))).toEqual([message]);
  });

  it('says what is wrong with a file of authorities', async () => {
    const result = await loadBackend([`server s 127.0.0.1:1 check-ssl ca-file ${garbage}`]);
    expect(messages(result)).toEqual([
      `${at}Couldn't open the ca-file '${garbage}' (no certificate or crl found).`,
      `'ca-file' : unable to load ${garbage}.`,
    ]);
  });

  it('refuses an id that is taken', async () => {
    const result = await loadBackend(['server s 127.0.0.1:1 id 5', 'server t 127.0.0.1:1 id 5']);
    expect(messages(result)).toEqual([
      "[t.cfg:11] : 'server b/t' : 'id' : custom id 5 already used at t.cfg:10 ('server s').",
    ]);
  });

  it.each(['frontend', 'defaults'])('has no place in %s', async (kind) => {
    const result = await loadBackend([kind === 'defaults' ? 'defaults' : 'frontend g', 'server s 127.0.0.1:1']);
    const reason =
      kind === 'defaults'
        ? "[t.cfg:11] : 'server' not allowed in 'defaults' section."
        : "[t.cfg:11] : parsing [t.cfg:11] : 'server' not allowed because frontend 'g' has no backend capability.";
    expect(messages(result)).toEqual([reason]);
  });

  it.each(['ssl verify none', 'send-proxy', 'send-proxy-v2', 'proxy-v2-options ssl', 'resolvers dns'])(
    'does not pretend to have %s',
    async (parameter) => {
      const result = await loadBackend([`server s 127.0.0.1:1 ${parameter}`]);
      expect(result.model).toBeUndefined();
      expect(result.diagnostics.map((each) => each.code)).toEqual(['not-supported-yet']);
    },
  );
});

it('a server whose address is not supported is told of, and ends nothing', async () => {
  const { diagnostics } = await loadConfigurationText(
    'backend b\n    server s sockpair@3 check agent-check agent-port 5\n',
  );
  expect(diagnostics.map(({ message }) => message)).toContainEqual(
    expect.stringMatching(/'sockpair@' addresses are not/),
  );
});

it('agent-addr takes a name of the system', async () => {
  const text = 'backend b\n    server s 127.0.0.1:80 agent-check agent-port 5 agent-addr agent.example\n';
  const lookup = async () => ({ ok: true as const, addresses: [{ address: '127.0.0.9', family: 4 as const }] });
  const { model } = await loadConfigurationText(text, 'a.cfg', { lookup });
  expect(model?.proxies[0]?.backend?.servers[0]?.agentPlace).toMatchObject({ address: { host: '127.0.0.9' }, port: 5 });
});

describe('where an agent is asked', () => {
  it.each([
    ['check port 5 agent-check', { port: 5 }],
    ['agent-check port 5 agent-port 6', { port: 6 }],
    ['agent-port 6 agent-check port 0', { port: 6 }],
    ['check addr 127.0.0.3 agent-check agent-port 6', { address: { host: '127.0.0.3' }, port: 6 }],
    ['agent-addr 127.0.0.2 addr 127.0.0.3 agent-check agent-port 6', { address: { host: '127.0.0.2' }, port: 6 }],
  ])('%s', async (words, place) => {
    expect(await server(words)).toMatchObject({ agent: { inter: 2000 }, agentPlace: place });
  });

  it.each([
    ['server s 127.0.0.1:1 agent-check port 0'],
    ['server s 127.0.0.1:1 agent-check addr 127.0.0.1:44'],
    ['server s 127.0.0.1:1 agent-check port 7002 agent-port 0'],
  ])('is not known from: %s', async (line) => {
    expect(messages(await loadBackend([line]))).toEqual([
      `${at}server s does not have agent port. Agent check has been disabled.`,
    ]);
  });

  it('is asked for where the server is, not its defaults', async () => {
    const result = await loadBackend([
      'default-server agent-check',
      'server s 127.0.0.1:1',
      'server t 127.0.0.1:1 port 5',
    ]);
    expect(messages(result)).toEqual([
      "[t.cfg:11] : 'server b/s' : server s does not have agent port. Agent check has been disabled.",
    ]);
  });
});
