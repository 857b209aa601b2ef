import { setFlagsFromString } from 'node:v8';
import { describe, expect, it } from 'vitest';
import { PatternMachine } from '../../../src/patterns/pattern-machine.ts';
import { isLinear } from '../../../src/patterns/pattern-node.ts';
import { programOf } from '../../../src/patterns/pattern-program.ts';
import { readPattern } from '../../../src/patterns/pattern-reader.ts';
import { createRandom } from '../../support/random.ts';
import { randomExpression, randomSubject } from '../../support/random-patterns.ts';

const PLENTY = 10_000_000;

const machineOf = (source: string) => new PatternMachine(programOf(readPattern(source)));

/** A pattern that V8 takes; chance also makes some that it does not, such as two groups of one name. */
function expressionByChance(random: ReturnType<typeof createRandom>): RegExp | undefined {
  try {
    return new RegExp(randomExpression(random));
  } catch {
    return undefined;
  }
}

describe('the matcher that counts', () => {
  it('finds what V8 finds, and the same groups, by chance', () => {
    const random = createRandom(1);
    let compared = 0;
    for (let round = 0; round < 4000; round++) {
      const expression = expressionByChance(random);
      if (expression === undefined) continue;
      const machine = machineOf(expression.source);
      for (let each = 0; each < 5; each++) {
        const text = randomSubject(random, false);
        const theirs = expression.exec(text);
        const found = machine.find(text, PLENTY);
        const what = `${expression} in ${JSON.stringify(text)}`;
        expect(found, what).toBe(theirs !== null);
        // V8 looks behind from right to left, so groups there may hold something else.
        if (theirs !== null && !expression.source.includes('(?<')) expect(machine.groups(), what).toEqual([...theirs]);
        compared++;
      }
    }
    expect(compared).toBeGreaterThan(15_000);
  });

  it.each([
    ['a{2,3}b', 'aaaab', true],
    ['^(?:ab){2,}$', 'ababab', true],
    ['^(?:ab){2}$', 'ababab', false],
    ['(?<=a+)b', 'aaab', true],
    ['(?<!a|bc)d', 'bcd', false],
    ['(?:a|)+b', 'ab', true],
    ['(z)((a+)?(b+)?(c))*', 'zaacbbbcac', true],
    ['a{', 'a{', true],
    ['[\\]a]\\{', ']{', true],
    ['\\u0041\\x42\\103\\cJ', 'ABC\n', true],
    ['[^]\\0', 'a\0', true],
    ['\\k', 'k', true],
    ['x(?=\\n?$)', 'x\n', true],
    ['.', '\u0100', true],
    ['[\\x00-\\xff]', '\u0100', false],
    ['', '', true],
    ['\\8', '8', true],
  ])('%s in %j: %s', (source, text, found) => {
    expect(new RegExp(source).test(text)).toBe(found);
    expect(machineOf(source).find(text, PLENTY)).toBe(found);
  });

  it('gives up after so many steps, and not before', () => {
    const text = 'x'.repeat(16_000);
    for (const source of ['(x+x+)+(?=y)', '(?<n>x+)+\\k<n>y', '(x{1,20})+y', '(?:(?=x)x|xx)+y', '(?:x|(?!y)x)*y']) {
      expect(machineOf(source).find(text, 100_000), source).toBeUndefined();
      expect(machineOf(source).find('xxxy', 100_000), source).toBe(true);
    }
  });

  it('reads a page of everyday in few steps', () => {
    const page = '<div class="a">hello wor<b>ld</b> status: ok all is well\n</div>'.repeat(260);
    for (const source of ['status: (?!ok)', '(?<!not )ready', '[a-z]{2,63}@', '^(?![^]*maintenance)[^]*nowhere']) {
      expect(machineOf(source).find(page, 100_000), source).toBe(false);
    }
  });
});

describe('what is left to V8', () => {
  it('is what its linear matcher takes', () => {
    setFlagsFromString('--enable-experimental-regexp-engine');
    const random = createRandom(2);
    let linear = 0;
    try {
      const counts = ['a{16}', 'a{17}', '(?:a{4}){4}', '(?:a{4}){5}', 'a{15,}', 'a{16,}', '(?:a{2,}){3,}b{0,16}'];
      const others = Array.from({ length: 3000 }, () => expressionByChance(random)?.source ?? 'a');
      for (const source of [...counts, ...others]) {
        if (!isLinear(readPattern(source).root)) continue;
        linear++;
        expect(() => new RegExp(source, 'l'), source).not.toThrow();
      }
    } finally {
      setFlagsFromString('--no-enable-experimental-regexp-engine');
    }
    expect(linear).toBeGreaterThan(1000);
  });
});
