/** Sessions of every kind, played to HAProxy and to hapax: same log lines, same counters, same view for the clients. */
import { beforeAll, describe, expect, it } from 'vitest';
import { skipWithoutHaproxy } from '../support/proxy-process.ts';
import { type Comparison, unexplained } from './differences.ts';
import { compareRows } from './stat-columns.ts';
import { runTraffic, type TrafficRun } from './traffic-run.ts';
import { TRAFFIC_SCENARIOS } from './traffic-scenarios.ts';

const skipped = skipWithoutHaproxy('sessions and their log lines beside HAProxy');

describe.skipIf(skipped)('sessions beside HAProxy', () => {
  let oracle: TrafficRun;
  let ours: TrafficRun;

  beforeAll(async () => {
    [oracle, ours] = await Promise.all([runTraffic('haproxy'), runTraffic('hapax')]);
  }, 150_000);

  it.each(TRAFFIC_SCENARIOS.map((scenario) => scenario.name))('%s', (name) => {
    const compare = (what: string, a: string, b: string): Comparison => ({
      area: 'logs',
      where: name,
      what,
      oracle: a,
      ours: b,
    });
    const related = (row: { pxname?: string }) =>
      row.pxname === name || (name === 't_to_backend' && row.pxname === 't_the_backend');
    expect(
      unexplained([
        compare('client', oracle.views.get(name)!, ours.views.get(name)!),
        compare('lines', oracle.lines.get(name)!.join('\n'), ours.lines.get(name)!.join('\n')),
        ...compareRows('logs', oracle.rows.filter(related), ours.rows.filter(related)),
      ]),
    ).toEqual([]);
  });

  it("with --strict a server's RST becomes a FIN, as in HAProxy", async () => {
    const reset = TRAFFIC_SCENARIOS.filter((scenario) => scenario.name === 't_server_reset');
    const strict = await runTraffic('hapax', reset, ['--strict']);
    expect(strict.views.get('t_server_reset')).toBe(oracle.views.get('t_server_reset'));
    expect(strict.lines.get('t_server_reset')).toEqual(oracle.lines.get('t_server_reset'));
  });

  it('was played to the end by both', () => {
    const failures = [oracle, ours].flatMap((run) => [...run.views].filter(([, view]) => view.startsWith('failed')));
    expect(failures).toEqual([]);
  });

  it('prints the state changes on stderr in the same words', () => {
    const changes = (run: TrafficRun) =>
      run.stderr
        .split('\n')
        .filter((line) => /Server |has no server/.test(line))
        .map((line) => line.replace(/\(\d+\)/, '(PID)').replace(/check duration: \d+ms/, 'check duration: Nms'))
        .sort()
        .join('\n');
    expect(
      unexplained([{ area: 'logs', where: 'stderr', what: 'lines', oracle: changes(oracle), ours: changes(ours) }]),
    ).toEqual([]);
  });
});
