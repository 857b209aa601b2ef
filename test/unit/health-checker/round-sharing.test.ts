/** Who shares a round with whom, and how many there are at once. */
import { describe, expect, test } from 'vitest';
import type { RoundResult } from '../../../src/health-checker/check-outcome.ts';
import { RoundSharing } from '../../../src/health-checker/round-sharing.ts';

/** Rounds that end when the test says so. */
function setUp(singleflight: boolean, most: number) {
  const rounds: { end(): void; fail(): void; signal: AbortSignal }[] = [];
  let most1 = 0;
  const sharing: RoundSharing = new RoundSharing({
    singleflight,
    most,
    run: (signal) =>
      new Promise<RoundResult>((resolve, reject) => {
        most1 = Math.max(most1, sharing.running);
        const number = rounds.length;
        rounds.push({
          end: () => resolve({ passed: true, checks: [{ name: `${number}`, passed: true, reason: '', duration: 0 }] }),
          fail: () => reject(new Error('broken')),
          signal,
        });
      }),
  });
  const ask = (signal = new AbortController().signal) =>
    sharing.ask(signal).then(
      ({ checks }) => Number(checks[0]?.name),
      (error: Error) => error.message,
    );
  const turn = () => new Promise((resolve) => setImmediate(resolve));
  return { rounds, sharing, ask, turn, most: () => most1 };
}

describe('without singleflight', () => {
  test('each request has a round of its own, up to a bound; the others share the next', async () => {
    const { rounds, ask, turn, most } = setUp(false, 2);
    const asked = [ask(), ask(), ask(), ask(), ask()];
    await turn();
    expect(rounds).toHaveLength(2);
    rounds[1]!.end();
    expect(await asked[1]).toBe(1);
    await turn();
    expect(rounds).toHaveLength(3);
    rounds[0]!.end();
    rounds[2]!.end();
    expect(await Promise.all(asked)).toEqual([0, 1, 2, 2, 2]);
    expect(most()).toBe(2);
  });

  test('nobody is given a round that began before they asked', async () => {
    const { rounds, ask, turn } = setUp(false, 1);
    const first = ask();
    await turn();
    const second = ask();
    rounds[0]!.end();
    expect(await first).toBe(0);
    await turn();
    const third = ask();
    rounds[1]!.end();
    expect(await second).toBe(1);
    await turn();
    rounds[2]!.end();
    expect(await third).toBe(2);
  });
});

describe('with singleflight', () => {
  test('who asks meanwhile gets the result under way', async () => {
    const { rounds, ask, turn } = setUp(true, 100);
    const first = ask();
    await turn();
    const rest = [ask(), ask()];
    await turn();
    expect(rounds).toHaveLength(1);
    rounds[0]!.end();
    expect(await Promise.all([first, ...rest])).toEqual([0, 0, 0]);
    const later = ask();
    await turn();
    rounds[1]!.end();
    expect(await later).toBe(1);
  });

  test('a round that is being ended has no newcomers', async () => {
    const { rounds, ask, turn } = setUp(true, 100);
    const control = new AbortController();
    const first = ask(control.signal);
    await turn();
    control.abort(new Error('gone'));
    expect(await first).toBe('gone');
    const second = ask();
    await turn();
    expect(rounds).toHaveLength(2);
    rounds[0]!.end();
    rounds[1]!.end();
    expect(await second).toBe(1);
  });
});

describe('clients that leave', () => {
  test.each([true, false])('the last one ends the round (singleflight: %s)', async (singleflight) => {
    const { rounds, ask, turn } = setUp(singleflight, 1);
    const [one, two] = [new AbortController(), new AbortController()];
    const first = ask(one.signal);
    const second = singleflight ? ask(two.signal) : undefined;
    await turn();
    one.abort(new Error('gone'));
    expect(await first).toBe('gone');
    if (second !== undefined) {
      expect(rounds[0]!.signal.aborted).toBe(false);
      two.abort(new Error('gone too'));
      expect(await second).toBe('gone too');
    }
    expect(rounds[0]!.signal.aborted).toBe(true);
  });

  test('those that leave before their round begins take it with them', async () => {
    const { rounds, ask, turn } = setUp(false, 1);
    const first = ask();
    const control = new AbortController();
    const second = ask(control.signal);
    control.abort(new Error('gone'));
    expect(await second).toBe('gone');
    await turn();
    rounds[0]!.end();
    expect(await first).toBe(0);
    await turn();
    expect(rounds).toHaveLength(1);
    const third = ask();
    await turn();
    rounds[1]!.end();
    expect(await third).toBe(1);
  });

  test('those that were gone before they asked', async () => {
    const { rounds, sharing, ask, turn } = setUp(false, 1);
    expect(await ask(AbortSignal.abort(new Error('gone')))).toBe('gone');
    await turn();
    for (const round of rounds) round.end();
    await turn();
    expect(sharing.running).toBe(0);
  });
});

test('a round that breaks is told to all, and makes room', async () => {
  const { rounds, sharing, ask, turn } = setUp(false, 1);
  const asked = [ask(), ask()];
  await turn();
  rounds[0]!.fail();
  expect(await asked[0]).toBe('broken');
  await turn();
  rounds[1]!.end();
  expect(await asked[1]).toBe(1);
  await turn();
  expect(sharing.running).toBe(0);
});
