/** The stats socket of HAProxy and of hapax: same rows, same columns, same answers. */
import { beforeAll, describe, expect, it } from 'vitest';
import { skipWithoutHaproxy } from '../support/proxy-process.ts';
import { rowsOf } from '../support/stats-client.ts';
import { type Comparison, unexplained } from './differences.ts';
import { compareRows } from './stat-columns.ts';
import { COMMANDS, LEVEL_COMMANDS, RAW_INPUTS, runStats, type StatsRun } from './stats-run.ts';

const skipped = skipWithoutHaproxy('the stats socket beside HAProxy');

/** Values of `show info` that are settings or names rather than measurements. */
const INFO_VALUES = [
  'Nbproc',
  'Process_num',
  'Maxconn',
  'Hard_maxconn',
  'node',
  'description',
  'Memmax_MB',
  'ConnRateLimit',
  'SessRateLimit',
  'Stopping',
  'Uptime_sec',
  'ActivePeers',
];

describe.skipIf(skipped)('the stats socket beside HAProxy', () => {
  let oracle: StatsRun;
  let ours: StatsRun;

  beforeAll(async () => {
    [oracle, ours] = await Promise.all([runStats('haproxy'), runStats('hapax')]);
  }, 100_000);

  it('has the same rows and values', () => {
    expect(unexplained(compareRows('stats', oracle.before, ours.before))).toEqual([]);
  });

  it('has the columns of 2.6 in their order', () => {
    const names = oracle.header.slice(0, oracle.header.indexOf('-'));
    expect(ours.header.slice(0, names.length)).toEqual(names);
  });

  it('serves the same rows over HTTP', () => {
    expect([ours.page.status, ours.page.type]).toEqual([oracle.page.status, oracle.page.type]);
    for (const { page } of [oracle, ours]) {
      expect(page.body).toMatch(/^# pxname,svname,/);
      // Without the blank line that ends an answer of the socket.
      expect(page.body).toMatch(/[^\n]\n$/);
    }
    const rows = (run: StatsRun) => rowsOf(run.page.body).filter((row) => row.pxname !== 'web');
    expect(unexplained(compareRows('stats', rows(oracle), rows(ours)))).toEqual([]);
  });

  const named = [
    ...COMMANDS.map((command, index) => `${index} ${command}`),
    ...Object.keys(RAW_INPUTS),
    ...Object.keys(RAW_INPUTS).map((name) => `${name}, half-closed`),
    ...['operator', 'user'].flatMap((level) => LEVEL_COMMANDS.map((command) => `${level}: ${command}`)),
  ];
  it.each(named)('answers the same to: %s', (name) => {
    const comparison: Comparison = {
      area: 'cli',
      where: name,
      what: 'answer',
      oracle: oracle.answers.get(name)!,
      ours: ours.answers.get(name)!,
    };
    expect(unexplained([comparison])).toEqual([]);
  });

  it('has the names of show info in their order', () => {
    const mine = ours.infoNames.filter((name) => oracle.infoNames.includes(name));
    const missing = oracle.infoNames.filter((name) => !ours.infoNames.includes(name));
    const comparisons: Comparison[] = missing.map((name) => ({
      area: 'info',
      where: name,
      what: 'name',
      oracle: name,
      ours: '',
    }));
    expect(unexplained(comparisons)).toEqual([]);
    expect(mine).toEqual(oracle.infoNames.filter((name) => mine.includes(name)));
  });

  it('has the same settings in show info', () => {
    const value = (run: StatsRun, name: string) =>
      name === 'Uptime_sec' ? String(/^\d+$/.test(run.info.get(name) ?? '')) : (run.info.get(name) ?? '');
    const comparisons = INFO_VALUES.map(
      (name): Comparison => ({
        area: 'info',
        where: name,
        what: 'value',
        oracle: value(oracle, name),
        ours: value(ours, name),
      }),
    );
    expect(unexplained(comparisons)).toEqual([]);
  });
});
