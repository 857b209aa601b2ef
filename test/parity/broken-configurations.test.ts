/**
 * 229 configurations, most of them broken in one way, under `hapax --strict`: exit code and messages are those of HAProxy 2.6 or of
 * 3.5, or the difference stands in the table with its reason. 2.6 is run where it is installed; what 3.5 said was written down.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createAuthority } from '../support/certificates.ts';
import { runToEnd, whyNoHaproxy } from '../support/proxy-process.ts';
import { BROKEN_PROXIES } from './broken-proxies.ts';
import { type BrokenConfiguration, CASE, textOf } from './broken-shapes.ts';
import { BROKEN_TEXTS } from './broken-texts.ts';
import { type Captured, capturedMessages } from './captured-messages.ts';
import { type Comparison, explain, unexplained } from './differences.ts';
import { comparable, framedAsIn35 } from './program-output.ts';

const CASES = [...BROKEN_PROXIES, ...BROKEN_TEXTS];
/** Programs running at once; more only makes them slower. */
const AT_ONCE = 3;

const absent = whyNoHaproxy();
const captured = { '2.6': capturedMessages('2.6'), '3.5': capturedMessages('3.5') };
const skipped = absent !== undefined && captured['2.6'] === undefined;
if (skipped)
  process.stderr.write(`SKIPPED broken configurations beside HAProxy: ${absent}, and nothing is written down\n`);

describe.skipIf(skipped)('broken configurations', () => {
  const directory = mkdtempSync(join(tmpdir(), 'hapax-broken-'));
  const results = new Map<string, { oracle: Captured; ours: Captured }>();
  const counts = { '2.6': 0, '3.5': 0, unlisted: 0 };
  const wanted = new Map<string, number>();

  async function run(product: 'haproxy' | 'hapax', test: BrokenConfiguration): Promise<Captured> {
    const args = (test.args ?? ['-c', '-f', CASE]).map((word) => (word === CASE ? `${test.name}.cfg` : word));
    const before = product === 'hapax' ? ['--strict'] : [];
    const { code, stdout, stderr } = await runToEnd(product, [...before, ...args], directory);
    return { code: code ?? -1, stdout: stdout.trimEnd(), stderr: stderr.trimEnd() };
  }

  beforeAll(async () => {
    process.env.HAPAX_TEST_PORT = '9001';
    writeFileSync(join(directory, 'ca.pem'), createAuthority().cert);
    writeFileSync(join(directory, 'garbage.pem'), 'garbage\n');
    for (const test of CASES) writeFileSync(join(directory, `${test.name}.cfg`), textOf(test));
    const waiting = [...CASES];
    const worker = async () => {
      for (let test = waiting.shift(); test !== undefined; test = waiting.shift()) {
        const oracle = absent === undefined ? await run('haproxy', test) : captured['2.6']!.get(test.name)!;
        results.set(test.name, { oracle, ours: await run('hapax', test) });
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, worker));
  }, 240_000);

  afterAll(() => {
    rmSync(directory, { recursive: true, force: true });
    delete process.env.HAPAX_TEST_PORT;
    const reasons = [...wanted].map(([reason, count]) => `\n  ${count} ${reason}`).join('');
    const all = [...wanted.values()].reduce((sum, count) => sum + count, 0);
    process.stderr.write(
      `${CASES.length} broken configurations: ${counts['2.6']} as HAProxy 2.6 (${absent === undefined ? 'run here' : 'written down'}), ` +
        `${counts['3.5']} as 3.5 only${captured['3.5'] === undefined ? ' (nothing of it is written down here)' : ''}, ` +
        `${all} wanted differences, ${counts.unlisted} others${reasons}\n`,
    );
  });

  it.each(CASES.map((test) => test.name))('%s', (name) => {
    const { oracle, ours } = results.get(name)!;
    const pair = (what: string, a: string, b: string): Comparison => ({
      area: 'config',
      where: name,
      what,
      oracle: a,
      ours: b,
    });
    const differing = [
      pair('exit', String(oracle.code), String(ours.code)),
      pair('stdout', comparable(oracle.stdout), comparable(ours.stdout)),
      pair('stderr', comparable(oracle.stderr), comparable(ours.stderr)),
    ].filter((comparison) => comparison.oracle !== comparison.ours);
    const newer = captured['3.5']?.get(name);
    if (differing.length === 0) counts['2.6']++;
    else if (newer?.code === ours.code && framedAsIn35(newer.stderr) === framedAsIn35(ours.stderr)) counts['3.5']++;
    else {
      const left = unexplained(differing);
      const { reason } = explain(differing[0]!) ?? {};
      if (left.length > 0 || reason === undefined) counts.unlisted++;
      else wanted.set(reason, (wanted.get(reason) ?? 0) + 1);
      expect(left).toEqual([]);
    }
  });

  it('has each of them once', () => {
    const names = CASES.map(({ name }) => name);
    expect(new Set(names).size).toBe(229);
    for (const messages of Object.values(captured)) {
      if (messages !== undefined) expect([...messages.keys()].sort()).toEqual([...names].sort());
    }
  });
});
