import { describe, expect, it } from 'vitest';
import { parseAcl, parseCondition, parseLogFormat, parseSample } from '../../../src/grammar/expression.ts';

describe('samples', () => {
  it('have spans', () => {
    const sample = parseSample('src,ipmask(24,"a b"),,lower()x');
    expect(sample).toMatchObject({ start: 0, end: 29, fetch: { name: 'src', start: 0, end: 3, args: null } });
    expect(sample.converters).toMatchObject([
      { name: 'ipmask', start: 4, args: { list: [{ text: '24' }, { text: 'a b', start: 14, end: 19 }], closed: true } },
      { name: 'lower', start: 22, args: { list: [{ text: '' }], closed: true } },
    ]);
  });

  it.each([
    ['', '', 0],
    [',lower', '', 6],
    ['src,', 'src', 4],
    ['base32+src', 'base32+src', 10],
    ['foo!bar', 'foo', 3],
  ])('%s names %s and ends at %d', (text, name, end) => {
    const sample = parseSample(text);
    expect([sample.fetch.name, sample.end]).toEqual([name, end]);
  });

  it.each([
    ["str('a,b)')", ['a,b)']],
    ['str(a\\,b)', ['a,b']],
    ['str("x\\"y")', ['x"y']],
    ["str(')", ["'"]],
    ['regsub(a,,g)', ['a', '', 'g']],
  ])('the arguments of %s', (text, expected) => {
    expect(parseSample(text).fetch.args?.list.map((each) => each.text)).toEqual(expected);
  });

  it('whose parenthesis stays open', () => {
    expect(parseSample('str(a').fetch.args).toMatchObject({ closed: false, list: [{ text: 'a' }] });
  });
});

describe('ACLs', () => {
  it('have flags before their patterns alone', () => {
    const acl = parseAcl(['src', '-i', '-m', 'end', '-f', 'file', 'a', '-i']);
    expect(acl.expression).toEqual({ text: 'src', start: 0, end: 3 });
    expect(acl.flags.map((flag) => [flag.text, flag.value?.text])).toEqual([
      ['-i', undefined],
      ['-m', 'end'],
      ['-f', 'file'],
    ]);
    expect(acl.patterns.map((pattern) => pattern.text)).toEqual(['a', '-i']);
  });

  it('have patterns that begin with a dash after --', () => {
    expect(parseAcl(['src', '--', '-i'])).toMatchObject({ dash: true, flags: [], patterns: [{ text: '-i' }] });
  });

  it('end at an empty word', () => {
    expect(parseAcl(['src', '', '1.1.1.1']).patterns).toEqual([]);
  });
});

describe('conditions', () => {
  const shape = (words: string) =>
    parseCondition(words.split(' ')).map((term) => {
      if (term.kind === 'reference') return `${term.negated ? '!' : ''}${term.name}`;
      if (term.kind === 'anonymous') {
        const inner = term.words.map((word) => word.text).join(' ');
        return `${term.negated ? '!' : ''}{${inner}${term.closed ? '}' : ''}`;
      }
      return term.kind;
    });

  it.each([
    ['a b', ['a', 'b']],
    ['a or b || c OR d', ['a', 'or', 'b', 'or', 'c', 'or', 'd']],
    ['!a ! b !!c', ['!a', '!b', 'c']],
    ['{ src 1 } !{ dst 2 }', ['{src 1}', '!{dst 2}']],
    ['! { src 1 } or', ['!{src 1}', 'or']],
    ['{ src 1', ['{src 1']],
    ['}', ['}']],
    ['{src 1}', ['{src', '1}']],
    ['!', ['nothing']],
  ])('%s', (words, expected) => {
    expect(shape(words)).toEqual(expected);
  });
});

describe('log-format strings', () => {
  const shape = (text: string) =>
    parseLogFormat(text).map((part) => {
      if (part.kind === 'text') return part.text;
      if (part.kind === 'variable') return `<${part.flags}|${part.name}>`;
      if (part.kind === 'sample') return `[${part.flags}|${part.sample.fetch.name}${part.closed ? ']' : ''}`;
      return part.kind;
    });

  it.each([
    ['%ci:%cp', ['<|ci>', ':', '<|cp>']],
    ['100%%', ['100', '%']],
    ['%{+Q}o %{-E}[src,lower]x', ['<+Q|o>', ' ', '[-E|src]', 'x']],
    ['%ci_x', ['<|ci>', '_x']],
    ['%[str(a]b)]', ['[|str]']],
    ['%[src', ['[|src']],
    ['%(name)ci', ['<|ci>']],
    ['a%', ['a', 'truncated']],
    ['% a', ['blank', 'a']],
    ['%{+Q', ['open-flags']],
    ['%{+Q} a', ['lone-flags', ' a']],
  ])('%s', (text, expected) => {
    expect(shape(text)).toEqual(expected);
  });

  it('and everything else are read without an exception, whatever the characters', () => {
    const characters = ['%', '[', ']', '(', ')', '{', '}', ',', "'", '"', '\\', 'a', ' ', '!', '-', 'é', '|'];
    let seed = 3;
    for (let round = 0; round < 5000; round++) {
      let text = '';
      for (let length = 0; length < 12; length++) {
        seed = (seed * 1103515245 + 12345) & 0x7fffffff;
        text += characters[(seed >> 8) % characters.length];
      }
      expect(Array.isArray(parseLogFormat(text))).toBe(true);
      expect(parseSample(text).start).toBe(0);
      expect(parseAcl(text.split(' ')).flags).toBeDefined();
      expect(Array.isArray(parseCondition(text.split(' ')))).toBe(true);
    }
  });
});
