/** Where checks come from (`source`) and where they go (`addr`, `port`), in every combination that can go wrong. */
import { answer, greet, plain } from '../support/scripted-server.ts';
import type { CheckScenario } from './check-scenarios.ts';

const page = plain(answer('HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello'));

/** Checked over HTTP, so that the server sees a connection. */
const seen = (name: string, server: string, more: Partial<CheckScenario> = {}): CheckScenario => ({
  ...more,
  name: `origin_${name}`,
  lines: ['option httpchk', ...(more.lines ?? [])],
  server: `check ${server}`,
  first: page,
});
/** An agent, which says that the server is down. */
const asked = (name: string, server: string, more: Partial<CheckScenario> = {}): CheckScenario => ({
  name: `origin_${name}`,
  lines: [],
  server: `${server} agent-check agent-inter 900ms`,
  first: plain(greet('down\n', true)),
  ...more,
});
/** A connection alone. */
const unseen = (name: string, server: string, lines: readonly string[] = []): CheckScenario => ({
  name: `origin_${name}`,
  lines,
  server: `check ${server}`,
  first: page,
});

/** A check has no client to stand for, and goes through any interface. */
const privileged: readonly CheckScenario[] = [
  seen('source_interface', 'source 0.0.0.0 interface lo'),
  seen('source_interface_unknown', 'source 0.0.0.0 interface nosuch0'),
  seen('source_usesrc', 'source 0.0.0.0 usesrc 127.0.0.9'),
  seen('source_usesrc_port', 'source 127.0.0.2 usesrc 127.0.0.9:$OWN'),
  seen('source_usesrc_clientip', 'source 127.0.0.2 usesrc clientip'),
  seen('source_usesrc_client', 'source 0.0.0.0 usesrc client'),
];

/** Both programs refuse those without the rights of root. */
const allowed = process.getuid?.() === 0 ? privileged : [];
if (allowed.length === 0)
  process.stderr.write('SKIPPED usesrc and interface of checks: they take the rights of root\n');

export const originScenarios: readonly CheckScenario[] = [
  ...allowed,
  seen('default', ''),
  seen('source', 'source 127.0.0.2'),
  seen('source_of_backend', '', { lines: ['source 127.0.0.3'] }),
  seen('source_of_both', 'source 127.0.0.2', { lines: ['source 127.0.0.3'] }),
  seen('source_of_default_server', '', { lines: ['default-server source 127.0.0.4'] }),
  seen('source_any', 'source 0.0.0.0'),
  seen('source_star', 'source *'),
  seen('source_port', 'source 127.0.0.2:$OWN'),
  seen('source_range', 'source 127.0.0.2:31000-31010'),
  seen('source_foreign', 'source 198.51.100.7'),
  unseen('source_foreign_connect', 'source 198.51.100.7'),
  unseen('source_connect', 'source 127.0.0.2'),
  seen('source_foreign_ssl', 'source 198.51.100.7 check-ssl verify none'),
  seen('source_other_family', 'source [::1]:0'),
  unseen('source_other_family_connect', 'source [::1]:0'),
  seen('source_ipv6', 'source [::1]:0', { host: '::1', address: '[::1]:$PORT' }),
  seen('source_ipv4_for_ipv6', 'source 127.0.0.2', { host: '::1', address: '[::1]:$PORT' }),
  seen('source_addr', 'source 127.0.0.2 addr 127.0.0.1 port $PORT', { serverPort: 'closed' }),
  seen('source_rule', 'source 127.0.0.2', { lines: ['http-check connect port $PORT', 'http-check send uri /x'] }),
  seen('source_tls_rule', 'source 127.0.0.2 verify none', {
    lines: ['http-check connect ssl', 'http-check send uri /x'],
  }),
  seen('source_proxy', 'source 127.0.0.2 check-send-proxy'),
  seen('send_proxy', 'check-send-proxy'),
  {
    name: 'origin_send_proxy_rule',
    lines: ['option tcp-check', 'tcp-check connect send-proxy', 'tcp-check send a\\r\\n', 'tcp-check expect string b'],
    server: 'check',
    first: plain(({ stream }) => {
      stream.on('data', (chunk) => String(chunk).endsWith('a\r\n') && stream.end('b'));
    }),
  },
  seen('source_socks', 'source 127.0.0.2 addr 127.0.0.1 port 99 socks4 127.0.0.1:$PORT check-via-socks4'),
  asked('source_agent', 'source 127.0.0.2 agent-port $PORT'),
  asked('source_foreign_agent', 'source 198.51.100.7 agent-port $PORT'),
  asked('agent_addr', 'agent-addr 127.0.0.1 agent-port $PORT', { serverPort: 'blackhole' }),
  asked('agent_of_unix', 'agent-port $PORT', { address: 'unix@$DIR/no.sock' }),
  asked('agent_of_unix_addr', 'agent-port $PORT agent-addr 127.0.0.1', { address: 'unix@$DIR/no.sock' }),
  asked('agent_ssl', 'check-ssl verify none agent-port $PORT'),
  asked('agent_proxy', 'send-proxy agent-port $PORT'),
  asked('agent_check_proxy', 'check-send-proxy agent-port $PORT'),
  asked('agent_socks', 'socks4 127.0.0.1:$CLOSED check-via-socks4 agent-port $PORT'),
  {
    name: 'origin_agent_socks_granted',
    lines: [],
    server: 'socks4 127.0.0.1:$PORT check-via-socks4 agent-check agent-inter 900ms agent-port 99',
    first: plain(({ stream }) => {
      stream.once('data', () => stream.write('\x00\x5a\x00\x00\x00\x00\x00\x00down\n'));
    }),
  },
  asked('agent_socks_unasked', 'socks4 127.0.0.1:$CLOSED agent-port $PORT'),
  seen('source_busy', 'source 127.0.0.1:$PORT'),
  unseen('source_busy_connect', 'source 127.0.0.1:$PORT'),
  seen('source_unix', 'source 198.51.100.7', { address: 'unix@$DIR/no.sock' }),
  seen('source_other_family_any', 'source *', { host: '::1', address: '[::1]:$PORT' }),
  seen('source_any_for_ipv6', 'source 0.0.0.0', { host: '::1', address: '[::1]:$PORT' }),
  seen('source_any6', 'source [::]:0'),
  seen('source_socks_other_family', 'source [::1]:0 socks4 127.0.0.1:$PORT check-via-socks4'),
  seen('source_rule_elsewhere', 'source [::1]:0', {
    lines: ['http-check connect addr [::1] port $PORT', 'http-check send uri /x'],
    host: '::1',
    address: '127.0.0.1:$PORT',
  }),
  seen('source_rule_unix', 'source 198.51.100.7', {
    lines: ['http-check connect addr unix@$DIR/no.sock', 'http-check send uri /x'],
  }),
  // Where they go.
  seen('addr_alone', 'addr 127.0.0.1', { address: '127.0.0.2:$PORT' }),
  seen('addr_other', 'addr 127.0.0.2'),
  seen('addr_port', 'addr 127.0.0.1:$PORT', { serverPort: 'closed' }),
  seen('addr_port_and_port', 'addr 127.0.0.1:$CLOSED port $PORT', { serverPort: 'closed' }),
  seen('port_and_addr_port', 'port $PORT addr 127.0.0.1:$CLOSED', { serverPort: 'closed' }),
  seen('addr_ipv6', 'addr [::1]', { host: '::1', address: '127.0.0.1:$PORT' }),
  seen('addr_of_unix', 'addr 127.0.0.1 port $PORT', { address: 'unix@$DIR/no.sock' }),
  seen('port_of_unix', 'port $PORT', { address: 'unix@$DIR/no.sock' }),
  seen('port_of_nameless', 'port $PORT init-addr none', { address: 'nowhere.invalid:80' }),
  seen('addr_of_nameless', 'addr 127.0.0.1 port $PORT init-addr none', { address: 'nowhere.invalid:80' }),
  seen('init_addr', 'init-addr libc,127.0.0.1', { address: 'nowhere.invalid:$PORT' }),
  seen('name', '', { address: 'localhost:$PORT' }),
  seen('port_relative', 'port $PORT', { address: '127.0.0.1:+100' }),
  seen('no_port', 'port $PORT', { address: '127.0.0.1' }),
  seen('addr_any', 'addr 0.0.0.0', {}),
  seen('address_any', '', { address: '0.0.0.0:$PORT' }),
  seen('broadcast', '', { address: '255.255.255.255:$PORT' }),
  unseen('broadcast_connect', 'addr 255.255.255.255'),
  seen('rule_addr', '', {
    lines: ['http-check connect addr 127.0.0.1 port $PORT', 'http-check send uri /x'],
    serverPort: 'closed',
  }),
  seen('rule_addr_closed', '', { lines: ['http-check connect addr 127.0.0.2', 'http-check send uri /x'] }),
  seen('rule_addr_unix', '', { lines: ['http-check connect addr unix@$DIR/no.sock', 'http-check send uri /x'] }),
  seen('rule_addr_broadcast', '', { lines: ['http-check connect addr 255.255.255.255', 'http-check send uri /x'] }),
];
