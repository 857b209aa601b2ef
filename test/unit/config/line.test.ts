// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are variables of a configuration, not of JavaScript.
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { caretLines } from '../../../src/config/line-picture.ts';
import { parseByGrammar, parsedWord, parseLine, wordBytes } from '../../../src/grammar/line.ts';
import { corpusDirectory, corpusFiles } from '../../support/corpus.ts';

const variables: Record<string, string> = { HOME: '/root', LIST: 'one two  three', _x: 'under', EMPTY: '' };

function words(line: string): readonly string[] {
  const parsed = parseLine(line, (name) => variables[name]);
  expect(parsed.problem, line).toBeUndefined();
  return parsed.words.map((word) => word.text);
}

describe('words of a line', () => {
  const table: readonly (readonly [line: string, words: readonly string[]])[] = [
    ['', []],
    ['   \t ', []],
    ['# a comment', []],
    ['a b', ['a', 'b']],
    ['\ta\t\tb  ', ['a', 'b']],
    ['a\x0bb\x0cc\r', ['a', 'b', 'c']],
    ['a#b c', ['a']],
    ['a "b # c" d # e', ['a', 'b # c', 'd']],
    ['a\\#b', ['a#b']],
    ['a\\ b c', ['a b', 'c']],
    ['a\\\\b', ['a\\b']],
    ['a\\zb a\\', ['a\\zb', 'a\\']],
    ['a\\nb a\\tb a\\rb', ['a\nb', 'a\tb', 'a\rb']],
    ['a\\x41b \\x2D', ['aAb', '-']],
    ['\\"a\\" \\\'b\\\'', ['"a"', "'b'"]],
    ['a"b c"d', ['ab cd']],
    ["a'b c'd", ['ab cd']],
    [`'a"b' "a'b"`, ['a"b', "a'b"]],
    [`"a\\"b" "a\\'b" 'a\\b'`, ['a"b', "a'b", 'a\\b']],
    ['"a\\zb" "a\\$b" a\\$b', ['a\\zb', 'a$b', 'a\\$b']],
    ['"" b', ['', 'b']],
    ["a''b", ['ab']],
    ['$HOME \'$HOME\' "$HOME"', ['$HOME', '$HOME', '/root']],
    ['"a${HOME}b" "$HOME.b" "$_x-"', ['a/rootb', '/root.b', 'under-']],
    ['"${NONE-a b}" "${NONE-}x" "${HOME-y}"', ['a b', 'x', '/root']],
    ['"${NONE-"q"}"', ['"q"']],
    ['"$NONE" "${NONE}"', ['', '']],
    ['"a${LIST[*]}b" "${LIST}"', ['aone', 'two', 'threeb', 'one two  three']],
    ['"\\xc3\\xa9" é', ['é', 'é']],
  ];
  for (const [line, expected] of table) {
    it(JSON.stringify(line), () => expect(words(line)).toEqual(expected));
  }

  it('gives every word its place, quotes included', () => {
    const { words: found } = parseLine('  bind "a b"c  x', () => undefined);
    expect(found.map(({ start, end }) => [start, end])).toEqual([
      [2, 6],
      [7, 13],
      [15, 16],
    ]);
  });

  it('keeps bytes that are no UTF-8', () => {
    const [word] = words('\\xffa\\x80\\xc3\\xa9');
    expect([...wordBytes(word!)]).toEqual([0xff, 0x61, 0x80, 0xc3, 0xa9]);
    expect(wordBytes('é€')).toEqual(Buffer.from('é€'));
  });
});

describe('mistakes in a line', () => {
  const table: readonly (readonly [line: string, code: string, at: number])[] = [
    ['  a "b', 'quote', 4],
    ["  a 'b", 'quote', 4],
    ['a "b\\', 'quote', 2],
    ['a b\\xz', 'hexadecimal', 3],
    ['a b\\x4', 'hexadecimal', 3],
    ['"\\x0"', 'hexadecimal', 1],
    ['"${1A}"', 'variable-name', 3],
    ['"$1"', 'variable-name', 2],
    ['"$"', 'variable-name', 2],
    ['"${}"', 'variable-name', 3],
    ['"${A"', 'variable-brace', 2],
    ['"${A B}"', 'variable-brace', 2],
    ['"${A:-b}"', 'variable-brace', 2],
    // A bad escape is met before the end of the line shows that a quote is open.
    ['"a \\xzz', 'hexadecimal', 3],
  ];
  for (const [line, code, at] of table) {
    it(JSON.stringify(line), () => {
      expect(parseLine(line, () => undefined).problem).toEqual({ code, at });
    });
  }
});

describe('the line with a caret', () => {
  it('drops the indentation', () => expect(caretLines('    use "b', 8)).toBe('  use "b\n      ^'));
  it('cuts a long line around the place, as HAProxy does', () => {
    const line = `  description ${'a'.repeat(140)} "${'c'.repeat(80)}`;
    const [shown, caret] = caretLines(line, line.indexOf('"')).split('\n');
    expect(shown).toBe(`  ...${'a'.repeat(36)} "${'c'.repeat(36)}...`);
    expect(caret).toBe(`${' '.repeat(42)}^`);
  });
});

describe('the short way for plain lines', () => {
  const nothing = () => undefined;
  const same = (line: string) => {
    expect(parseLine(line, nothing), JSON.stringify(line)).toEqual(parseByGrammar(line, nothing, parsedWord));
  };

  it('finds the words the grammar finds, in every line of up to four of these characters', () => {
    const alphabet = ['a', ' ', '\t', '\v', '\r', '#', '$', '\b', '\u00e9', '\u{1f600}', '\x0e'];
    let lines = [''];
    for (let length = 1; length <= 4; length++) {
      lines = lines.flatMap((line) => alphabet.map((character) => line + character));
      for (const line of lines) same(line);
    }
  });

  it('finds them in the lines of configurations', () => {
    const folder = new URL('../../../conf/', import.meta.url);
    const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.cfg'));
    const lines = files.flatMap((name) => readFileSync(new URL(name, folder), 'utf8').split('\n'));
    expect(lines.length).toBeGreaterThan(100);
    for (const line of lines) same(line);
  });

  const corpus = corpusDirectory();
  if (corpus === undefined) {
    process.stderr.write('SKIPPED the lines of real files: no directory at HAPAX_CORPUS or ../shared/corpus\n');
  }

  it.skipIf(corpus === undefined)('finds them in the lines of real files', () => {
    const lines = corpusFiles(corpus!).flatMap(({ text }) => text.split('\n'));
    expect(lines.length).toBeGreaterThan(1000);
    for (const line of lines) same(line);
  });
});
