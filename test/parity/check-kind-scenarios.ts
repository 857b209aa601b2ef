/** What an agent can say, programs as checks, servers without an address or behind a Unix socket, and followers of others. */
import { greet, plain, refuse, silence } from '../support/scripted-server.ts';
import type { CheckScenario } from './check-scenarios.ts';

/** Programs in the folder of the configuration; what does not begin with `#!` cannot be run. */
export const PROGRAMS: Readonly<Record<string, string>> = {
  'good.sh': '#!/bin/sh\nexit 0\n',
  'one.sh': '#!/bin/sh\nexit 1\n',
  'five.sh': '#!/bin/sh\nexit 5\n',
  'most.sh': '#!/bin/sh\nexit 255\n',
  'killed.sh': '#!/bin/sh\nkill -KILL $$\n',
  'terminated.sh': '#!/bin/sh\nkill -TERM $$\n',
  'slow.sh': '#!/bin/sh\nexec sleep 30\n',
  'arguments.sh':
    '#!/bin/sh\n[ "$1" = NOT_USED ] && [ "$2" = NOT_USED ] && [ "$3" = "$HAPROXY_SERVER_ADDR" ] && [ "$4" = "$HAPROXY_SERVER_PORT" ]\n',
  'environment.sh':
    '#!/bin/sh\n[ "$HAPROXY_PROXY_NAME/$HAPROXY_SERVER_NAME $PATH" = "external_environment/s /usr/bin:/bin" ]\n',
  'not-a-program': 'exit 0\n',
};

const agent = (name: string, word: string, server = '', later = 'ready up 100%\n'): CheckScenario => ({
  name: `agent_says_${name}`,
  lines: [],
  server: `${server} agent-check agent-inter 900ms agent-port $PORT`,
  // The check ends as soon as it has a line, whoever closes: an end that comes with the line is seen by chance.
  first: plain(greet(word, true)),
  later: plain(greet(later, true)),
});

const external = (name: string, program: string, lines: readonly string[] = []): CheckScenario => ({
  name: `external_${name}`,
  lines: [
    'option external-check',
    'external-check path /usr/bin:/bin',
    `external-check command $DIR/${program}`,
    ...lines,
  ],
  server: 'check',
  first: refuse,
});

export const kindScenarios: readonly CheckScenario[] = [
  agent('up', 'up\n'),
  agent('down', 'down\n'),
  agent('fail', 'fail\n'),
  agent('ready', 'ready\n'),
  agent('half', '50%\n', 'weight 100'),
  agent('half_of_1', '50%\n'),
  agent('up_and_half', 'up 50%\n', 'weight 100'),
  agent('nothing_of_it', '0%\n', 'weight 100'),
  agent('twice', '200%\n', 'weight 100'),
  agent('drain_up', 'drain up\n'),
  agent('two_lines', '50% up\nsecond line\n', 'weight 10'),
  agent('blank_line', '\n'),
  agent('up_with_text', 'up # hi\n'),
  agent('no_limit', 'maxconn:0\n', 'maxconn 20'),
  agent('drain_then_up', 'drain\n', '', 'up\n'),
  agent('maint_then_up', 'maint\n', '', 'up\n'),
  agent('down_then_ready', 'down\n', '', 'ready\n'),
  agent('down_of_checked', 'down\n', 'check'),
  agent('odd_weight', 'up 50%x # why\n'),
  agent('odd_limit', 'down maxconn:x\n'),
  agent('odd_word_and_weight', 'up what 50%x\n'),
  agent('everything', '75%,maxconn:30,maint,down\n', 'weight 100'),
  agent('maint_down_then_ready', 'maint down\n', '', 'ready\n'),
  external('good', 'good.sh'),
  external('one', 'one.sh'),
  external('five', 'five.sh'),
  external('most', 'most.sh'),
  external('killed', 'killed.sh'),
  external('terminated', 'terminated.sh'),
  external('slow', 'slow.sh', ['timeout check 600ms']),
  external('arguments', 'arguments.sh'),
  external('environment', 'environment.sh'),
  external('not_executable', 'not-a-program'),
  external('missing', 'missing.sh'),
  { name: 'unix_missing', lines: [], server: 'check', address: 'unix@$DIR/missing.sock', first: refuse },
  { name: 'unix_stale', lines: [], server: 'check', address: 'unix@$DIR/not-a-program', first: refuse },
  { name: 'name_unknown', lines: [], server: 'check init-addr none', address: 'nowhere.invalid:80', first: refuse },
  { name: 'target', lines: [], server: 'check', first: refuse, later: plain(silence) },
  { name: 'track_target', lines: [], server: 'track target/s', first: refuse },
  { name: 'track_tracker', lines: [], server: 'track track_target/s', first: refuse },
  { name: 'target_disabled', lines: [], server: 'check disabled', first: refuse },
  { name: 'track_disabled', lines: [], server: 'track target_disabled/s', first: refuse },
  { name: 'target_well', lines: [], server: 'check', first: plain(silence), later: refuse },
  { name: 'track_well', lines: [], server: 'track target_well/s', first: refuse },
];
