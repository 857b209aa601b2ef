/** Every way a checked server can behave, shown to HAProxy and to hapax: same results, same states, same lines, same bytes. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { skipWithoutHaproxy } from '../support/proxy-process.ts';
import { compareChecks } from './check-comparison.ts';
import { type CheckRun, runChecksEverywhere } from './check-run.ts';
import { checkScenarios, makeCheckCertificates } from './check-scenarios.ts';
import { explain, unexplained } from './differences.ts';
import { compareProbes, probeScenarios } from './probe-run.ts';

const ALL_CODES = [
  'L4OK',
  'L4TOUT',
  'L4CON',
  'L6OK',
  'L6TOUT',
  'L6RSP',
  'L7OK',
  'L7OKC',
  'L7TOUT',
  'L7RSP',
  'L7STS',
  'SOCKERR',
];

const skipped = skipWithoutHaproxy('checks beside HAProxy');

describe.skipIf(skipped)('checks beside HAProxy', () => {
  const certificates = makeCheckCertificates();
  const scenarios = checkScenarios(certificates);
  const names = scenarios.map((scenario) => scenario.name);
  let oracle: CheckRun;
  let ours: ReadonlyMap<string, CheckRun>;

  beforeAll(async () => {
    ({ oracle, ours } = await runChecksEverywhere(certificates));
  }, 150_000);

  const count = { scenarios: 0, same: 0, wanted: 0, scenariosApart: 0 };
  afterAll(() => {
    const { scenarios, scenariosApart, same, wanted } = count;
    process.stdout.write(
      `checks beside HAProxy, in the control thread and in threads of their own: ${scenarios} scenarios, ` +
        `${scenarios - scenariosApart} the same in everything; ` +
        `${same} comparisons agree, ${wanted} differ as wanted\n`,
    );
  });

  it.each(names)('%s', (name) => {
    const theirs = oracle.scenarios.get(name)!;
    const comparisons = [...ours].map(
      ([thread, { scenarios }]) => [thread, compareChecks(name, theirs, scenarios.get(name)!)] as const,
    );
    const all = comparisons.flatMap(([, each]) => each);
    const apart = all.filter((each) => each.oracle !== each.ours);
    count.scenarios++;
    count.same += all.length - apart.length;
    count.wanted += apart.filter((each) => explain(each) !== undefined).length;
    if (apart.length > 0) count.scenariosApart++;
    for (const [thread, each] of comparisons) expect([thread, ...unexplained(each)]).toEqual([thread]);
  });

  it('probes have the verdicts of HAProxy', async () => {
    const comparisons = compareProbes(oracle.scenarios, await probeScenarios(certificates, scenarios));
    expect(comparisons.length).toBeGreaterThan(0);
    expect(unexplained(comparisons)).toEqual([]);
  }, 60_000);

  it('covers every code of the reference', () => {
    const codes = new Set(
      [...oracle.scenarios.values()].flatMap((seen) => seen.results.map((text) => text.split(' ')[0])),
    );
    expect(ALL_CODES.filter((code) => !codes.has(code))).toEqual([]);
    expect(names.length).toBeGreaterThanOrEqual(45);
  });

  it('shows INI and UP 1/3 before the first check', () => {
    for (const run of [oracle, ...ours.values()]) {
      const waiting = run.firstRows.filter((row) => row.check_status === 'INI');
      expect(waiting.length).toBeGreaterThan(0);
      const unexpected = waiting.filter(
        (row) =>
          !/^UP 1\/[23]$/.test(row.status!) ||
          row.check_code !== '' ||
          row.check_duration !== '' ||
          row.check_desc !== 'Initializing',
      );
      expect(unexpected).toEqual([]);
    }
  });
});
