/** Much data both ways to readers that stop for a while: every byte arrives, and the proxy's memory stays where it was. */
import { createHash, randomBytes } from 'node:crypto';
import type { Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { freePort } from '../support/ports.ts';
import { SUBJECT, startProxy } from '../support/proxy-process.ts';
import { plain, startScripted } from '../support/scripted-server.ts';
import { rowOf, showStat } from '../support/stats-client.ts';
import { openClient, TcpClient } from '../support/tcp-client.ts';
import { pause, waitFor } from '../support/wait.ts';

const TOTAL = 200 * 1024 * 1024;
const STOP_AFTER = 20 * 1024 * 1024;
const STOP_FOR_MS = 5000;
const ALLOWED_GROWTH = 25 * 1024 * 1024;

const cleanups: (() => Promise<unknown> | unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

/** Writes `TOTAL` bytes as fast as they are taken, then FIN; the promise gives their SHA-256. */
function pump(socket: Socket, total: number): Promise<string> {
  const block = randomBytes(256 * 1024);
  const hash = createHash('sha256');
  let sent = 0;
  return new Promise((resolve, reject) => {
    socket.on('error', reject);
    const more = () => {
      while (sent < total) {
        // Every block differs from the one before, so that a lost or repeated one shows.
        block.writeUInt32BE(sent / block.length, 0);
        const piece = Buffer.from(block.subarray(0, Math.min(block.length, total - sent)));
        hash.update(piece);
        sent += piece.length;
        if (!socket.write(piece)) {
          socket.once('drain', more);
          return;
        }
      }
      socket.end();
      resolve(hash.digest('hex'));
    };
    more();
  });
}

/** Reads everything; stops for a while in the middle. The promise gives the SHA-256 of what came. */
function drain(socket: Socket, stopFor: number): Promise<{ hash: string; bytes: number }> {
  const hash = createHash('sha256');
  let bytes = 0;
  let stopped = stopFor === 0;
  return new Promise((resolve, reject) => {
    socket.on('error', reject);
    socket.on('data', (chunk: Buffer) => {
      hash.update(chunk);
      bytes += chunk.length;
      if (!stopped && bytes > STOP_AFTER) {
        stopped = true;
        socket.pause();
        setTimeout(() => socket.resume(), stopFor);
      }
    });
    socket.on('end', () => resolve({ hash: hash.digest('hex'), bytes }));
  });
}

describe('200 MB each way', () => {
  it('arrives whole at readers that stop for five seconds, within 25 MB of idle memory', {
    timeout: 180_000,
  }, async () => {
    let sentByServer: Promise<string> = Promise.resolve('');
    let gotByServer: Promise<{ hash: string; bytes: number }> | undefined;
    const server = await startScripted(
      plain(({ stream, socket }) => {
        // The recorder of the scripted server must not read on while this test has the stream paused.
        stream.removeAllListeners('data');
        gotByServer = drain(socket, STOP_FOR_MS);
        sentByServer = pump(socket, TOTAL);
      }),
    );
    cleanups.push(() => server.close());
    const port = await freePort();
    const proxy = await startProxy(SUBJECT, {
      config: `global
    stats socket $DIR/stats.sock
defaults
    mode tcp
    timeout connect 5s
    timeout client 60s
    timeout server 60s
listen bulk
    bind 127.0.0.1:${port}
    server s ${server.address}
`,
    });
    cleanups.push(() => proxy.stop());
    const idle = proxy.residentBytes();
    let highest = idle;
    let running = true;
    const watching = (async () => {
      while (running) {
        highest = Math.max(highest, proxy.residentBytes());
        await pause(50);
      }
    })();

    const client = new TcpClient(port, '127.0.0.1', false);
    client.socket.removeAllListeners('data');
    await client.waitForConnect();
    const gotByClient = drain(client.socket, STOP_FOR_MS);
    const sentByClient = pump(client.socket, TOTAL);
    const [clientGot, clientSent] = await Promise.all([gotByClient, sentByClient]);
    const serverGot = await gotByServer!;
    expect(clientGot).toEqual({ hash: await sentByServer, bytes: TOTAL });
    expect(serverGot).toEqual({ hash: clientSent, bytes: TOTAL });
    running = false;
    await watching;
    process.stderr.write(`idle ${(idle / 1048576).toFixed(1)} MB, highest ${(highest / 1048576).toFixed(1)} MB\n`);
    expect(highest - idle).toBeLessThan(ALLOWED_GROWTH);
    await waitFor('the session to be counted', async () => {
      const rows = await showStat(proxy.statsSocket);
      const front = rowOf(rows, 'bulk', 'FRONTEND');
      return front.scur === '0' && front.bin === String(TOTAL) && front.bout === String(TOTAL);
    });
  });

  it('never grows for a reader that reads nothing', { timeout: 60_000 }, async () => {
    const server = await startScripted(
      plain(({ socket }) => {
        void pump(socket, TOTAL).catch(() => {});
      }),
    );
    cleanups.push(() => server.close());
    const port = await freePort();
    const proxy = await startProxy(SUBJECT, {
      config: `global
    stats socket $DIR/stats.sock
defaults
    mode tcp
    timeout connect 5s
    timeout client 60s
    timeout server 60s
listen bulk
    bind 127.0.0.1:${port}
    server s ${server.address}
`,
    });
    cleanups.push(() => proxy.stop());
    const idle = proxy.residentBytes();
    const readers: TcpClient[] = [];
    for (let index = 0; index < 20; index++) {
      const client = await openClient(port);
      client.socket.pause();
      readers.push(client);
    }
    // Until nothing moves any more: the kernel's buffers and the proxy's are full.
    let before = -1;
    await waitFor(
      'the flow to stand still',
      async () => {
        const now = Number(rowOf(await showStat(proxy.statsSocket), 'bulk', 'FRONTEND').bout);
        const still = now === before;
        before = now;
        return still;
      },
      { every: 1000, limit: 40_000 },
    );
    const growth = proxy.residentBytes() - idle;
    process.stderr.write(`20 readers that read nothing: ${(growth / 1048576).toFixed(1)} MB more\n`);
    expect(growth).toBeLessThan(ALLOWED_GROWTH);
    for (const client of readers) client.destroy();
  });
});
