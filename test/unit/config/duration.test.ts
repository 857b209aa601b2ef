import { describe, expect, it } from 'vitest';
import { type DurationUnit, parseDuration } from '../../../src/config/duration.ts';
import { leadingInt32, leadingInteger } from '../../../src/config/leading-integer.ts';
import { assignNumbers } from '../../../src/config/numbering.ts';
import { parseSize } from '../../../src/config/size.ts';
import { parseStatusRanges } from '../../../src/config/status-ranges.ts';

describe('durations', () => {
  const good: readonly [text: string, milliseconds: number, unit?: DurationUnit][] = [
    ['500', 500],
    ['500ms', 500],
    ['5s', 5000],
    ['2m', 120_000],
    ['3h', 10_800_000],
    ['24d', 2_073_600_000],
    ['0', 0],
    ['0us', 0],
    ['1us', 1],
    ['999us', 1],
    ['1001us', 2],
    ['1500us', 2],
    ['10', 10_000, 's'],
    ['10us', 1, 's'],
    ['2147483647', 2_147_483_647],
  ];
  it.each(good)('%s is %i ms', (text, value, unit) => {
    expect(parseDuration(text, unit)).toEqual({ ok: true, value });
  });

  it.each(['2147483648', '25d', '99999999999999999999', '600h'])('%s is too long', (text) => {
    expect(parseDuration(text)).toEqual({ ok: false, reason: 'overflow' });
  });

  it.each([
    ['', ''],
    ['abc', 'a'],
    ['5x', 'x'],
    ['1.5s', '.'],
    ['-1', '-'],
    [' 5', ' '],
    ['5S', 'S'],
    ['s', 's'],
  ])('%j stumbles over %j', (text, character) => {
    expect(parseDuration(text)).toEqual({ ok: false, reason: 'unexpected', character });
  });

  it.each([
    ['5sx', 5000, 'x'],
    ['5mss', 5, 's'],
    ['1m30s', 60_000, '3'],
  ])('%s is taken with what follows its unit left out', (text, value, trailing) => {
    expect(parseDuration(text)).toEqual({ ok: true, value, trailing });
  });
});

describe('numbers as C reads them', () => {
  it.each([
    ['10', 10],
    ['10%', 10],
    [' 5', 5],
    ['+5', 5],
    ['-3', -3],
    ['abc', 0],
    ['', 0],
    ['0x50', 0],
    ['99999999999', 99_999_999_999],
  ])('%j is %i', (text, value) => {
    expect(leadingInteger(text)).toBe(value);
  });

  it.each([
    ['4294967297', 1],
    ['99999999999', 1_215_752_191],
    ['2147483648', -2_147_483_648],
  ])('%s in 32 bits is %i', (text, value) => {
    expect(leadingInt32(text)).toBe(value);
  });
});

describe('sizes', () => {
  it.each([
    ['100', 100],
    ['1k', 1024],
    ['2M', 2_097_152],
    ['1g', 1_073_741_824],
  ])('%s is %i bytes', (text, value) => {
    expect(parseSize(text)).toEqual({ ok: true, value });
  });
  it.each([
    ['1x', 'x'],
    ['1kb', 'b'],
    ['k', 'k'],
    ['', ''],
  ])('%j stumbles over %j', (text, character) => {
    expect(parseSize(text)).toEqual({ ok: false, character });
  });
});

describe('lists of status codes', () => {
  it.each<[string, [number, number][]]>([
    ['200', [[200, 200]]],
    ['200-299', [[200, 299]]],
    [
      '200-299,401',
      [
        [200, 299],
        [401, 401],
      ],
    ],
    ['200,', [[200, 200]]],
    [',200', [[200, 200]]],
    ['-200', [[0, 200]]],
    ['-', [[0, 0]]],
    [',', []],
  ])('%s', (text, ranges) => {
    expect(parseStatusRanges(text)).toEqual({ ok: true, ranges });
  });
  it.each([
    ['abc', "invalid character 'a' in the list of status codes"],
    ['2xx', "invalid character 'x' in the list of status codes"],
    ['200 300', "invalid character ' ' in the list of status codes"],
    ['200;300', "invalid character ';' in the list of status codes"],
    ['200-300-400', "invalid character '-' in the list of status codes"],
    ['200-', "invalid range of status codes '200-'"],
    ['299-200', "invalid range of status codes '299-200'"],
  ])('%s is refused', (text, message) => {
    expect(parseStatusRanges(text)).toEqual({ ok: false, message });
  });
});

describe('numbers of servers and sockets', () => {
  const none = undefined;
  it.each<[string, (number | undefined)[], number, number[]]>([
    ['in order', [none, none, none], 1, [1, 2, 3]],
    ['around forced ones', [3, none, none, 2, none, 1], 1, [3, 4, 5, 2, 7, 1]],
    ['from another start', [none, 4, none, none], 2, [2, 4, 5, 6]],
  ])('%s', (_name, forced, first, expected) => {
    expect(assignNumbers(forced, first)).toEqual(expected);
  });
});
