import { describe, expect, it } from 'vitest';
import { commandLine } from '../../../src/demo/invitations.ts';
import { layOut } from '../../../src/demo/screen-layout.ts';
import { type Line, lineWidth, render } from '../../../src/demo/styled-line.ts';
import { happening, picture } from './pictures.ts';

const texts = (lines: readonly Line[]) => lines.map((line) => render(line, false));
const many = Array.from({ length: 30 }, (_, index) =>
  happening(`backend2 is DOWN: its status API answers 500 (Internal Server Error), number ${index}.`, index),
);

/** The command that stands below `title`, as a shell puts its rows together. */
function copied(rows: readonly string[], title: string): string {
  const from = rows.findIndex((row) => row.includes(title)) + 1;
  expect(from).toBeGreaterThan(0);
  let command = '';
  for (const row of rows.slice(from)) {
    command += ` ${row.trim()}`;
    if (!/[|\\]$/.test(row)) break;
  }
  return command.trim().replace(/ \\ /g, ' ');
}

describe('the layout of the screen', () => {
  it('fits every size, whatever has happened', () => {
    for (const happenings of [[], many]) {
      for (let columns = 1; columns <= 200; columns += columns < 70 ? 1 : 13) {
        for (let rows = 1; rows <= 60; rows += rows < 30 ? 1 : 7) {
          const lines = layOut(picture({ happenings }), { columns, rows });
          expect(lines.length).toBeLessThanOrEqual(rows);
          for (const line of lines) expect(lineWidth(line)).toBeLessThan(Math.max(columns, 2));
        }
      }
    }
  });

  it('has everything that matters at 60 by 24', () => {
    const rows = texts(layOut(picture({ happenings: many }), { columns: 60, rows: 24 }));
    const whole = rows.join('\n');
    expect(whole).toMatch(/^ SERVER +STATE +LAST CHECK +SESSIONS +BYTES$/m);
    expect(whole).toMatch(/^ backend1 +UP +200 in 3 ms: OK +12 +345\.7 KB$/m);
    expect(whole).toMatch(/^ backend2 +DOWN +500 in 12 ms +12 +345\.7 KB$/m);
    expect(whole).toContain('number 29.');
    expect(whole).toContain('http://127.0.0.1:8404/');
    expect(whole).toContain('Ctrl-C ends it.');
    expect(copied(rows, 'figures')).toBe(commandLine(picture().invitations[0]!));
  });

  it('breaks commands only where a shell reads on', () => {
    for (let columns = 56; columns <= 160; columns++) {
      const rows = texts(layOut(picture(), { columns, rows: 60 }));
      for (const invitation of picture().invitations)
        expect(copied(rows, invitation.title)).toBe(commandLine(invitation));
    }
  });

  it('keeps what stands below the events in its place', () => {
    const place = (happenings: typeof many) =>
      texts(layOut(picture({ happenings }), { columns: 80, rows: 40 })).findIndex((row) => row.includes('TRY IN'));
    expect(place([])).toBeGreaterThan(0);
    for (let count = 1; count < many.length; count++) expect(place(many.slice(0, count))).toBe(place([]));
  });

  it('tells the newest events in the order in which they came', () => {
    const rows = texts(layOut(picture({ happenings: many }), { columns: 120, rows: 40 }));
    const numbers = rows.flatMap((row) => /number (\d+)/.exec(row)?.[1] ?? []).map(Number);
    expect(numbers).toEqual(numbers.map((_, index) => 30 - numbers.length + index));
    expect(numbers.length).toBeGreaterThanOrEqual(3);
  });

  it('counts against the limit', () => {
    const footer = (limit: number | undefined) => texts(layOut(picture({ limit }), { columns: 100, rows: 40 })).at(-1);
    expect(footer(undefined)).toMatch(/ {3}Ctrl-C ends it\. {2}0:08$/);
    expect(footer(65_000)).toMatch(/ {2}0:08 of 1:05$/);
  });
});
