/** Rules on connections, played to HAProxy and to hapax: same log lines, same counters, same view for the clients. */
import { beforeAll, describe, expect, it } from 'vitest';
import { PROCESS_ENGINES } from '../support/process-engines.ts';
import { skipWithoutHaproxy } from '../support/proxy-process.ts';
import { RULE_SCENARIOS } from './rule-scenarios.ts';
import { runTraffic, type TrafficRun } from './traffic-run.ts';

const skipped = skipWithoutHaproxy('rules beside HAProxy');

const COLUMNS = [
  'stot',
  'conn_tot',
  'bin',
  'bout',
  'dreq',
  'dcon',
  'dses',
  'ereq',
  'econ',
  'cli_abrt',
  'lbtot',
  'scur',
];

/** The figures of a scenario's rows, as `FRONTEND stot=1 bin=5`. */
function figures(run: TrafficRun, name: string): readonly string[] {
  const rows = run.rows.filter((row) => row.pxname === name || row.pxname?.startsWith(`${name}_`));
  return rows.map((row) => {
    const values = COLUMNS.filter((column) => !['', '0', undefined].includes(row[column]));
    return `${row.pxname} ${row.svname} ${values.map((column) => `${column}=${row[column]}`).join(' ')}`;
  });
}

describe.skipIf(skipped).each(PROCESS_ENGINES)('rules beside HAProxy, with the engine %s', (engine) => {
  let oracle: TrafficRun;
  let ours: TrafficRun;

  beforeAll(async () => {
    oracle = await runTraffic('haproxy', RULE_SCENARIOS);
    ours = await runTraffic('hapax', RULE_SCENARIOS, ['--engine', engine]);
  }, 150_000);

  it.each(RULE_SCENARIOS.map((scenario) => scenario.name))('%s', (name) => {
    expect(ours.views.get(name)).toBe(oracle.views.get(name));
    expect(ours.lines.get(name)).toEqual(oracle.lines.get(name));
    expect(figures(ours, name)).toEqual(figures(oracle, name));
  });
});
