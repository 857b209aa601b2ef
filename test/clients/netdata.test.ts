/** netdata's chart script (netdata-plugins-python): charts from the stats socket, and from the page with its HTML. */
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { waitFor } from '../support/wait.ts';
import { skipWithout } from './programs.ts';
import { productsFor, type Setting, sendTraffic, startSetting } from './setting.ts';

const PLUGIN = '/usr/lib/netdata/plugins.d/python.d.plugin';
const skipped = skipWithout('netdata haproxy.chart.py', {
  [PLUGIN]: 'netdata-plugins-python',
  '/usr/lib/netdata/python.d/haproxy.chart.py': 'netdata-plugins-python',
});

/** Runs the plugin with one job until it has printed one round of values: `chart.dimension` to value. */
async function collect(job: string): Promise<Map<string, string>> {
  const directory = mkdtempSync(join(tmpdir(), 'hapax-netdata-'));
  mkdirSync(join(directory, 'python.d'));
  writeFileSync(join(directory, 'python.d/haproxy.conf'), `test:\n  name: test\n  ${job}\n`);
  const child = spawn(PLUGIN, ['haproxy', 'nolock', '1'], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, NETDATA_USER_CONFIG_DIR: directory, NETDATA_STOCK_CONFIG_DIR: directory },
  });
  const exited = new Promise((resolve) => child.once('close', resolve).once('error', resolve));
  let output = '';
  let errors = '';
  child.stdout.on('data', (chunk) => {
    output += String(chunk);
  });
  child.stderr.on('data', (chunk) => {
    errors += String(chunk);
  });
  try {
    await waitFor('netdata to collect', () => /^BEGIN haproxy_test\.health_idle\b[\s\S]*?^END/m.test(output), {
      limit: 10_000,
      describe: () => output + errors,
    });
  } finally {
    child.kill('SIGKILL');
    await exited;
    rmSync(directory, { recursive: true, force: true });
  }
  const values = new Map<string, string>();
  let chart = '';
  for (const line of output.split('\n')) {
    const [word, name = '', , value = ''] = line.replaceAll("'", '').split(' ');
    if (word === 'BEGIN') chart = name.replace(/^haproxy_test\./, '');
    else if (word === 'SET') values.set(`${chart}.${name}`, value);
  }
  return values;
}

describe.skipIf(skipped)('netdata', () => {
  const products = skipped ? (['hapax'] as const) : productsFor('netdata');
  const settings: Setting[] = [];
  beforeAll(async () => {
    settings.push(...(await Promise.all(products.map((product) => startSetting(product)))));
    for (const setting of settings) await sendTraffic(setting, 3);
  });
  afterAll(() => Promise.all(settings.map((setting) => setting.stop())));

  for (const [name, job] of [
    ['the socket', (setting: Setting) => `socket: '${setting.socket}'`],
    ['the page', (setting: Setting) => `url: '${setting.page};csv;norefresh'`],
  ] as const) {
    it(`draws charts from ${name}`, { timeout: 15_000 }, async () => {
      const seen = await Promise.all(settings.map((setting) => collect(job(setting))));
      const ours = seen.at(-1)!;
      expect(Object.fromEntries(ours)).toMatchObject({
        'fscur.frontend_scur_fe_service': '0',
        'fbin.frontend_bin_fe_service': '300',
        'bbout.backend_bout_be_service': '300',
        'health_sup.hsup_be_service': '1',
        'health_sdown.hsdown_be_service': '1',
        'health_bdown.hbdown_be_service': '0',
        'health_sup.hsup_app': '0',
      });
      expect(Number(ours.get('health_idle.idle'))).toBeGreaterThanOrEqual(0);
      expect(Number(ours.get('health_idle.idle'))).toBeLessThanOrEqual(100);
      // Averages of milliseconds and idleness are the moment's.
      const steady = (values: Map<string, string>) => [...values].filter(([name]) => !/time|idle/.test(name));
      for (const other of seen.slice(0, -1)) {
        expect(steady(ours)).toEqual(steady(other));
        expect([...ours.keys()]).toEqual([...other.keys()]);
      }
    });
  }
});
