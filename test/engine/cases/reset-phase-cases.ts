/** A RST of either side in every phase of a session. */
import { expect } from 'vitest';
import { connectTo, endOf, type Joined, join, listenOn } from '../joined.ts';
import type { Case, World } from '../world.ts';

type Side = 'client' | 'server';
const SIDES: readonly Side[] = ['client', 'server'];
const otherOf = (side: Side): Side => (side === 'client' ? 'server' : 'client');

interface Phase {
  readonly name: string;
  /** Brings the session there; then `side` is reset. */
  reach(world: World, joined: Joined, side: Side): Promise<void>;
  /** What is needed afterwards for it to be found. */
  after?(world: World, joined: Joined, side: Side): Promise<void>;
}

const PHASES: readonly Phase[] = [
  { name: 'before the relay has had a turn', reach: async () => {} },
  { name: 'before any byte', reach: (world) => world.settle() },
  {
    name: 'while it pours bytes',
    reach: async (world, joined, side) => {
      joined[side].send(Buffer.alloc(4_000_000));
      await world.until('some of them', () => joined[otherOf(side)].receivedBytes > 100_000);
    },
  },
  {
    name: 'while bytes pour towards it',
    reach: async (world, joined, side) => {
      joined[otherOf(side)].send(Buffer.alloc(8_000_000));
      await world.until('some of them', () => joined[side].receivedBytes > 100_000);
    },
  },
  {
    name: 'while both pour',
    reach: async (world, joined) => {
      for (const each of SIDES) joined[each].send(Buffer.alloc(4_000_000));
      await world.until('some', () => SIDES.every((each) => joined[each].receivedBytes > 100_000));
    },
  },
  {
    name: 'while it takes nothing and much waits for it',
    reach: async (world, joined, side) => {
      joined[side].pause();
      joined[otherOf(side)].send(Buffer.alloc(24_000_000));
      for (let last = -1; last !== joined.bytes[otherOf(side)]; await world.pass(60))
        last = joined.bytes[otherOf(side)];
    },
  },
  {
    name: 'after the other side’s last bytes, with its end under way',
    reach: async (world, joined, side) => {
      joined[otherOf(side)].sendLast('the last');
      await world.until('the last', () => joined[side].text === 'the last');
    },
  },
];

function phaseCase(side: Side, { name, reach }: Phase): Case {
  const other = otherOf(side);
  return {
    name: `RST of the ${side} ${name}`,
    run: async (world) => {
      const joined = await join(world, { timeouts: { client: 20_000, server: 20_000 } });
      await reach(world, joined, side);
      joined[side].reset();
      expect(await endOf(world, joined)).toBe(`${side}-reset`);
      // Whoever has sent FIN itself may see the RST as an end; nobody may see an orderly end of a whole answer otherwise.
      await world.until('passed on', () => joined[other].wasReset || joined[other].ended);
      await world.until('nothing is held', () => world.open() === 0);
      await world.settle();
      expect(joined.ends.length).toBe(1);
      expect(joined.bytes[side]).toBeGreaterThanOrEqual(joined[other].receivedBytes);
    },
  };
}

export const RESET_PHASE_CASES: readonly Case[] = [
  ...SIDES.flatMap((side) => PHASES.map((phase) => phaseCase(side, phase))),
  {
    name: 'RST of the client while its server is being connected to',
    run: async (world) => {
      const listening = await listenOn(world, world.freeAddress('ipv4'));
      const blackhole = await world.failing('blackhole');
      if (blackhole === undefined) throw new Error('cannot be made');
      const peer = await world.dial(listening.address, listening.at);
      await world.until('accepted', () => listening.clients.length === 1);
      const seen: string[] = [];
      const client = listening.clients[0];
      const pending = world.engine.connect(
        { address: blackhole, timeout: 5_000, keepAlive: false },
        { connected: () => seen.push('connected'), failed: (_failure, code) => seen.push(code) },
      );
      client?.watch({
        ended: () => seen.push('ended'),
        failed: () => {
          seen.push('failed');
          pending.abort();
          client.close();
        },
      });
      peer.reset();
      await world.until('told', () => seen.length > 0);
      await world.until('nothing is held', () => world.open() === 0);
      expect(seen).toEqual(['failed']);
    },
  },
  {
    name: 'RST of a server nobody has begun to relay',
    run: async (world) => {
      const target = await world.serve('ipv4', (peer) => peer.reset());
      const result = await connectTo(world, target.address);
      // It may come so fast that there never was a connection.
      if ('connection' in result) {
        const seen: string[] = [];
        result.connection.watch({ ended: () => seen.push('ended'), failed: () => seen.push('failed') });
        await world.until('told', () => seen.length > 0);
        expect(seen).toEqual(['failed']);
        result.connection.close();
      } else expect(result.failure).toBe('reset');
      await world.until('nothing is held', () => world.open() === 0);
    },
  },
];
