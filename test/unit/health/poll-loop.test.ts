/** The loop of bare checks, turn by turn: what has arrived comes before what waits for it, and nothing is done twice. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { PollLoop } from '../../../src/health/poll-loop.ts';
import { BATCH } from '../../../src/system/poller.ts';
import { type Syscalls, syscalls } from '../../../src/system/syscalls.ts';
import { pollProblem } from './real-checks.ts';

if (pollProblem !== undefined) console.warn(`the loop of bare checks is not tested: ${pollProblem}`);

describe.skipIf(pollProblem !== undefined)('the loop of bare checks', () => {
  let calls: Syscalls;
  let loop: PollLoop;
  const signals: number[] = [];
  const seen: string[] = [];

  beforeEach(() => {
    calls = syscalls() as Syscalls;
    loop = new PollLoop(calls);
    seen.length = 0;
  });
  afterEach(() => {
    loop.close();
    for (const fd of signals.splice(0)) calls.close(fd);
  });

  /** Something that has arrived. */
  function arrive(name: string): void {
    const fd = calls.eventfd();
    signals.push(fd);
    loop.onSignal(fd, () => seen.push(name));
    calls.signal(fd);
  }

  it('hands out what has arrived before what waits for arrivals', () => {
    loop.afterArrivals(() => seen.push('after'));
    arrive('one');
    loop.turn(0);
    loop.turn(0);
    expect(seen).toEqual(['one', 'after']);
  });

  it('hands out all of it, however much', () => {
    for (let n = 0; n <= BATCH; n++) arrive('one');
    loop.afterArrivals(() => seen.push('after'));
    loop.turn(0);
    expect(seen).toHaveLength(BATCH);
    loop.turn(0);
    expect(seen).toHaveLength(BATCH + 2);
    expect(seen.at(-1)).toBe('after');
  });

  it('forgets what is cancelled', () => {
    loop.afterArrivals(() => seen.push('after')).cancel();
    loop.startTimer(0, () => seen.push('timer')).cancel();
    for (let n = 0; n < 3; n++) loop.turn(2);
    expect(seen).toEqual([]);
  });

  it('leaves to the next turn what a task asks for', () => {
    loop.post(() => {
      seen.push('first');
      loop.post(() => seen.push('second'));
      loop.afterArrivals(() => seen.push('after'));
    });
    loop.turn(1000);
    expect(seen).toEqual(['first']);
    loop.turn(1000);
    expect(seen).toEqual(['first', 'after', 'second']);
  });

  it('fires timers in their order, waits no longer than for the next one, and counts what it was busy', () => {
    const late = loop.startTimer(5, () => seen.push('late'));
    loop.startTimer(1, () => {
      seen.push('early');
      const until = performance.now() + 3;
      while (performance.now() < until);
    });
    expect(loop.busy()).toBe(0);
    while (!seen.includes('late')) loop.turn(60_000);
    late.cancel();
    expect(seen).toEqual(['early', 'late']);
    expect(loop.busy()).toBeGreaterThanOrEqual(3);
  });

  it('runs until it is stopped, and lets out what a callback throws', () => {
    let turns = 0;
    loop.run(() => {
      loop.post(() => {});
      return turns++ === 3;
    });
    expect(turns).toBe(4);
    loop = new PollLoop(calls);
    loop.startTimer(0, () => {
      throw new Error('a bug');
    });
    expect(() => loop.run(() => false)).toThrow('a bug');
  });
});
