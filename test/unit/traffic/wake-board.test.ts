import { describe, expect, it } from 'vitest';
import { Wake, WakeBoard } from '../../../src/traffic/wake-board.ts';

describe('the board threads wake each other with', () => {
  it('tells every other thread why, once', () => {
    const buffer = WakeBoard.create(3);
    const signalled: number[] = [];
    const [first, second, third] = [0, 1, 2].map((self) => new WakeBoard(buffer, self, (fd) => signalled.push(fd)));
    second!.register(41);
    first!.wakeOthers(Wake.place);
    first!.wakeOthers(Wake.passedOn);
    expect(signalled).toEqual([41, 41]);
    expect(first!.take()).toBe(0);
    expect([second!.take(), second!.take()]).toEqual([Wake.place | Wake.passedOn, 0]);
    expect(third!.take()).toBe(Wake.place | Wake.passedOn);
  });

  it('wakes a thread that sleeps on its word, and no longer one that has left', async () => {
    const buffer = WakeBoard.create(2);
    const signalled: number[] = [];
    const [first, second] = [0, 1].map((self) => new WakeBoard(buffer, self, (fd) => signalled.push(fd)));
    const { words, index } = second!.word;
    const waiting = Atomics.waitAsync(words, index, 0);
    first!.wakeOthers(Wake.place);
    expect(await waiting.value).toBe('ok');
    second!.register(7);
    second!.register(-1);
    first!.wakeOthers(Wake.place);
    expect(signalled).toEqual([]);
  });
});
