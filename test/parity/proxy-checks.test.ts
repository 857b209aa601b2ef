/** PROXY headers of version 2 before checks, shown to HAProxy and to hapax. */
import { beforeAll, describe, expect, it } from 'vitest';
import { skipWithoutHaproxy } from '../support/proxy-process.ts';
import { compareChecks } from './check-comparison.ts';
import { proxyScenarios } from './check-proxy-scenarios.ts';
import { type CheckRun, runChecks } from './check-run.ts';
import { makeCheckCertificates } from './check-scenarios.ts';
import { unexplained } from './differences.ts';
import { compareProbes, probeScenarios } from './probe-run.ts';

const skipped = skipWithoutHaproxy('checks behind PROXY headers beside HAProxy');

describe.skipIf(skipped)('checks behind PROXY headers beside HAProxy', () => {
  const certificates = makeCheckCertificates();
  let oracle: CheckRun;
  let ours: CheckRun;

  beforeAll(async () => {
    const run = (product: 'haproxy' | 'hapax') => runChecks(product, certificates, proxyScenarios);
    [oracle, ours] = await Promise.all([run('haproxy'), run('hapax')]);
  }, 150_000);

  it.each(proxyScenarios.map(({ name }) => name))('%s', (name) => {
    const theirs = oracle.scenarios.get(name)!;
    expect(theirs.results).not.toEqual([]);
    expect(unexplained(compareChecks(name, theirs, ours.scenarios.get(name)!))).toEqual([]);
  });

  it('probes have the verdicts of HAProxy', async () => {
    const comparisons = compareProbes(oracle.scenarios, await probeScenarios(certificates, proxyScenarios));
    expect(comparisons.length).toBeGreaterThan(0);
    expect(unexplained(comparisons)).toEqual([]);
  }, 60_000);
});
