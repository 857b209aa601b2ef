/** Takes log lines over UDP and counts them, in a thread of its own: the load's thread is busy. */
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';

/** Starts it on a free port of the loopback address. */
export async function startLogSink() {
  const shared = new Int32Array(new SharedArrayBuffer(4));
  const worker = new Worker(new URL(import.meta.url), { workerData: shared });
  const [port] = await once(worker, 'message');
  return {
    port,
    /** Datagrams received so far. */
    lines: () => Atomics.load(shared, 0),
    close: () => worker.terminate(),
  };
}

if (!isMainThread) {
  const socket = createSocket({ type: 'udp4', recvBufferSize: 4 << 20 });
  socket.on('message', () => Atomics.add(workerData, 0, 1));
  socket.bind(0, '127.0.0.1', () => parentPort?.postMessage(socket.address().port));
}
