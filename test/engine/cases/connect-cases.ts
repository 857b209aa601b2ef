import { expect } from 'vitest';
import type { Connection } from '../../../src/traffic/engine.ts';
import { connectTo } from '../joined.ts';
import type { Case, Family } from '../world.ts';

const FAMILIES: readonly Family[] = ['ipv4', 'ipv6', 'unix', 'abns'];

export const CONNECT_CASES: readonly Case[] = [
  ...FAMILIES.map(
    (family): Case => ({
      name: `connects over ${family}`,
      run: async (world) => {
        const target = await world.serve(family);
        const result = await connectTo(world, target.address);
        if (!('connection' in result)) throw new Error(result.code);
        const isPath = family === 'unix' || family === 'abns';
        expect(result.connection.remote).toEqual(
          isPath ? { host: 'unix', port: 0 } : { host: target.address.host, port: target.address.port },
        );
        await world.until('the server sees it', () => target.peers.length === 1);
        expect(world.open()).toBe(1);
        result.connection.close();
        await world.until('the server sees the end', () => target.peers[0]?.ended === true);
        target.peers[0]?.end();
        await world.until('nothing is held', () => world.open() === 0);
      },
    }),
  ),
  {
    name: 'tells a refused connection',
    run: async (world) => {
      const address = await world.failing('refused');
      if (address === undefined) throw new Error('cannot be made');
      const result = await connectTo(world, address);
      expect(result).toMatchObject({ failure: 'refused', code: 'ECONNREFUSED' });
      expect(world.open()).toBe(0);
    },
  },
  {
    name: 'tells an unreachable network or host',
    run: async (world) => {
      const address = await world.failing('unreachable');
      if (address === undefined) throw new Error('cannot be made');
      expect(await connectTo(world, address)).toMatchObject({ failure: 'unreachable' });
    },
  },
  {
    name: 'gives up at the deadline, never before',
    run: async (world) => {
      const address = await world.failing('blackhole');
      if (address === undefined) throw new Error('cannot be made');
      const result = await connectTo(world, address, 150);
      expect(result).toMatchObject({ failure: 'timeout', code: 'ETIMEDOUT' });
      if ('after' in result) expect(result.after).toBeGreaterThanOrEqual(150);
      expect(world.open()).toBe(0);
    },
  },
  {
    name: 'a connection that comes when its deadline is over is one or the other, and is not lost',
    run: async (world) => {
      const target = await world.serve();
      const { engine } = world;
      const made: Connection[] = [];
      const seen: string[] = [];
      for (let number = 0; number < 5; number++) {
        engine.connect(
          { address: target.address, timeout: 20, keepAlive: false },
          {
            connected: (connection) => {
              seen.push('connected');
              made.push(connection);
            },
            failed: (_failure, code) => seen.push(code),
          },
        );
      }
      // The engine comes to it late: the kernel has made the connections, and the time is up.
      world.stall(100);
      await world.until('all have an outcome', () => seen.length === 5);
      await world.settle();
      expect(seen.length).toBe(5);
      expect(new Set([...seen, 'connected', 'ETIMEDOUT']).size).toBe(2);
      expect(world.open()).toBe(made.length);
      for (const connection of made) connection.close();
      const leave = () => target.peers.filter((peer) => peer.ended || peer.wasReset).length === target.peers.length;
      await world.until('the server is left', leave);
      for (const peer of target.peers) peer.end();
      await world.until('nothing is held', () => world.open() === 0);
    },
  },
  {
    name: 'an attempt that is answered after its deadline has failed by then',
    run: async (world) => {
      const { address, answer } = await world.late();
      const result = await connectTo(world, address, 100);
      expect(result).toMatchObject({ failure: 'timeout', code: 'ETIMEDOUT' });
      await answer();
      await world.settle();
      expect(world.open()).toBe(0);
    },
  },
  {
    name: 'after an abort nothing is told and nothing is left',
    run: async (world) => {
      const target = await world.serve();
      const blackhole = await world.failing('blackhole');
      const seen: string[] = [];
      const handler = { connected: () => seen.push('connected'), failed: (_: string, code: string) => seen.push(code) };
      for (const address of [target.address, blackhole ?? target.address]) {
        const pending = world.engine.connect({ address, timeout: 50, keepAlive: false }, handler);
        pending.abort();
        pending.abort();
      }
      await world.pass(150);
      expect(seen).toEqual([]);
      expect(world.open()).toBe(0);
      expect(target.peers.every((peer) => peer.ended || peer.wasReset)).toBe(true);
    },
  },
  {
    name: 'closing the engine while connecting tells nobody',
    run: async (world) => {
      const address = await world.failing('blackhole');
      if (address === undefined) throw new Error('cannot be made');
      const seen: string[] = [];
      world.engine.connect(
        { address, timeout: 80, keepAlive: false },
        { connected: () => seen.push('connected'), failed: (_, code) => seen.push(code) },
      );
      await world.settle();
      // On a busy machine the deadline may be over by now.
      seen.length = 0;
      world.engine.close();
      await world.pass(150);
      expect(seen).toEqual([]);
    },
  },
];
