/** Checks by chance beside HAProxy 2.6: the same path, results, log and bytes. What differs is run once more before it counts. */
import { expect, test } from 'vitest';
import { compareChecks } from '../parity/check-comparison.ts';
import { runChecks } from '../parity/check-run.ts';
import { type CheckScenario, makeCheckCertificates } from '../parity/check-scenarios.ts';
import { unexplained } from '../parity/differences.ts';
import { skipWithoutHaproxy } from '../support/proxy-process.ts';
import { createRandom } from '../support/random.ts';
import { randomCheck } from '../support/random-checks.ts';
import { forSoakTime, SOAK_MS, SOAK_SEED } from './soak.ts';

const skipped = skipWithoutHaproxy('checks by chance beside HAProxy');

/** Checks of one round, all in one process of each program. */
const AT_ONCE = 60;

test.skipIf(skipped)('hapax and HAProxy judge the same servers alike', { timeout: SOAK_MS + 300_000 }, async () => {
  const certificates = makeCheckCertificates();
  const differing = async (scenarios: readonly CheckScenario[]): Promise<ReadonlyMap<CheckScenario, string>> => {
    const run = (product: 'haproxy' | 'hapax') => runChecks(product, certificates, scenarios);
    const [theirs, ours] = await Promise.all([run('haproxy'), run('hapax')]);
    const found = scenarios.map((scenario): [CheckScenario, string] => {
      const { name, lines } = scenario;
      const seen = compareChecks(name, theirs.scenarios.get(name)!, ours.scenarios.get(name)!);
      const problems = unexplained(seen).map(String);
      return [scenario, problems.length === 0 ? '' : [...lines, ...problems].join('\n  ')];
    });
    return new Map(found.filter(([, text]) => text !== ''));
  };
  let checks = 0;
  const problems: string[] = [];
  await forSoakTime(async (round) => {
    const random = createRandom(SOAK_SEED + round);
    const scenarios = Array.from({ length: AT_ONCE }, (_, index) => randomCheck(random, index));
    checks += scenarios.length;
    const first = await differing(scenarios);
    // A machine that is busy may cut an answer otherwise, or look too late.
    const again = first.size === 0 ? first : await differing([...first.keys()]);
    for (const text of again.values()) problems.push(`seed ${SOAK_SEED + round}: ${text}`);
  });
  console.log(`${checks} checks from seed ${SOAK_SEED}, ${problems.length} judged otherwise`);
  expect(problems.join('\n\n')).toBe('');
});
