/** `-c` on broken configurations: same exit code, same words, from HAProxy and from `hapax --strict`. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Product, type RunResult, runToEnd, skipWithoutHaproxy } from '../support/proxy-process.ts';
import { CONFIG_CASES, type ConfigCase } from './config-cases.ts';
import { type Comparison, unexplained } from './differences.ts';
import { comparable } from './program-output.ts';

const skipped = skipWithoutHaproxy('configuration errors beside HAProxy');
/** Programs running at once; more only makes them slower. */
const AT_ONCE = 3;

describe.skipIf(skipped)('configuration errors beside HAProxy', () => {
  const directory = mkdtempSync(join(tmpdir(), 'hapax-config-'));
  const results = new Map<string, { oracle: RunResult; ours: RunResult }>();

  const run = async (product: Product, test: ConfigCase, index: number): Promise<RunResult> => {
    const own = join(directory, String(index));
    const strict = product === 'hapax' ? ['--strict'] : [];
    return runToEnd(product, [...strict, ...(test.args ?? ['-c', '-f', 'case.cfg'])], own);
  };

  beforeAll(async () => {
    CONFIG_CASES.forEach((test, index) => {
      const files: Record<string, string> = { 'case.cfg': test.text, ...test.files };
      for (const [name, content] of Object.entries(files)) {
        const path = join(directory, String(index), name);
        mkdirSync(dirname(path), { recursive: true });
        writeFileSync(path, content);
      }
    });
    let next = 0;
    const worker = async () => {
      while (next < CONFIG_CASES.length) {
        const index = next++;
        const test = CONFIG_CASES[index]!;
        results.set(test.name, { oracle: await run('haproxy', test, index), ours: await run('hapax', test, index) });
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, worker));
  }, 240_000);

  afterAll(() => rmSync(directory, { recursive: true, force: true }));

  it.each(CONFIG_CASES.map((test) => test.name))('%s', (name) => {
    const { oracle, ours } = results.get(name)!;
    const compare = (what: string, a: string, b: string): Comparison => ({
      area: 'config',
      where: name,
      what,
      oracle: a,
      ours: b,
    });
    expect(
      unexplained([
        compare('exit', String(oracle.code), String(ours.code)),
        compare('stdout', comparable(oracle.stdout), comparable(ours.stdout)),
        compare('stderr', comparable(oracle.stderr), comparable(ours.stderr)),
      ]),
    ).toEqual([]);
  });

  it('has a name of its own for every case', () => {
    expect(new Set(CONFIG_CASES.map((test) => test.name)).size).toBe(CONFIG_CASES.length);
    expect(CONFIG_CASES.length).toBeGreaterThanOrEqual(80);
  });
});
