import { expect } from 'vitest';
import { endOf, join } from '../joined.ts';
import type { Case } from '../world.ts';

export const ABORT_CASES: readonly Case[] = [
  {
    name: 'abort with close: both sides get FIN',
    run: async (world) => {
      const joined = await join(world);
      joined.client.send('x');
      await world.until('x', () => joined.server.text === 'x');
      joined.relay.abort('close');
      expect(joined.ends).toEqual([]);
      expect(await endOf(world, joined)).toBe('aborted');
      joined.relay.abort('reset');
      await world.until('FIN', () => joined.client.ended && joined.server.ended);
      expect(joined.client.wasReset || joined.server.wasReset).toBe(false);
      joined.client.end();
      joined.server.end();
      await world.until('nothing is held', () => world.open() === 0);
      expect(joined.ends).toEqual(['aborted']);
    },
  },
  {
    name: 'abort with reset: both sides get RST',
    run: async (world) => {
      const joined = await join(world);
      joined.client.send('x');
      await world.until('x', () => joined.server.text === 'x');
      joined.relay.abort('reset');
      expect(await endOf(world, joined)).toBe('aborted');
      await world.until('RST', () => joined.client.wasReset && joined.server.wasReset);
      await world.until('nothing is held', () => world.open() === 0);
    },
  },
  {
    name: 'abort in the moment the relay was asked for',
    run: async (world) => {
      for (const how of ['close', 'reset'] as const) {
        const joined = await join(world);
        joined.relay.abort(how);
        expect(await endOf(world, joined)).toBe('aborted');
        await world.until('told', () => (how === 'close' ? joined.client.ended : joined.client.wasReset));
        joined.client.end();
        joined.server.end();
        await world.until('nothing is held', () => world.open() === 0);
      }
    },
  },
  {
    name: 'abort while the client takes nothing',
    run: async (world) => {
      for (const how of ['close', 'reset'] as const) {
        const joined = await join(world);
        joined.client.pause();
        joined.server.send(Buffer.alloc(24_000_000));
        let last = -1;
        while (last !== joined.bytes.server) {
          last = joined.bytes.server;
          await world.pass(60);
        }
        joined.relay.abort(how);
        expect(await endOf(world, joined)).toBe('aborted');
        await world.pass(1_500);
        expect(world.open()).toBe(0);
      }
    },
  },
  {
    name: 'closing the engine in the middle: peers are cut, nobody is told',
    run: async (world) => {
      const joined = await join(world, { timeouts: { client: 50, server: 50 } });
      joined.client.send('x');
      await world.until('x', () => joined.server.text === 'x');
      world.engine.close();
      await world.until('cut', () => joined.client.ended || joined.client.wasReset);
      await world.until('nothing is held', () => world.open() === 0);
      await world.pass(100);
      expect(joined.ends).toEqual([]);
    },
  },
];
