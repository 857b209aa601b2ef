/** Broken and hostile answers, TLS that ends at every step, and where checks come from, shown to HAProxy and to hapax. */
import { beforeAll, describe, expect, it } from 'vitest';
import { skipWithoutHaproxy } from '../support/proxy-process.ts';
import { compareChecks } from './check-comparison.ts';
import { hostileScenarios } from './check-hostile-scenarios.ts';
import { type CheckObservation, type CheckRun, runChecks } from './check-run.ts';
import { makeCheckCertificates } from './check-scenarios.ts';
import { unexplained } from './differences.ts';

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
  let ours: CheckRun;

  beforeAll(async () => {
    const run = (product: 'haproxy' | 'hapax') => runChecks(product, certificates, scenarios);
    [oracle, ours] = await Promise.all([run('haproxy'), run('hapax')]);
  }, 150_000);

  it.each(scenarios.map(({ name }) => name))('%s', (name) => {
    const theirs = oracle.scenarios.get(name)!;
    expect(theirs.results).not.toEqual([]);
    const mine = ours.scenarios.get(name)!;
    expect(unexplained(compareChecks(name, withoutChance(theirs), withoutChance(mine)))).toEqual([]);
  });
});
