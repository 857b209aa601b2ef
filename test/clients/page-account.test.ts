/** A page behind `stats auth`: clients that know the account read it, others are told 401. */
import { spawn } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePort } from '../support/ports.ts';
import { runCommand } from '../support/run-command.ts';
import { rowsOf } from '../support/stats-client.ts';
import { waitFor } from '../support/wait.ts';
import { skipWithout } from './programs.ts';
import { productsFor, type Setting, startSetting } from './setting.ts';

const NAME = 'monitor';
const PASSWORD = 's3cret';
const EXPORTER = 'prometheus-haproxy-exporter';
const STATS = '/usr/lib/nagios/plugins/check_haproxy_stats';
const CHECK = '/usr/lib/nagios/plugins/check_haproxy';

const noExporter = skipWithout(`${EXPORTER} with an account`, { [EXPORTER]: EXPORTER });
const noStats = skipWithout('check_haproxy_stats with an account', {
  [STATS]: 'monitoring-plugins-contrib',
  'LWP::Simple': 'libwww-perl',
});
const noCheck = skipWithout('check_haproxy with an account', {
  [CHECK]: 'monitoring-plugins-contrib',
  'LWP::UserAgent': 'libwww-perl',
  'Monitoring::Plugin': 'libmonitoring-plugin-perl',
  'Locale::gettext': 'liblocale-gettext-perl',
});

describe.each(productsFor('clients with an account'))('an account on %s', (product) => {
  let setting: Setting;
  beforeAll(async () => {
    setting = await startSetting(product, { account: `${NAME}:${PASSWORD}` });
  });
  afterAll(() => setting.stop());

  const withAccount = (url: string, password = PASSWORD) => url.replace('://', `://${NAME}:${password}@`);

  it('is asked for, and opens the CSV (Telegraf, Metricbeat)', async () => {
    const ask = (account?: string) =>
      fetch(`${setting.page}/;csv`, {
        headers: account === undefined ? {} : { authorization: `Basic ${Buffer.from(account).toString('base64')}` },
      });
    for (const account of [undefined, `${NAME}:wrong`, `other:${PASSWORD}`, NAME]) {
      const response = await ask(account);
      expect(response.status).toBe(401);
      expect(response.headers.get('www-authenticate')).toBe('Basic realm="HAProxy Statistics"');
      expect(await response.text()).not.toContain('pxname');
    }
    const response = await ask(`${NAME}:${PASSWORD}`);
    expect(response.status).toBe(200);
    expect(rowsOf(await response.text())).toHaveLength(9);
  });

  it.skipIf(noExporter)('of the exporter stands in its URL', async () => {
    for (const [password, up] of [
      [PASSWORD, 'haproxy_up 1'],
      ['wrong', 'haproxy_up 0'],
    ] as const) {
      const port = await freePort();
      const uri = withAccount(`${setting.page};csv`, password);
      const args = [`--haproxy.scrape-uri=${uri}`, `--web.listen-address=127.0.0.1:${port}`];
      const exporter = spawn(EXPORTER, args, { stdio: 'ignore' });
      try {
        const text = await waitFor('the exporter to answer', () =>
          fetch(`http://127.0.0.1:${port}/metrics`).then(
            (response) => response.text(),
            () => undefined,
          ),
        );
        expect(text.split('\n')).toContain(up);
      } finally {
        exporter.kill();
      }
    }
  });

  it.skipIf(noStats)('of check_haproxy_stats comes as options', async () => {
    const run = (password: string) =>
      runCommand({ file: STATS, args: ['-U', setting.page, '-u', NAME, '-x', password, '-p', 'app', '-m'] });
    expect(await run(PASSWORD)).toMatchObject({ code: 0, stdout: expect.stringMatching(/^Check haproxy OK /) });
    expect((await run('wrong')).stdout).toContain('Unable to retrieve haproxy stats');
  });

  it.skipIf(noCheck)('of check_haproxy comes as options', async () => {
    const run = (password: string) =>
      runCommand({ file: CHECK, args: ['-u', `${setting.page};csv`, '-U', NAME, '-P', password] });
    expect((await run(PASSWORD)).stdout).toMatch(/^HAPROXY CRITICAL - Active service 'backend2' is DOWN /);
    expect((await run('wrong')).stdout).toMatch(/401/);
  });
});
