import { describe, expect, test } from 'vitest';
import { StateTracker, type Target } from '../../../src/health-library/index.ts';
import { createRandom } from '../../support/random.ts';

function target(id: string, port = 80): Target {
  return { id, appName: 'shop', ip: '10.0.0.1', port, healthCheckPath: '/' };
}

describe('StateTracker', () => {
  test('new targets are healthy, unknown ones are not', () => {
    const tracker = new StateTracker(3, 2);
    expect(tracker.syncTargets([target('a'), target('b')])).toBe(true);
    expect(tracker.getState('a')).toBe(true);
    expect(tracker.getState('z')).toBe(false);
    expect(tracker.recordResult('z', true)).toBe(false);
    expect(tracker.getState('z')).toBe(false);
    expect(tracker.getStats()).toEqual({ total: 2, healthy: 2, unhealthy: 0 });
  });

  test('falls and rises after as many results in a row as it was told', () => {
    const tracker = new StateTracker(3, 2);
    tracker.syncTargets([target('a')]);
    const record = (...results: boolean[]) => results.map((healthy) => tracker.recordResult('a', healthy));
    expect(record(false, false, true)).toEqual([false, false, false]);
    expect(record(false, false, false)).toEqual([false, false, true]);
    expect(tracker.getState('a')).toBe(false);
    expect(tracker.getUnhealthyTargets()).toEqual([target('a')]);
    expect(record(true, false, true)).toEqual([false, false, false]);
    expect(record(true)).toEqual([true]);
    expect(tracker.getHealthyTargets()).toEqual([target('a')]);
  });

  test('targets that are gone are dropped, those that stay keep their state', () => {
    const tracker = new StateTracker(1, 2);
    tracker.syncTargets([target('a'), target('b')]);
    tracker.recordResult('a', false);
    expect(tracker.syncTargets([target('b'), target('a')])).toBe(false);
    expect(tracker.getState('a')).toBe(false);
    expect(tracker.syncTargets([target('a', 81)])).toBe(true);
    expect(tracker.getAllTargets()).toEqual([target('a', 81)]);
    expect(tracker.getState('a')).toBe(false);
    expect(tracker.getState('b')).toBe(false);
    expect(tracker.syncTargets([])).toBe(true);
    expect(tracker.getStats()).toEqual({ total: 0, healthy: 0, unhealthy: 0 });
  });

  test('a target whose object was changed is one that changed, and its newest object is handed out', () => {
    const one = { ...target('a'), weight: 1 };
    const tracker = new StateTracker<typeof one>(1, 1);
    tracker.syncTargets([one]);
    one.port = 81;
    expect(tracker.syncTargets([one])).toBe(true);
    expect(tracker.syncTargets([one])).toBe(false);
    expect(tracker.syncTargets([{ ...one, weight: 2 }])).toBe(false);
    expect(tracker.getHealthyTargets()[0]?.weight).toBe(2);
  });

  test('agrees with a plain model over results by chance', () => {
    const random = createRandom(6);
    for (let run = 0; run < 200; run++) {
      const fall = 1 + random.below(5);
      const rise = 1 + random.below(5);
      const tracker = new StateTracker(fall, rise);
      tracker.syncTargets([target('a')]);
      let healthy = true;
      let row = 0;
      for (let step = 0; step < 60; step++) {
        const result = random.chance(0.5);
        row = result === healthy ? 0 : row + 1;
        const changes = row === (healthy ? fall : rise);
        if (changes) {
          healthy = !healthy;
          row = 0;
        }
        expect(tracker.recordResult('a', result)).toBe(changes);
        expect(tracker.getState('a')).toBe(healthy);
      }
    }
  });

  test.each([
    [0, 1],
    [1, 0],
    [1.5, 1],
    [1, Number.NaN],
  ])('fall %s and rise %s are refused', (fall, rise) => {
    expect(() => new StateTracker(fall, rise)).toThrow(RangeError);
  });
});
