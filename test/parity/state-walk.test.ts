/** Checks, agents and commands in chance order: the same states, figures and lines in HAProxy and hapax after every step. */
import { describe, expect, it } from 'vitest';
import { skipWithoutHaproxy } from '../support/proxy-process.ts';
import { createRandom } from '../support/random.ts';
import { walk } from './state-walk.ts';

const skipped = skipWithoutHaproxy('walks through the states of servers');

/** More with `SEED=1000 WALKS=20 STEPS=200`. */
const first = Number(process.env.SEED ?? 1);
const walks = Number(process.env.WALKS ?? 3);
const steps = Number(process.env.STEPS ?? 60);

describe.skipIf(skipped)('walks through the states of servers', () => {
  it(
    `end nowhere else than in HAProxy (seeds ${first} to ${first + walks - 1}, ${steps} steps)`,
    async () => {
      for (let seed = first; seed < first + walks; seed++) expect(await walk(createRandom(seed), steps)).toEqual([]);
    },
    60_000 * walks,
  );
});
