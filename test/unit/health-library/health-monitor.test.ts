/** Rounds of checks with a checker that says what the test wants. */
import { describe, expect, test } from 'vitest';
import {
  type CallOptions,
  type CheckResult,
  defaultConfig,
  HealthMonitor,
  type MonitorOptions,
  type Target,
  type TargetChecker,
} from '../../../src/health-library/index.ts';
import { waitFor } from '../../support/wait.ts';

const target = (id: string): Target => ({ id, appName: 'shop', ip: '10.0.0.1', port: 80, healthCheckPath: '/' });
/** A round an hour: only what a test asks for happens. */
const slow = { ...defaultConfig(), interval: 3_600_000, fall: 1, rise: 1 };
const quick = { ...slow, interval: 1 };

class Fake implements TargetChecker {
  readonly sick = new Set<string>();
  checks = 0;
  /** Checks wait here until they are aborted. */
  hang = false;
  aborted = 0;

  check(target: Target, { signal }: CallOptions = {}): Promise<CheckResult> {
    this.checks++;
    if (this.sick.has('throws')) throw new Error('checker broke');
    if (!this.hang) {
      const healthy = !this.sick.has(target.id);
      return Promise.resolve({ target, healthy, status: healthy ? 'L4OK' : 'L4CON', text: '', duration: 0 });
    }
    return new Promise((_, reject) => {
      signal?.addEventListener('abort', () => {
        this.aborted++;
        reject(signal.reason);
      });
    });
  }
}

function setUp(config = slow, options: MonitorOptions = {}) {
  const checker = new Fake();
  const targets = [target('a'), target('b')];
  const told: string[][] = [];
  const errors: unknown[] = [];
  const monitor = new HealthMonitor(config, () => targets, {
    checker,
    onHealthChange: (healthy) => told.push(healthy.map(({ id }) => id)),
    onError: (error) => errors.push(error),
    ...options,
  });
  return { checker, targets, told, errors, monitor };
}

describe('rounds', () => {
  test('tells who is healthy when that changes, and only then', async () => {
    const { checker, targets, told, monitor } = setUp();
    expect(monitor.getHealthyTargets()).toEqual([]);
    await monitor.forceCheck();
    await monitor.forceCheck();
    expect(told).toEqual([['a', 'b']]);
    checker.sick.add('a');
    await monitor.forceCheck();
    await monitor.forceCheck();
    expect(told).toEqual([['a', 'b'], ['b']]);
    expect(monitor.getStats()).toEqual({ total: 2, healthy: 1, unhealthy: 1 });
    targets.push(target('c'));
    checker.sick.clear();
    await monitor.forceCheck();
    expect(told[2]).toEqual(['a', 'b', 'c']);
    expect(monitor.getHealthyTargets().map(({ id }) => id)).toEqual(['a', 'b', 'c']);
  });

  test('go on until the monitor is stopped, and again after it is started again', async () => {
    const { checker, monitor } = setUp(quick);
    monitor.start();
    monitor.start();
    await waitFor('several rounds', () => checker.checks >= 10);
    expect(checker.checks % 2).toBe(0);
    await monitor.stop();
    const { checks } = checker;
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(checker.checks).toBe(checks);
    await monitor.stop();
    monitor.start();
    await waitFor('further rounds', () => checker.checks > checks);
    await monitor.stop();
  });

  test('callers that ask before a round begins share it; one under way is not enough', async () => {
    const { checker, monitor } = setUp();
    await Promise.all([monitor.forceCheck(), monitor.forceCheck(), monitor.forceCheck()]);
    expect(checker.checks).toBe(2);
    let inside: Promise<void> | undefined;
    const other = setUp(slow, {
      onResult: () => {
        inside ??= other.monitor.forceCheck();
      },
    });
    await other.monitor.forceCheck();
    await inside;
    expect(other.checker.checks).toBe(4);
  });

  test('do nothing when it is not enabled, but when asked', async () => {
    const { checker, monitor } = setUp({ ...quick, enabled: false });
    monitor.start();
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(checker.checks).toBe(0);
    await monitor.forceCheck();
    expect(checker.checks).toBe(2);
    await monitor.stop();
  });
});

describe('ending', () => {
  test('stop aborts the checks under way and waits for them', async () => {
    const { checker, monitor, told } = setUp();
    checker.hang = true;
    monitor.start();
    await waitFor('the checks', () => checker.checks === 2);
    const forced = monitor.forceCheck();
    forced.catch(() => {});
    await monitor.stop();
    expect(checker.aborted).toBe(2);
    await expect(forced).rejects.toMatchObject({ name: 'AbortError' });
    expect(told).toEqual([]);
    checker.hang = false;
    await monitor.forceCheck();
    expect(told).toEqual([['a', 'b']]);
  });

  test('so does the signal; a monitor with a spent one does not start', async () => {
    const control = new AbortController();
    const { checker, monitor } = setUp(quick, { signal: control.signal });
    checker.hang = true;
    monitor.start();
    await waitFor('the checks', () => checker.checks === 2);
    control.abort();
    await waitFor('the end of the checks', () => checker.aborted === 2);
    await monitor.stop();
    monitor.start();
    expect(checker.checks).toBe(2);
    await monitor.stop();
  });

  test('a caller can stop waiting for a forced check', async () => {
    const { checker, monitor } = setUp();
    checker.hang = true;
    const control = new AbortController();
    const forced = monitor.forceCheck({ signal: control.signal });
    control.abort(new Error('enough'));
    await expect(forced).rejects.toThrow('enough');
    await monitor.stop();
  });
});

describe('trouble', () => {
  test('a provider that fails leaves the targets as they were', async () => {
    let fails = false;
    const checker = new Fake();
    const errors: unknown[] = [];
    const provider = async () => {
      if (fails) throw new Error('no list');
      return [target('a')];
    };
    const monitor = new HealthMonitor(slow, provider, { checker, onError: (error) => errors.push(error) });
    await monitor.forceCheck();
    fails = true;
    checker.sick.add('a');
    await monitor.forceCheck();
    expect(errors).toEqual([new Error('no list')]);
    expect(monitor.getStats()).toEqual({ total: 1, healthy: 0, unhealthy: 1 });
  });

  test('a provider that never answers does not keep stop waiting', async () => {
    const monitor = new HealthMonitor(slow, () => new Promise<Target[]>(() => {}));
    monitor.start();
    await monitor.stop();
    expect(monitor.getStats().total).toBe(0);
  });

  test('callbacks and checkers that throw are reported, and a target that cannot be checked is unhealthy', async () => {
    const { checker, errors, monitor } = setUp(slow, {
      onHealthChange: () => {
        throw new Error('callback broke');
      },
    });
    await monitor.forceCheck();
    expect(errors).toEqual([new Error('callback broke')]);
    checker.sick.add('throws');
    await monitor.forceCheck();
    expect(errors.slice(1, 3)).toEqual([new Error('checker broke'), new Error('checker broke')]);
    expect(monitor.getStats()).toEqual({ total: 2, healthy: 0, unhealthy: 2 });
  });

  test('so are callbacks that reject, and an error nobody can take ends nothing', async () => {
    const warnings: Error[] = [];
    const warned = (warning: Error) => warnings.push(warning);
    process.on('warning', warned);
    const { checker, monitor, errors } = setUp(quick, {
      onHealthChange: async () => {
        throw new Error('change rejected');
      },
      onResult: () => Promise.reject(new Error('result rejected')),
    });
    await monitor.forceCheck();
    expect(errors).toEqual([new Error('result rejected'), new Error('result rejected'), new Error('change rejected')]);
    const helpless = setUp(quick, {
      onHealthChange: () => {
        throw new Error('change broke');
      },
      onError: () => {
        throw new Error('even onError broke');
      },
    });
    helpless.monitor.start();
    await waitFor('several rounds all the same', () => helpless.checker.checks >= 6);
    await helpless.monitor.stop();
    const rejecting = setUp(quick, {
      onResult: () => {
        throw new Error('result broke');
      },
      onError: async () => {
        throw new Error('onError rejected');
      },
    });
    await rejecting.monitor.forceCheck();
    await waitFor('the warnings', () => warnings.length === 3);
    process.off('warning', warned);
    expect(warnings.map(({ message }) => message)).toEqual([
      'even onError broke',
      'onError rejected',
      'onError rejected',
    ]);
    expect(checker.checks).toBe(2);
  });

  test.each([
    [undefined, 'what the provider returns must be an array, not undefined'],
    ['abc', "what the provider returns must be an array, not 'abc'"],
    [[target('b'), null], 'targets[1] must be an object, not null'],
  ])('a provider that returns %j leaves the targets as they were', async (returned, message) => {
    const errors: unknown[] = [];
    let given: unknown = [target('a')];
    const monitor = new HealthMonitor(slow, () => given as Target[], {
      checker: new Fake(),
      onError: (error) => errors.push(error),
    });
    await monitor.forceCheck();
    given = returned;
    await monitor.forceCheck();
    expect(errors).toEqual([new TypeError(message)]);
    expect(monitor.getHealthyTargets()).toEqual([target('a')]);
  });

  test('a checker that returns no result is reported', async () => {
    const errors: unknown[] = [];
    const monitor = new HealthMonitor(slow, () => [target('a')], {
      checker: { check: async () => undefined as never },
      onError: (error) => errors.push(error),
    });
    await monitor.forceCheck();
    expect(errors).toEqual([
      new TypeError('what a checker returns must be an object with healthy: true or false, not undefined'),
    ]);
    expect(monitor.getStats()).toEqual({ total: 1, healthy: 0, unhealthy: 1 });
  });

  test('several targets of one id are one, the last', async () => {
    const told: number[][] = [];
    const monitor = new HealthMonitor(slow, () => [1, 2, 3].map((port) => ({ ...target('a'), port })), {
      checker: new Fake(),
      onHealthChange: (healthy) => told.push(healthy.map(({ port }) => port)),
    });
    await monitor.forceCheck();
    await monitor.forceCheck();
    expect(told).toEqual([[3]]);
  });

  test('a forced check nobody waits for ends quietly with the monitor', async () => {
    const { checker, monitor } = setUp();
    checker.hang = true;
    monitor.forceCheck();
    await waitFor('the checks', () => checker.checks === 2);
    await monitor.stop();
    // An unhandled rejection would fail the run.
    await new Promise((resolve) => setImmediate(resolve));
    expect(checker.aborted).toBe(2);
  });

  test('without onError the process is warned', async () => {
    const warned = new Promise((resolve) => process.once('warning', resolve));
    const monitor = new HealthMonitor(slow, () => Promise.reject(new Error('no list at all')));
    await monitor.forceCheck();
    expect(await warned).toMatchObject({ message: 'no list at all' });
  });

  test.each([{ interval: 0 }, { fall: 0 }, { rise: 0.5 }, { timeout: -1 }])('%j is refused', (wrong) => {
    expect(() => new HealthMonitor({ ...slow, ...wrong }, () => [])).toThrow(RangeError);
  });
});
