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
  /** Whatever thread makes the checks. */
  const ours = new Map<string, CheckRun>();

  beforeAll(async () => {
    const run = (product: 'haproxy' | 'hapax', env = {}) => runChecks(product, certificates, scenarios, {}, env);
    const own = ['control', 'thread'].map(async (where) =>
      ours.set(where, await run('hapax', { HAPAX_CHECKS: where })),
    );
    [oracle] = await Promise.all([run('haproxy'), ...own]);
  }, 150_000);

  it.each(scenarios.map(({ name }) => name))('%s', (name) => {
    const theirs = oracle.scenarios.get(name)!;
    expect(theirs.results).not.toEqual([]);
    for (const [where, { scenarios }] of ours) {
      const mine = scenarios.get(name)!;
      expect([where, ...unexplained(compareChecks(name, withoutChance(theirs), withoutChance(mine)))]).toEqual([where]);
    }
  });
});
