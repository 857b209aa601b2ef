/** What the node engine holds in memory: little for a reader that stops, nothing for connections that are gone. */
import { createHash } from 'node:crypto';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterEach, expect, it } from 'vitest';
import type { AddressModel } from '../../src/config/model.ts';
import { NodeEngine } from '../../src/traffic/engines/node/engine.ts';
import { pause, waitFor } from '../support/wait.ts';

const TOTAL = 200 * 1024 * 1024;
const CHUNK = Buffer.alloc(256 * 1024, 'a repeated text that is no zero ');
const engine = new NodeEngine();
let server: Server | undefined;

afterEach(async () => {
  engine.close();
  server?.close();
  await waitFor('the engine is empty', () => engine.openConnections === 0);
});

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** Bytes of buffers outside the heap (what streams hold), after a collection. */
function heldBytes(): number {
  collectGarbage();
  return process.memoryUsage().arrayBuffers;
}

/** Sends TOTAL bytes as fast as they are taken, then FIN; the same buffer again and again, so that it costs nothing. */
function pour(socket: Socket): void {
  let left = TOTAL;
  const more = () => {
    while (left > 0) {
      left -= CHUNK.length;
      if (!socket.write(CHUNK)) {
        socket.once('drain', more);
        return;
      }
    }
    socket.end();
  };
  more();
}

async function relayTo(accepted: (socket: Socket) => void): Promise<number> {
  server = createServer({ allowHalfOpen: true }, accepted);
  const target = server;
  const targetPort = await new Promise<number>((resolve) => {
    target.listen(0, '127.0.0.1', () => {
      const bound = target.address();
      resolve(bound !== null && typeof bound === 'object' ? bound.port : 0);
    });
  });
  const address: AddressModel = { family: 'ipv4', host: '127.0.0.1', port: targetPort };
  return new Promise<number>((resolve, reject) => {
    engine.listen(
      { address: { ...address, port: 0 }, backlog: 100, keepAlive: false },
      {
        listening: (local) => resolve(local.port),
        failed: reject,
        accepted: (client) =>
          engine.connect(
            { address, timeout: 5_000, keepAlive: false },
            {
              connected: (peer) => {
                const account = { fromClient: () => {}, fromServer: () => {} };
                engine.relay(client, peer, { timeouts: {}, account, resetBecomesFin: false }, { ended: () => {} });
              },
              failed: () => client.close(),
            },
          ),
      },
    );
  });
}

it('200 MB each way to readers that stop: nothing piles up, and every byte arrives', async () => {
  const expected = createHash('sha256');
  for (let sent = 0; sent < TOTAL; sent += CHUNK.length) expected.update(CHUNK);
  const digest = expected.digest('hex');
  const sockets: Socket[] = [];
  const hashes: string[] = [];
  const read = (socket: Socket) => {
    const hash = createHash('sha256');
    socket.on('data', (chunk) => hash.update(chunk));
    socket.on('end', () => hashes.push(hash.digest('hex')));
    socket.on('error', (error) => hashes.push(String(error)));
    socket.pause();
    sockets.push(socket);
    pour(socket);
  };
  const port = await relayTo(read);
  const before = heldBytes();
  read(connect({ port, host: '127.0.0.1', allowHalfOpen: true }));
  await waitFor('both ends', () => sockets.length === 2);
  let most = 0;
  for (let look = 0; look < 20; look++) {
    await pause(100);
    // Buffers are given back some time after they were found to be garbage: the lesser of two looks.
    const first = heldBytes();
    await pause(20);
    most = Math.max(most, Math.min(first, heldBytes()) - before);
  }
  // Each side of the test holds a chunk of its own; the engine at most a few hundred KB a direction.
  expect(most).toBeLessThan(2 * 1024 * 1024);
  for (const socket of sockets) socket.resume();
  await waitFor('both ends have everything', () => hashes.length === 2, { limit: 60_000 });
  expect(hashes).toEqual([digest, digest]);
  await waitFor('the memory is given back', () => heldBytes() - before < 2 * 1024 * 1024);
}, 90_000);
