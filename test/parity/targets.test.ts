/** Where lines go and how they look there (formats, levels, lengths, tags), and the lines of servers taken in and out. */
import { beforeAll, describe, expect, it } from 'vitest';
import { freePort } from '../support/ports.ts';
import { type Product, skipWithoutHaproxy, startProxy } from '../support/proxy-process.ts';
import { echo, httpAnswer, plain, startScripted } from '../support/scripted-server.ts';
import { rowOf, showStat } from '../support/stats-client.ts';
import { type SyslogReceiver, startSyslogReceiver } from '../support/syslog-receiver.ts';
import { openClient } from '../support/tcp-client.ts';
import { pause, waitFor } from '../support/wait.ts';
import { type Comparison, unexplained } from './differences.ts';

const skipped = skipWithoutHaproxy('log targets beside HAProxy');

/** One listener each; `$1` and `$2` are receivers of the listener's own. */
const LISTENERS: Readonly<Record<string, readonly string[]>> = {
  f_default: ['log $1 local1'],
  f_rfc3164: ['log $1 format rfc3164 local1'],
  f_local: ['log $1 format local local1'],
  f_rfc5424: ['log $1 format rfc5424 local1'],
  f_raw: ['log $1 format raw local1'],
  f_short: ['log $1 format short local1'],
  f_timed: ['log $1 format timed local1'],
  f_priority: ['log $1 format priority local1'],
  f_iso: ['log $1 format iso local1'],
  f_stdout: ['log stdout format raw daemon'],
  f_stderr: ['log stderr format short local7 info'],
  f_two: ['log $1 local2', 'log $2 format raw local3'],
  f_hidden: ['log $1 local3 notice'],
  f_demoted: ['log $1 local3 debug err'],
  f_short_length: ['log $1 len 80 local3'],
  f_tag: ['log-tag mytag', 'log $1 local3', 'log $2 format rfc5424 local3'],
  f_global_too: ['log global', 'log $1 local2'],
  f_no_log: ['log $1 local2', 'no log'],
  f_kern: ['log $1 kern'],
  f_cron: ['log $1 cron'],
  f_httplog: ['option httplog', 'log $1 local1'],
};

/** Steps at the stats socket, one after the other; every step's lines are waited for by a look at the states. */
const EVENTS: readonly string[] = [
  'disable server pool/a',
  'disable server pool/a',
  'disable server pool/b',
  'disable server pool/spare',
  'enable server pool/spare',
  'enable server pool/a',
  'set server pool/b state ready',
  'set server pool/a state drain',
  'set server pool/b state drain',
  'set server pool/b state maint',
  'set server pool/b state drain',
  'set server pool/a state ready',
  'set server pool/b state ready',
  'disable server pool/dead',
  'set server pool/dead state drain',
  'enable server pool/dead',
  'set server pool/unchecked state maint',
  'set server pool/unchecked state ready',
  'set server pool/unchecked state drain',
  'set server pool/unchecked state ready',
  'set server single/only state maint',
  'set server single/only state ready',
  'set server single/only state drain',
  'set server single/only state ready',
];

interface Seen {
  /** `listener $n` to the lines received there. */
  readonly lines: ReadonlyMap<string, string>;
  readonly stdout: string;
  readonly stderr: string;
  /** What the events said, on syslog and on stderr. */
  readonly events: readonly string[];
  readonly eventsOnStderr: readonly string[];
}

function normalise(line: string): string {
  return line
    .replace(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}\+\d\d:\d\d/g, 'ISO')
    .replace(/\[\d\d\/[A-Z][a-z]{2}\/\d{4}:\d\d:\d\d:\d\d\.\d{3}\]/g, '[DATE]')
    .replace(/(^|>)[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d /g, '$1DATE ')
    .replace(/(haproxy|mytag)\[\d+\]/, '$1[PID]')
    .replace(/(haproxy|mytag) \d+ - - /, '$1 PID - - ')
    .replace(/127\.0\.0\.1:\d+/g, 'ADDRESS')
    .replace(/ -?\d+\/-?\d+\/\d+ (\d+) /, ' TIMERS $1 ')
    .replace(/check duration: \d+ms/, 'check duration: Nms')
    .replace(/\(\d+\) :/, '(PID) :');
}

async function run(product: Product): Promise<Seen> {
  const receivers = new Map<string, SyslogReceiver>();
  const ports = new Map<string, number>();
  const server = await startScripted(plain(echo));
  const api = await startScripted(plain(httpAnswer('200 OK')));
  const sections: string[] = [];
  for (const [name, lines] of Object.entries(LISTENERS)) {
    ports.set(name, await freePort());
    for (const number of ['$1', '$2']) {
      if (lines.some((line) => line.includes(number))) receivers.set(`${name} ${number}`, await startSyslogReceiver());
    }
    const text = lines.map(
      (line) => `    ${line.replace(/\$[12]/, (number) => receivers.get(`${name} ${number}`)!.address)}`,
    );
    const plainLog = lines.some((line) => line.startsWith('option')) ? [] : ['    option tcplog'];
    sections.push(
      `listen ${name}`,
      `    bind 127.0.0.1:${ports.get(name)}`,
      ...plainLog,
      ...text,
      `    server s ${server.address}`,
    );
  }
  const events = await startSyslogReceiver();
  const closed = await freePort();
  const proxy = await startProxy(product, {
    config: `global
    stats socket $DIR/stats.sock level admin
    log ${events.address} local0
    nbthread 1
defaults
    mode tcp
    timeout connect 1s
    timeout client 10s
    timeout server 10s
${sections.join('\n')}
backend pool
    log global
    option httpchk GET /
    default-server inter 200ms
    server a ${api.address} check
    server b ${api.address} check
    server dead 127.0.0.1:${closed} check
    server unchecked ${api.address} weight 7
    server spare ${api.address} check backup
backend single
    log global
    server only ${api.address}
`,
  });
  try {
    const untilSettled = () =>
      waitFor('the servers to have settled', async () => {
        const rows = await showStat(proxy.statsSocket);
        const status = (name: string) => rowOf(rows, 'pool', name).status!;
        const settled = ['a', 'b', 'spare'].every((name) => ['UP', 'MAINT', 'DRAIN'].includes(status(name)));
        // Out of maintenance it drains as if it were up until its checks have failed again.
        return settled && ['DOWN', 'MAINT'].includes(status('dead'));
      });
    await untilSettled();
    for (const [name, port] of ports) {
      const client = await openClient(port);
      client.write(name);
      await client.waitForBytes(name.length);
      client.finish();
      await client.waitForEnd();
      client.destroy();
    }
    await pause(300);
    const before = events.raw.length;
    const stderrBefore = proxy.stderr.length;
    for (const step of EVENTS) {
      await proxy.ask(step);
      await untilSettled();
      // A check that was under way when the state changed may still speak.
      await pause(60);
    }
    await pause(300);
    const lines = [...receivers].map(([name, receiver]): [string, string] => {
      // Where a line is cut depends on how many digits the process id has, but its length does not.
      if (name.startsWith('f_short_length'))
        return [name, receiver.raw.map((line) => `${line.length}${line.at(-1)}`).join()];
      return [name, receiver.raw.map(normalise).join('')];
    });
    return {
      lines: new Map(lines),
      stdout: normalise(proxy.stdout),
      stderr: proxy.stderr
        .split('\n')
        .filter((line) => /^<\d>/.test(line))
        .map(normalise)
        .join('\n'),
      events: events.raw.slice(before).map(normalise),
      eventsOnStderr: proxy.stderr.slice(stderrBefore).split('\n').map(normalise),
    };
  } finally {
    await proxy.stop();
    await Promise.all([...receivers.values(), events].map((receiver) => receiver.close()));
    await Promise.all([server.close(), api.close()]);
  }
}

describe.skipIf(skipped)('log targets beside HAProxy', () => {
  let oracle: Seen;
  let ours: Seen;

  beforeAll(async () => {
    [oracle, ours] = await Promise.all([run('haproxy'), run('hapax')]);
  }, 100_000);

  const compare = (where: string, what: string, a: string, b: string): Comparison => ({
    area: 'logs',
    where,
    what,
    oracle: a,
    ours: b,
  });
  const targets = Object.entries(LISTENERS).flatMap(([name, lines]) =>
    ['$1', '$2'].filter((number) => lines.some((line) => line.includes(number))).map((number) => `${name} ${number}`),
  );

  it.each(targets.map((name) => [name.replace('$', ''), name]))('%s', (_title, name) => {
    expect(unexplained([compare(name, 'datagrams', oracle.lines.get(name)!, ours.lines.get(name)!)])).toEqual([]);
  });

  it('stdout and stderr', () => {
    expect(oracle.stdout).toContain('f_stdout');
    expect(
      unexplained([
        compare('f_stdout', 'stdout', oracle.stdout, ours.stdout),
        compare('f_stderr', 'stderr', oracle.stderr, ours.stderr),
      ]),
    ).toEqual([]);
  });

  it('servers taken in and out', () => {
    expect(oracle.events.length).toBeGreaterThan(15);
    expect(
      unexplained([
        compare('events', 'syslog', oracle.events.join(''), ours.events.join('')),
        compare('events', 'stderr', oracle.eventsOnStderr.join('\n'), ours.eventsOnStderr.join('\n')),
      ]),
    ).toEqual([]);
  });
});
