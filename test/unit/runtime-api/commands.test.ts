import { beforeEach, describe, expect, it } from 'vitest';
import type { CommandContext, CommandSession, Level } from '../../../src/runtime-api/command.ts';
import { splitCommands } from '../../../src/runtime-api/command-line.ts';
import { COMMANDS } from '../../../src/runtime-api/commands/index.ts';
import { runCommand } from '../../../src/runtime-api/dispatch.ts';
import { formatReply } from '../../../src/runtime-api/reply-format.ts';
import { Admin, Oper } from '../../../src/servers/server-record.ts';
import { Word } from '../../../src/servers/shared-table.ts';
import { Counter } from '../../../src/stats/counters.ts';
import { CSV_HEADER } from '../../../src/stats/csv.ts';
import { ProcessMeter } from '../../../src/stats/process-meter.ts';
import { COMPATIBLE_VERSION } from '../../../src/stats/product.ts';
import { HAPAX_VERSION } from '../../../src/version.ts';
import { checkedServer, listener, modelOf, server, type TestView, testView } from '../../support/runtime-view.ts';
import { rowOf, rowsOf } from '../../support/stats-client.ts';

const model = modelOf([
  { name: 'fe', frontend: { listeners: [listener(1)], defaultBackend: 1 } },
  {
    name: 'be',
    backend: {
      servers: [
        checkedServer('s1', 1, { maxconn: 5 }),
        server('s2', 2, { weight: 50 }),
        server('s6', 77, {
          idForced: true,
          address: { family: 'ipv4', host: '127.0.0.1', port: 9, name: 'localhost' },
        }),
        server('s4', 4, { disabled: true }),
      ],
    },
  },
  { name: 'stats', mode: 'http', frontend: { listeners: [listener(1)] }, backend: {} },
]);

let test: TestView;
let session: CommandSession;

beforeEach(() => {
  test = testView(model);
  session = { level: 'admin', interactive: false, severityOutput: 'none', timeout: 10_000, quit: false };
});

/** What a line answers, as the socket would write it. */
function answer(line: string): string {
  const place = { file: 'x.cfg', line: 2 };
  const context: CommandContext = {
    view: test.view,
    control: test.control,
    lookup: async () => ({ ok: false, code: 'ENOTFOUND' }),
    meter: new ProcessMeter(() => 0),
    listeners: 2,
    clients: { total: 1, current: 1 },
    session,
    sockets: [
      {
        address: { family: 'unix', host: '/run/a.sock', port: 0 },
        level: 'admin',
        exposeFd: false,
        place,
        text: '/run/a.sock',
      },
      {
        address: { family: 'ipv4', host: '127.0.0.1', port: 99 },
        level: 'user',
        exposeFd: false,
        place,
        text: 'ipv4@127.0.0.1:99',
      },
      { address: { family: 'ipv6', host: '::1', port: 99 }, level: 'operator', exposeFd: false, place, text: '::1:99' },
    ],
  };
  return splitCommands(line)
    .map((words) => formatReply(runCommand(context, words), session))
    .join('');
}

describe('answers', () => {
  // Word for word from HAProxy.
  for (const [line, text] of [
    ['show stat nosuch 7 -1', 'No such proxy.\n\n'],
    ['show stat x y z', 'No such proxy.\n\n'],
    ['show stat typed be 4 1', 'No such proxy.\n\n'],
    ['show stat 99 7 -1', `${CSV_HEADER}\n\n`],
    ['show stat be 4 9', `${CSV_HEADER}\n\n`],
    ['show stat 2 4 1', `${CSV_HEADER}\n\n`],
    ['show version', `${COMPATIBLE_VERSION}\n\n`],
    ['show version extra words', `${COMPATIBLE_VERSION}\n\n`],
    ['show version;show version', `${COMPATIBLE_VERSION}\n\n${COMPATIBLE_VERSION}\n\n`],
    ['show version;', `${COMPATIBLE_VERSION}\n\n\n`],
    ['', '\n'],
    ['show backend', '# name\nbe\nstats\n\n'],
    ['show backend x', '# name\nbe\nstats\n\n'],
    ['show cli level', 'admin\n\n'],
    [
      'show cli sockets',
      '# socket lvl processes\nunix@/run/a.sock admin all\nipv4@127.0.0.1:99 user all\nipv6@[::1]:99 operator all\n\n',
    ],
    ['show env HAPAX_NOT_SET', 'Variable not found\n\n'],
    ['show servers state nosuch', "Can't find backend.\n\n"],
    ['get weight be/s2', '50 (initial 50)\n\n'],
    ['get weight be/#77', '1 (initial 1)\n\n'],
    ['get weight #3/#77', '1 (initial 1)\n\n'],
    ['get weight be/nosuch', 'No such server.\n\n'],
    ['get weight nosuch/s1', 'No such backend.\n\n'],
    ['get weight be', "Require 'backend/server'.\n\n"],
    ['get weight', "Require 'backend/server'.\n\n"],
    ['disable server be/s1', '\n'],
    ['disable server be/s1 extra', '\n'],
    ['disable server be/nosuch', 'No such server.\n\n'],
    ['disable server nosuch/s1', 'No such backend.\n\n'],
    ['disable server be', "Require 'backend/server'.\n\n"],
    ['enable server', "Require 'backend/server'.\n\n"],
    ['set server be/s1 state foo', "'set server <srv> state' expects 'ready', 'drain' and 'maint'.\n\n"],
    ['set server be/s1 state', "'set server <srv> state' expects 'ready', 'drain' and 'maint'.\n\n"],
    ['set server be/nosuch state ready', 'No such server.\n\n'],
    ['set server nosuch/x state ready', 'No such backend.\n\n'],
    ['set server #77 state ready', "Require 'backend/server'.\n\n"],
    [
      'set server be/s1 foo',
      'usage: set server <backend>/<server> addr | agent | agent-addr | agent-port | agent-send | check-addr | check-port | fqdn | health | ssl | state | weight\n\n',
    ],
    ['set server be/s1 health x', "'set server <srv> health' expects 'up', 'stopping', or 'down'.\n\n"],
    ['set server be/s1 health', "'set server <srv> health' expects 'up', 'stopping', or 'down'.\n\n"],
    ['disable health be/s2', '\n'],
    ['enable health be/s2', 'Health check was not configured on this server, cannot enable.\n\n'],
    ['enable health', "Require 'backend/server'.\n\n"],
    ['disable agent be/s2', '\n'],
    ['enable agent be/s2', 'Agent was not configured on this server, cannot enable.\n\n'],
    ['enable agent nosuch/s1', 'No such backend.\n\n'],
    ['set server be/s2 agent up', 'agent checks are not enabled on this server.\n\n'],
    ['set server be/s2 agent x', 'agent checks are not enabled on this server.\n\n'],
    ['set maxconn server be/s1', 'Require <maxconn>.\n\n'],
    ['set maxconn frontend', 'A frontend name is expected.\n\n'],
    ['set maxconn frontend fe', 'Integer value expected.\n\n'],
    ['set maxconn frontend be 5', 'No such frontend.\n\n'],
    ['set maxconn frontend nosuch 5', 'No such frontend.\n\n'],
    ['set maxconn frontend fe -1', 'Value out of range.\n\n'],
    ['set maxconn server be/nosuch 5', 'No such server.\n\n'],
    ['set maxconn server be/s1 abc', 'maxconn string empty or preceded by garbage\n\n'],
    ['set maxconn server be/s1 7x', 'Trailing garbage in maxconn string\n\n'],
    ['shutdown sessions server nosuch/x', 'No such backend.\n\n'],
    ['set server be/s1 check-addr', 'set server <b>/<s> check-addr requires an address and optionally a port.\n\n'],
    ['set server be/s2 check-addr ::1', 'health checks are not enabled on this server\n\n'],
    ['set server be/s1 check-addr localhost', "invalid addr 'localhost'\n\n"],
    ['set server be/s1 check-addr ::1 port', 'provided port is not an integer\n\n'],
    ['set server be/s1 check-port -', 'provided port is not an integer\n\n'],
    ['set server be/s1 check-port 65536', 'provided port is invalid\n\n'],
    ['set server be/s1 agent-port 5', 'agent checks are not enabled on this server\n\n'],
    ['set server be/s1 agent-send x', 'agent checks are not enabled on this server.\n\n'],
    ['set server be/s1 fqdn', 'set server <b>/<s> fqdn requires a FQDN.\n\n'],
    ['set server be/s1 fqdn x', 'set server <b>/<s> fqdn failed because no resolution is configured.\n\n'],
    ['set server be/s1 ssl on', "'set server <srv> ssl' cannot be set.  default-server should define ssl settings\n\n"],
    ['set server be/s1 addr 127.0.0.2', "'set server <srv> addr' is not supported yet.\n\n"],
    ['set server be/s2 weight 5;get weight be/s2', '\n5 (initial 50)\n\n'],
    ['set weight be/s2 150%;get weight be/s2', '\n75 (initial 50)\n\n'],
    ['set weight be/s2 1000%;get weight be/s2', '\n256 (initial 50)\n\n'],
    ['set weight be/s1 50%;get weight be/s1', '\n0 (initial 1)\n\n'],
    ['set weight be/s1 +010;get weight be/s1', '\n10 (initial 1)\n\n'],
    ['set weight be/s1 257', 'Absolute weight can only be between 0 and 256 inclusive.\n\n'],
    ['set weight be/s1 -1', 'Absolute weight can only be between 0 and 256 inclusive.\n\n'],
    ['set weight be/s1 -5%', 'Relative weight must be positive.\n\n'],
    ['set weight be/s1 0x10', 'Trailing garbage in weight string\n\n'],
    ['set weight be/s1 5%x', 'Trailing garbage in weight string\n\n'],
    ['set weight be/s1 abc', 'Empty weight string empty or preceded by garbage\n\n'],
    ['set weight be/s1 %', 'Empty weight string empty or preceded by garbage\n\n'],
    ['set weight be/s1', 'Require <weight> or <weight%>.\n\n'],
    ['set weight be/nosuch 1', 'No such server.\n\n'],
    ['set weight', "Require 'backend/server'.\n\n"],
    ['operator;set weight be/s1 1', '\nPermission denied\n\n'],
    ['show errors nosuch', 'No such proxy.\n\n'],
    ['user;show errors', '\nPermission denied\n\n'],
    ['show table', '\n'],
    ['show table nosuch', 'No such table\n\n'],
    ['set timeout cli 5s', '\n'],
    ['set timeout cli 5x', 'Invalid timeout value.\n\n'],
    ['set timeout cli 0', 'Invalid timeout value.\n\n'],
    ['set timeout cli', 'Expects an integer value.\n\n'],
    ['set timeout foo 1', "'set timeout' only supports 'cli'.\n\n"],
    ['set timeout', "'set timeout' only supports 'cli'.\n\n"],
    ['set severity-output foo', "one of 'none', 'number', 'string' is a required argument\n\n"],
    ['set severity-output', "one of 'none', 'number', 'string' is a required argument\n\n"],
    ['clear counters', '\n'],
    ['clear counters all', '\n'],
    ['clear counters foo', '\n'],
    ['operator;show cli level;set timeout cli 3s', '\noperator\n\n\n'],
    ['user;show cli level;disable server be/s1', '\nuser\n\nPermission denied\n\n'],
    ['user;operator', '\nPermission denied\n\n'],
    ['user;set server nosuch', '\nPermission denied\n\n'],
    ['user;show env HOME', '\nPermission denied\n\n'],
    ['operator;clear counters;clear counters all', '\n\nPermission denied\n\n'],
    [
      'set severity-output string;get weight nosuch/x;show version',
      `\n[err]: No such backend.\n\n[info]: ${COMPATIBLE_VERSION}\n\n`,
    ],
    [
      'set severity-output number;set server be/s1 state foo;disable server be/s1;get weight be/s1',
      "\n[3]: 'set server <srv> state' expects 'ready', 'drain' and 'maint'.\n\n\n1 (initial 1)\n\n",
    ],
    ['set severity-output number;show stat 99 7 -1', `\n${CSV_HEADER}\n\n`],
    ['set severity-output number;set severity-output none;get weight x', "\n\nRequire 'backend/server'.\n\n"],
  ] as const) {
    it(line, () => {
      expect(answer(line)).toBe(text);
    });
  }
});

describe('set server check-addr and check-port', () => {
  it('say where checks go from now on', () => {
    expect(answer('set server be/s1 check-addr ::FFFF:127.0.0.1;set server be/s1 check-addr * port 007')).toBe('\n\n');
    expect(answer('set server be/s1 check-port 0')).toBe('\n');
    const moved = ['::ffff:127.0.0.1 -', '0.0.0.0 7', '- 0'];
    expect(test.control.calls).toEqual(moved.map((place) => `be/s1 checks to ${place}`));
  });
});

describe('weights of an algorithm that does not follow them', () => {
  const refused = "Backend is using a static LB algorithm and only accepts weights '0%' and '100%'.\n\n";
  const backend = (hashConsistent: boolean) => ({
    name: 'be',
    backend: { balance: 'source' as const, hashConsistent, servers: [server('s1', 1, { weight: 10 })] },
  });

  it('may be the whole weight or none', () => {
    test = testView(modelOf([backend(false)]));
    expect(answer('set weight be/s1 5')).toBe(refused);
    expect(answer('set weight be/s1 50%')).toBe(refused);
    expect(answer('set server be/s1 weight 20')).toBe(refused);
    expect(answer('set weight be/s1 5%;get weight be/s1')).toBe('\n0 (initial 10)\n\n');
    expect(answer('set weight be/s1 10;get weight be/s1')).toBe('\n10 (initial 10)\n\n');
    expect(answer('set weight be/s1 0%;set weight be/s1 100%')).toBe('\n\n');
    expect(test.control.calls).toEqual(['be/s1 weight 0', 'be/s1 weight 10', 'be/s1 weight 0', 'be/s1 weight 10']);
  });

  it('move freely with consistent hashing', () => {
    test = testView(modelOf([backend(true)]));
    expect(answer('set weight be/s1 5;get weight be/s1')).toBe('\n5 (initial 10)\n\n');
  });
});

describe('show errors', () => {
  it('says that there are none, and when', () => {
    expect(answer('show errors be')).toMatch(
      /^Total events captured on \[\d\d\/\w{3}\/\d{4}:[\d:]{8}\.\d{3}\] : 0\n\n$/,
    );
    expect(answer('show errors 99 request')).toContain(' : 0\n\n');
  });
});

describe('show stat', () => {
  const names = (line: string) => rowsOf(answer(line)).map((row) => `${row.pxname}/${row.svname}`);

  it('ends with one blank line', () => {
    expect(answer('show stat')).toMatch(/[^\n]\n\n$/);
  });

  it('selects with three words in front and ignores fewer', () => {
    expect(names('show stat be 4 -1')).toEqual(['be/s1', 'be/s2', 'be/s6', 'be/s4']);
    expect(names('show stat be 4 77')).toEqual(['be/s6']);
    expect(names('show stat -1 2 -1')).toEqual(['be/BACKEND', 'stats/BACKEND']);
    expect(names('show stat 3 6 -1')).toHaveLength(5);
    expect(names('show stat be 4')).toHaveLength(8);
    expect(names('show stat be')).toHaveLength(8);
    expect(names('show stat foo')).toHaveLength(8);
  });

  it('takes its options after the selectors, in any order', () => {
    expect(names('show stat be -1 -1 up')).toEqual(['be/s1', 'be/s2', 'be/s6', 'be/BACKEND']);
    expect(rowOf(rowsOf(answer('show stat no-maint')), 'be', 'BACKEND').status).toBe('UP (3/4)');
    expect(answer('show stat be 4 1 typed')).toContain('S.3.1.0.pxname.1:KNSV:str:be\n');
    expect(answer('show stat be 4 1 desc typed')).toContain('S.3.1.26.pid.1:KGPV:u32:1:"');
    expect(JSON.parse(answer('show stat json up'))).toHaveLength(7);
    expect(answer('show stat desc')).toBe(answer('show stat'));
  });

  it('hides addresses from user level', () => {
    expect(rowOf(rowsOf(answer('show stat')), 'be', 's1').addr).toBe('127.0.0.1:9001');
    expect(rowOf(rowsOf(answer('user;show stat').slice(1)), 'be', 's1').addr).toBe('');
  });
});

describe('show info and schema', () => {
  it('combines its options and ignores unknown ones', () => {
    expect(answer('show info foo')).toMatch(/^Name: HAProxy\n/);
    expect(answer('show info typed desc')).toMatch(/^0\.Name\.1:POSV:str:HAProxy:"/);
    expect(JSON.parse(answer('show info json'))[0].value.value).toBe('HAProxy');
    expect(answer('show info float')).toContain('\nUptime_sec: 2.197101\n');
  });

  it('describes the JSON forms with a schema that they follow', () => {
    const schema = JSON.parse(answer('show schema json'));
    const item = schema.oneOf[1].items.items;
    for (const value of JSON.parse(answer('show stat json')).flat()) {
      expect(Object.keys(value).toSorted()).toEqual(item.required.toSorted());
      expect(item.properties.objType.enum).toContain(value.objType);
      for (const part of ['origin', 'nature', 'scope']) {
        expect(schema.definitions.tags.properties[part].enum).toContain(value.tags[part]);
      }
    }
  });
});

describe('show servers state', () => {
  const lines = () => answer('show servers state be').split('\n');

  it('has HAProxy’s header and one line a server', () => {
    expect(lines().slice(0, 2)).toEqual([
      '1',
      '# be_id be_name srv_id srv_name srv_addr srv_op_state srv_admin_state srv_uweight srv_iweight srv_time_since_last_change srv_check_status srv_check_result srv_check_health srv_check_state srv_agent_state bk_f_forced_id srv_f_forced_id srv_fqdn srv_port srvrecord srv_use_ssl srv_check_port srv_check_addr srv_agent_addr srv_agent_port',
    ]);
    expect(lines().slice(2)).toEqual([
      '3 be 1 s1 127.0.0.1 2 0 1 1 0 1 0 2 6 0 0 0 - 9001 - 0 0 - - 0',
      '3 be 2 s2 127.0.0.1 2 0 50 50 0 1 0 2 0 0 0 0 - 9002 - 0 0 - - 0',
      '3 be 77 s6 127.0.0.1 2 0 1 1 0 1 0 2 0 0 0 1 localhost 9 - 0 0 - - 0',
      '3 be 4 s4 127.0.0.1 0 5 1 1 0 1 0 0 8 0 0 0 - 9004 - 0 0 - - 0',
      '',
      '',
    ]);
  });

  it('numbers the outcome of the check', () => {
    test.check('be', 's1', { status: 'L4OK', health: 4 });
    test.clock.now += 3000;
    expect(lines()[2]).toBe('3 be 1 s1 127.0.0.1 2 0 1 1 3 6 3 4 6 0 0 0 - 9001 - 0 0 - - 0');
    test.check('be', 's1', { status: 'L7STS', health: 0, running: true });
    test.server('be', 's1').oper = Oper.stopped;
    expect(lines()[2]).toBe('3 be 1 s1 127.0.0.1 0 0 1 1 3 17 0 0 7 0 0 0 - 9001 - 0 0 - - 0');
    test.check('be', 's1', { running: false });
    expect(lines()[2]).toContain(' 17 2 0 6 ');
    test.check('be', 's1', { status: 'L7OKC', health: 4 });
    expect(lines()[2]).toContain(' 16 4 4 6 ');
    test.server('be', 's1').admin = Admin.forcedMaint;
    expect(lines()[2]).toContain(' 16 4 4 14 ');
  });
});

describe('servers', () => {
  it('are set ready, drained and put into maintenance', () => {
    answer('set server be/s1 state maint;set server be/s1 state drain;set server be/#77 state ready');
    answer('disable server be/s2;enable server be/s2');
    expect(test.control.calls).toEqual(['be/s1 maint', 'be/s1 drain', 'be/s6 ready', 'be/s2 maint', 'be/s2 ready']);
  });

  it('of a frontend has its limit changed', () => {
    expect(answer('set maxconn frontend fe 20')).toBe('\n');
    expect(test.control.calls).toEqual([`frontend slot ${test.view.slots.frontend[0]} maxconn 20`]);
    test.table.set(test.view.slots.frontend[0] ?? -1, Word.maxconn, 20);
    expect(rowOf(rowsOf(answer('show stat')), 'fe', 'FRONTEND')).toMatchObject({ slim: '20' });
  });

  it('are given health, checks, a limit and an end of their sessions', () => {
    answer('set server be/s1 health down;disable health be/s1;enable health be/s1');
    answer('set maxconn server be/s1 7;set maxconn server be/s1 -1;shutdown sessions server be/s2');
    expect(test.control.calls).toEqual([
      'be/s1 health down CLI',
      'be/s1 checks off',
      'be/s1 checks on',
      'be/s1 maxconn 7',
      'be/s1 maxconn 0',
      'be/s2 shutdown',
    ]);
  });
});

describe('clear counters', () => {
  it('clears maxima, and with all the rest', () => {
    const slot = test.view.slots.frontend[0] ?? -1;
    test.counters.add(slot, Counter.sessions, 3);
    test.table.set(slot, Word.current, 1);
    test.table.set(slot, Word.currentMax, 2);
    const frontend = () => rowOf(rowsOf(answer('show stat')), 'fe', 'FRONTEND');
    expect(frontend()).toMatchObject({ scur: '1', smax: '2', stot: '3' });
    answer('clear counters');
    expect(frontend()).toMatchObject({ scur: '1', smax: '0', stot: '3' });
    expect(test.control.calls).toEqual([]);
    answer('clear counters all');
    expect(frontend()).toMatchObject({ scur: '1', smax: '0', stot: '0' });
    expect(test.control.calls).toEqual(['clear']);
  });
});

describe('session', () => {
  it('keeps timeout, prompt and end', () => {
    answer('set timeout cli 60');
    expect(session.timeout).toBe(60_000);
    expect(answer('prompt')).toBe('\n> ');
    expect(answer('show version')).toBe(`${COMPATIBLE_VERSION}\n\n> `);
    expect(answer('disable server be/s1')).toBe('\n> ');
    expect(answer('prompt')).toBe('\n');
    answer('quit');
    expect(session.quit).toBe(true);
  });
});

describe('levels', () => {
  const needed: Readonly<Record<string, Level>> = {
    'clear counters': 'operator',
    'disable agent': 'admin',
    'disable health': 'admin',
    'disable server': 'admin',
    'enable agent': 'admin',
    'enable health': 'admin',
    'enable server': 'admin',
    'get weight': 'user',
    help: 'user',
    operator: 'operator',
    prompt: 'user',
    quit: 'user',
    'set maxconn frontend': 'admin',
    'set maxconn server': 'admin',
    'set server': 'admin',
    'set severity-output': 'user',
    'set timeout': 'user',
    'set weight': 'admin',
    'show backend': 'user',
    'show cli level': 'user',
    'show cli sockets': 'user',
    'show env': 'operator',
    'show errors': 'operator',
    'show info': 'user',
    'show schema json': 'user',
    'show servers state': 'user',
    'show stat': 'user',
    'show table': 'user',
    'show version': 'user',
    'shutdown sessions server': 'admin',
    user: 'user',
  };

  it('are those of HAProxy', () => {
    const levels = COMMANDS.map((command) => [command.words.join(' '), command.level]);
    expect(Object.fromEntries(levels)).toEqual(needed);
  });

  for (const level of ['user', 'operator', 'admin'] as const) {
    it(`${level} may use what it may, and nothing else`, () => {
      const rank = ['user', 'operator', 'admin'];
      for (const [words, need] of Object.entries(needed)) {
        Object.assign(session, { level, interactive: false, quit: false });
        const denied = answer(words) === 'Permission denied\n\n';
        expect([words, denied]).toEqual([words, rank.indexOf(level) < rank.indexOf(need)]);
      }
    });
  }
});

describe('help and unknown commands', () => {
  const tail = [
    '  help [<command>]                        : list the commands, or those that match',
    '  prompt                                  : switch the interactive mode on or off',
    '  quit                                    : close the connection',
    '',
    '',
  ];

  it('help lists every command of the level', () => {
    const lines = answer('help').split('\n');
    expect(lines[0]).toBe('The following commands are valid at this level:');
    expect(lines).toHaveLength(1 + COMMANDS.length + 2);
    expect(lines.slice(-5)).toEqual(tail);
    for (const line of lines.slice(1, -2)) expect(line).toMatch(/^ {2}\S.{36,} ?: \S/);
    expect(answer('user;help')).not.toContain('disable server');
  });

  it('help narrows to what begins with its words', () => {
    const lines = answer('help show cli').split('\n');
    expect(lines.slice(1, 3).map((line) => line.trim().split(/ {2,}/)[0])).toEqual([
      'show cli level',
      'show cli sockets',
    ]);
    expect(lines.slice(3)).toEqual(tail);
  });

  it('an unknown command names the close ones', () => {
    const lines = answer('show state').split('\n');
    expect(lines[0]).toBe('Unknown command, but maybe one of the following ones is a better match:');
    expect(lines.slice(1, 6).some((line) => line.startsWith('  show stat '))).toBe(true);
    expect(lines.length).toBeLessThanOrEqual(1 + 5 + tail.length);
    expect(lines.slice(-5)).toEqual(tail);
    expect(answer('SHOW VERSION')).toContain('  show version ');
    expect(answer('show\\ version')).toContain('  show version ');
    expect(answer('disable')).toContain('  disable server (DEPRECATED)');
    expect(answer('disable foo')).toContain('  disable server (DEPRECATED)');
  });

  it('one that is like nothing gets the whole list', () => {
    const text = answer('@#$%^&*()');
    expect(text).toMatch(/^Unknown command\. Please enter one of the following commands only:\n/);
    expect(text.split('\n')).toHaveLength(1 + COMMANDS.length + 2);
  });

  it('one that only HAProxy has is called by its name', () => {
    const text = (name: string) => `'${name}' is not supported yet by hapax ${HAPAX_VERSION}.\n\n`;
    expect(answer('show map #1')).toBe(text('show map'));
    expect(answer('set ssl cert a.pem')).toBe(text('set ssl cert'));
    expect(answer('trace')).toBe(text('trace'));
    // Only HAProxy's master process knows it.
    expect(answer('reload')).toMatch(/^Unknown command/);
    expect(answer('show ssl')).toMatch(/^Unknown command/);
    expect(answer('set severity-output number;expert-mode on')).toContain(`[3]: 'expert-mode' is not supported yet`);
  });

  it('bears garbage and very long words', () => {
    expect(answer('x'.repeat(16_000))).toMatch(/^Unknown command/);
    expect(answer(`show ${'\u0000\u{1f600}'.repeat(4000)}`)).toMatch(/^Unknown command/);
    expect(answer(' a'.repeat(8000))).toMatch(/^Unknown command/);
  });

  it('starts with a severity of 6', () => {
    expect(answer('set severity-output number;foo')).toMatch(/^\n\[6\]: Unknown command/);
    expect(answer('set severity-output number;help')).toMatch(/^\n\[6\]: The following commands/);
  });
});
