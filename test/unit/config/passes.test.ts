import { describe, expect, it } from 'vitest';
import { loadBackend, loadLines, messages, modelOf } from '../../support/load-text.ts';

const TIMEOUTS = ['timeout connect 1s', 'timeout client 1s', 'timeout server 1s'];

describe('sockets and backends of a frontend', () => {
  it.each([
    ['frontend', "frontend 'x' has no 'bind' directive. Please declare it as a backend if this was intended."],
    ['listen', "proxy 'x' has no 'bind' directive. Please declare it as a backend if this was intended."],
  ])('a %s without bind', async (kind, message) => {
    expect(messages(await loadLines([`${kind} x`, ...TIMEOUTS]))).toContain(message);
  });

  it('not in one that is disabled', async () => {
    expect(messages(await loadLines(['frontend x', 'disabled', 'default_backend none']))).toEqual([]);
  });

  const frontend = ['frontend f', 'bind :80', 'timeout client 1s'];
  it.each([
    [['default_backend none'], "Proxy 'f': unable to find required default_backend: 'none'."],
    [['use_backend none'], "Proxy 'f': unable to find required use_backend: 'none'."],
    [['default_backend g', 'frontend g', 'disabled'], "Proxy 'f': unable to find required default_backend: 'g'."],
  ])('%j', async (lines, message) => {
    expect(messages(await loadLines([...frontend, ...lines]))).toEqual([message]);
  });

  it('a listen whose servers get nothing', async () => {
    const lines = ['listen l', 'bind :80', ...TIMEOUTS, 'default_backend b', 'server s 127.0.0.1:1', 'backend b'];
    const message =
      "In proxy 'l', the 'default_backend' rule always has precedence over the servers, which will never be used.";
    expect(messages(await loadLines(lines))).toEqual([message]);
  });

  it('suggests the name that was meant', async () => {
    const result = await loadLines([...frontend, 'default_backend be_srvice', 'backend be_service']);
    expect(result.diagnostics[0]?.help).toBe("Did you mean 'be_service'?");
  });

  it('a listen that leads to itself', async () => {
    const result = await loadLines(['listen l', 'bind :80', ...TIMEOUTS, 'default_backend l']);
    expect(messages(result)).toEqual(["Proxy 'l': loop detected for default_backend: 'l'."]);
  });

  it.each([
    ['default_backend b', 'as its default backend'],
    ['use_backend b', "in a 'use_backend' rule"],
  ])('mode http that leads to mode tcp: %s', async (line, role) => {
    const result = await loadLines([...frontend, 'mode http', line, 'backend b', 'mode tcp']);
    expect(messages(result)[0]).toBe(
      `http frontend 'f' (t.cfg:1) tries to use incompatible tcp backend 'b' (t.cfg:6) ${role} (see 'mode').`,
    );
  });
});

describe('what HAProxy looks at and then does not use', () => {
  it('finds the backend named in a backend, but not one it took over', async () => {
    const named = await loadBackend(['default_backend nowhere', 'use_backend nobody']);
    expect(messages(named).slice(2)).toEqual([
      "Proxy 'b': unable to find required default_backend: 'nowhere'.",
      "Proxy 'b': unable to find required use_backend: 'nobody'.",
    ]);
    const defaults = ['defaults', 'timeout connect 1s', 'timeout client 1s', 'timeout server 1s'];
    const taken = await loadLines([
      ...defaults,
      'default_backend nowhere',
      'backend b',
      'listen l',
      'bind :80',
      'default_backend b',
    ]);
    expect(messages(taken)).toEqual([]);
  });

  it('wants an authority for rules that no check runs', async () => {
    const result = await loadBackend(['tcp-check connect port 995 ssl', 'server s 127.0.0.1:80']);
    expect(messages(result).at(-1)).toContain("'server b/s' : verify is enabled by default but no CA file specified.");
  });

  it('asks for no address in a disabled section', async () => {
    const lines = ['server s 127.0.0.1:80', 'backend off', 'disabled', 'server t nowhere.example:80'];
    const { backend } = modelOf(await loadBackend(lines)).proxies[2]!;
    expect(backend!.servers).toMatchObject([{ unresolved: true }]);
  });

  it('knows the actions of rules for HTTP', async () => {
    const [first, ...others] = messages(
      await loadBackend(['http-request den', 'http-response', 'http-request set-var(txn.a) str(b)']),
    );
    expect(first).toMatch(
      /^parsing \[t.cfg:10\]: 'http-request' expects '.*', but got 'den'. Did you mean 'deny' maybe \?$/,
    );
    expect(others).toEqual([expect.stringMatching(/'http-response' expects '.*, but got '' \(missing argument\)\.$/)]);
  });

  it('goes on after an id on default-server', async () => {
    const result = await loadBackend(['default-server id 5 weight 7', 'server s 127.0.0.1:80']);
    expect(messages(result)).toEqual(["[t.cfg:10] : 'id' option is not accepted in default-server sections"]);
    expect(modelOf(result).proxies[1]!.backend!.servers).toMatchObject([{ id: 1, weight: 7 }]);
  });
});

describe('timeouts', () => {
  const missing = (owner: string) => [`missing timeouts for ${owner}.`];
  const bind = 'bind :80';
  const server = 'server s 127.0.0.1:1';
  const cases: readonly [lines: string[], messages: string[]][] = [
    [['backend b'], []],
    [['backend b', server], missing("backend 'b'")],
    [['backend b', 'timeout connect 1s', server], missing("backend 'b'")],
    [['backend b', 'timeout connect 1s', 'timeout tunnel 1s', server], []],
    [['backend b', 'timeout connect 0', 'timeout server 0', server], missing("backend 'b'")],
    [['frontend f', bind], missing("frontend 'f'")],
    [['frontend f', bind, 'timeout client 1s'], []],
    [['listen l', bind, 'timeout client 1s'], []],
    [['listen l', bind, 'timeout client 1s', server], missing("proxy 'l'")],
    [['listen l', bind, ...TIMEOUTS, server], []],
  ];
  it.each(cases)('%j', async (lines, expected) => {
    expect(messages(await loadLines(lines))).toEqual(expected);
  });

  it('are explained', async () => {
    const result = await loadLines(['frontend f', bind]);
    expect(result.diagnostics[0]?.message.split('\n')).toEqual([
      "config : missing timeouts for frontend 'f'.",
      '   | While not properly invalid, you will certainly encounter various problems',
      '   | with such a configuration. To fix this, please ensure that all following',
      "   | timeouts are set to a non-zero value: 'client', 'connect', 'server'.",
    ]);
  });
});

describe('check rules nobody uses', () => {
  const http = "backend 'b' uses http-check rules without 'option httpchk', so the rules are ignored.";
  const tcp = "backend 'b' uses tcp-check rules without 'option tcp-check', so the rules are ignored.";
  it.each<[string[], string[]]>([
    [['http-check expect status 200'], [http]],
    [['http-check send meth GET'], [http]],
    [['option httpchk', 'http-check expect status 200'], []],
    [['tcp-check send a'], [tcp]],
    [['option httpchk', 'tcp-check send a'], [tcp]],
    [
      ['http-check expect status 200', 'tcp-check send a'],
      [http, tcp],
    ],
    [['http-check expect status 200', 'option httpchk'], []],
    [['option httpchk', 'http-check expect status 200', 'option ssl-hello-chk'], []],
    [['option ssl-hello-chk', 'http-check expect status 200'], [http]],
    [['option tcp-check', 'tcp-check send a', 'option redis-check'], []],
    [['http-check disable-on-404', 'http-check send-state'], []],
    [
      ['option mysql-check', 'http-check disable-on-404', 'http-check send-state'],
      [
        "'disable-on-404' will be ignored for backend 'b' (requires 'option httpchk').",
        "'send-state' will be ignored for backend 'b' (requires 'option httpchk').",
      ],
    ],
  ])('%j', async (lines, expected) => {
    expect(messages(await loadBackend(lines))).toEqual(expected);
  });

  it('a frontend has no use for any', async () => {
    const lines = ['frontend g', 'bind :81', 'option httpchk', 'http-check expect status 200'];
    expect(messages(await loadBackend(lines))).toEqual([
      "parsing [t.cfg:12] : 'httpchk' ignored because frontend 'g' has no backend capability.",
      "parsing [t.cfg:13] : 'http-check' ignored because frontend 'g' has no backend capability.",
    ]);
  });
});

describe('servers beside each other', () => {
  it('two of one name', async () => {
    const result = await loadBackend(['server s 127.0.0.1:1', 'server t 127.0.0.1:1', 'server s 127.0.0.1:2']);
    expect(messages(result)).toEqual([
      "parsing [t.cfg:12] : backend 'b', another server named 's' was already defined at line 10, please use distinct names.",
    ]);
  });

  it('cookies and redirections outside of mode http', async () => {
    const result = await loadBackend(['server s 127.0.0.1:1 cookie a', 'server t 127.0.0.1:1 redir /x']);
    expect(messages(result)).toEqual([
      "backend 'b' : ignoring cookie for server 's' as HTTP mode is disabled.",
      "backend 'b' : server cannot have cookie or redirect prefix in non-HTTP mode.",
    ]);
  });

  it('layer7 observation outside of mode http is left out after an alert, as HAProxy does', async () => {
    const result = await loadBackend(['server s 127.0.0.1:1 check observe layer7']);
    expect(messages(result)).toEqual(["[t.cfg:10] : 'server b/s' : 'layer7' can only be used in http proxies.."]);
    expect(result.model).toBeDefined();
  });
});

describe('ports of checks', () => {
  const short = "config: backend 'b': server 's' has neither service port nor check port.";
  const long =
    "config: backend 'b': server 's' has neither service port nor check port nor tcp_check rule 'connect' with port information.";
  const partial =
    "config: backend 'b': server 's' has neither service port nor check port, and a tcp_check rule 'connect' with no port information.";
  const script = ['option tcp-check', 'tcp-check connect port 80'];
  it.each<[string[], string[]]>([
    [['server s 127.0.0.1 check'], [short]],
    [['server s 127.0.0.1:0 check'], [short]],
    [['server s 127.0.0.1:+1 check'], [short]],
    [['server s 127.0.0.1'], []],
    [['server s 127.0.0.1 check port 80'], []],
    [['server s 127.0.0.1 check addr 127.0.0.1:80'], []],
    [['server s 127.0.0.1 check addr 127.0.0.1'], [short]],
    [['server s /run/a.sock check'], []],
    [['default-server check', 'server s 127.0.0.1'], [short]],
    [['option tcp-check', 'server s 127.0.0.1 check'], [short]],
    [['option httpchk', 'server s 127.0.0.1 check'], [long]],
    [['option tcp-check', 'tcp-check send a', 'server s 127.0.0.1 check'], [long]],
    [['option tcp-check', 'tcp-check connect', 'server s 127.0.0.1 check'], [long]],
    [[...script, 'server s 127.0.0.1 check'], []],
    [[...script, 'tcp-check connect', 'server s 127.0.0.1 check'], [partial]],
    [['server s four.example check'], [short]],
    [['server s _http._tcp.four.example check init-addr none'], []],
  ])('%j', async (lines, expected) => {
    expect(messages(await loadBackend(lines))).toEqual(expected);
  });

  it('of servers known by name are a warning, and no matter for HAProxy', async () => {
    const lines = ['server s four.example check'];
    expect((await loadBackend(lines)).model).toBeDefined();
    expect(messages(await loadBackend(lines, { strict: true }))).toEqual([]);
  });
});

describe('checks that nobody asked for', () => {
  it.each([
    [['option httpchk', 'server s 127.0.0.1:1', 'server t 127.0.0.1:1 inter 1s'], true],
    [['option tcp-check', 'server s 127.0.0.1:1'], true],
    [['option httpchk', 'server s 127.0.0.1:1', 'server t 127.0.0.1:1 check'], false],
    [['option httpchk', 'default-server check', 'server s 127.0.0.1:1'], false],
    [['option httpchk', 'server s 127.0.0.1:1 agent-check agent-port 9'], false],
    [['option httpchk'], false],
    [['server s 127.0.0.1:1'], false],
  ])('%j: told %s, as a hint', async (lines, told) => {
    const { diagnostics } = await loadBackend(lines);
    const found = diagnostics.filter(({ code }) => code === 'unchecked-servers');
    expect(found.map(({ severity }) => severity)).toEqual(told ? ['diag'] : []);
    expect(messages(await loadBackend(lines, { strict: true }))).toEqual([]);
  });
});

describe('tracking', () => {
  const at = (line: number, name: string) => `[t.cfg:${line}] : 'server b/${name}' : `;
  const target = 'server t 127.0.0.1:1 check';
  it.each<[string[], string[]]>([
    [['server s 127.0.0.1:1 track x'], [`${at(10, 's')}unable to find required server 'x' for tracking.`]],
    [['server s 127.0.0.1:1 track x/y'], [`${at(10, 's')}unable to find required proxy 'x' for tracking.`]],
    [['server s 127.0.0.1:1 track f/y'], [`${at(10, 's')}unable to find required proxy 'f' for tracking.`]],
    [['server s 127.0.0.1:1 track t/u/v'], [`${at(10, 's')}unable to find required proxy 't/u' for tracking.`]],
    [
      ['server s 127.0.0.1:1 track s'],
      [`${at(10, 's')}unable to track b/s as it belongs to a tracking chain looping back to b/s.`],
    ],
    [
      ['server s 127.0.0.1:1 track t', 'server t 127.0.0.1:1 track s'],
      [`${at(11, 't')}unable to track b/s as it belongs to a tracking chain looping back to b/t.`],
    ],
    [
      ['server s 127.0.0.1:1 track t', 'server t 127.0.0.1:1'],
      [`${at(10, 's')}unable to use b/t for tracking as it does not have any check nor agent enabled.`],
    ],
    [
      ['http-check disable-on-404', 'server s 127.0.0.1:1 track c/t', 'backend c', target],
      [`${at(11, 's')}unable to use c/t fortracking: disable-on-404 option inconsistency.`],
    ],
    [
      ['option httpchk', 'server s 127.0.0.1:1 track c/t', 'backend c', 'http-check disable-on-404', target],
      [`${at(11, 's')}unable to use c/t fortracking: disable-on-404 option inconsistency.`],
    ],
    [
      [
        ...['http-check disable-on-404', 'server s 127.0.0.1:1 track c/t'],
        ...['backend c', 'option httpchk', 'http-check disable-on-404', target],
      ],
      [],
    ],
    [['server s 127.0.0.1:1 track b/t', target], []],
  ])('%j', async (lines, expected) => {
    expect(messages(await loadBackend(lines))).toEqual(expected);
  });

  it('ends up as positions', async () => {
    const result = await loadBackend([
      'server s 127.0.0.1:1 track c/u',
      target,
      'backend c',
      'server u 127.0.0.1:1 track b/t',
    ]);
    const proxies = modelOf(result).proxies;
    expect(proxies[1]?.backend?.servers[0]?.track).toEqual({ proxy: 2, server: 0 });
    expect(proxies[2]?.backend?.servers[0]?.track).toEqual({ proxy: 1, server: 1 });
  });
});

describe('checks over TLS', () => {
  const at = "[t.cfg:10] : 'server b/s' : ";
  const authority = expect.stringContaining(
    `${at}verify is enabled by default but no CA file specified. If you're running on a LAN`,
  );
  it.each<[string, unknown[]]>([
    ['check-ssl', [authority]],
    ['check-ssl verify required', [authority]],
    ['check-ssl verify none', []],
    ['check verify required', []],
    ['check-ssl no-check-ssl', []],
    ['check-ssl verify none force-sslv3', [`${at}backend 'b': all SSL/TLS versions are disabled for server 's'.`]],
    [
      'check-ssl verify none ssl-min-ver TLSv1.3 ssl-max-ver TLSv1.2',
      [`${at}backend 'b': all SSL/TLS versions are disabled for server 's'.`],
    ],
    [
      'check-ssl verify none no-tlsv12',
      [
        `${at}backend 'b': SSL/TLS versions range not contiguous for server 's'. Hole find for TLSv1.2. ` +
          "Use only 'ssl-min-ver' and 'ssl-max-ver' to fix.",
      ],
    ],
    ['check-ssl verify none ciphers foo', [`${at}unable to set SSL cipher list to 'foo'.`]],
    ['check-ssl verify none ciphersuites foo', [`${at}unable to set TLS 1.3 cipher suites to 'foo'.`]],
    ['check-ssl verify none curves foo', [`${at}unable to set SSL curves list to 'foo'.`]],
    ['check-ssl verify none sigalgs foo', [`${at}unable to set SSL Signature Algorithm list to 'foo'.`]],
    ['check-ssl verify none curves X25519:P-256 sigalgs RSA+SHA256', []],
    ['ciphers foo', []],
    ['curves foo sigalgs foo', []],
  ])('%s', async (parameters, expected) => {
    expect(messages(await loadBackend([`server s 127.0.0.1:1 ${parameters}`]))).toEqual(expected);
  });

  it.each([
    ['curves', 'SSL curves list'],
    ['sigalgs', 'SSL Signature Algorithm list'],
  ])('are looked at for all of them at once: ssl-default-server-%s', async (name, what) => {
    const lines = ['server s 127.0.0.1:1 check-ssl verify none', 'global', `ssl-default-server-${name} foo`];
    expect(messages(await loadBackend(lines))).toEqual([`${at}unable to set ${what} to 'foo'.`]);
  });

  it.each(['strict-sni', 'prefer-client-ciphers'])('have no option %s, which is of listeners', async (word) => {
    const message = (kind: string) => `unknown option '${word}' on global statement 'ssl-default-${kind}-options'.`;
    const said = messages(await loadLines(['global', `ssl-default-bind-options ${word}`]));
    expect(said).not.toContainEqual(expect.stringContaining(message('bind')));
    const [first] = messages(await loadLines(['global', `ssl-default-server-options ${word}`]));
    expect(first).toContain(message('server'));
  });

  it('are asked for by a script as well', async () => {
    const result = await loadBackend(['server s 127.0.0.1:1 check', 'option tcp-check', 'tcp-check connect ssl']);
    expect(messages(result)).toEqual([authority]);
  });

  it('need no authority where the global section says so', async () => {
    const result = await loadBackend(['server s 127.0.0.1:1 check-ssl', 'global', 'ssl-server-verify none']);
    expect(messages(result)).toEqual([]);
    expect(modelOf(result).proxies[1]?.backend?.servers[0]?.check.verify).toBe('none');
  });
});

describe('what HAProxy does not look at', () => {
  const FRONT = ['defaults', ...TIMEOUTS, 'frontend f', 'bind 127.0.0.1:9001'];
  const strictly = (lines: string[]) => loadLines(lines, { strict: true });

  it.each<[string[], string]>([
    [['frontend g', 'bind 127.0.0.1:9001'], "'bind 127.0.0.1:9001' : 127.0.0.1:9001 is bound"],
    [['bind 127.0.0.1:9000-9002'], "'bind 127.0.0.1:9000-9002' : 127.0.0.1:9001 is bound"],
    [['bind ipv4@127.0.0.1:9001'], "'bind ipv4@127.0.0.1:9001' : 127.0.0.1:9001 is bound"],
  ])('an address bound twice: %j', async (lines, what) => {
    const all = [...FRONT, ...lines];
    expect(messages(await loadLines(all))).toEqual([
      `parsing [t.cfg:${all.length}] : ${what} already by frontend 'f' at t.cfg:6.`,
    ]);
    expect(messages(await strictly(all))).toEqual([]);
  });

  it('a path bound twice, once as stats socket', async () => {
    const lines = [...FRONT, 'bind /run/a.sock', 'global', 'stats socket /run/a.sock'];
    const expected = [
      "parsing [t.cfg:9] : 'stats socket /run/a.sock' : /run/a.sock is bound already by frontend 'f' at t.cfg:7.",
    ];
    expect(messages(await loadLines(lines))).toEqual(expected);
  });

  it.each<[string[]]>([
    [['bind 127.0.0.2:9001']],
    [['bind [::1]:9001']],
    [['bind 127.0.0.1:9001 interface lo']],
    [['frontend g', 'bind 127.0.0.1:9001', 'disabled']],
  ])('addresses that differ: %j', async (lines) => {
    expect(messages(await loadLines([...FRONT, ...lines]))).toEqual([]);
  });

  const REST = ['backend b', 'backend c'];
  it.each<[string[], string[]]>([
    [
      ['use_backend b', 'use_backend c if { src 1.1.1.1 }', 'default_backend c'],
      [
        "parsing [t.cfg:8] : frontend 'f' : this 'use_backend' is never reached: 'use_backend b' at line 7 has no condition and takes every connection.",
        "parsing [t.cfg:9] : frontend 'f' : this 'default_backend' is never reached: 'use_backend b' at line 7 has no condition and takes every connection.",
      ],
    ],
    [
      ['tcp-request content reject', 'tcp-request content accept if { src 1.1.1.1 }'],
      [
        "parsing [t.cfg:8] : frontend 'f' : this 'tcp-request content' is never reached: 'tcp-request content reject' at line 7 has no condition and takes every connection.",
      ],
    ],
    [
      ['tcp-request connection accept if TRUE', 'tcp-request connection reject'],
      [
        "parsing [t.cfg:8] : frontend 'f' : this 'tcp-request connection' is never reached: 'tcp-request connection accept' at line 7 has no condition and takes every connection.",
      ],
    ],
    [['use_backend b if { src 1.1.1.1 }', 'use_backend c', 'tcp-request inspect-delay 5s'], []],
    [['tcp-request connection accept', 'tcp-request content reject'], []],
    [['use_backend b-%[src]', 'default_backend c'], []],
  ])('rules nobody reaches: %j', async (lines, expected) => {
    const all = [...FRONT, ...lines, ...REST];
    const found = (await loadLines(all)).diagnostics.filter(({ code }) => code === 'unreachable-rule');
    expect(found.map(({ message }) => message.replace('config : ', ''))).toEqual(expected);
    const strict = (await strictly(all)).diagnostics.map(({ code }) => code);
    expect(strict).not.toContain('unreachable-rule');
  });

  it('more connections than there can be files', async () => {
    const { diagnostics } = await loadLines(['global', 'maxconn 1001', ...FRONT]);
    expect(diagnostics.map(({ severity, code, message }) => [severity, code, message])).toEqual([
      [
        'diag',
        'descriptor-limit',
        "config : parsing [t.cfg:2] : 'maxconn 1001' needs 2030 open files; the limit of this machine is enough for 1000 connections.",
      ],
    ]);
    expect((await loadLines(['global', 'maxconn 1000', ...FRONT])).diagnostics).toEqual([]);
  });
});

describe('what is told under -dD', () => {
  const told = async (lines: string[]) =>
    (await loadLines(lines, { strict: true })).diagnostics
      .filter(({ severity }) => severity === 'diag')
      .map(({ message }) => message.replace('config : ', ''));

  it('servers of weight 0', async () => {
    const lines = [
      'backend b',
      'default-server weight 0',
      'server s :80',
      'server-template t 2 :80',
      'server u :80 weight 1',
    ];
    const never = 'configured with weight of 0 will never be selected by load balancing algorithms';
    expect(await told(lines)).toEqual([`[t.cfg:3] : 'server b/s' : ${never}`, `[t.cfg:4] : 'server b/t1' : ${never}`]);
  });

  it('a global section behind others', async () => {
    const late = 'global section detected after a non-global one, the prevalence of their statements is unspecified';
    expect(await told(['global', 'global', 'defaults', 'global', 'maxconn 5'])).toEqual([
      `parsing [t.cfg:4] : ${late}`,
    ]);
  });
});
