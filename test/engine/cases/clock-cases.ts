import { expect } from 'vitest';
import type { Case } from '../world.ts';

export const CLOCK_CASES: readonly Case[] = [
  {
    name: 'post runs later, in order',
    run: async (world) => {
      const seen: string[] = [];
      world.engine.post(() => {
        seen.push('first');
        world.engine.post(() => seen.push('third'));
      });
      world.engine.post(() => seen.push('second'));
      expect(seen).toEqual([]);
      await world.until('all three', () => seen.length === 3);
      expect(seen).toEqual(['first', 'second', 'third']);
    },
  },
  {
    name: 'timers fire once, in the order of their times and never early',
    run: async (world) => {
      const { engine } = world;
      const start = engine.now();
      const seen: [number, number][] = [];
      for (const delay of [120, 0, 60, 30]) {
        engine.startTimer(delay, () => seen.push([delay, engine.now() - start]));
      }
      expect(seen).toEqual([]);
      await world.until('all of them', () => seen.length === 4);
      await world.pass(50);
      expect(seen.map(([delay]) => delay)).toEqual([0, 30, 60, 120]);
      for (const [delay, at] of seen) expect(at).toBeGreaterThanOrEqual(delay);
    },
  },
  {
    name: 'a cancelled timer never fires, not even when another of the same moment cancels it',
    run: async (world) => {
      const { engine } = world;
      const seen: string[] = [];
      const gone = engine.startTimer(20, () => seen.push('gone'));
      gone.cancel();
      gone.cancel();
      const first = engine.startTimer(40, () => {
        seen.push('one');
        second.cancel();
      });
      const second = engine.startTimer(40, () => {
        seen.push('two');
        first.cancel();
      });
      await world.pass(120);
      expect(seen.length).toBe(1);
      expect(seen).not.toContain('gone');
    },
  },
  {
    name: 'the wall clock and the monotonic clock move together',
    run: async (world) => {
      const { engine } = world;
      const before = [engine.now(), engine.wallClock()] as const;
      await world.pass(50);
      expect(engine.now() - before[0]).toBeGreaterThanOrEqual(50);
      expect(engine.wallClock() - before[1]).toBeGreaterThanOrEqual(49);
    },
  },
];
