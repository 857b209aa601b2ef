import { createHash, randomBytes } from 'node:crypto';
import { expect } from 'vitest';
import { endOf, type Joined, join, joinOn, listenOn } from '../joined.ts';
import type { Case, Family, World } from '../world.ts';

const FAMILIES: readonly Family[] = ['ipv4', 'ipv6', 'unix', 'abns'];
const hash = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

/** Both peers have seen FIN, the relay has ended well, and the engine holds nothing. */
async function endsWell(world: World, joined: Joined): Promise<void> {
  expect(await endOf(world, joined)).toBe('finished');
  await world.until('both peers see the end', () => joined.client.ended && joined.server.ended);
  await world.until('nothing is held', () => world.open() === 0);
  expect(joined.client.wasReset || joined.server.wasReset).toBe(false);
  expect(joined.ends.length).toBe(1);
  expect(joined.bytes).toEqual({ client: joined.server.receivedBytes, server: joined.client.receivedBytes });
}

export const RELAY_CASES: readonly Case[] = [
  ...FAMILIES.map(
    (family): Case => ({
      name: `relays both ways over ${family}`,
      run: async (world) => {
        const joined = await join(world, { family });
        joined.client.send('question');
        await world.until('the question', () => joined.server.text === 'question');
        joined.server.send('answer');
        await world.until('the answer', () => joined.client.text === 'answer');
        joined.client.end();
        await world.until('the server sees it', () => joined.server.ended);
        expect(joined.client.ended).toBe(false);
        joined.server.end();
        await endsWell(world, joined);
      },
    }),
  ),
  {
    name: 'the server may speak first',
    run: async (world) => {
      const joined = await join(world);
      joined.server.send('220 hello');
      await world.until('the greeting', () => joined.client.text === '220 hello');
      joined.server.end();
      joined.client.end();
      await endsWell(world, joined);
    },
  },
  {
    name: 'the client ends first and still gets a whole answer',
    run: async (world) => {
      const joined = await join(world);
      const answer = randomBytes(300_000);
      joined.server.onEnd = () => {
        joined.server.send(answer);
        joined.server.end();
      };
      joined.client.send('GET');
      joined.client.end();
      await endsWell(world, joined);
      expect(joined.server.text).toBe('GET');
      expect(hash(joined.client.received)).toBe(hash(answer));
    },
  },
  {
    name: 'the server ends first and still gets all the rest',
    run: async (world) => {
      const joined = await join(world);
      const rest = randomBytes(300_000);
      joined.client.onEnd = () => {
        joined.client.send(rest);
        joined.client.end();
      };
      joined.server.send('go on');
      joined.server.end();
      await endsWell(world, joined);
      expect(joined.client.text).toBe('go on');
      expect(hash(joined.server.received)).toBe(hash(rest));
    },
  },
  {
    name: 'data and FIN together, both ways at once',
    run: async (world) => {
      const joined = await join(world);
      joined.client.send('a');
      joined.client.end();
      joined.server.send('b');
      joined.server.end();
      await endsWell(world, joined);
      expect([joined.server.text, joined.client.text]).toEqual(['a', 'b']);
    },
  },
  {
    name: 'no byte at all',
    run: async (world) => {
      const joined = await join(world);
      joined.client.end();
      joined.server.end();
      await endsWell(world, joined);
      expect(joined.bytes).toEqual({ client: 0, server: 0 });
    },
  },
  {
    name: 'what came before the relay is delivered first and counted',
    run: async (world) => {
      const joined = await join(world, {
        early: async (client, connection) => {
          connection.watch({ ended: () => {}, failed: () => {} });
          client.send('early ');
          await world.until('kept', () => connection.received === 6);
        },
      });
      joined.client.send('late');
      await world.until('in order', () => joined.server.text === 'early late');
      joined.client.end();
      joined.server.end();
      await endsWell(world, joined);
    },
  },
  {
    name: 'a client that had ended before the relay',
    run: async (world) => {
      const seen: boolean[] = [];
      const joined = await join(world, {
        early: async (client, connection) => {
          connection.watch({ ended: (hasData) => seen.push(hasData), failed: () => {} });
          client.send('all');
          client.end();
          await world.until('ended', () => seen.length > 0);
        },
      });
      expect(seen).toEqual([true]);
      await world.until('passed on', () => joined.server.ended);
      joined.server.send('ok');
      joined.server.end();
      await endsWell(world, joined);
      expect([joined.server.text, joined.client.text]).toEqual(['all', 'ok']);
    },
  },
  {
    name: 'a flood before the relay is kept within bounds and arrives whole',
    run: async (world) => {
      const flood = randomBytes(3_000_000);
      const joined = await join(world, {
        early: async (client, connection) => {
          connection.watch({ ended: () => {}, failed: () => {} });
          client.send(flood);
          await world.until('some is kept', () => connection.received >= 16_384);
          await world.settle();
          expect(connection.received).toBeLessThanOrEqual(16_384 + 65_536);
          client.end();
        },
      });
      joined.server.end();
      await endsWell(world, joined);
      expect(hash(joined.server.received)).toBe(hash(flood));
    },
  },
  {
    name: 'watching again after an end tells it again; no watcher, no news',
    run: async (world) => {
      const listening = await listenOn(world, world.freeAddress('ipv4'));
      const peer = await world.dial(listening.address, listening.at);
      await world.until('accepted', () => listening.clients.length === 1);
      const seen: string[] = [];
      const watcher = (name: string) => ({ ended: (data: boolean) => seen.push(`${name} ${data}`), failed: () => {} });
      listening.clients[0]?.watch(watcher('first'));
      listening.clients[0]?.watch(undefined);
      peer.end();
      await world.settle();
      expect(seen).toEqual([]);
      listening.clients[0]?.watch(watcher('second'));
      await world.until('told', () => seen.length > 0);
      listening.clients[0]?.watch(watcher('third'));
      await world.until('told again', () => seen.length > 1);
      expect(seen).toEqual(['second false', 'third false']);
      listening.clients[0]?.close();
    },
  },
  {
    name: 'bytes written one by one',
    run: async (world) => {
      const joined = await join(world);
      const text = 'one byte at a time '.repeat(40);
      joined.client.send(text, 1);
      joined.server.send(text, 1);
      joined.client.end();
      joined.server.end();
      await endsWell(world, joined);
      expect([joined.server.text, joined.client.text]).toEqual([text, text]);
    },
  },
  {
    name: 'both directions at full speed',
    run: async (world) => {
      const joined = await join(world);
      const up = randomBytes(12_000_000);
      const down = randomBytes(12_000_000);
      joined.client.send(up, 100_000);
      joined.client.end();
      joined.server.send(down, 70_001);
      joined.server.end();
      await endsWell(world, joined);
      expect(hash(joined.server.received)).toBe(hash(up));
      expect(hash(joined.client.received)).toBe(hash(down));
    },
  },
  {
    name: 'a reader that stops holds its writer back, and everything arrives once it goes on',
    run: async (world) => {
      for (const slow of ['client', 'server'] as const) {
        const joined = await join(world);
        const fast = slow === 'client' ? 'server' : 'client';
        const body = randomBytes(24_000_000);
        joined[slow].pause();
        joined[fast].send(body);
        joined[fast].end();
        let last = -1;
        while (last !== joined.bytes[fast]) {
          last = joined.bytes[fast];
          await world.pass(60);
        }
        expect(joined.bytes[fast]).toBeLessThan(20_000_000);
        // The other direction is not held back.
        joined[slow].send('meanwhile');
        await world.until('meanwhile', () => joined[fast].text === 'meanwhile');
        joined[slow].resume();
        joined[slow].end();
        await endsWell(world, joined);
        expect(hash(joined[slow].received)).toBe(hash(body));
      }
    },
  },
  {
    name: 'hundreds of short connections leave nothing',
    run: async (world) => {
      const target = await world.serve('ipv4', (peer) => {
        peer.onData = (bytes) => {
          peer.send(bytes);
          peer.end();
        };
      });
      const listening = await listenOn(world, world.freeAddress('ipv4'), 1000);
      for (let batch = 0; batch < 10; batch++) {
        const all: Joined[] = [];
        for (let number = 0; number < 30; number++) {
          const joined = await joinOn(world, listening, target, { timeouts: { client: 10_000, server: 10_000 } });
          const { client } = joined;
          client.onEnd = () => client.end();
          client.send(`${batch}/${number}`);
          all.push(joined);
        }
        await world.until('all ended', () => all.every((joined) => joined.ends[0] === 'finished'));
        all.forEach((joined, number) => {
          expect(joined.client.text).toBe(`${batch}/${number}`);
        });
      }
      await world.until('nothing is held', () => world.open() === 0);
    },
  },
];
