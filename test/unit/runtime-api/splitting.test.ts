import { describe, expect, it } from 'vitest';
import { splitCommands } from '../../../src/runtime-api/command-line.ts';
import { LineSplitter, MAX_LINE } from '../../../src/runtime-api/line-splitter.ts';

function linesOf(...chunks: readonly Buffer[]): string[] {
  const splitter = new LineSplitter();
  return chunks.flatMap((chunk) => splitter.push(chunk).lines);
}

describe('lines', () => {
  const input = Buffer.from('show info;show stat\r\n\nset x \u00e4\u20ac\nprompt\r\r\nrest');
  const expected = ['show info;show stat', '', 'set x \u00e4\u20ac', 'prompt\r'];

  it('end with LF or CR LF; the rest waits', () => {
    expect(linesOf(input)).toEqual(expected);
    expect(linesOf(input, Buffer.from('\n'))).toEqual([...expected, 'rest']);
  });

  it('are the same wherever the bytes are split', () => {
    for (let at = 0; at <= input.length; at++) {
      expect(linesOf(input.subarray(0, at), input.subarray(at))).toEqual(expected);
    }
    expect(linesOf(...[...input].map((byte) => Buffer.of(byte)))).toEqual(expected);
  });

  it('may be as long as the buffer less one, in one piece or in many', () => {
    const longest = 'x'.repeat(MAX_LINE - 1);
    expect(new LineSplitter().push(Buffer.from(`${longest}\n`))).toEqual({ lines: [longest], tooLong: false });
    const splitter = new LineSplitter();
    for (const byte of Buffer.from(longest)) splitter.push(Buffer.of(byte));
    expect(splitter.push(Buffer.from('\n')).lines).toEqual([longest]);
  });

  it('that are too long end everything, with what came before them kept', () => {
    const splitter = new LineSplitter();
    const first = splitter.push(Buffer.from(`one\n${'x'.repeat(MAX_LINE)}`));
    expect(first).toEqual({ lines: ['one'], tooLong: true });
    expect(splitter.push(Buffer.from('\ntwo\n'))).toEqual({ lines: [], tooLong: true });
    expect(new LineSplitter().push(Buffer.from(`${'x'.repeat(MAX_LINE)}\n`)).tooLong).toBe(true);
  });

  it('are found without a line end in sight: a megabyte in small pieces fails early', () => {
    const splitter = new LineSplitter();
    let pieces = 0;
    while (!splitter.push(Buffer.alloc(100, 0x61)).tooLong) pieces++;
    expect(pieces).toBeLessThan(MAX_LINE / 100);
  });
});

describe('commands of a line', () => {
  for (const [line, commands] of [
    ['show stat', [['show', 'stat']]],
    [
      'show info;show stat',
      [
        ['show', 'info'],
        ['show', 'stat'],
      ],
    ],
    ['  show\t info  ', [['show', 'info']]],
    ['show version ; ; show version;', [['show', 'version'], [], ['show', 'version'], []]],
    ['', [[]]],
    [';', [[], []]],
    ['show\\ version', [['show version']]],
    ['set x a\\;b\\\\c', [['set', 'x', 'a;b\\c']]],
    ['show env "HOME"', [['show', 'env', '"HOME"']]],
    ['end\\', [['end']]],
    ['quit\r', [['quit']]],
  ] as const) {
    it(JSON.stringify(line), () => {
      expect(splitCommands(line)).toEqual(commands);
    });
  }
});
