import { expect } from 'vitest';
import type { ConnectionWatcher } from '../../../src/traffic/engine.ts';
import { endOf, join, listenOn } from '../joined.ts';
import type { Case } from '../world.ts';

const text = (bytes: Uint8Array) => Buffer.from(bytes).toString('latin1');
const IDLE: ConnectionWatcher = { ended: () => {}, failed: () => {} };

export const PEEK_CASES: readonly Case[] = [
  {
    name: 'looking at the first bytes takes none of them',
    run: async (world) => {
      let looked: string[] = [];
      const joined = await join(world, {
        early: async (client, connection) => {
          expect(connection.peek().length).toBe(0);
          connection.watch({ ...IDLE, arrived: () => looked.push(text(connection.peek())) });
          client.send('HELO ');
          await world.until('the first', () => looked.at(-1) === 'HELO ');
          client.send('there');
          await world.until('both', () => looked.at(-1) === 'HELO there');
          expect([text(connection.peek()), text(connection.peek())]).toEqual(['HELO there', 'HELO there']);
          expect(connection.received).toBe(10);
          looked = [];
        },
      });
      joined.client.send('!');
      await world.until('all of it', () => joined.server.text === 'HELO there!');
      // The watcher of before is told of nothing any more.
      expect(looked).toEqual([]);
      expect(joined.clientConnection.peek().length).toBe(0);
      joined.client.end();
      joined.server.end();
      expect(await endOf(world, joined)).toBe('finished');
      expect(joined.bytes).toEqual({ client: 11, server: 0 });
    },
  },
  {
    name: 'what can be looked at has a bound',
    run: async (world) => {
      const listening = await listenOn(world, world.freeAddress('ipv4'));
      const peer = await world.dial(listening.address, listening.at);
      await world.until('accepted', () => listening.clients.length === 1);
      const client = listening.clients[0];
      client?.watch(IDLE);
      peer.send('x'.repeat(1_000_000));
      await world.until('much is there', () => (client?.peek().length ?? 0) >= 16_384);
      await world.settle();
      expect(client?.peek().length).toBeLessThanOrEqual(16_384 + 65_536);
      client?.reset();
      await world.until('nothing is held', () => world.open() === 0);
    },
  },
  {
    name: 'bytes before an end can still be looked at',
    run: async (world) => {
      const listening = await listenOn(world, world.freeAddress('ipv4'));
      const peer = await world.dial(listening.address, listening.at);
      await world.until('accepted', () => listening.clients.length === 1);
      const client = listening.clients[0];
      const seen: string[] = [];
      client?.watch({ ...IDLE, ended: (hasData) => seen.push(`${hasData} ${text(client.peek())}`) });
      peer.sendLast('all there is');
      await world.until('the end', () => seen.length > 0);
      expect(seen).toEqual(['true all there is']);
      client?.close();
    },
  },
  {
    name: 'a prefix is the first thing the server gets, and counts nowhere',
    run: async (world) => {
      for (const early of ['early ', '']) {
        const joined = await join(world, {
          serverPrefix: Buffer.from('PROXY UNKNOWN\r\n'),
          early: async (client, connection) => {
            connection.watch(IDLE);
            if (early === '') return;
            client.send(early);
            await world.until('kept', () => connection.received === early.length);
          },
        });
        await world.until('the prefix', () => joined.server.text.startsWith('PROXY UNKNOWN\r\n'));
        joined.client.send('late');
        joined.server.send('answer');
        await world.until('the answer', () => joined.client.text === 'answer');
        joined.client.end();
        joined.server.end();
        expect(await endOf(world, joined)).toBe('finished');
        await world.until('in order', () => joined.server.text === `PROXY UNKNOWN\r\n${early}late`);
        expect(joined.bytes).toEqual({ client: early.length + 4, server: 6 });
        await world.until('nothing is held', () => world.open() === 0);
      }
    },
  },
  {
    name: 'a prefix goes before the end of a client that sends nothing',
    run: async (world) => {
      const joined = await join(world, {
        serverPrefix: Buffer.from('prefix'),
        early: async (client, connection) => {
          let ended = false;
          connection.watch({ ...IDLE, ended: () => (ended = true) });
          client.end();
          await world.until('the end', () => ended);
        },
      });
      joined.server.onEnd = () => joined.server.end();
      expect(await endOf(world, joined)).toBe('finished');
      await world.until('the prefix', () => joined.server.text === 'prefix' && joined.server.ended);
      expect(joined.bytes).toEqual({ client: 0, server: 0 });
    },
  },
  {
    name: 'a prefix of a megabyte for a server that reads late',
    run: async (world) => {
      const prefix = Buffer.alloc(1_000_000, 'prefix ');
      const joined = await join(world, { serverPrefix: prefix });
      joined.server.pause();
      joined.client.send('body');
      joined.client.end();
      await world.settle();
      joined.server.resume();
      joined.server.onEnd = () => joined.server.end();
      expect(await endOf(world, joined)).toBe('finished');
      await world.until('everything', () => joined.server.receivedBytes === prefix.length + 4);
      expect(joined.server.received.equals(Buffer.concat([prefix, Buffer.from('body')]))).toBe(true);
      expect(joined.bytes).toEqual({ client: 4, server: 0 });
    },
  },
];
