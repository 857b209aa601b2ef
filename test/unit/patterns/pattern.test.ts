import { describe, expect, it } from 'vitest';
import { compilePattern } from '../../../src/patterns/pattern.ts';

const HOSTILE = 'x'.repeat(16_000);

describe('a pattern', () => {
  it.each([
    '(x+x+)+y',
    '(x+x+)+y\\n?$',
    '(x{1,20})+y',
    '(x+x+)+(?=\\n?$)y',
    '(?=(x+x+)+y)x',
    '(?#pcre)(?<n>x+)+\\k<n>y',
  ])('%s comes to an end whatever the text', (source) => {
    const pattern = compilePattern(source);
    expect(pattern.matches(HOSTILE)).toBe(false);
    expect(pattern.groups(HOSTILE)).toBeUndefined();
  });

  it('that took too long gets little for a while, and then as much as ever', () => {
    // Two thousand steps for each of 50 characters, so more than little is, and far less than all.
    const source = '(?:(?!y)x){2000}z';
    const honest = `${'x'.repeat(2050)}z`;
    const endless = 'x'.repeat(6000);
    const pattern = compilePattern(source);
    const other = compilePattern(source);
    expect(pattern.matches(honest)).toBe(true);
    expect(pattern.matches(endless)).toBe(false);
    const later = Array.from({ length: 31 }, () => pattern.matches(honest));
    expect(later.indexOf(true)).toBe(30);
    expect(pattern.matches(honest)).toBe(true);
    expect(other.matches(honest)).toBe(true);
  });

  it('that took too long is believed again as soon as a match ends', () => {
    const source = '(?:(?!y)x){2000}z';
    const honest = `${'x'.repeat(2050)}z`;
    const pattern = compilePattern(source);
    expect(pattern.matches('x'.repeat(6000))).toBe(false);
    expect(pattern.matches('nothing')).toBe(false);
    expect(pattern.matches(honest)).toBe(true);
  });

  it('says what its groups hold', () => {
    for (const source of ['^(/a)(/b)?(.*)', '^(/a)(?=/)(/b)?(.*)']) {
      expect(compilePattern(source).groups('/a/c')).toEqual(['/a/c', '/a', undefined, '/c']);
      expect(compilePattern(source).groups('/c')).toBeUndefined();
    }
  });

  it('that is none is refused in the words of V8', () => {
    expect(() => compilePattern('(a')).toThrow(SyntaxError);
  });
});
