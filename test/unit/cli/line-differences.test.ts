import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { unifiedDiff } from '../../../src/cli/line-differences.ts';

const directory = mkdtempSync(join(tmpdir(), 'hapax-diff-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const lines = (count: number) => Array.from({ length: count }, (_, index) => `line ${index}`);
const text = (all: readonly string[]) => all.map((line) => `${line}\n`).join('');

/** Deterministic dice. */
function dice(seed: number): (sides: number) => number {
  let state = seed;
  return (sides) => {
    state = (state * 1103515245 + 12345) % 2147483648;
    return Math.floor((state / 2147483648) * sides);
  };
}

const withoutPatch = spawnSync('patch', ['--version']).error !== undefined;
if (withoutPatch) process.stderr.write('SKIPPED diffs given to patch: it is not installed\n');

describe('a diff', () => {
  it('is empty for equal texts', () => {
    expect(unifiedDiff('a', 'x\n', 'x\n')).toBe('');
  });

  it('has three lines around a change', () => {
    const before = lines(20);
    const after = before.with(9, 'changed');
    expect(unifiedDiff('f', text(before), text(after))).toBe(
      '--- f\n+++ f\n@@ -7,7 +7,7 @@\n line 6\n line 7\n line 8\n-line 9\n+changed\n line 10\n line 11\n line 12\n',
    );
  });

  it('tells a missing line feed', () => {
    expect(unifiedDiff('f', 'a\nb', 'a\nb\n')).toBe(
      '--- f\n+++ f\n@@ -1,2 +1,2 @@\n a\n-b\n\\ No newline at end of file\n+b\n',
    );
  });

  it.skipIf(withoutPatch).each([1, 2, 3, 4, 5, 6, 7, 8])('is what patch makes the new text of (seed %i)', (seed) => {
    const roll = dice(seed);
    const before = lines(60);
    const after = before.flatMap((line) => {
      const what = roll(12);
      if (what === 0) return [];
      if (what === 1) return [line, `new ${roll(9)}`];
      return what === 2 ? [`${line} changed`] : [line];
    });
    const file = join(directory, `t${seed}`);
    writeFileSync(file, text(before));
    execFileSync('patch', ['-s', file], { input: unifiedDiff('t', text(before), text(after)) });
    expect(readFileSync(file, 'utf8')).toBe(text(after));
  });
});
