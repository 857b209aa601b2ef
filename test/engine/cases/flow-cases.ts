/** How bytes flow: in the smallest pieces, in the largest amounts, to readers and from writers of every speed. */
import { randomBytes } from 'node:crypto';
import { expect } from 'vitest';
import { endOf, join } from '../joined.ts';
import type { Case, TestPeer, World } from '../world.ts';

/** Not a power of two, so that no buffer's edge falls on the same byte twice. */
const BLOCK = randomBytes(1_000_003);

/** The first `size` bytes of BLOCK again and again. */
function sendBlocks(peer: TestPeer, size: number): void {
  for (let left = size; left > 0; left -= BLOCK.length)
    peer.send(left < BLOCK.length ? BLOCK.subarray(0, left) : BLOCK);
}

/** Compares what comes with BLOCK without keeping it; answers at which byte it first differed, -1 for nowhere. */
function expectBlocks(peer: TestPeer): () => number {
  let at = 0;
  let wrong = -1;
  peer.keeping = false;
  peer.onData = (bytes) => {
    for (let from = 0; from < bytes.length && wrong < 0; ) {
      const place = at % BLOCK.length;
      const count = Math.min(bytes.length - from, BLOCK.length - place);
      if (BLOCK.compare(bytes, from, from + count, place, place + count) !== 0) wrong = at;
      from += count;
      at += count;
    }
  };
  return () => wrong;
}

/** Sends bytes in each direction, 0 for none, both at once; every one of them is compared. */
export async function flow(world: World, up: number, down: number): Promise<void> {
  const joined = await join(world);
  const { client, server } = joined;
  const wrong = [expectBlocks(server), expectBlocks(client)];
  sendBlocks(client, up);
  client.end();
  sendBlocks(server, down);
  server.end();
  expect(await endOf(world, joined)).toBe('finished');
  await world.until('both ends', () => client.ended && server.ended);
  expect([server.receivedBytes, client.receivedBytes]).toEqual([up, down]);
  expect(joined.bytes).toEqual({ client: up, server: down });
  expect(wrong.map((where) => where())).toEqual([-1, -1]);
  await world.until('nothing is held', () => world.open() === 0);
}

const SIZES = [65_535, 65_536, 65_537, 1_048_577, 16_000_000, Number.POSITIVE_INFINITY];
const sizeName = (size: number) =>
  size === Number.POSITIVE_INFINITY ? 'as many bytes as make sense' : `${size} bytes`;

export const FLOW_CASES: readonly Case[] = [
  ...SIZES.flatMap((size): readonly Case[] => [
    { name: `${sizeName(size)} up`, run: (world) => flow(world, Math.min(size, world.largest), 0) },
    { name: `${sizeName(size)} down`, run: (world) => flow(world, 0, Math.min(size, world.largest)) },
  ]),
  {
    name: 'both directions at full speed, more than any buffer holds',
    run: (world) => flow(world, Math.round(world.largest / 3), Math.round(world.largest / 4)),
  },
  {
    name: 'segments of one byte',
    run: async (world) => {
      const joined = await join(world);
      const text = 'byte by byte, each on its own '.repeat(5);
      for (const byte of text) {
        joined.client.send(byte);
        joined.server.send(byte);
        await world.turn();
      }
      joined.client.end();
      joined.server.end();
      expect(await endOf(world, joined)).toBe('finished');
      await world.until('all of them', () => joined.client.text === text && joined.server.text === text);
    },
  },
  ...(['client', 'server'] as const).map(
    (side): Case => ({
      name: `the last bytes of the ${side} and FIN in one segment`,
      run: async (world) => {
        const other = side === 'client' ? 'server' : 'client';
        for (const early of ['', 'before ']) {
          const joined = await join(world);
          joined[side].send(early);
          await world.until('what came before', () => joined[other].text === early);
          joined[side].sendLast('last');
          await world.until('the end', () => joined[other].ended);
          expect(joined[other].text).toBe(`${early}last`);
          // The other direction is as open as before.
          joined[other].send('still here');
          await world.until('the answer', () => joined[side].text === 'still here');
          joined[other].sendLast('.');
          expect(await endOf(world, joined)).toBe('finished');
          await world.until('its end', () => joined[side].ended);
          expect(joined[side].text).toBe('still here.');
          await world.until('nothing is held', () => world.open() === 0);
        }
      },
    }),
  ),
  ...(['client', 'server'] as const).map(
    (side): Case => ({
      name: `a ${side} that reads a little at a time gets everything`,
      run: async (world) => {
        const other = side === 'client' ? 'server' : 'client';
        const joined = await join(world);
        const wrong = expectBlocks(joined[side]);
        joined[side].pause();
        sendBlocks(joined[other], 3_000_000);
        joined[other].end();
        for (let held = -1; !joined[side].ended; held = joined[side].receivedBytes) {
          // A turn that brought nothing shows that the engine is waiting, or is about to end.
          if (held === joined[side].receivedBytes) await world.pass(2);
          joined[side].resume();
          await world.turn();
          joined[side].pause();
        }
        joined[side].resume();
        joined[side].end();
        expect(await endOf(world, joined)).toBe('finished');
        expect([joined[side].receivedBytes, wrong()]).toEqual([3_000_000, -1]);
      },
    }),
  ),
  {
    name: 'a writer that stops for a while every few bytes',
    run: async (world) => {
      const joined = await join(world, { timeouts: { client: 5_000, server: 5_000 } });
      let sent = '';
      for (let round = 1; round <= 30; round++) {
        const piece = `${round} `.repeat(round * 7);
        joined[round % 3 === 0 ? 'server' : 'client'].send(piece);
        if (round % 3 !== 0) sent += piece;
        await world.pass(round % 10);
      }
      joined.client.end();
      joined.server.end();
      expect(await endOf(world, joined)).toBe('finished');
      await world.until('the end', () => joined.server.ended);
      expect(joined.server.text).toBe(sent);
    },
  },
];
