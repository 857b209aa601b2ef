/** A gigabyte up, down, and both ways at once over one connection, every byte compared; less in a short run. */
import { describe, expect, test } from 'vitest';
import { flow } from '../engine/cases/flow-cases.ts';
import { ENGINES } from '../engine/engines.ts';
import { SocketWorld } from '../engine/socket-world.ts';
import { SOAK_MS } from './soak.ts';

const BYTES = SOAK_MS >= 60_000 ? 2 ** 30 : 100_000_000;
const engines = ENGINES.filter(({ name }) => name !== 'simulated');

describe.each(engines)('$name engine', { timeout: 600_000 }, ({ make }) => {
  test.each([
    { name: 'up', up: BYTES, down: 0 },
    { name: 'down', up: 0, down: BYTES },
    { name: 'both ways', up: BYTES, down: BYTES },
  ])(`${BYTES} bytes $name`, async ({ up, down }) => {
    const world = make();
    expect(world).toBeInstanceOf(SocketWorld);
    if (world instanceof SocketWorld) world.limit = 500_000;
    try {
      await flow(world, up, down);
    } finally {
      await world.close();
    }
  });
});
