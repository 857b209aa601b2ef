import { expect } from 'vitest';
import { listenOn } from '../joined.ts';
import type { Case, Family, TestPeer } from '../world.ts';

const FAMILIES: readonly Family[] = ['ipv4', 'ipv6', 'unix', 'abns'];

export const LISTEN_CASES: readonly Case[] = [
  ...FAMILIES.map(
    (family): Case => ({
      name: `accepts on ${family} and knows both ends`,
      run: async (world) => {
        const listening = await listenOn(world, world.freeAddress(family));
        await world.dial(listening.address, listening.at);
        await world.until('accepted', () => listening.clients.length === 1);
        const client = listening.clients[0];
        const isPath = family === 'unix' || family === 'abns';
        expect(client?.local.host).toBe(isPath ? 'unix' : listening.at.host);
        expect(client?.local.port).toBe(listening.at.port);
        expect(client?.remote.port === 0).toBe(isPath);
        expect(client?.received).toBe(0);
        expect(world.open()).toBe(1);
      },
    }),
  ),
  ...(['ipv4', 'ipv6', 'unix'] as const).map(
    (family): Case => ({
      name: `accepts on an inherited ${family} socket`,
      run: async (world) => {
        const address = await world.inherited(family);
        const listening = await listenOn(world, address);
        expect(listening.at).toEqual(
          family === 'unix' ? { host: 'unix', port: 0 } : { host: address.host, port: address.port },
        );
        const peer = await world.dial(address, listening.at);
        await world.until('accepted', () => listening.clients.length === 1);
        const client = listening.clients[0];
        client?.watch({ ended: () => {}, failed: () => {} });
        peer.send('hello');
        await world.until('its bytes', () => client?.received === 5);
        listening.listener.pause();
        listening.listener.resume();
        await world.dial(address, listening.at);
        await world.until('another', () => listening.clients.length === 2);
        client?.reset();
        listening.listener.close();
      },
    }),
  ),
  {
    name: 'names the errno of a port in use',
    run: async (world) => {
      const address = await world.occupied();
      const seen: string[] = [];
      world.engine.listen(
        { address, backlog: 10, keepAlive: false },
        { listening: () => seen.push('listening'), failed: (code) => seen.push(code), accepted: () => {} },
      );
      expect(seen).toEqual([]);
      await world.until('an outcome', () => seen.length > 0);
      await world.settle();
      expect(seen).toEqual(['EADDRINUSE']);
    },
  },
  {
    name: 'a paused listener shows nobody; resumed, it hands clients over in order, with what they sent',
    run: async (world) => {
      const listening = await listenOn(world, world.freeAddress('ipv4'));
      const seen: string[] = [];
      listening.listener.pause();
      const peers: TestPeer[] = [];
      for (let number = 0; number < 3; number++) {
        const peer = await world.dial(listening.address, listening.at);
        peer.send('x'.repeat(number + 1));
        peers.push(peer);
      }
      peers[1]?.end();
      await world.settle();
      expect(listening.clients.length).toBe(0);
      listening.listener.resume();
      expect(listening.clients.length).toBe(0);
      await world.until('all three', () => listening.clients.length === 3);
      for (const client of listening.clients) {
        client.watch({ ended: (hasData) => seen.push(`ended ${hasData}`), failed: () => seen.push('failed') });
      }
      await world.until('their bytes', () => listening.clients.every((client, index) => client.received === index + 1));
      await world.until('the end of the second', () => seen.length > 0);
      expect(seen).toEqual(['ended true']);
    },
  },
  {
    name: 'a client that gave up during the pause is found failed or ended, not lost',
    run: async (world) => {
      const listening = await listenOn(world, world.freeAddress('ipv4'));
      listening.listener.pause();
      const peer = await world.dial(listening.address, listening.at);
      await world.settle();
      peer.reset();
      await world.settle();
      listening.listener.resume();
      await world.until('handed over', () => listening.clients.length === 1);
      expect(listening.clients[0]?.gone).toBe(true);
      let failed = false;
      listening.clients[0]?.watch({
        ended: () => {},
        failed: () => {
          failed = true;
        },
      });
      await world.until('failed', () => failed);
    },
  },
  {
    name: 'beyond its backlog a paused listener drops clients and counts them',
    run: async (world) => {
      const listening = await listenOn(world, world.freeAddress('ipv4'), 2);
      listening.listener.pause();
      const peers: TestPeer[] = [];
      for (let number = 0; number < 5; number++) {
        peers.push(await world.dial(listening.address, listening.at));
        await world.settle();
      }
      await world.until('three are dropped', () => listening.listener.dropped === 3);
      await world.until('they see it', () => peers.filter((peer) => peer.wasReset).length === 3);
      listening.listener.resume();
      await world.until('the others are accepted', () => listening.clients.length === 2);
      await world.dial(listening.address, listening.at);
      await world.until('and a new one', () => listening.clients.length === 3);
      expect(listening.listener.dropped).toBe(3);
    },
    // An engine that can stop accepting need not turn anybody away.
    weaker: async (world) => {
      const listening = await listenOn(world, world.freeAddress('ipv4'), 2);
      listening.listener.pause();
      const dialled = Array.from({ length: 8 }, () => world.dial(listening.address, listening.at));
      await world.settle();
      expect(listening.clients.length).toBe(0);
      listening.listener.resume();
      const peers = await Promise.all(dialled);
      // The kernel may have forgotten one it answered with a SYN cookie, until that one sends something.
      for (const peer of peers) peer.send('hello');
      await world.until('all are accepted', () => listening.clients.length === 8);
      expect(peers.filter((peer) => peer.wasReset)).toEqual([]);
      expect(listening.listener.dropped).toBe(0);
    },
  },
  {
    name: 'closing a listener ends who waits in it and leaves accepted clients alone',
    run: async (world) => {
      const listening = await listenOn(world, world.freeAddress('ipv4'));
      const first = await world.dial(listening.address, listening.at);
      await world.until('accepted', () => listening.clients.length === 1);
      listening.listener.pause();
      const second = await world.dial(listening.address, listening.at);
      await world.settle();
      listening.listener.close();
      listening.listener.close();
      await world.until('the waiting one is cut', () => second.wasReset || second.ended);
      await world.settle();
      expect(listening.clients.length).toBe(1);
      expect(first.wasReset || first.ended).toBe(false);
      const again = await listenOn(world, { ...listening.address, port: listening.at.port });
      expect(again.at).toEqual(listening.at);
    },
  },
];
