import { expect } from 'vitest';
import type { RelayEnd, RelayOptions } from '../../../src/traffic/engine.ts';
import { endOf, type Joined, join } from '../joined.ts';
import type { Case, World } from '../world.ts';

type Step = (world: World, joined: Joined) => Promise<void>;

interface IdleRow {
  readonly name: string;
  readonly timeouts: RelayOptions['timeouts'];
  readonly before?: Step;
  readonly end: RelayEnd;
  /** ms from the relay's beginning until it ends; peers go on holding their connections. */
  readonly after: number;
}

const nothing: Step = async () => {};

const exchange: Step = async (world, joined) => {
  joined.client.send('a');
  await world.until('a', () => joined.server.text === 'a');
  joined.server.send('b');
  await world.until('b', () => joined.client.text === 'b');
};

const clientEnds: Step = async (world, joined) => {
  joined.client.send('a');
  joined.client.end();
  await world.until('the end', () => joined.server.ended);
};

const serverEnds: Step = async (world, joined) => {
  joined.server.send('b');
  joined.server.end();
  await world.until('the end', () => joined.client.ended);
};

/** Times in ms. As measured on HAProxy 2.6.12 with second-long timeouts. */
const ROWS: readonly IdleRow[] = [
  { name: 'both idle, the client first', timeouts: { client: 100, server: 300 }, end: 'client-timeout', after: 300 },
  { name: 'both idle, the server first', timeouts: { client: 300, server: 100 }, end: 'server-timeout', after: 300 },
  { name: 'a tie is the client’s', timeouts: { client: 150, server: 150 }, end: 'client-timeout', after: 150 },
  {
    name: 'tunnel replaces both from the start',
    timeouts: { client: 50, server: 70, tunnel: 250 },
    end: 'client-timeout',
    after: 250,
  },
  {
    name: 'a shorter tunnel replaces them too',
    timeouts: { client: 400, server: 400, tunnel: 150 },
    before: exchange,
    end: 'client-timeout',
    after: 150,
  },
  {
    name: 'client half-closed: the server has its own time',
    timeouts: { client: 100, server: 250 },
    before: clientEnds,
    end: 'server-timeout',
    after: 250,
  },
  {
    name: 'client half-closed: server-fin counts',
    timeouts: { client: 400, server: 400, serverFin: 120 },
    before: clientEnds,
    end: 'server-timeout',
    after: 120,
  },
  {
    name: 'client half-closed: a longer server-fin counts too',
    timeouts: { client: 100, server: 100, serverFin: 250 },
    before: clientEnds,
    end: 'server-timeout',
    after: 250,
  },
  {
    name: 'client half-closed: client-fin does not count',
    timeouts: { client: 300, server: 200, clientFin: 60 },
    before: clientEnds,
    end: 'server-timeout',
    after: 200,
  },
  {
    name: 'server half-closed: client-fin counts',
    timeouts: { client: 400, server: 400, clientFin: 120 },
    before: serverEnds,
    end: 'client-timeout',
    after: 120,
  },
  {
    name: 'server half-closed: server-fin does not count',
    timeouts: { client: 200, server: 400, serverFin: 60 },
    before: serverEnds,
    end: 'client-timeout',
    after: 200,
  },
  {
    name: 'server-fin ends a tunnel',
    timeouts: { client: 300, server: 300, tunnel: 600, clientFin: 200, serverFin: 120 },
    before: async (world, joined) => {
      await exchange(world, joined);
      joined.client.end();
      await world.until('the end', () => joined.server.ended);
    },
    end: 'server-timeout',
    after: 120,
  },
  {
    name: 'an idle side counts as ended: the other then has its fin timeout',
    timeouts: { client: 100, server: 500, serverFin: 120 },
    end: 'client-timeout',
    after: 220,
  },
  {
    name: 'only a client timeout: the server is asked to end',
    timeouts: { client: 80 },
    end: 'client-timeout',
    after: -1,
  },
];

function rowCase(row: IdleRow): Case {
  return {
    name: row.name,
    run: async (world) => {
      const { patience } = world;
      const entries = Object.entries(row.timeouts).map(([key, ms]) => [key, ms * patience]);
      const joined = await join(world, { timeouts: Object.fromEntries(entries) });
      await (row.before ?? nothing)(world, joined);
      if (row.after < 0) {
        await world.until('the server is told', () => joined.server.ended);
        await world.settle();
        expect(joined.ends).toEqual([]);
        joined.server.end();
      }
      expect(await endOf(world, joined)).toBe(row.end);
      const took = joined.endedAt - joined.startedAt;
      if (row.after >= 0) expect(took).toBeGreaterThanOrEqual(row.after * patience - 0.001);
      if (world.engine.name === 'simulated' && row.after >= 0) expect(took).toBe(row.after);
      await world.until('FIN', () => joined.client.ended && joined.server.ended);
      expect(joined.client.wasReset || joined.server.wasReset).toBe(false);
      joined.client.end();
      joined.server.end();
      await world.until('nothing is held', () => world.open() === 0);
    },
  };
}

/** Whatever `side` gives or takes keeps it alive. */
function dripCase(speaker: 'client' | 'server'): Case {
  return {
    name: `bytes of the ${speaker} keep both sides alive`,
    run: async (world) => {
      const joined = await join(world, { timeouts: { client: 1_000, server: 1_000 } });
      for (let round = 0; round < 15; round++) {
        joined[speaker].send('.');
        await world.pass(100);
      }
      expect(joined.ends).toEqual([]);
      expect(joined.client.ended || joined.server.ended).toBe(false);
      joined.client.end();
      joined.server.end();
      expect(await endOf(world, joined)).toBe('finished');
    },
  };
}

function blockedCase(slow: 'client' | 'server', otherLimit: number): Case {
  const fast = slow === 'client' ? 'server' : 'client';
  return {
    name: `a ${slow} that takes nothing: its timeout ends all, the ${fast}’s (${otherLimit} ms) does not count`,
    run: async (world) => {
      const joined = await join(world, { timeouts: { [slow]: 300, [fast]: otherLimit } });
      joined[slow].pause();
      joined[fast].send(Buffer.alloc(24_000_000));
      expect(await endOf(world, joined)).toBe(`${slow}-timeout`);
      expect(joined.endedAt - joined.startedAt).toBeGreaterThanOrEqual(300);
      await world.until('the writer is cut', () => joined[fast].ended || joined[fast].wasReset);
      await world.pass(1_500);
      expect(world.open()).toBe(0);
    },
  };
}

export const IDLE_CASES: readonly Case[] = [
  ...ROWS.map(rowCase),
  dripCase('client'),
  dripCase('server'),
  blockedCase('client', 100),
  blockedCase('client', 1_000),
  blockedCase('server', 100),
  blockedCase('server', 1_000),
  {
    name: 'what came while the engine could do nothing comes before the end of the time, which counts anew',
    run: async (world) => {
      const limit = 100 * world.patience;
      const joined = await join(world, { timeouts: { client: limit, server: limit } });
      await exchange(world, joined);
      const silentSince = world.engine.now();
      joined.client.send('c');
      joined.server.send('d');
      if (world.engine.name !== 'simulated') world.stall(limit * 2);
      await world.until('both', () => joined.server.text === 'ac' && joined.client.text === 'bd');
      expect(joined.ends).toEqual([]);
      expect(await endOf(world, joined)).toBe('client-timeout');
      expect(joined.endedAt - silentSince).toBeGreaterThanOrEqual(
        world.engine.name === 'simulated' ? limit : limit * 3,
      );
      joined.client.end();
      joined.server.end();
      await world.until('nothing is held', () => world.open() === 0);
    },
  },
  {
    name: 'after an idle client counted as ended the server may still answer',
    run: async (world) => {
      const joined = await join(world, { timeouts: { client: 80, server: 2_000 } });
      await world.until('the server is told', () => joined.server.ended);
      joined.client.send('ignored');
      joined.server.send('answer');
      joined.server.end();
      expect(await endOf(world, joined)).toBe('client-timeout');
      await world.until('the answer', () => joined.client.text === 'answer' && joined.client.ended);
      expect(joined.server.text).toBe('');
      joined.client.end();
      await world.until('nothing is held', () => world.open() === 0);
    },
  },
  {
    name: 'no timeout, no end',
    run: async (world) => {
      const joined = await join(world, { timeouts: { client: 0, server: 0, tunnel: 0 } });
      await world.pass(200);
      expect(joined.ends).toEqual([]);
      joined.relay.abort('close');
      expect(await endOf(world, joined)).toBe('aborted');
    },
  },
];
