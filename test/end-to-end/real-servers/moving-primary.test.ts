/** Two real PostgreSQL servers of which one is the leader, as their status services say: traffic goes where /primary is. */
import { afterEach, describe, expect, it } from 'vitest';
import { freePort } from '../../support/ports.ts';
import { SUBJECT, startProxy } from '../../support/proxy-process.ts';
import { runCommand } from '../../support/run-command.ts';
import { afterRequest, plain, type ScriptedServer, startScripted } from '../../support/scripted-server.ts';
import { rowOf, showStat } from '../../support/stats-client.ts';
import { waitFor } from '../../support/wait.ts';
import { postgresql, psql, startPostgresql } from './programs.ts';
import { type Service, skipWithout } from './service.ts';

const cleanups: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

/** Answers as Patroni does: the role asked for is there, or 503. */
const statusService = (role: 'primary' | 'replica') =>
  plain((connection) =>
    afterRequest(({ stream, record }) => {
      const asked = /^\w+ \/(\w+) /.exec(record.received)?.[1];
      const status = asked === role ? '200 OK' : '503 Service Unavailable';
      stream.end(`HTTP/1.0 ${status}\r\nContent-Type: application/json\r\n\r\n{"role": "${role}"}`);
    })(connection),
  );

interface Node {
  readonly database: Service;
  readonly status: ScriptedServer;
}

async function startNode(role: 'primary' | 'replica'): Promise<Node> {
  const [database, status] = await Promise.all([startPostgresql(), startScripted(statusService(role))]);
  cleanups.push(async () => {
    await database.remove();
    await status.close();
  });
  return { database, status };
}

describe('PostgreSQL with a leader that moves', { timeout: 120_000 }, () => {
  it.skipIf(skipWithout(postgresql))('is followed, by sessions that run and by new ones', async () => {
    const [one, two] = await Promise.all([startNode('primary'), startNode('replica')]);
    const [writes, reads] = [await freePort(), await freePort()];
    const servers = [one, two].map(
      ({ database, status }, index) => `    server pg${index + 1} 127.0.0.1:${database.port} check port ${status.port}`,
    );
    const proxy = await startProxy(SUBJECT, {
      config: `global
    stats socket $DIR/stats.sock
defaults
    mode tcp
    timeout connect 10s
    timeout client 1m
    timeout server 1m
    timeout check 10s
    option httpchk
    http-check expect status 200
    default-server inter 300ms fall 2 rise 1 on-marked-down shutdown-sessions
listen primary
    bind 127.0.0.1:${writes}
    http-check send meth OPTIONS uri /primary
${servers.join('\n')}
listen replica
    bind 127.0.0.1:${reads}
    http-check send meth OPTIONS uri /replica
${servers.join('\n')}
`,
    });
    cleanups.push(() => proxy.stop());
    const untilLeader = (leader: number) =>
      waitFor(`pg${leader} to be the leader`, async () => {
        const rows = await showStat(proxy.statsSocket);
        const status = (backend: string, node: number) => rowOf(rows, backend, `pg${node}`).status;
        const other = 3 - leader;
        const primary = status('primary', leader) === 'UP' && status('primary', other) === 'DOWN';
        return primary && status('replica', leader) === 'DOWN' && status('replica', other) === 'UP';
      });
    const ask = async (port: number) => (await runCommand(psql(port, 'show port'))).stdout.trim();

    await untilLeader(1);
    expect(await ask(writes)).toBe(String(one.database.port));
    expect(await ask(reads)).toBe(String(two.database.port));
    const long = runCommand(psql(writes, 'select pg_sleep(60)'), { limit: 100_000 });
    await waitFor(
      'the long session',
      async () => rowOf(await showStat(proxy.statsSocket), 'primary', 'pg1').scur === '1',
    );

    await Promise.all([one.status.become(statusService('replica')), two.status.become(statusService('primary'))]);
    const ended = await long;
    expect(ended.code).not.toBe(0);
    expect(ended.stderr).toContain('server closed the connection unexpectedly');
    await untilLeader(2);
    expect(await ask(writes)).toBe(String(two.database.port));
    expect(await ask(reads)).toBe(String(one.database.port));

    // The leader dies, its status service with it: nobody takes writes, and reads go on.
    await Promise.all([two.database.stop(), two.status.close()]);
    await waitFor(
      'no leader',
      async () => rowOf(await showStat(proxy.statsSocket), 'primary', 'BACKEND').status === 'DOWN',
    );
    expect((await runCommand(psql(writes, 'show port'))).code).not.toBe(0);
    expect(await ask(reads)).toBe(String(one.database.port));
  });
});
