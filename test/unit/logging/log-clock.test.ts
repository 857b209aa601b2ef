import { expect, test } from 'vitest';
import { LogClock } from '../../../src/logging/log-clock.ts';

const DAY = 86_400_000;

test('the clock of log lines has fractions of a ms and follows the wall clock when that is set', () => {
  let wall = 1_700_000_000_000.25;
  let steady = 5_000.125;
  const clock = new LogClock(
    () => Math.floor(wall),
    () => steady,
  );
  const after = (ms: number, jump = 0) => {
    wall += ms + jump;
    steady += ms;
    const time = clock.now();
    expect(Math.floor(time)).toBe(Math.floor(wall));
    return time;
  };
  const first = after(0);
  expect(after(0.5) - first).toBeCloseTo(0.5, 3);
  const before = after(0.5);
  expect(after(0.125, DAY) - before).toBeGreaterThan(DAY - 1);
  expect(after(10, -2 * DAY)).toBeLessThan(before - DAY + 20);
  // Another clock that is slewed by degrees, ms after ms.
  for (let i = 0; i < 100; i++) after(7, i % 2 === 0 ? 0.75 : -0.5);
});
