/** Rules of checks, those filled in while they run among them, and agents of stream processing, shown to HAProxy and to hapax. */
import { beforeAll, describe, expect, it } from 'vitest';
import { skipWithoutHaproxy } from '../support/proxy-process.ts';
import { compareChecks } from './check-comparison.ts';
import { formulaScenarios } from './check-formula-scenarios.ts';
import { ruleScenarios } from './check-rule-scenarios.ts';
import { type CheckObservation, type CheckRun, runChecks } from './check-run.ts';
import { makeCheckCertificates } from './check-scenarios.ts';
import { unexplained } from './differences.ts';
import { compareProbes, probeScenarios } from './probe-run.ts';

/** `%Ta` is one ms, or two where HAProxy was slow. */
function withoutTimes({ bytes, ...rest }: CheckObservation): CheckObservation {
  return { ...rest, bytes: [...new Set(bytes.map((text) => text.replace(/(?<=\|)\+\d+(?=\|)/g, '+N')))] };
}

const skipped = skipWithoutHaproxy('checks with variables and formats beside HAProxy');

const scenarios = [...formulaScenarios, ...ruleScenarios];

describe.skipIf(skipped)('checks with variables and formats beside HAProxy', () => {
  const certificates = makeCheckCertificates();
  let oracle: CheckRun;
  let ours: CheckRun;

  beforeAll(async () => {
    const run = (product: 'haproxy' | 'hapax') => runChecks(product, certificates, scenarios);
    [oracle, ours] = await Promise.all([run('haproxy'), run('hapax')]);
  }, 150_000);

  it.each(scenarios.map(({ name }) => name))('%s', (name) => {
    const theirs = oracle.scenarios.get(name)!;
    expect(theirs.results).not.toEqual([]);
    const mine = ours.scenarios.get(name)!;
    expect(unexplained(compareChecks(name, withoutTimes(theirs), withoutTimes(mine)))).toEqual([]);
  });

  it('probes have the verdicts of HAProxy', async () => {
    const comparisons = compareProbes(oracle.scenarios, await probeScenarios(certificates, formulaScenarios));
    expect(comparisons.length).toBeGreaterThan(0);
    expect(unexplained(comparisons)).toEqual([]);
  }, 60_000);
});
