/** Real databases, a mail server, a directory and nginx: started, checked up, stopped, checked down, as HAProxy sees them. */
import { afterEach, describe, expect, it } from 'vitest';
import { explain } from '../../parity/differences.ts';
import { createAuthority } from '../../support/certificates.ts';
import { type Product, type ProxyProcess, startProxy, whyNoHaproxy } from '../../support/proxy-process.ts';
import { type StatRow, showStat } from '../../support/stats-client.ts';
import { waitFor } from '../../support/wait.ts';
import {
  mariadb,
  nginx,
  openSmtpd,
  postgresql,
  redis,
  slapd,
  startMariadb,
  startNginx,
  startOpenSmtpd,
  startPostgresql,
  startRedis,
  startSlapd,
} from './programs.ts';
import { type Service, skipWithout } from './service.ts';

const noHaproxy = whyNoHaproxy();
if (noHaproxy !== undefined) process.stderr.write(`SKIPPED HAProxy beside hapax at real servers: ${noHaproxy}\n`);
const PRODUCTS: readonly Product[] = noHaproxy === undefined ? ['haproxy', 'hapax'] : ['hapax'];

const cleanups: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

/** A backend by name: its lines, and what its only server is said to be while the program runs. */
interface Checked {
  readonly name: string;
  readonly lines: readonly string[];
  /** Words behind the address. */
  readonly server?: string;
  /** `check_status check_code last_chk`. */
  readonly expected: string | RegExp;
}

async function startBoth(port: number, backends: readonly Checked[], ca = ''): Promise<ProxyProcess[]> {
  const sections = backends.map(
    ({ name, lines, server = '' }) =>
      `backend ${name}\n${lines.map((line) => `    ${line}\n`).join('')}    server s 127.0.0.1:${port} check ${server}\n`,
  );
  const config = `global
    stats socket $DIR/stats.sock
    nbthread 1
defaults
    mode tcp
    timeout connect 10s
    timeout client 10s
    timeout server 10s
    timeout check 10s
    default-server inter 400ms fall 2 rise 1
frontend entry
    bind $DIR/front.sock
    default_backend ${backends[0]!.name}
${sections.join('')}`;
  const proxies = await Promise.all(
    PRODUCTS.map((product) => startProxy(product, { config, files: { 'ca.pem': ca } })),
  );
  for (const proxy of proxies) cleanups.push(() => proxy.stop());
  return proxies;
}

const resultOf = (row: StatRow) => `${row.check_status} ${row.check_code} ${row.last_chk}`.trim();

/** Each proxy's rows of the servers, once all of them are `wanted` and no check is under way. */
function rowsWhen(proxies: readonly ProxyProcess[], wanted: (row: StatRow) => boolean): Promise<StatRow[][]> {
  return Promise.all(
    proxies.map((proxy) => {
      let rows: StatRow[] = [];
      const describe = () => rows.map((row) => `${row.pxname} ${row.status} ${resultOf(row)}`).join(', ');
      return waitFor(
        `the servers of ${proxy.product}`,
        async () => {
          rows = (await showStat(proxy.statsSocket)).filter((row) => row.svname === 's');
          return rows.every((row) => !/^(\* |INI)/.test(row.check_status!) && wanted(row)) ? rows : undefined;
        },
        { limit: 40_000, describe },
      );
    }),
  );
}

/** HAProxy's rows and ours agree, but for what is meant to differ. */
function expectSame(all: readonly StatRow[][]): void {
  const [oracle, ours] = all;
  if (oracle === undefined || ours === undefined) return;
  oracle.forEach((row, index) => {
    const show = (each: StatRow) => `${each.check_status} ${each.check_code} ${each.last_chk} (${each.check_desc})`;
    const comparison = {
      area: 'checks' as const,
      where: row.pxname!,
      what: 'results',
      oracle: show(row),
      ours: show(ours[index]!),
    };
    if (explain(comparison) === undefined) expect(comparison.ours).toBe(comparison.oracle);
    expect([ours[index]!.pxname, ours[index]!.status]).toEqual([row.pxname, row.status]);
  });
}

/** Looks at the running program, stops it, and looks again. */
async function expectUpThenDown(service: Service, backends: readonly Checked[], ca?: string): Promise<void> {
  cleanups.push(() => service.remove());
  const proxies = await startBoth(service.port, backends, ca);
  const isUp = (name: string) => /^\/?L\dOK/.test(String(backends.find((each) => each.name === name)!.expected));
  const running = await rowsWhen(proxies, (row) => row.status === (isUp(row.pxname!) ? 'UP' : 'DOWN'));
  for (const row of running.at(-1)!) {
    const { expected } = backends.find(({ name }) => name === row.pxname)!;
    if (typeof expected === 'string') expect([row.pxname, resultOf(row)]).toEqual([row.pxname, expected]);
    else expect(`${row.pxname}: ${resultOf(row)}`).toMatch(expected);
  }
  expectSame(running);
  await service.stop();
  const stopped = await rowsWhen(proxies, (row) => row.status === 'DOWN' && row.check_status === 'L4CON');
  for (const row of stopped.at(-1)!)
    expect(`${row.pxname}: ${row.last_chk}`).toMatch(/: Connection refused( at initial .* of tcp-check)?$/);
  expectSame(stopped);
}

describe('checks of real servers', { timeout: 120_000 }, () => {
  it.skipIf(skipWithout(postgresql))('PostgreSQL', async () => {
    await expectUpThenDown(await startPostgresql(), [
      {
        name: 'pgsql_role',
        lines: ['option pgsql-check user postgres'],
        expected: 'L7OK 0 PostgreSQL server is ok',
      },
      // A role is looked for only behind the answer that this check waits for.
      {
        name: 'pgsql_nobody',
        lines: ['option pgsql-check user nobody'],
        expected: 'L7OK 0 PostgreSQL server is ok',
      },
      { name: 'pgsql_rejected', lines: ['option pgsql-check user rejected'], expected: 'L7RSP  FATAL' },
    ]);
  });

  it.skipIf(skipWithout(redis))('Redis', async () => {
    await expectUpThenDown(await startRedis(), [
      { name: 'redis_plain', lines: ['option redis-check'], expected: 'L7OK 0 Redis server is ok' },
      {
        name: 'redis_dialogue',
        lines: [
          'option tcp-check',
          'tcp-check send PING\\r\\n',
          'tcp-check expect string +PONG',
          'tcp-check send info\\ replication\\r\\n',
          'tcp-check expect string role:master',
          'tcp-check send QUIT\\r\\n',
          'tcp-check expect string +OK',
        ],
        expected: 'L7OK 0 (tcp-check)',
      },
    ]);
  });

  it.skipIf(skipWithout(redis))('Redis with a password', async () => {
    await expectUpThenDown(await startRedis('secret'), [
      {
        name: 'redis_with_password',
        lines: [
          'option tcp-check',
          'tcp-check send AUTH\\ secret\\r\\n',
          'tcp-check expect string +OK',
          'tcp-check send PING\\r\\n',
          'tcp-check expect string +PONG',
        ],
        expected: 'L7OK 0 (tcp-check)',
      },
      {
        name: 'redis_without_password',
        lines: ['option tcp-check', 'tcp-check send PING\\r\\n', 'tcp-check expect ! string NOAUTH'],
        expected: "L7RSP  TCPCHK matched unwanted content 'NOAUTH' at step 2",
      },
    ]);
  });

  it.skipIf(skipWithout(mariadb))('MariaDB', async () => {
    const version = /L7OK 0 \S*\d+\.\d+\.\d+\S*MariaDB/;
    await expectUpThenDown(await startMariadb(), [
      { name: 'mysql_greeting', lines: ['option mysql-check'], expected: version },
      { name: 'mysql_user', lines: ['option mysql-check user probe'], expected: version },
      { name: 'mysql_post_41', lines: ['option mysql-check user probe post-41'], expected: version },
      {
        name: 'mysql_nobody',
        lines: ['option mysql-check user nobody'],
        expected: /L7STS 1045 #28000Access denied for user 'nobody'@/,
      },
    ]);
  });

  it.skipIf(skipWithout(openSmtpd))('OpenSMTPD', async () => {
    await expectUpThenDown(await startOpenSmtpd(), [
      { name: 'smtp_helo', lines: ['option smtpchk'], expected: 'L7OK 221 2.0.0 Bye' },
      { name: 'smtp_ehlo', lines: ['option smtpchk EHLO probe.example'], expected: 'L7OK 221 2.0.0 Bye' },
    ]);
  });

  it.skipIf(skipWithout(slapd))('slapd', async () => {
    await expectUpThenDown(await startSlapd(), [
      { name: 'ldap_bind', lines: ['option ldap-check'], expected: 'L7OK 0 Success' },
    ]);
  });

  it.skipIf(skipWithout(nginx))('nginx with TLS', async () => {
    const authority = createAuthority('Real Authority');
    const certificate = authority.issue({ commonName: 'real.example', names: ['real.example'] });
    const server = 'check-ssl verify required ca-file $DIR/ca.pem check-sni real.example';
    await expectUpThenDown(
      await startNginx(certificate),
      [
        { name: 'tls_up', lines: ['option httpchk GET /up'], server, expected: 'L7OK 200' },
        {
          name: 'tls_string',
          lines: ['option httpchk GET /up', 'http-check expect string up'],
          server,
          expected: 'L7OK 200',
        },
        { name: 'tls_gone', lines: ['option httpchk GET /gone'], server, expected: 'L7STS 404 Not Found' },
        { name: 'tls_alone', lines: [], server, expected: 'L6OK' },
        {
          name: 'tls_other_name',
          lines: ['option httpchk GET /up'],
          server: 'check-ssl verify required ca-file $DIR/ca.pem verifyhost other.example',
          expected: 'L6RSP  Server presented an SSL certificate different from the configured one',
        },
        {
          name: 'plain_to_tls',
          lines: ['option httpchk GET /up'],
          expected: 'L7STS 400 Bad Request',
        },
      ],
      authority.cert,
    );
  });
});
