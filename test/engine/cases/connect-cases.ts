import { expect } from 'vitest';
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
      world.engine.close();
      await world.pass(150);
      expect(seen).toEqual([]);
    },
  },
];
