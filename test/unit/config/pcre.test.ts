import { describe, expect, it } from 'vitest';
import { patternMessage, translatePattern } from '../../../src/config/pcre.ts';
import { compilePattern } from '../../../src/patterns/pattern.ts';

function compile(pattern: string) {
  const translated = translatePattern(pattern, true);
  if (!translated.ok) throw new Error(`${pattern}: ${translated.message}`);
  return compilePattern(translated.source);
}

describe('patterns that mean the same after translation', () => {
  const cases: readonly [pattern: string, matching: readonly string[], other: readonly string[]][] = [
    ['role:master', ['a role:master b'], ['role:slave']],
    ['^HTTP/1.0 204', ['HTTP/1.0 204 No Content', 'HTTP/1x0 204'], ['HTTP/1.0 200', ' HTTP/1.0 204']],
    ['^2', ['200', '299'], ['302']],
    ['^(2|3)[0-9][0-9]$', ['200', '302', '200\n'], ['404', '2000', '200\n\n']],
    ['(?i)ok', ['ok', 'OK', 'oK'], ['o k']],
    ['a(?i)b', ['ab', 'aB'], ['AB']],
    ['(?i:a)b', ['ab', 'Ab'], ['aB']],
    ['(?i)[a-c]', ['B'], ['D']],
    ['(?i)[[:lower:]]x', ['AX'], ['1X']],
    ['[[:digit:]]+', ['a1'], ['abc']],
    ['[[:alpha:][:digit:]_-]+', ['_'], ['!']],
    ['[^[:space:]]', ['a'], [' \t\n']],
    ['[[:^digit:]]', ['a'], ['123']],
    ['\\d\\s\\w', ['1 a'], ['1\u00a0a', 'a 1']],
    ['a.b', ['a\rb', 'a b'], ['a\nb']],
    ['(?s)a.b', ['a\nb'], ['ab']],
    ['(?m)^b$', ['a\nb\nc', 'b'], ['ab', 'bc']],
    ['(?x) a b # remark', ['ab'], ['a b']],
    ['\\Aab\\z', ['ab'], ['ab\n', ' ab']],
    ['\\Qa.b\\E+', ['a.bb'], ['axb']],
    ['(?#remark)a', ['a'], ['b']],
    ['(?P<n>a)(?P=n)', ['aa'], ['ab']],
    ['(a)\\1', ['aa'], ['ab']],
    ['(?i)(?<n>a)-\\k<n>', ['a-A', 'A-A'], ['a-b']],
    ['(?<n>a)?b\\k<n>', ['aba'], ['b']],
    ['^(?:(a)|b)*\\1$', ['aba', 'aa'], ['ab', 'b']],
    ['^(?>a+)b', ['aab'], ['b']],
    ['^(?>a|ab)c', ['ac'], ['abc']],
    ['^[a-c]++c', [], ['abc', 'cc']],
    ['^(?:ab)?+ab', ['abab'], ['ab']],
    ['^(a|b\\1)+$', ['aba'], ['b', 'ba']],
    ['x$|^y$', ['ax', 'ax\n', 'y'], ['xa', 'x\n\n', 'ya']],
    ['x$y?', ['x', 'x\n'], ['x\n\n', 'xy']],
    ['(x$)', ['x', 'x\n'], ['x\n\n', 'xy']],
    ['\\x41\\x{42}', ['AB'], ['ab']],
    ['a\\R\\n', ['a\n\n'], ['a\r\n']],
    ['(?m)^$', ['', 'a\n\nb'], ['a\n', 'a']],
    ['(?<n>a|b)\\g{n}\\g1\\g{-1}', ['bbbb'], ['aabb']],
    ['\\o{101}\\12', ['A\n'], ['A']],
    ['a\\Kb', ['ab'], ['b']],
    ['\\Ga\\C', ['a\n'], ['ba\n']],
    ['^a(?#x){2}b\\E*c', ['aabbc', 'aac'], ['abc']],
    ['^(?<=b)*a', ['a'], ['b']],
    ['\\h\\R', ['\t\r\n', ' \n'], ['\n']],
    ['a{2,3}', ['aa'], ['a']],
    ['a{,3}', ['a{,3}'], ['aaa']],
    ['{', ['{'], ['}']],
    ['[]a]', [']', 'a'], ['b']],
    ['[^]a]', ['b'], [']a']],
    ['[\\b]', ['\b'], ['b']],
    ['\\bword\\b', ['a word'], ['swords']],
    ['[\\x00-\\x7f]', ['a'], ['\u00e9']],
    ['(?=a)*b', ['b'], ['a']],
    ['a+?', ['a'], ['b']],
  ];
  it.each(cases)('%s', (pattern, matching, other) => {
    const regex = compile(pattern);
    for (const text of matching) expect(regex.matches(text), `${pattern} on ${JSON.stringify(text)}`).toBe(true);
    for (const text of other) expect(regex.matches(text), `${pattern} on ${JSON.stringify(text)}`).toBe(false);
  });
});

describe('patterns PCRE refuses', () => {
  it.each([
    ['[a-', 'missing terminating ] for character class', 3],
    ['*a', 'quantifier does not follow a repeatable item', 0],
    ['a|*b', 'quantifier does not follow a repeatable item', 2],
    ['a**', 'quantifier does not follow a repeatable item', 2],
    ['a)', 'unmatched closing parenthesis', 1],
    ['(a', 'missing closing parenthesis', 2],
    ['(?i', 'missing closing parenthesis', 3],
    ['a{2,1}', 'numbers out of order in {} quantifier', 5],
    ['a{99999}', 'number too big in {} quantifier', 7],
    ['(?<a', 'syntax error in subpattern name (missing terminator?)', 4],
    ['[[:foo:]]', 'unknown POSIX class name', 3],
    ['[z-a]', 'range out of order in character class', 3],
    ['[[:digit:]-z]', 'invalid range in character class', 10],
    ['[a-\\d]', 'invalid range in character class', 5],
    ['x\\', '\\ at end of pattern', 2],
    ['(?z)', 'unrecognized character after (? or (?-', 2],
    ['\\1', 'reference to non-existent subpattern', 1],
    ['\\k<x>', 'reference to non-existent subpattern', 3],
    ['\\y', 'unrecognized character follows \\', 1],
    ['a{3}{2}', 'quantifier does not follow a repeatable item', 6],
    ['{3}', 'quantifier does not follow a repeatable item', 2],
    ['^*', 'quantifier does not follow a repeatable item', 1],
    ['\\b+a', 'quantifier does not follow a repeatable item', 2],
    ['x(?<!ab*)y', 'lookbehind assertion is not fixed length', 1],
    ['(?m)^a(?<=a|b(?:c|de))', 'lookbehind assertion is not fixed length', 6],
    ['(?<a>x)(?<a>y)', 'two named subpatterns have the same name (PCRE2_DUPNAMES not set)', 12],
    ['(?<1a>b)', 'subpattern name must start with a non-digit', 3],
    ['(?<>', 'subpattern name expected', 3],
    ['(?P=', 'subpattern name expected', 4],
    ['(?#abc', 'missing ) after (?# comment', 6],
    ['[[.a.]]', 'POSIX collating elements are not supported', 1],
    ['[:alpha:]', 'POSIX named classes are supported only within a class', 0],
    ['[a-[:alpha:]]', 'invalid range in character class', 4],
    ['[\\R]', 'escape sequence is invalid in character class', 2],
    ['\\g1', 'reference to non-existent subpattern', 2],
    ['\\81', 'reference to non-existent subpattern', 2],
    ['\\k', '\\k is not followed by a braced, angle-bracketed, or quoted name', 2],
    ['\\k<n', 'syntax error in subpattern name (missing terminator?)', 4],
    ['\\c', '\\c at end of pattern', 2],
    ['\\x{100}', 'character code point value in \\x{} or \\o{} is too large', 6],
    ['\\x{zz}', 'non-hex character in \\x{} (closing brace missing?)', 3],
    ['\\u0041', 'PCRE2 does not support \\F, \\L, \\l, \\N{name}, \\U, or \\u', 2],
  ])('%s', (pattern, message, offset) => {
    expect(translatePattern(pattern, true)).toEqual({ ok: false, message, offset, unsupported: false });
  });

  it('says so as HAProxy does', () => {
    const problem = translatePattern('[a-', true);
    if (problem.ok) throw new Error('compiled');
    expect(patternMessage('[a-', problem)).toBe(
      "regex '[a-' is invalid (error=missing terminating ] for character class, erroffset=3)",
    );
  });
});

describe('groups where nothing is made of what they matched', () => {
  it('have no number without a name', () => {
    const refused = { ok: false, message: 'reference to non-existent subpattern', offset: 4, unsupported: false };
    expect(translatePattern('(a)\\1', false)).toEqual(refused);
    const named = translatePattern('^(x)(?<n>a)\\1$', false);
    if (!named.ok) throw new Error(named.message);
    expect(compilePattern(named.source).matches('xaa')).toBe(true);
    expect(compilePattern(named.source).matches('xax')).toBe(false);
  });
});

describe('patterns only PCRE has', () => {
  it.each(['(?(1)a)', '(?|a)', '\\X', '\\p{L}', '(?^i:a)', '(?C)', '(?n)a', '(*FAIL)', '(?R)'])('%s', (pattern) => {
    expect(translatePattern(pattern, true)).toMatchObject({ ok: false, unsupported: true });
  });
});
