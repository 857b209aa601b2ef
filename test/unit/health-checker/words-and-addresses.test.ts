import { expect, test } from 'vitest';
import { splitCommand } from '../../../src/health-checker/command-words.ts';
import { formatListener, parseListener } from '../../../src/health-checker/listener-address.ts';

test.each([
  ['./check.sh', ['./check.sh']],
  ['  a   b\tc\n', ['a', 'b', 'c']],
  [`a 'b  c' "d  e"`, ['a', 'b  c', 'd  e']],
  [`a '' ""`, ['a', '', '']],
  [String.raw`a\ b "c\"d" 'e\f' "g\h"`, ['a b', 'c"d', String.raw`e\f`, String.raw`g\h`]],
  [`x"y"z'q'`, ['xyzq']],
  ['a $HOME *.sh `id` ; rm', ['a', '$HOME', '*.sh', '`id`', ';', 'rm']],
])('%j is %j', (text, words) => {
  expect(splitCommand(text)).toEqual({ ok: true, words });
});

test.each(['', '   ', `a 'b`, `a "b`, 'a \\'])('%j is no command', (text) => {
  expect(splitCommand(text)).toMatchObject({ ok: false });
});

test.each([
  ['0.0.0.0:5000', '0.0.0.0', 5000],
  [':80', '0.0.0.0', 80],
  ['localhost:0', 'localhost', 0],
  ['[::1]:65535', '::1', 65535],
])('%s is a listener', (text, host, port) => {
  expect(parseListener(text)).toEqual({ host, port });
});

test.each(['', '5000', '0.0.0.0', 'a:b', 'a:65536', '::1:80', '[x]:1', 'a b:1', 'a:1:2'])('%j is none', (text) => {
  expect(parseListener(text)).toBeUndefined();
});

test('an address is written as it is read', () => {
  for (const text of ['1.2.3.4:5', '[::]:5']) expect(formatListener(parseListener(text)!)).toBe(text);
});
