import { describe, expect, it } from 'vitest';
import { patternMessage, translatePattern } from '../../../src/config/pcre.ts';

function compile(pattern: string): RegExp {
  const translated = translatePattern(pattern);
  if (!translated.ok) throw new Error(`${pattern}: ${translated.message}`);
  return new RegExp(translated.source);
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
    ['\\x41\\x{42}', ['AB'], ['ab']],
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
    for (const text of matching) expect(regex.test(text), `${pattern} on ${JSON.stringify(text)}`).toBe(true);
    for (const text of other) expect(regex.test(text), `${pattern} on ${JSON.stringify(text)}`).toBe(false);
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
  ])('%s', (pattern, message, offset) => {
    expect(translatePattern(pattern)).toEqual({ ok: false, message, offset, unsupported: false });
  });

  it('says so as HAProxy does', () => {
    const problem = translatePattern('[a-');
    if (problem.ok) throw new Error('compiled');
    expect(patternMessage('[a-', problem)).toBe(
      "regex '[a-' is invalid (error=missing terminating ] for character class, erroffset=3)",
    );
  });
});

describe('patterns only PCRE has', () => {
  it.each(['a++', '(?>a)b', '(*FAIL)', '(?R)'])('%s', (pattern) => {
    expect(translatePattern(pattern)).toMatchObject({ ok: false, unsupported: true });
  });
});
