/** Broken and hostile answers, TLS that ends at every step, and where checks come from, shown to HAProxy and to hapax. */
import { beforeAll, describe, expect, it } from 'vitest';
import { skipWithoutHaproxy } from '../support/proxy-process.ts';
import { compareChecks } from './check-comparison.ts';
import { hostileScenarios } from './check-hostile-scenarios.ts';
import { type CheckObservation, type CheckRun, runChecksEverywhere } from './check-run.ts';
import { makeCheckCertificates } from './check-scenarios.ts';
import { unexplained } from './differences.ts';
import { compareProbes, probeScenarios } from './probe-run.ts';

/** Without the ports of single connections, and without an instant HAProxy sometimes shows before the first check. */
function withoutChance({ bytes, path, ...rest }: CheckObservation): CheckObservation {
  const named = bytes.map((text) => text.replace(/^(PROXY TCP4 \S+ \S+) \d+ \d+/, '$1 N N'));
  return { ...rest, bytes: [...new Set(named)], path: path.filter((state) => !state.startsWith('UP -')) };
}

const skipped = skipWithoutHaproxy('checks of hostile servers beside HAProxy');

describe.skipIf(skipped)('checks of hostile servers beside HAProxy', () => {
  const certificates = makeCheckCertificates();
  const scenarios = hostileScenarios(certificates);
  let oracle: CheckRun;
  let ours: ReadonlyMap<string, CheckRun>;

  beforeAll(async () => {
    ({ oracle, ours } = await runChecksEverywhere(certificates, scenarios));
  }, 150_000);

  it.each(scenarios.map(({ name }) => name))('%s', (name) => {
    const theirs = oracle.scenarios.get(name)!;
    expect(theirs.results).not.toEqual([]);
    for (const [where, run] of ours) {
      const mine = run.scenarios.get(name)!;
      expect([where, ...unexplained(compareChecks(name, withoutChance(theirs), withoutChance(mine)))]).toEqual([where]);
    }
  });

  it('probes have the verdicts of HAProxy', async () => {
    const comparisons = compareProbes(oracle.scenarios, await probeScenarios(certificates, scenarios));
    expect(comparisons.length).toBeGreaterThan(0);
    expect(unexplained(comparisons)).toEqual([]);
  }, 60_000);
});
