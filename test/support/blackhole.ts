/**
 * A port that swallows connection attempts: a listener in a thread that never accepts, with its queue filled, so the
 * kernel drops further SYNs (Linux). It is how a connect timeout is made on loopback without touching a firewall.
 */
import { connect, type Socket } from 'node:net';
import { Worker } from 'node:worker_threads';
import { lingeringConnections } from './open-sockets.ts';

/** A state of /proc/net/tcp. */
const SYN_SENT = '02';

const LISTEN_AND_FREEZE = `
const { createServer } = require('node:net');
const { parentPort, workerData } = require('node:worker_threads');
const server = createServer().listen({ host: '127.0.0.1', port: 0, backlog: 1 }, () => {
  parentPort.postMessage(server.address().port);
  setTimeout(() => {
    const gate = new Int32Array(workerData);
    parentPort.postMessage('frozen');
    Atomics.wait(gate, 0, 0);
    if (gate[0] === 1) process.exit();
  }, 50);
});
`;

export interface Blackhole {
  readonly port: number;
  readonly address: string;
  /** Begins to accept: whoever still tries gets through when it tries again (after about a second). */
  open(): void;
  close(): Promise<void>;
}

/** Whether the kernel is still waiting for the first answer of somebody at the port. */
function isUnanswered(port: number): boolean {
  return lingeringConnections([port]).some((line) => line.endsWith(` ${port} ${SYN_SENT}`));
}

/** Whether a connection to the port is made within `limit` milliseconds; it stays open when it is. */
function fills(port: number, sockets: Socket[], limit: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    sockets.push(socket);
    socket.on('error', () => {});
    const look = () => {
      // A busy machine is late to tell of a connection; the kernel knows whether one was refused an answer.
      if (process.platform === 'linux' && !isUnanswered(port)) timer = setTimeout(look, limit);
      else resolve(false);
    };
    let timer = setTimeout(look, limit);
    socket.on('connect', () => {
      clearTimeout(timer);
      resolve(true);
    });
  });
}

/** Starts one; connection attempts to its port neither succeed nor fail. */
export async function startBlackhole(): Promise<Blackhole> {
  const gate = new SharedArrayBuffer(4);
  const worker = new Worker(LISTEN_AND_FREEZE, { eval: true, workerData: gate });
  const said = () =>
    new Promise<unknown>((resolve, reject) => {
      worker.once('message', resolve);
      worker.once('error', reject);
    });
  const port = Number(await said());
  await said();
  const sockets: Socket[] = [];
  let filled = false;
  for (let tries = 0; tries < 16 && !filled; tries++) filled = !(await fills(port, sockets, 400));
  const view = new Int32Array(gate);
  if (!filled) throw new Error('the accept queue never filled');
  return {
    port,
    address: `127.0.0.1:${port}`,
    open: () => {
      Atomics.store(view, 0, 2);
      Atomics.notify(view, 0);
    },
    close: async () => {
      for (const socket of sockets) socket.destroy();
      Atomics.store(view, 0, 1);
      Atomics.notify(view, 0);
      await worker.terminate();
    },
  };
}
