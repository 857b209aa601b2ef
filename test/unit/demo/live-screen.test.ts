import { PassThrough } from 'node:stream';
import type { WriteStream } from 'node:tty';
import { expect, test } from 'vitest';
import { LiveScreen } from '../../../src/demo/live-screen.ts';
import { piece } from '../../../src/demo/styled-line.ts';

function terminal(columns: number, rows: number) {
  const out = new PassThrough();
  const screen = new LiveScreen(Object.assign(out, { columns, rows }) as unknown as WriteStream, false);
  return { screen, written: () => String(out.read() ?? '') };
}

test('writes only the rows that have changed', () => {
  const { screen, written } = terminal(80, 24);
  const show = (...rows: string[]) => screen.show(rows.map((text) => [piece(text)]));
  show('before it is open');
  expect(written()).toBe('');
  screen.open();
  screen.open();
  expect(written()).toBe('\x1b[?1049h\x1b[?25l\x1b[2J');
  show('a', 'b', 'c');
  expect(written()).toBe('\x1b[1;1Ha\x1b[K\x1b[2;1Hb\x1b[K\x1b[3;1Hc\x1b[K');
  show('a', 'B', 'c');
  expect(written()).toBe('\x1b[2;1HB\x1b[K');
  show('a', 'B', 'c');
  expect(written()).toBe('');
  show('a');
  expect(written()).toBe('\x1b[2;1H\x1b[K\x1b[3;1H\x1b[K');
  screen.forget();
  show('a');
  expect(written()).toBe('\x1b[2J\x1b[1;1Ha\x1b[K');
  screen.close();
  screen.close();
  expect(written()).toBe('\x1b[?25h\x1b[?1049l');
});

test('a terminal that does not know its size has the usual one', () => {
  expect(terminal(0, 0).screen.size).toEqual({ columns: 80, rows: 24 });
  expect(terminal(61, 7).screen.size).toEqual({ columns: 61, rows: 7 });
});
