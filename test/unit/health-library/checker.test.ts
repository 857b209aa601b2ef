/** What every checker can do: many targets at once, and trying again. */
import { getEventListeners } from 'node:events';
import { describe, expect, test } from 'vitest';
import { backoffBefore } from '../../../src/health-library/configuration.ts';
import {
  Checker,
  type CheckResult,
  defaultConfig,
  defaultRetryConfig,
  HealthMonitor,
  type Target,
} from '../../../src/health-library/index.ts';

function target(id: string, port = 80): Target {
  return { id, appName: 'shop', ip: '127.0.0.1', port, healthCheckPath: '/' };
}

/** Says what a script says, check by check; the last word stays. */
class Scripted extends Checker {
  readonly seen: string[] = [];
  most = 0;
  #running = 0;
  readonly #script: boolean[];
  readonly #gate: Promise<void>;

  constructor(script: boolean[], gate: Promise<void> = Promise.resolve()) {
    super(1000);
    this.#script = script;
    this.#gate = gate;
  }

  protected override async run(target: Target): Promise<CheckResult> {
    this.seen.push(target.id);
    this.most = Math.max(this.most, ++this.#running);
    await this.#gate;
    await new Promise((resolve) => setImmediate(resolve));
    this.#running--;
    const healthy = this.#script.length > 1 ? this.#script.shift()! : this.#script[0]!;
    return { target, healthy, status: healthy ? 'L4OK' : 'L4CON', text: '', duration: 0 };
  }
}

describe('checkAll', () => {
  const targets = Array.from({ length: 25 }, (_, index) => target(`t${index}`));

  test.each([1, 4, 100])('keeps the order with %s at once, and never more', async (most) => {
    const checker = new Scripted([true]);
    const results = await checker.checkAll(targets, most);
    expect(results.map((each) => each.target.id)).toEqual(targets.map(({ id }) => id));
    expect(checker.most).toBe(Math.min(most, targets.length));
    expect(await checker.checkAll([], most)).toEqual([]);
  });

  test('one bad target does not keep the others from their results', async () => {
    const results = await new Scripted([true]).checkAll([target('a'), target('b', -1), target('c')], 2);
    expect(results.map(({ healthy }) => healthy)).toEqual([true, false, true]);
  });

  test('an aborted signal rejects, and begins nothing further', async () => {
    const control = new AbortController();
    let open = () => {};
    const gate = new Promise<void>((resolve) => {
      open = resolve;
    });
    const checker = new Scripted([true], gate);
    const checking = checker.checkAll(targets, 3, { signal: control.signal });
    control.abort(new Error('enough'));
    open();
    await expect(checking).rejects.toThrow('enough');
    expect(checker.seen).toHaveLength(3);
    await expect(checker.checkAll(targets, 3, { signal: control.signal })).rejects.toThrow('enough');
  });

  test.each([0, -1, 1.5, Number.NaN])('%s at once is refused', async (most) => {
    await expect(new Scripted([true]).checkAll(targets, most)).rejects.toThrow(RangeError);
  });
});

describe('checkWithRetry', () => {
  const quick = { maxRetries: 4, initialBackoff: 1, maxBackoff: 5 };

  test('stops at the first success', async () => {
    const checker = new Scripted([false, false, true]);
    const retries: number[][] = [];
    const result = await checker.checkWithRetry(target('a'), quick, (...each) => retries.push(each));
    expect(result.healthy).toBe(true);
    expect(retries).toEqual([
      [1, 1],
      [2, 2],
    ]);
  });

  test('gives up after maxRetries, the waits doubled up to maxBackoff', async () => {
    const checker = new Scripted([false]);
    const retries: number[][] = [];
    const result = await checker.checkWithRetry(target('a'), quick, (...each) => retries.push(each));
    expect(result.healthy).toBe(false);
    expect(checker.seen).toHaveLength(5);
    expect(retries).toEqual([
      [1, 1],
      [2, 2],
      [3, 4],
      [4, 5],
    ]);
  });

  test('without retries it checks once', async () => {
    const checker = new Scripted([false]);
    await checker.checkWithRetry(target('a'), { ...quick, maxRetries: 0 });
    expect(checker.seen).toHaveLength(1);
  });

  test('a signal ends the wait', async () => {
    const control = new AbortController();
    const waiting = new Scripted([false]).checkWithRetry(
      target('a'),
      { maxRetries: 1, initialBackoff: 1e9, maxBackoff: 1e9 },
      () => setImmediate(() => control.abort(new Error('enough'))),
      { signal: control.signal },
    );
    await expect(waiting).rejects.toThrow('enough');
  });

  test('the thousandth wait is a number still', () => {
    expect(backoffBefore(1100, { maxRetries: 2000, initialBackoff: 0, maxBackoff: 5000 })).toBe(0);
    expect(backoffBefore(1100, { maxRetries: 2000, initialBackoff: 1, maxBackoff: 5000 })).toBe(5000);
  });

  test('what the callback throws or rejects with is what the call rejects with, and it is waited for', async () => {
    const thrown = new Scripted([false]).checkWithRetry(target('a'), quick, () => {
      throw new Error('callback broke');
    });
    await expect(thrown).rejects.toThrow('callback broke');
    const rejected = new Scripted([false]).checkWithRetry(target('a'), quick, async () => {
      throw new Error('callback broke later');
    });
    await expect(rejected).rejects.toThrow('callback broke later');
    const control = new AbortController();
    const held = new Scripted([false]).checkWithRetry(
      target('a'),
      quick,
      () => {
        setImmediate(() => control.abort(new Error('enough')));
        return new Promise(() => {});
      },
      { signal: control.signal },
    );
    await expect(held).rejects.toThrow('enough');
  });

  test('settings that make no sense are refused', async () => {
    const checker = new Scripted([true]);
    for (const wrong of [{ maxRetries: -1 }, { initialBackoff: -1 }, { maxBackoff: Number.NaN }]) {
      await expect(checker.checkWithRetry(target('a'), { ...quick, ...wrong })).rejects.toThrow(RangeError);
    }
    expect(checker.seen).toEqual([]);
  });
});

test('one signal for many calls is no leak', async () => {
  const warnings: Error[] = [];
  const warned = (warning: Error) => warnings.push(warning);
  process.on('warning', warned);
  const { signal } = new AbortController();
  const checker = new Scripted([true]);
  await Promise.all([
    ...Array.from({ length: 20 }, () => checker.checkAll([target('a')], 1, { signal })),
    ...Array.from({ length: 20 }, () => new HealthMonitor(defaultConfig(), () => []).forceCheck({ signal })),
  ]);
  const monitors = Array.from({ length: 20 }, () => new HealthMonitor(defaultConfig(), () => [], { signal }));
  for (const each of monitors) each.start();
  await Promise.all(monitors.map((each) => each.stop()));
  await new Promise((resolve) => setImmediate(resolve));
  process.off('warning', warned);
  expect(warnings).toEqual([]);
  expect(getEventListeners(signal, 'abort')).toEqual([]);
});

test('the defaults are those of HAProxy', () => {
  expect(defaultConfig()).toEqual({ enabled: true, interval: 2000, fall: 3, rise: 2, timeout: 2000 });
  expect(defaultRetryConfig()).toEqual({ maxRetries: 3, initialBackoff: 100, maxBackoff: 5000 });
  expect(defaultConfig()).not.toBe(defaultConfig());
});
