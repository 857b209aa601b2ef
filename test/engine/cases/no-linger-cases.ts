/** `option nolinger`, as HAProxy 2.6 was seen to do it. */
import { expect } from 'vitest';
import { endOf, join } from '../joined.ts';
import type { Case } from '../world.ts';

const BOTH = { client: true, server: true };

export const NO_LINGER_CASES: readonly Case[] = [
  {
    name: 'nolinger: a client that ends takes the server with it, by RST, after what it sent',
    run: async (world) => {
      const joined = await join(world, { noLinger: { client: false, server: true } });
      joined.client.send('first');
      await world.until('delivered', () => joined.server.text === 'first');
      joined.client.sendLast(' and last');
      expect(await endOf(world, joined)).toBe('finished');
      await world.until('the server was reset', () => joined.server.wasReset);
      expect([joined.server.text, joined.server.ended]).toEqual(['first and last', false]);
      await world.until('the client has ended', () => joined.client.ended);
      expect(joined.client.wasReset).toBe(false);
      await world.until('nothing is held', () => world.open() === 0);
    },
  },
  {
    name: 'nolinger: a server that ends first is passed on by FIN, and both ends stay orderly',
    run: async (world) => {
      const joined = await join(world, { noLinger: BOTH });
      joined.server.sendLast('answer');
      await world.until('the client was told', () => joined.client.ended);
      expect(joined.client.text).toBe('answer');
      joined.client.end();
      expect(await endOf(world, joined)).toBe('finished');
      await world.until('the server was told', () => joined.server.ended);
      expect([joined.client.wasReset, joined.server.wasReset]).toEqual([false, false]);
      await world.until('nothing is held', () => world.open() === 0);
    },
  },
  {
    name: 'nolinger: a client that ended before its server is closed by RST, after the answer',
    run: async (world) => {
      const joined = await join(world, { noLinger: { client: true, server: false } });
      joined.client.sendLast('ask');
      await world.until('the server was told', () => joined.server.ended);
      joined.server.send('answer');
      await world.until('answered', () => joined.client.text === 'answer');
      joined.server.end();
      expect(await endOf(world, joined)).toBe('finished');
      await world.until('the client was reset', () => joined.client.wasReset);
      expect(joined.server.wasReset).toBe(false);
      await world.until('nothing is held', () => world.open() === 0);
    },
  },
  {
    name: 'nolinger: whoever was silent for too long, both are closed by RST',
    run: async (world) => {
      const joined = await join(world, { noLinger: BOTH, timeouts: { client: 200 * world.patience } });
      expect(await endOf(world, joined)).toBe('client-timeout');
      await world.until('both were reset', () => joined.client.wasReset && joined.server.wasReset);
      await world.until('nothing is held', () => world.open() === 0);
    },
  },
];
