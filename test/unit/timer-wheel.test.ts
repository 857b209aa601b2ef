import { describe, expect, it } from 'vitest';
import { TimerWheel, type WheelTimer } from '../../src/system/timer-wheel.ts';

/** A small generator of its own, so that a failure can be repeated from its seed. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

describe('the timer wheel', () => {
  it('is empty at first', () => {
    const wheel = new TimerWheel(1234.5);
    expect(wheel.next).toBeUndefined();
    expect(wheel.size).toBe(0);
    wheel.advance(99_999);
  });

  it('fires never early and at most a slot late, over many rounds, whatever is cancelled', () => {
    for (let seed = 1; seed <= 20; seed++) {
      const next = random(seed);
      let now = next() * 1e6;
      const width = seed % 2 === 0 ? 1 : 16;
      const wheel = new TimerWheel(now, width);
      const due = new Map<number, number>();
      const timers = new Map<number, WheelTimer>();
      for (let turn = 0; turn < 2_000; turn++) {
        const id = turn;
        const at = now + next() * (next() < 0.2 ? 60_000 : 500);
        due.set(id, at);
        const add = () => {
          expect(now, `seed ${seed}`).toBeGreaterThanOrEqual(at);
          expect(now - at, `seed ${seed}`).toBeLessThanOrEqual(width + 30);
          expect(due.delete(id), `seed ${seed}: fired once`).toBe(true);
        };
        timers.set(id, wheel.add(at, add));
        if (next() < 0.4) {
          const victim = Math.floor(next() * (turn + 1));
          timers.get(victim)?.cancel();
          due.delete(victim);
        }
        now += next() * 30;
        wheel.advance(now);
        expect(wheel.size, `seed ${seed}`).toBe(due.size);
      }
      while (due.size > 0) {
        now = wheel.next as number;
        wheel.advance(now);
      }
      expect(wheel.size).toBe(0);
      expect(wheel.next).toBeUndefined();
    }
  });

  it('fires everything once after a sleep of many rounds', () => {
    const wheel = new TimerWheel(0);
    let fired = 0;
    for (let at = 1; at < 50_000; at += 37) {
      wheel.add(at, () => {
        fired += 1;
      });
    }
    const { size } = wheel;
    wheel.advance(10_000_000);
    expect(fired).toBe(size);
    expect(wheel.size).toBe(0);
  });

  it('a timer may start and cancel others while it fires', () => {
    const wheel = new TimerWheel(0);
    const seen: string[] = [];
    wheel.add(10, () => {
      seen.push('a');
      b.cancel();
      wheel.add(10, () => seen.push('c'));
    });
    const b = wheel.add(10, () => seen.push('b'));
    wheel.advance(16);
    expect(seen).toEqual(['a']);
    wheel.advance(32);
    expect(seen).toEqual(['a', 'c']);
  });

  it('cancelling twice, or after it fired, or after clear, does nothing', () => {
    const wheel = new TimerWheel(0);
    const fired = wheel.add(1, () => {});
    wheel.advance(16);
    fired.cancel();
    const other = wheel.add(20, () => {});
    const third = wheel.add(20, () => {});
    third.cancel();
    third.cancel();
    expect(wheel.size).toBe(1);
    wheel.clear();
    other.cancel();
    expect(wheel.size).toBe(0);
  });

  it('goes on where it was when a timer throws', () => {
    const wheel = new TimerWheel(0);
    let fired = 0;
    wheel.add(1, () => {
      throw new Error('a bug');
    });
    wheel.add(1, () => {
      fired += 1;
    });
    expect(() => wheel.advance(16)).toThrow('a bug');
    expect(fired).toBe(1);
  });
});
