import { expect, it } from 'vitest';
import { slowstartShare, throttlePercent } from '../../../src/servers/slow-start.ts';

it.each([
  // ms since it came up, weight 100 shown, percent (measured with slowstart 4s)
  [14, 7, 6],
  [1020, 32, 31],
  [2000, 57, 56],
  [3030, 82, 81],
  [4000, 100, 100],
])('after %d ms of 4 s a weight of 100 is %d, throttle %d', (elapsed, weight, percent) => {
  const share = slowstartShare(elapsed, 4000);
  expect(Math.ceil((100 * share) / 16)).toBe(weight);
  expect(throttlePercent({ userWeight: 100, effectiveWeight: 100 * share })).toBe(percent);
  expect(throttlePercent({ userWeight: 1, effectiveWeight: share })).toBe(Math.ceil((100 * share) / 16));
});

it.each([
  [0, 1500],
  [1400, 1500],
  [0, 300],
  [59_000, 60_000],
])('is more than nothing and less than all at %d ms of %d', (elapsed, slowstart) => {
  expect(slowstartShare(elapsed, slowstart)).toBeGreaterThan(0);
  expect(slowstartShare(elapsed, slowstart)).toBeLessThanOrEqual(16);
});
