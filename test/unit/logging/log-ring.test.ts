import { describe, expect, test } from 'vitest';
import { createLogRing, LONGEST_LINE, LogRingReader, LogRingWriter } from '../../../src/logging/log-ring.ts';

type Taken = { proxy: number; level: number; text: string };

function setup(bytes?: number) {
  const buffer = createLogRing(bytes);
  const taken: Taken[] = [];
  const take = (proxy: number, level: number, text: Uint8Array) => {
    taken.push({ proxy, level, text: Buffer.from(text).toString('utf8') });
  };
  return { writer: new LogRingWriter(buffer), reader: new LogRingReader(buffer), taken, take };
}

describe('the ring of log lines', () => {
  test('keeps proxy, level and text in order', () => {
    const { writer, reader, taken, take } = setup();
    expect(writer.write(3, 6, 'one')).toBe(true);
    expect(writer.write(65_535, 0, 'zwölf €𝄞')).toBe(true);
    expect(writer.write(0, 7, '')).toBe(true);
    expect(reader.drain(take)).toBe(3);
    expect(taken).toEqual([
      { proxy: 3, level: 6, text: 'one' },
      { proxy: 65_535, level: 0, text: 'zwölf €𝄞' },
      { proxy: 0, level: 7, text: '' },
    ]);
    expect(reader.drain(take)).toBe(0);
  });

  test('goes round many times with lines of every length', () => {
    const { writer, reader, take, taken } = setup(1);
    let sent = 0;
    for (let round = 0; round < 4000; round++) {
      const text = `${round}:${'ä'.repeat((round * 7919) % 900)}`;
      expect(writer.write(round & 0xff, round & 7, text)).toBe(true);
      sent++;
      if (round % 5 === 0) reader.drain(take);
    }
    reader.drain(take);
    expect(taken.length).toBe(sent);
    taken.forEach((line, round) => {
      expect(line).toEqual({
        proxy: round & 0xff,
        level: round & 7,
        text: `${round}:${'ä'.repeat((round * 7919) % 900)}`,
      });
    });
    expect(reader.dropped).toBe(0);
  });

  test('drops and counts what does not fit, and goes on when there is room again', () => {
    const { writer, reader, take, taken } = setup(1);
    let accepted = 0;
    while (writer.write(1, 6, `line ${accepted} ${'x'.repeat(500)}`)) accepted++;
    expect(writer.write(1, 6, 'y'.repeat(600))).toBe(false);
    expect(reader.dropped).toBe(2);
    expect(accepted).toBeGreaterThan(50);
    expect(reader.drain(take)).toBe(accepted);
    expect(taken.at(-1)?.text.startsWith(`line ${accepted - 1} `)).toBe(true);
    expect(writer.write(1, 6, 'again')).toBe(true);
    reader.drain(take);
    expect(taken.at(-1)?.text).toBe('again');
  });

  test('cuts an endless line and never splits a character', () => {
    const { writer, reader, take, taken } = setup();
    expect(writer.write(1, 6, '€'.repeat(LONGEST_LINE))).toBe(true);
    reader.drain(take);
    expect(taken[0]!.text).toBe('€'.repeat(Math.floor(LONGEST_LINE / 3)));
  });

  test('counters run past 2^32 bytes', () => {
    const buffer = createLogRing(1);
    const header = new Int32Array(buffer, 0, 2);
    const start = -64; // 64 bytes before the 32-bit count begins anew
    header[0] = start;
    header[1] = start;
    const writer = new LogRingWriter(buffer);
    const reader = new LogRingReader(buffer);
    const seen: string[] = [];
    for (let i = 0; i < 50; i++) {
      expect(writer.write(0, 6, `n${i}`)).toBe(true);
      reader.drain((_proxy, _level, text) => seen.push(Buffer.from(text).toString()));
    }
    expect(seen).toEqual(Array.from({ length: 50 }, (_, i) => `n${i}`));
  });

  test('wakes a listening reader, in portions during a flood', async () => {
    const { writer, reader } = setup();
    const seen: number[] = [];
    await new Promise<void>((resolve) => {
      reader.listen((_proxy, _level, text) => {
        seen.push(Number(Buffer.from(text).toString()));
        if (seen.length === 2001) resolve();
      });
      writer.write(0, 6, '0');
      setImmediate(() => {
        for (let i = 1; i <= 2000; i++) expect(writer.write(0, 6, String(i))).toBe(true);
      });
    });
    expect(seen).toEqual(Array.from({ length: 2001 }, (_, i) => i));
    reader.close();
  });
});
