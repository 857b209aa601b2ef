/** Clients and servers that fail in every way at chance moments: nothing crashes, leaks or is left open, and counts add up. */
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { type RunningProxy, startProxy } from '../../src/index.ts';
import { waitFor } from '../support/wait.ts';
import { forSoakTime, SOAK_SEED, seededRandom } from './soak.ts';

const random = seededRandom(SOAK_SEED);
const below = (limit: number) => Math.floor(random() * limit);
const PAYLOAD = Buffer.alloc(100_000, 'x');

/** Does one of the things a peer may do to a connection. */
function misbehave(socket: Socket): void {
  socket.on('error', () => {});
  const act = below(7);
  if (act === 0) socket.resetAndDestroy();
  else if (act === 1) socket.end();
  else if (act === 2) socket.end(PAYLOAD.subarray(0, below(PAYLOAD.length)));
  else if (act === 3) socket.pipe(socket);
  else if (act === 4) socket.pause();
  else {
    socket.write(PAYLOAD.subarray(0, below(PAYLOAD.length)));
    if (act === 5) socket.once('data', () => socket.resetAndDestroy());
    else socket.resume();
  }
}

async function server() {
  const made = createServer({ allowHalfOpen: true }, (socket) => {
    misbehave(socket);
    setTimeout(() => socket.destroy(), below(60)).unref();
  });
  made.on('error', () => {});
  made.listen(0, '127.0.0.1');
  await once(made, 'listening');
  return made;
}

async function client(port: number): Promise<boolean> {
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
  let connected = false;
  socket.on('error', () => {});
  socket.once('connect', () => {
    connected = true;
    misbehave(socket);
    setTimeout(() => (random() < 0.5 ? socket.destroy() : socket.resetAndDestroy()), below(80)).unref();
  });
  await once(socket, 'close').catch(() => {});
  return connected;
}

function row(proxy: RunningProxy, name: string) {
  return proxy.stats().find(({ fields }) => fields.svname === name)!.fields;
}

test('sessions that fail in every way leave nothing behind', async () => {
  const servers = [await server(), await server()];
  const ports = servers.map((each) => (each.address() as { port: number }).port);
  const text = `defaults
  mode tcp
  retries 1
  timeout connect 300ms
  timeout client 400ms
  timeout server 400ms
  timeout queue 100ms
listen l
  bind 127.0.0.1:1
  option redispatch
  server a 127.0.0.1:${ports[0]} check inter 50ms maxconn 5 on-marked-down shutdown-sessions
  server b 127.0.0.1:${ports[1]} check inter 50ms
  server c 127.0.0.1:1 check inter 50ms
`;
  const proxy = await startProxy({ text, ports: 'free', threads: 0 });
  const { port } = proxy.addresses[0]!;
  let connected = 0;
  let heap = 0;
  const rounds = await forSoakTime(async (count) => {
    const outcomes = await Promise.all(Array.from({ length: 20 }, () => client(port)));
    connected += outcomes.filter(Boolean).length;
    if (count === 20) heap = process.memoryUsage().heapUsed;
    // A server goes away for a while, and states are changed by hand.
    if (count % 10 === 0) proxy.setServerState('l', 'b', (['ready', 'drain', 'maint'] as const)[below(3)]!);
    if (count % 7 === 0) await pause(below(5));
  });
  await waitFor('every session to end', () => proxy.stats().every(({ fields }) => !fields.scur && !fields.qcur));
  const front = row(proxy, 'FRONTEND');
  console.log(`${rounds} rounds, ${connected} clients connected, ${front.stot} sessions`);
  expect(front.stot).toBe(connected);
  expect(row(proxy, 'BACKEND').stot).toBe(connected);
  expect(heap === 0 ? 0 : process.memoryUsage().heapUsed - heap).toBeLessThan(100 * 1024 * 1024);
  await proxy.stop();
  for (const each of servers) each.close();
  await waitFor('sockets to be closed', () => !process.getActiveResourcesInfo().includes('TCPSocketWrap'));
});
