/** Munin's plugins haproxy_ and haproxy_ng (munin-plugins-extra): what they read from the page's CSV. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCommand } from '../support/run-command.ts';
import { skipWithout } from './programs.ts';
import { productsFor, type Setting, sendTraffic, startSetting } from './setting.ts';

const PLUGINS = '/usr/share/munin/plugins';
const skipped = skipWithout('munin haproxy_ and haproxy_ng', {
  [`${PLUGINS}/haproxy_`]: 'munin-plugins-extra',
  'Munin::Plugin': 'munin-common',
  'LWP::UserAgent': 'libwww-perl',
});

describe.skipIf(skipped)('munin', () => {
  const products = skipped ? (['hapax'] as const) : productsFor('the plugins of munin');
  const state = mkdtempSync(join(tmpdir(), 'hapax-munin-'));
  const settings: Setting[] = [];
  beforeAll(async () => {
    settings.push(...(await Promise.all(products.map((product) => startSetting(product)))));
    for (const setting of settings) await sendTraffic(setting, 3);
  });
  afterAll(async () => {
    await Promise.all(settings.map((setting) => setting.stop()));
    rmSync(state, { recursive: true, force: true });
  });

  async function run(plugin: string, setting: Setting, ...args: string[]): Promise<string[]> {
    const result = await runCommand(
      { file: 'perl', args: [join(PLUGINS, plugin), ...args] },
      {
        env: {
          url: `${setting.page};csv;norefresh`,
          MUNIN_LIBDIR: '/usr/share/munin',
          MUNIN_PLUGSTATE: state,
          MUNIN_STATEFILE: join(state, plugin),
          MUNIN_CAP_MULTIGRAPH: '1',
        },
      },
    );
    expect(result).toMatchObject({ code: 0, stderr: '' });
    return result.stdout.trimEnd().split('\n');
  }

  /** What depends on the moment: seconds since the last change, and the page's own frontend. */
  const steady = (lines: readonly string[]) => lines.filter((line) => !/lastchg\.value|^stats_/.test(line)).toSorted();

  it('haproxy_ graphs the sessions of each server', async () => {
    for (const setting of settings) {
      const configured = await run('haproxy_', setting, 'config');
      expect(configured[0]).toBe('graph_title HAProxy statistics for stats');
      expect(configured.filter((line) => line.includes('.label'))).toEqual([
        'sbackend1.label backend1',
        'sbackend2.label backend2',
        'ss1.label s1',
        'ss3.label s3',
      ]);
      expect((await run('haproxy_', setting)).toSorted()).toEqual([
        'sbackend1.value 3',
        'sbackend2.value 0',
        'ss1.value 0',
        'ss3.value 0',
      ]);
    }
  });

  it('haproxy_ng graphs everything it knows', async () => {
    const values = await Promise.all(settings.map((setting) => run('haproxy_ng', setting)));
    const ours = values.at(-1)!;
    for (const line of [
      'be_service_bin.value 300',
      'backend1_bout.value 300',
      'backend2_scur.value 0',
      'fe_service_stot.value 3',
    ]) {
      expect(ours).toContain(line);
    }
    expect(ours.filter((line) => !/^multigraph \S+$|^\w+\.value \d+$|^$/.test(line))).toEqual([]);
    const graphs = await Promise.all(settings.map((setting) => run('haproxy_ng', setting, 'config')));
    for (const [index] of settings.slice(0, -1).entries()) {
      expect(steady(ours)).toEqual(steady(values[index]!));
      expect(graphs.at(-1)!.toSorted()).toEqual(graphs[index]!.toSorted());
    }
  });
});
