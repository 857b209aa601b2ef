import { randomBytes } from 'node:crypto';
import { expect } from 'vitest';
import type { RelayEnd } from '../../../src/traffic/engine.ts';
import { endOf, join, listenOn } from '../joined.ts';
import type { Case, World } from '../world.ts';

/** How a relay ends whose server was sent FIN, and then sends bytes and RST. */
async function cutAfterFin(world: World): Promise<RelayEnd> {
  const joined = await join(world);
  joined.client.end();
  await world.until('the end', () => joined.server.ended);
  joined.server.send('cut o');
  joined.server.reset();
  const end = await endOf(world, joined);
  expect(joined.bytes).toEqual({ client: 0, server: 5 });
  await world.until('nothing is held', () => world.open() === 0);
  return end;
}

export const RESET_CASES: readonly Case[] = [
  {
    name: 'a watcher hears of a RST before the relay',
    run: async (world) => {
      const listening = await listenOn(world, world.freeAddress('ipv4'));
      const peer = await world.dial(listening.address, listening.at);
      await world.until('accepted', () => listening.clients.length === 1);
      const seen: string[] = [];
      const connection = listening.clients[0];
      connection?.watch({ ended: () => seen.push('ended'), failed: () => seen.push('failed') });
      peer.send('x');
      await world.until('kept', () => connection?.received === 1);
      peer.reset();
      await world.until('told', () => seen.length > 0);
      expect(seen).toEqual(['failed']);
      connection?.close();
      await world.until('nothing is held', () => world.open() === 0);
    },
  },
  {
    name: 'a client that was reset before the relay: the server gets what it sent, then RST',
    run: async (world) => {
      const joined = await join(world, {
        early: async (client, connection) => {
          let failed = false;
          connection.watch({
            ended: () => {},
            failed: () => {
              failed = true;
            },
          });
          client.send('last words');
          await world.until('kept', () => connection.received === 10);
          client.reset();
          await world.until('failed', () => failed);
        },
      });
      expect(await endOf(world, joined)).toBe('client-reset');
      await world.until('passed on', () => joined.server.wasReset);
      expect(joined.bytes.client).toBe(10);
      expect(joined.server.ended).toBe(false);
      await world.until('nothing is held', () => world.open() === 0);
    },
  },
  ...(['client', 'server'] as const).map(
    (side): Case => ({
      name: `a RST of the ${side} in mid-stream reaches the other side as RST, after the bytes before it`,
      run: async (world) => {
        const other = side === 'client' ? 'server' : 'client';
        const joined = await join(world);
        joined[other].send('hello');
        joined[side].send('part of a whole');
        await world.until('bytes', () => joined[other].text === 'part of a whole' && joined[side].text === 'hello');
        joined[side].reset();
        expect(await endOf(world, joined)).toBe(`${side}-reset`);
        await world.until('passed on', () => joined[other].wasReset);
        expect(joined[other].ended).toBe(false);
        expect(joined.bytes[side]).toBe(15);
        await world.until('nothing is held', () => world.open() === 0);
        expect(joined.ends.length).toBe(1);
      },
    }),
  ),
  {
    name: 'with resetBecomesFin the client gets FIN for a RST of the server',
    run: async (world) => {
      const joined = await join(world, { resetBecomesFin: true });
      joined.server.send('half');
      await world.until('bytes', () => joined.client.text === 'half');
      joined.server.reset();
      expect(await endOf(world, joined)).toBe('server-reset');
      await world.until('FIN', () => joined.client.ended);
      expect(joined.client.wasReset).toBe(false);
      joined.client.end();
      await world.until('nothing is held', () => world.open() === 0);
    },
  },
  {
    name: 'with resetBecomesFin the server still gets RST for a RST of the client',
    run: async (world) => {
      const joined = await join(world, { resetBecomesFin: true });
      joined.client.send('half');
      await world.until('bytes', () => joined.server.text === 'half');
      joined.client.reset();
      expect(await endOf(world, joined)).toBe('client-reset');
      await world.until('RST', () => joined.server.wasReset);
      await world.until('nothing is held', () => world.open() === 0);
    },
  },
  ...(['client', 'server'] as const).map(
    (side): Case => ({
      name: `a RST of the ${side} after the other side has ended`,
      run: async (world) => {
        const other = side === 'client' ? 'server' : 'client';
        const joined = await join(world);
        joined[other].end();
        await world.until('the end', () => joined[side].ended);
        joined[side].send('x');
        await world.until('still open', () => joined[other].text === 'x');
        joined[side].reset();
        expect(await endOf(world, joined)).toBe(`${side}-reset`);
        await world.until('passed on', () => joined[other].wasReset);
        await world.until('nothing is held', () => world.open() === 0);
      },
    }),
  ),
  ...(['client', 'server'] as const).map(
    (side): Case => ({
      name: `the ${side} ends, then is reset: found when the other side speaks`,
      run: async (world) => {
        const other = side === 'client' ? 'server' : 'client';
        const joined = await join(world);
        joined[side].end();
        await world.until('the end', () => joined[other].ended);
        joined[side].reset();
        await world.settle();
        // Two writes: the first may be what brings the RST to light.
        joined[other].send('too late');
        await world.settle();
        if (joined.ends.length === 0) joined[other].send('again');
        expect(await endOf(world, joined)).toBe(`${side}-reset`);
        await world.until('nothing is held', () => world.open() === 0);
        // It has seen the end already, so it notices the RST when it writes.
        await world.until('passed on', () => {
          joined[other].send('x');
          return joined[other].wasReset;
        });
      },
    }),
  ),
  ...(['client', 'server'] as const).map(
    (side): Case => ({
      name: `bytes and a RST of the ${side} at once`,
      run: async (world) => {
        const other = side === 'client' ? 'server' : 'client';
        const joined = await join(world);
        joined[side].send('cut o');
        joined[side].reset();
        expect(await endOf(world, joined)).toBe(`${side}-reset`);
        await world.until('passed on', () => joined[other].wasReset);
        expect(joined[other].ended).toBe(false);
      },
    }),
  ),
  {
    name: 'a watcher hears of a RST that came with bytes',
    run: async (world) => {
      const listening = await listenOn(world, world.freeAddress('ipv4'));
      const peer = await world.dial(listening.address, listening.at);
      await world.until('accepted', () => listening.clients.length === 1);
      peer.send('cut o');
      peer.reset();
      await world.settle();
      const seen: string[] = [];
      listening.clients[0]?.watch({ ended: () => seen.push('ended'), failed: () => seen.push('failed') });
      await world.until('told', () => seen.length > 0);
      expect(seen).toEqual(['failed']);
      expect(listening.clients[0]?.received).toBe(5);
    },
  },
  {
    name: 'bytes and a RST at once, of a server that was sent FIN before',
    run: async (world) => expect(await cutAfterFin(world)).toBe('server-reset'),
    weaker: async (world) => expect(['server-reset', 'finished']).toContain(await cutAfterFin(world)),
  },
  {
    name: 'bytes that had to wait are delivered before the RST of their sender',
    run: async (world) => {
      const joined = await join(world);
      const body = randomBytes(24_000_000);
      joined.client.pause();
      joined.server.send(body);
      let last = -1;
      while (last !== joined.bytes.server) {
        last = joined.bytes.server;
        await world.pass(60);
      }
      joined.server.reset();
      await world.settle();
      joined.client.resume();
      expect(await endOf(world, joined)).toBe('server-reset');
      await world.until('nothing is held', () => world.open() === 0);
      await world.until('passed on', () => joined.client.wasReset);
      const { received } = joined.client;
      expect(received.length).toBeLessThanOrEqual(joined.bytes.server);
      expect(received.equals(body.subarray(0, received.length))).toBe(true);
    },
  },
  {
    name: 'both sides are reset at once',
    run: async (world) => {
      const joined = await join(world);
      joined.client.send('a');
      joined.server.send('b');
      joined.client.reset();
      joined.server.reset();
      expect(await endOf(world, joined)).toMatch(/^(client|server)-reset$/);
      await world.until('nothing is held', () => world.open() === 0);
      await world.settle();
      expect(joined.ends.length).toBe(1);
    },
  },
  {
    name: 'a connection nobody relays can be reset and closed, twice',
    run: async (world) => {
      const listening = await listenOn(world, world.freeAddress('ipv4'));
      const first = await world.dial(listening.address, listening.at);
      const second = await world.dial(listening.address, listening.at);
      await world.until('accepted', () => listening.clients.length === 2);
      second.send('unread');
      await world.settle();
      listening.clients[0]?.reset();
      listening.clients[0]?.reset();
      listening.clients[0]?.close();
      listening.clients[1]?.close();
      listening.clients[1]?.close();
      await world.until('RST', () => first.wasReset);
      await world.until('FIN', () => second.ended);
      expect([first.ended, second.wasReset]).toEqual([false, false]);
      second.end();
      await world.until('nothing is held', () => world.open() === 0);
    },
  },
  {
    name: 'a closed client that does not stop sending is cut after a while',
    run: async (world) => {
      const listening = await listenOn(world, world.freeAddress('ipv4'));
      const peer = await world.dial(listening.address, listening.at);
      await world.until('accepted', () => listening.clients.length === 1);
      listening.clients[0]?.close();
      await world.until('FIN', () => peer.ended);
      for (let round = 0; round < 30 && !peer.wasReset; round++) {
        peer.send('more');
        await world.pass(100);
      }
      expect(peer.wasReset).toBe(true);
      expect(world.open()).toBe(0);
    },
  },
];
