import { expect, it } from 'vitest';
import { headerValues } from '../../../src/protocols/header-values.ts';

it.each([
  ['', ['']],
  ['a, b ,c', ['a', 'b', 'c']],
  ['"a,b", c', ['"a,b"', 'c']],
  ['"a\\",b", c', ['"a\\",b"', 'c']],
  ['a"b,c', ['a"b,c']],
])('values of %j', (line, values) => {
  expect(headerValues(line)).toEqual(values);
});
