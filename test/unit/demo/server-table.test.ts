import { expect, test } from 'vitest';
import { byteText, checkText, serverTable } from '../../../src/demo/server-table.ts';
import { render } from '../../../src/demo/styled-line.ts';
import { snapshot, UNWELL } from './pictures.ts';

test('bytes in thousands, never wider than their column', () => {
  const cases: readonly [number, string][] = [
    [0, '0 B'],
    [999, '999 B'],
    [1000, '1.0 KB'],
    [999_949, '999.9 KB'],
    [999_950, '1.0 MB'],
    [12_345_678, '12.3 MB'],
    [999_950_000, '1.0 GB'],
  ];
  for (const [bytes, text] of cases) expect(byteText(bytes)).toBe(text);
});

test('the last check says as much as fits', () => {
  const check = snapshot('a', UNWELL);
  expect(checkText(check, 40)).toBe('500 in 12 ms: Internal Server Error');
  expect(checkText(check, 34)).toBe('500 in 12 ms');
  expect(checkText(check, 11)).toBe('500');
  const refused = { code: undefined, duration: 0, words: 'Connection refused' };
  expect(checkText(refused, 40)).toBe('Connection refused in 0 ms');
  expect(checkText(refused, 20)).toBe('Connection refused');
  expect(checkText({ code: undefined, duration: undefined, words: '' }, 20)).toBe('-');
});

test('figures give way where it is narrow', () => {
  const heading = (width: number) =>
    render(serverTable([snapshot('backend1')], width)[0]!, false)
      .trim()
      .split(/ {2,}/);
  expect(heading(80)).toEqual(['SERVER', 'STATE', 'LAST CHECK', 'OPEN', 'SESSIONS', 'BYTES']);
  expect(heading(58)).toEqual(['SERVER', 'STATE', 'LAST CHECK', 'SESSIONS', 'BYTES']);
  expect(heading(46)).toEqual(['SERVER', 'STATE', 'LAST CHECK', 'SESSIONS']);
  expect(heading(36)).toEqual(['SERVER', 'STATE', 'LAST CHECK']);
});

test('every state has words and a colour of its own', () => {
  const states = ['new', 'up', 'failing', 'down', 'recovering', 'maintenance', 'draining'] as const;
  const rows = serverTable(
    states.map((state) => snapshot('b', { state })),
    80,
  ).slice(1);
  expect(rows.map((row) => render(row, false).split(/ {2,}/)[1])).toEqual([
    'starting',
    'UP',
    'going down',
    'DOWN',
    'coming up',
    'MAINT',
    'DRAIN',
  ]);
  expect(render(rows[1]!, true)).toContain('\x1b[32mUP\x1b[0m');
  expect(render(rows[3]!, true)).toContain('\x1b[1;31mDOWN\x1b[0m');
  for (const row of rows) expect(render(row, false)).not.toContain('\x1b');
});
