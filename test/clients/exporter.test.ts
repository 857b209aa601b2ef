/** prometheus-haproxy-exporter: what it makes of the stats socket, of the page's CSV, and of traffic. */
import { type ChildProcess, spawn } from 'node:child_process';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { freePort } from '../support/ports.ts';
import { waitFor } from '../support/wait.ts';
import { skipWithout } from './programs.ts';
import { productsFor, type Setting, sendTraffic, startSetting } from './setting.ts';

const EXPORTER = 'prometheus-haproxy-exporter';
const skipped = skipWithout(EXPORTER, { [EXPORTER]: EXPORTER });
const SESSIONS = 5;

/**
 * Series whose values depend on the moment, and those of the page's own frontend, which the scrapes change. Threads of
 * HAProxy now and then count two sessions at once where one followed the other.
 */
const FLEETING = /^haproxy_exporter_|^haproxy_version_info|_rate\{|_max_sessions\{|_seconds(?:_total)?\{|"stats"/;

/** One scrape of the exporter, pointed at `uri`: series to value. */
async function scrape(uri: string, running: ChildProcess[]): Promise<Map<string, string>> {
  const port = await freePort();
  const args = [`--haproxy.scrape-uri=${uri}`, `--web.listen-address=127.0.0.1:${port}`];
  running.push(spawn(EXPORTER, args, { stdio: 'ignore' }));
  const text = await waitFor('the exporter to answer', () =>
    fetch(`http://127.0.0.1:${port}/metrics`).then(
      (response) => response.text(),
      () => undefined,
    ),
  );
  const lines = text.split('\n').filter((line) => line.startsWith('haproxy_'));
  return new Map(lines.map((line) => [line.slice(0, line.lastIndexOf(' ')), line.slice(line.lastIndexOf(' ') + 1)]));
}

const steady = (series: Map<string, string>) => [...series].filter(([name]) => !FLEETING.test(name));

describe.skipIf(skipped)('prometheus-haproxy-exporter', () => {
  const products = skipped ? (['hapax'] as const) : productsFor(EXPORTER);
  const settings: Setting[] = [];
  const running: ChildProcess[] = [];
  beforeAll(async () => {
    settings.push(...(await Promise.all(products.map((product) => startSetting(product)))));
    for (const setting of settings) await sendTraffic(setting, SESSIONS);
  });
  afterEach(() => {
    for (const child of running.splice(0)) child.kill();
  });
  afterAll(() => Promise.all(settings.map((setting) => setting.stop())));

  for (const [name, uri] of [
    ['the unix socket', (setting: Setting) => `unix:${setting.socket}`],
    ['the socket on TCP', (setting: Setting) => `tcp://${setting.address}`],
    ['the CSV of the page', (setting: Setting) => `${setting.page};csv`],
  ] as const) {
    it(`reads ${name}`, async () => {
      const seen = await Promise.all(settings.map((setting) => scrape(uri(setting), running)));
      const ours = seen.at(-1)!;
      expect(Object.fromEntries(ours)).toMatchObject({
        haproxy_up: '1',
        haproxy_exporter_csv_parse_failures_total: '0',
        'haproxy_server_up{backend="be_service",server="backend1"}': '1',
        'haproxy_server_up{backend="be_service",server="backend2"}': '0',
        'haproxy_server_up{backend="app",server="s1"}': '1',
        'haproxy_server_up{backend="app",server="s3"}': '0',
        'haproxy_server_check_failures_total{backend="be_service",server="backend2"}': '1',
        'haproxy_backend_up{backend="be_service"}': '1',
        'haproxy_server_sessions_total{backend="be_service",server="backend1"}': String(SESSIONS),
        'haproxy_frontend_connections_total{frontend="fe_service"}': String(SESSIONS),
        'haproxy_frontend_max_sessions{frontend="fe_service"}': '1',
        'haproxy_frontend_bytes_in_total{frontend="fe_service"}': String(SESSIONS * 100),
        'haproxy_frontend_bytes_out_total{frontend="fe_service"}': String(SESSIONS * 100),
      });
      if (uri(settings[0]!).startsWith('http')) expect([...ours.keys()].join()).not.toContain('haproxy_version_info');
      else
        expect([...ours.keys()].join()).toMatch(
          /haproxy_version_info\{release_date="\d{4}\/\d\d\/\d\d",version="[^"]+"\}/,
        );
      for (const other of seen.slice(0, -1)) {
        expect(steady(ours)).toEqual(steady(other));
        const names = (series: Map<string, string>) => [...series.keys()].filter((series) => !/_info\{/.test(series));
        expect(names(ours)).toEqual(names(other));
      }
    });
  }
});
