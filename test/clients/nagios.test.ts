/** Nagios plugins (monitoring-plugins-contrib): check_haproxy_stats over socket and page, check_haproxy over the page. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CommandResult, runCommand } from '../support/run-command.ts';
import { skipWithout } from './programs.ts';
import { productsFor, type Setting, startSetting, stateIs } from './setting.ts';

const PLUGINS = '/usr/lib/nagios/plugins';
const STATS = `${PLUGINS}/check_haproxy_stats`;
const CHECK = `${PLUGINS}/check_haproxy`;
const skipped = skipWithout('check_haproxy_stats and check_haproxy', {
  [STATS]: 'monitoring-plugins-contrib',
  [CHECK]: 'monitoring-plugins-contrib',
  'LWP::Simple': 'libwww-perl',
});

/** check_haproxy needs more than its neighbour. */
const noLibrary =
  skipped ||
  skipWithout('check_haproxy', {
    'Monitoring::Plugin': 'libmonitoring-plugin-perl',
    'Locale::gettext': 'liblocale-gettext-perl',
  });

const CRITICAL = 2;
const OK = 0;

describe.skipIf(skipped).each(skipped ? (['hapax'] as const) : productsFor('the Nagios plugins'))(
  'Nagios plugins on %s',
  (product) => {
    let setting: Setting;
    beforeAll(async () => {
      setting = await startSetting(product);
    });
    afterAll(() => setting.stop());

    const run = (file: string, ...args: string[]): Promise<CommandResult> => runCommand({ file, args });
    const limits = (proxy: string, max: number) => `${proxy}=0;${max * 0.8};${max * 0.9};0;${max};`;
    /** Session limits of every row that has one, without those of the page's own frontend: asking it is a session. */
    const PERFORMANCE = [
      limits('fe_service-FRONTEND', 2000),
      limits('be_service-BACKEND', 200),
      limits('app-FRONTEND', 2000),
      limits('app-BACKEND', 200),
    ].join('');

    for (const [name, source] of [
      ['the socket', () => ['-s', setting.socket]],
      ['the page', () => ['-U', setting.page]],
    ] as const) {
      it(`check_haproxy_stats tells who is down, from ${name}`, async () => {
        const { code, stdout } = await run(STATS, ...source());
        const [told, performance] = stdout.trimEnd().split('|');
        expect(told).toBe(
          'Check haproxy CRITICAL - server: be_service:backend2 is DOWN (check status: connection error); server: app:s3 is MAINT; ',
        );
        expect(performance?.replace(/^stats-FRONTEND=\d;1600;1800;0;2000;/, '')).toBe(PERFORMANCE);
        expect(code).toBe(CRITICAL);
      });
    }

    it('check_haproxy_stats looks at what it is told to', async () => {
      const healthy = await run(STATS, '-s', setting.socket, '-p', 'stats,fe_service,app', '-m');
      expect(healthy.stdout).toMatch(/^Check haproxy OK - checked proxies: app, fe_service, stats\|/);
      expect(healthy.code).toBe(OK);
      await setting.proxy.ask('set server be_service/backend1 state drain');
      await stateIs(setting, 'backend1', 'DRAIN');
      const drained = await run(STATS, '-s', setting.socket, '-m');
      expect(drained.stdout).toContain('server: be_service:backend1 is DRAIN');
      await setting.proxy.ask('set server be_service/backend1 state ready');
      await stateIs(setting, 'backend1', 'UP');
    });

    it('check_haproxy_stats dumps the CSV as it is', async () => {
      const { stdout, code } = await run(STATS, '-s', setting.socket, '-d');
      expect(stdout).toMatch(/^# pxname,svname,/);
      expect(stdout).toMatch(/\n\n$/);
      expect(code).toBe(OK);
    });

    it.skipIf(noLibrary)('check_haproxy tells who is down', async () => {
      const { code, stdout, stderr } = await run(CHECK, '-u', `${setting.page};csv`);
      expect(stderr).toBe('');
      expect(stdout).toMatch(/^HAPROXY CRITICAL - Active service 'backend2' is DOWN on 'be_service' proxy ! \| t=/);
      expect(stdout.match(/sess_\S+/g)?.toSorted()).toEqual([
        'sess_app=0sessions;;;0;2000',
        'sess_be_service=0sessions;;;0;0',
      ]);
      expect(code).toBe(CRITICAL);
    });
  },
);
