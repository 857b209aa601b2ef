/**
 * Servers that come and go at chance moments, for a long time: the states stay true to the rules of rise and fall, to
 * what the servers do, and to each other; and a server that is well in the end is up in the end.
 */
import { afterAll, expect, test } from 'vitest';
import { freePort } from '../support/ports.ts';
import { type ProxyProcess, startProxy } from '../support/proxy-process.ts';
import {
  type Behaviour,
  closeAtOnce,
  httpAnswer,
  plain,
  refuse,
  resetAtOnce,
  type ScriptedServer,
  silence,
  startScripted,
} from '../support/scripted-server.ts';
import { rowOf, type StatRow, showStat } from '../support/stats-client.ts';
import { type SyslogReceiver, startSyslogReceiver } from '../support/syslog-receiver.ts';
import { pause, waitFor } from '../support/wait.ts';
import { forSoakTime, SOAK_SEED, seededRandom } from './soak.ts';

const random = seededRandom(SOAK_SEED);
const below = (limit: number) => Math.floor(random() * limit);
const SERVERS = 12;
const RISE = 2;
const FALL = 3;

const WELL = plain(httpAnswer('200 OK'));
const ILL: readonly Behaviour[] = [
  refuse,
  plain(httpAnswer('500 Broken')),
  plain(silence),
  plain(closeAtOnce),
  plain(resetAtOnce),
  plain(httpAnswer('404 Not Found')),
];

/** What a row may say: text and numbers agree with the health it shows. */
function expectTrue(row: StatRow): void {
  const health = Number(row.check_health);
  expect(health).toBeGreaterThanOrEqual(0);
  expect(health).toBeLessThanOrEqual(RISE + FALL - 1);
  const text =
    health >= RISE
      ? health === RISE + FALL - 1
        ? 'UP'
        : `UP ${health - RISE + 1}/${FALL}`
      : health === 0
        ? 'DOWN'
        : `DOWN ${health}/${RISE}`;
  expect([row.svname, row.status]).toEqual([row.svname, text]);
  expect(Number(row.chkfail)).toBeGreaterThanOrEqual(Number(row.chkdown));
}

let proxy: ProxyProcess | undefined;
let syslog: SyslogReceiver | undefined;
const servers: ScriptedServer[] = [];

afterAll(async () => {
  await proxy?.stop();
  await syslog?.close();
  await Promise.all(servers.map((server) => server.close()));
});

test('flapping servers', async () => {
  for (let index = 0; index < SERVERS; index++) servers.push(await startScripted(random() < 0.5 ? WELL : refuse));
  syslog = await startSyslogReceiver();
  proxy = await startProxy('hapax', {
    config: `global
    stats socket $DIR/stats.sock
    log ${syslog.address} local0
defaults
    mode tcp
    log global
    timeout connect 200ms
    timeout client 5s
    timeout server 5s
    timeout check 200ms
    option httpchk GET /
listen app
    bind 127.0.0.1:${await freePort()}
    default-server inter 100ms fall ${FALL} rise ${RISE} on-marked-down shutdown-sessions
${servers.map((server, index) => `    server s${index} ${server.address} check`).join('\n')}
`,
  });
  const running = proxy;
  const look = async () => {
    const rows = await showStat(running.statsSocket);
    const own = rows.filter((row) => row.svname!.startsWith('s'));
    for (const row of own) expectTrue(row);
    const up = own.filter((row) => row.status!.startsWith('UP')).length;
    const back = rowOf(rows, 'app', 'BACKEND');
    expect([back.act, back.status]).toEqual([String(up), up > 0 ? 'UP' : 'DOWN']);
  };
  await forSoakTime(async () => {
    const changes = below(4);
    for (let turn = 0; turn < changes; turn++) {
      const behaviour = random() < 0.45 ? WELL : ILL[below(ILL.length)]!;
      await servers[below(SERVERS)]!.become(behaviour);
    }
    await pause(below(250));
    await look();
    expect(running.exit).toBeUndefined();
  });
  for (const server of servers) await server.become(WELL);
  await waitFor('every server to be up', async () => {
    const rows = await showStat(running.statsSocket);
    return rows.filter((row) => row.svname!.startsWith('s')).every((row) => row.status === 'UP');
  });
  const rows = await showStat(running.statsSocket);
  const messages = syslog.messages();
  servers.forEach((_, index) => {
    const downs = messages.filter((line) => line.includes(`Server app/s${index} is DOWN`)).length;
    const ups = messages.filter((line) => line.includes(`Server app/s${index} is UP`)).length;
    // As many lines as the counter says, and every fall but the first of a server that began ill was followed by a rise.
    expect([index, String(downs)]).toEqual([index, rowOf(rows, 'app', `s${index}`).chkdown]);
    expect([index, ups]).toEqual([index, downs]);
  });
  for (let one = 1; one < messages.length; one++) {
    const name = /Server (app\/s\d+) is (DOWN|UP)/.exec(messages[one]!);
    if (name === null) continue;
    const before = messages.slice(0, one).findLast((line) => line.includes(`Server ${name[1]} is `));
    if (before !== undefined)
      expect([before.includes(' is DOWN'), messages[one]]).toEqual([name[2] === 'UP', messages[one]]);
  }
});
