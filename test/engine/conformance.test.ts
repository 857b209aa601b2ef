/** Every case on every engine. What an engine cannot do stands, with the reason, in its own table of exceptions. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ABORT_CASES } from './cases/abort-cases.ts';
import { CLOCK_CASES } from './cases/clock-cases.ts';
import { CONNECT_CASES } from './cases/connect-cases.ts';
import { FLOW_CASES } from './cases/flow-cases.ts';
import { IDLE_CASES } from './cases/idle-cases.ts';
import { LISTEN_CASES } from './cases/listen-cases.ts';
import { NO_LINGER_CASES } from './cases/no-linger-cases.ts';
import { PEEK_CASES } from './cases/peek-cases.ts';
import { RELAY_CASES } from './cases/relay-cases.ts';
import { RESET_CASES } from './cases/reset-cases.ts';
import { RESET_PHASE_CASES } from './cases/reset-phase-cases.ts';
import { ENGINES } from './engines.ts';
import type { World } from './world.ts';

const GROUPS = {
  clock: CLOCK_CASES,
  listen: LISTEN_CASES,
  connect: CONNECT_CASES,
  peek: PEEK_CASES,
  relay: RELAY_CASES,
  flow: FLOW_CASES,
  reset: RESET_CASES,
  'reset in every phase': RESET_PHASE_CASES,
  idle: IDLE_CASES,
  nolinger: NO_LINGER_CASES,
  abort: ABORT_CASES,
};

describe.each(ENGINES)('$name engine', { timeout: 90_000 }, ({ exceptions, make }) => {
  let world: World;
  beforeEach(() => {
    world = make();
  });
  afterEach(() => world.close());

  for (const [group, cases] of Object.entries(GROUPS)) {
    describe(group, () => {
      for (const { name, run, weaker } of cases) {
        const reason = exceptions[name];
        if (reason === undefined) it(name, () => run(world));
        else if (weaker !== undefined) it(`${name} (less is known: ${reason})`, () => weaker(world));
        else throw new Error(`what holds for an engine that is excepted from '${name}'?`);
      }
    });
  }

  it('has no exception for a case that does not exist', () => {
    const names = new Set(Object.values(GROUPS).flatMap((cases) => cases.map((one) => one.name)));
    expect(Object.keys(exceptions).filter((name) => !names.has(name))).toEqual([]);
  });
});
