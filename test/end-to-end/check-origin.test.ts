/**
 * Where checks come from. `source ... interface`: they leave through the network interface that traffic is told to take. One that is down reaches
 * nothing; one that does not exist is passed over (for checks HAProxy says nothing of it either).
 */
import { spawnSync } from 'node:child_process';
import { afterEach, expect, it } from 'vitest';
import { skipWithoutHaproxy, startProxy } from '../support/proxy-process.ts';
import { showStat } from '../support/stats-client.ts';
import { waitFor } from '../support/wait.ts';

/** Runs a command in a network of its own, made ready by `setup`. */
const networkWith = (setup: string) => ['unshare', '-n', 'sh', '-ec', `ip link set lo up; ${setup}; exec "$@"`, 'sh'];
/** With an interface that is down. */
const NETWORK = networkWith('ip link add v0 type veth peer name v1');
/** With one port for connections. */
const ONE_PORT = networkWith('echo 40000 40000 >/proc/sys/net/ipv4/ip_local_port_range');

const REFUSED = 'L4CON Connection refused';
const UNREACHABLE = 'L4CON General socket error (Network is unreachable)';

const HEAD = `global
    stats socket $DIR/stats.sock
defaults
    mode tcp
    timeout connect 2s
    timeout client 5s
    timeout server 5s
    timeout check 2s
`;

/** Nothing listens in that network, so every check has its verdict at once. */
const CONFIG = `${HEAD}backend b
    default-server inter 100ms fall 1
    server lo 127.0.0.1:9 check source 0.0.0.0 interface lo
    server down 127.0.0.1:9 check source 0.0.0.0 interface v0
    server bound 127.0.0.1:9 check source 127.0.0.1 interface v0
    server none 127.0.0.1:9 check source 127.0.0.1 interface nosuch0
    server tls_lo 127.0.0.1:9 check check-ssl verify none source 127.0.0.1 interface lo
    server tls_down 127.0.0.1:9 check check-ssl verify none source 0.0.0.0 interface v0
    server tls_bound 127.0.0.1:9 check check-ssl verify none source 127.0.0.1 interface v0
    server tls_none 127.0.0.1:9 check check-ssl verify none source 0.0.0.0 interface nosuch0
    server socks 127.0.0.1:9 check source 127.0.0.1 interface v0 socks4 127.0.0.1:8 check-via-socks4
    server agent 127.0.0.1:9 agent-check agent-port 9 agent-inter 100ms source 127.0.0.1 interface v0
backend h
    option httpchk
    source 0.0.0.0 interface v0
    server down 127.0.0.1:9 check inter 100ms fall 1
`;

const EXPECTED = {
  'b/lo': REFUSED,
  'b/down': UNREACHABLE,
  'b/bound': UNREACHABLE,
  'b/none': REFUSED,
  'b/tls_lo': REFUSED,
  'b/tls_down': UNREACHABLE,
  'b/tls_bound': UNREACHABLE,
  'b/tls_none': REFUSED,
  'b/socks': UNREACHABLE,
  'b/agent': UNREACHABLE,
  'h/down': UNREACHABLE,
};

function whyNot(): string | undefined {
  if (process.getuid?.() !== 0) return 'a network namespace needs root';
  const [program = '', ...args] = NETWORK;
  const probe = spawnSync(program, [...args, 'true'], { encoding: 'utf8' });
  return probe.status === 0 ? undefined : `no network of its own can be had here (${probe.stderr || probe.error})`;
}

const subjects = skipWithoutHaproxy("what HAProxy makes of a check's interface") ? [] : ['haproxy'];
const reason = whyNot();
if (reason !== undefined) process.stderr.write(`SKIPPED the interface of checks: ${reason}\n`);

let stop: (() => unknown) | undefined;
afterEach(() => stop?.());

it.skipIf(reason !== undefined).each([...subjects, 'control', 'thread'])(
  'checks take the interface of their server (%s)',
  async (subject) => {
    const proxy = await startProxy(subject === 'haproxy' ? 'haproxy' : 'hapax', {
      prefix: NETWORK,
      env: { HAPAX_CHECKS: subject },
      config: CONFIG,
    });
    stop = () => proxy.stop();
    const seen: Record<string, string> = {};
    await waitFor('a verdict of every check', async () => {
      for (const row of await showStat(proxy.statsSocket)) {
        const {
          pxname,
          svname = '',
          check_status: check = '',
          last_chk: text,
          agent_status: agent,
          last_agt: said,
        } = row;
        const verdict = svname === 'agent' ? `${agent} ${said}` : `${check} ${text}`;
        if (verdict.startsWith('L')) seen[`${pxname}/${svname}`] = verdict;
      }
      return Object.keys(seen).length === Object.keys(EXPECTED).length;
    });
    expect(seen).toEqual(EXPECTED);
  },
);

it.skipIf(reason !== undefined).each([...subjects, 'control', 'thread'])(
  'checks tell when no port is left (%s)',
  async (subject) => {
    const proxy = await startProxy(subject === 'haproxy' ? 'haproxy' : 'hapax', {
      prefix: ONE_PORT,
      env: { HAPAX_CHECKS: subject },
      // Something listens on the one port.
      config: `${HEAD}listen b
    bind 127.0.0.1:40000
    default-server inter 100ms fall 1
    server any 127.0.0.1:9 check
    server own 127.0.0.1:9 check source 127.0.0.1
    server tls 127.0.0.1:9 check check-ssl verify none
    server tls_own 127.0.0.1:9 check check-ssl verify none source 127.0.0.1
`,
    });
    stop = () => proxy.stop();
    const text = await waitFor('a verdict of every check', async () => {
      const rows = (await showStat(proxy.statsSocket)).filter(({ check_status: status }) =>
        status?.startsWith('L4CON'),
      );
      const seen = rows.map(({ svname, check_status: status, last_chk: text }) => `${svname}: ${status} ${text}`);
      return rows.length === 4 ? seen : undefined;
    });
    const exhausted = 'L4CON Out of local source ports on the system (Cannot assign requested address)';
    expect(text).toEqual(['any', 'own', 'tls', 'tls_own'].map((name) => `${name}: ${exhausted}`));
  },
);
