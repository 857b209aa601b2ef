/** Agents, programs as checks, and servers that have no check or no address of their own, shown to HAProxy and to hapax. */
import { beforeAll, describe, expect, it } from 'vitest';
import { skipWithoutHaproxy } from '../support/proxy-process.ts';
import { compareChecks } from './check-comparison.ts';
import { kindScenarios, PROGRAMS } from './check-kind-scenarios.ts';
import { type CheckRun, runChecks } from './check-run.ts';
import { makeCheckCertificates } from './check-scenarios.ts';
import { unexplained } from './differences.ts';
import { compareProbes, probeScenarios } from './probe-run.ts';

const skipped = skipWithoutHaproxy('other kinds of checks beside HAProxy');

describe.skipIf(skipped)('other kinds of checks beside HAProxy', () => {
  const certificates = makeCheckCertificates();
  let oracle: CheckRun;
  let ours: CheckRun;

  beforeAll(async () => {
    const run = (product: 'haproxy' | 'hapax') => runChecks(product, certificates, kindScenarios, PROGRAMS);
    [oracle, ours] = await Promise.all([run('haproxy'), run('hapax')]);
  }, 150_000);

  it.each(kindScenarios.map(({ name }) => name))('%s', (name) => {
    const [theirs, mine] = [oracle.scenarios.get(name)!, ours.scenarios.get(name)!];
    expect(theirs.path).not.toEqual([]);
    expect(unexplained(compareChecks(name, theirs, mine))).toEqual([]);
  });

  it('probes have the verdicts of HAProxy', async () => {
    const comparisons = compareProbes(oracle.scenarios, await probeScenarios(certificates, kindScenarios, PROGRAMS));
    expect(comparisons.length).toBeGreaterThan(0);
    expect(unexplained(comparisons)).toEqual([]);
  }, 60_000);
});
