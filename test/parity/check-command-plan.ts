/** Commands that say how servers are checked and how they stand, each asked of servers of every kind. */

/** `$NAME` stands for a port; none is asked for twice, so that nothing changes by itself meanwhile. */
export const CONFIGURATION = `global
  stats socket $DIR/stats.sock level admin
  stats socket $DIR/operator.sock level operator
  stats socket $DIR/user.sock level user
  log $SYSLOG local0
  nbthread 1
  max-spread-checks 100ms
defaults
  mode tcp
  log global
  option httpchk GET /
  timeout connect 5s
  timeout client 20s
  timeout server 20s
  default-server inter 1h agent-inter 1h
backend b
  server plain 127.0.0.1:$GOOD
  server chk 127.0.0.1:$GOOD check
  server cport 127.0.0.1:$SHUT check port $GOOD
  server caddr 127.0.0.1:$GOOD check addr 127.0.0.1
  server any 127.0.0.1:$GOOD check addr 0.0.0.0:$SHUT
  server both 127.0.0.1:$SHUT check addr 127.0.0.1:$GOOD
  server ag 127.0.0.1:$GOOD agent-check agent-port $AGENT
  server agport 127.0.0.1:$GOOD port $AGENT agent-check
  server agaddr 127.0.0.1:$GOOD check agent-check agent-port $AGENT agent-addr 127.0.0.1 agent-send hi
  server trk 127.0.0.1:$GOOD track b/chk
  server noport 127.0.0.1 check port $GOOD
  server offset 127.0.0.1:+$GOOD check port $GOOD
  server off 127.0.0.1:$GOOD check disabled
  server named localhost:$GOOD check
  server ux unix@$DIR/none.sock check
  server uxag unix@$DIR/none.sock agent-check agent-port $AGENT
  server talk 127.0.0.1:$GOOD agent-addr 127.0.0.2 agent-port 7
backend static
  balance static-rr
  server s 127.0.0.1:$GOOD weight 10
`;

const PORTS = ['0', '1', '7010', '65535', '65536', '-1', '-0', '007', '7 8'];
const NO_PORTS = ['abc', '12x', '""', '+7', '\\ 7', '--1', '7e1', '0x7', '2147483647', '2147483648', '99999999999'];
const ADDRESSES = [
  '127.0.0.9',
  '::1',
  '[::1]',
  '0:0:0:0:0:0:0:1',
  '::ffff:127.0.0.1',
  '[127.0.0.2]',
  '0.0.0.0',
  '::',
  '*',
];
const NO_ADDRESSES = [
  ...['unix@/x', '/x', 'abns@x', 'fd@3', '127.0.0.8:99', '[::1]:80', 'ipv4@127.0.0.4', 'ipv6@::1', 'udp@127.0.0.1'],
  ...['""', '[]', '[::1', '::1]', '::1%1', '127.0.0.1.', '999.1.1.1', 'a\\ b', '$HOME', 'none.invalid'],
];
/** A check's alone. */
const NO_CHECK_ADDRESSES = ['localhost', '127.1', '127.0.0.01', '1.2.3'];

const ports = (word: string) => ['', ...PORTS, ...NO_PORTS].map((port) => `${word} ${port}`.trim());
const addresses = (word: string) => [
  word,
  ...[...ADDRESSES, ...NO_ADDRESSES].map((address) => `${word} ${address}`),
  ...['port', 'port 7011', 'port 0', 'port 65536', 'port abc', '7012', 'foo 7012', 'PORT 7012', 'port 7013 8'].map(
    (rest, at) => `${word} 127.0.0.${20 + at} ${rest}`,
  ),
  `${word} nowhere/ port abc`,
];

/** What is said behind `set server b/NAME`. */
const EVERYTHING = [
  ...addresses('check-addr'),
  ...NO_CHECK_ADDRESSES.map((address) => `check-addr ${address}`),
  ...ports('check-port'),
  ...addresses('agent-addr'),
  'agent-addr localhost',
  ...ports('agent-port'),
  ...['agent-send', 'agent-send hello', 'agent-send a b', 'agent-send a\\nb\\\\n', 'agent-send é'],
];
/** The same in short. */
const EXCERPT = [
  ...[
    'check-addr',
    'check-addr 127.0.0.9',
    'check-addr foo',
    'check-addr 127.0.0.9 port 7010',
    'check-addr ::1 port 0',
  ],
  ...['check-addr 127.0.0.10 port 70000', 'check-port', 'check-port 7011', 'check-port 0', 'check-port x'],
  ...['agent-addr', 'agent-addr 127.0.0.9', 'agent-addr /x', 'agent-addr 127.0.0.9 port 7010', 'agent-addr ::1 port 0'],
  ...['agent-port', 'agent-port 7011', 'agent-port 0', 'agent-port x', 'agent-send', 'agent-send x'],
];
/** What only has an answer. */
const WITHOUT_EFFECT = ['ssl', 'ssl on', 'ssl off', 'ssl x', 'fqdn', 'fqdn localhost', '', 'foo', 'check'];
/** How a server stands; the order matters. */
const STATES = [
  ...[
    'agent',
    'agent foo',
    'agent down',
    'agent up',
    'health',
    'health foo',
    'health down',
    'health stopping',
    'health up',
  ],
  ...['state', 'state foo', 'state drain', 'state maint', 'state drain', 'state ready'],
  ...[
    'weight',
    'weight 10',
    'weight 50%',
    'weight 300',
    'weight -1',
    'weight x',
    'weight 1x',
    'weight 1000%',
    'weight -5%',
  ],
  ...['weight %', 'weight 0', 'weight 100%'],
];
const SWITCHES = ['health', 'agent', 'server'].flatMap((what) => [`disable ${what}`, `enable ${what}`]);
/** While checks, or the agent, are switched off. */
const SWITCHED_OFF = [
  'check-port 9',
  'check-addr 127.0.0.9',
  'agent-port 9',
  'agent-addr ::1',
  'agent-send',
  'agent',
  'health up',
];

const SERVERS = [...CONFIGURATION.matchAll(/^ {2}server (\w+)/gm)].map(([, name]) => name!);
const set = (server: string, words: readonly string[]) => words.map((each) => `set server b/${server} ${each}`.trim());
const others = SERVERS.filter((name) => name !== 's');

export const COMMANDS: readonly string[] = [
  ...[
    'set server',
    'set server b',
    'set server x/y check-port 1',
    'set server b/y check-port 1',
    'set server #2/#2 check-port',
  ],
  ...set('chk', EVERYTHING),
  ...set('ag', EVERYTHING),
  ...others.flatMap((name) => set(name, [...EXCERPT, ...WITHOUT_EFFECT])),
  ...['chk', 'ag', 'agaddr', 'trk', 'plain', 'off'].flatMap((name) => [
    ...set(name, STATES),
    ...SWITCHES.map((command) => `${command} b/${name}`),
    `disable health b/${name}`,
    `disable agent b/${name}`,
    ...set(name, SWITCHED_OFF),
    `enable health b/${name}`,
    `enable agent b/${name}`,
  ]),
  ...STATES.filter((words) => words.startsWith('weight')).map((words) => `set server static/s ${words}`),
  ...SWITCHES.flatMap((command) => [command, `${command} b`, `${command} x/y`, `${command} b/y`]),
  ...['show servers state nosuch', 'show servers state 2', 'show servers state #2', 'show servers state static b'],
];

/** Asked at the two lower levels as well. */
export const LEVEL_COMMANDS: readonly string[] = [
  ...[
    'check-addr ::1',
    'check-port 1',
    'agent-addr ::1',
    'agent-port 1',
    'agent-send',
    'addr ::1',
    'fqdn x',
    'ssl on',
  ].map((words) => `set server b/chk ${words}`),
  ...['set server b/chk', 'set server', 'show servers state static'],
  ...SWITCHES.map((command) => `${command} b/chk`),
];
