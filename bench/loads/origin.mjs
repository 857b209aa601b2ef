/**
 * The origin. A client's first byte says what it wants:
 * `S` one request, one answer, and the origin closes; `K` an answer to every request; `B` a number of bytes, then close.
 */
import { once } from 'node:events';
import { createServer } from 'node:net';

export const REQUEST_BYTES = 128;
export const ANSWER_BYTES = 1024;
export const SHORT = 'S'.charCodeAt(0);
export const KEEP_ALIVE = 'K'.charCodeAt(0);
export const BULK = 'B'.charCodeAt(0);

const ANSWER = Buffer.alloc(ANSWER_BYTES, 'a');
const BLOCK = Buffer.alloc(262_144, 'b');

/** A request of the given kind; a bulk request says how many bytes are wanted. */
export function makeRequest(kind, bytes = 0) {
  const request = Buffer.alloc(REQUEST_BYTES, '.');
  request[0] = kind;
  request.writeDoubleLE(bytes, 8);
  return request;
}

/** @param {import('node:net').Socket} socket */
function pour(socket, bytes) {
  let left = bytes;
  const more = () => {
    while (left > 0) {
      const block = left < BLOCK.length ? BLOCK.subarray(0, left) : BLOCK;
      left -= block.length;
      if (!socket.write(block)) return;
    }
    socket.off('drain', more);
    socket.end();
  };
  socket.on('drain', more);
  more();
}

/** @param {import('node:net').Socket} socket */
function serve(socket) {
  let kind = 0;
  let received = 0;
  let first = Buffer.alloc(0);
  // A load that ends early cuts its connections.
  socket.on('error', () => socket.destroy());
  socket.on('data', (chunk) => {
    if (kind === 0) {
      first = first.length === 0 ? chunk : Buffer.concat([first, chunk]);
      if (first.length < REQUEST_BYTES) return;
      kind = first[0];
      received = first.length;
    } else {
      received += chunk.length;
    }
    if (kind === BULK) {
      if (received >= REQUEST_BYTES) pour(socket, first.readDoubleLE(8));
      received = -Infinity;
      return;
    }
    while (received >= REQUEST_BYTES) {
      received -= REQUEST_BYTES;
      if (kind === SHORT) {
        socket.end(ANSWER);
        received = -Infinity;
      } else {
        socket.write(ANSWER);
      }
    }
  });
}

/** Starts the origin on a free port of the loopback address. It does not keep the process alive. */
export async function startOrigin() {
  const server = createServer({ noDelay: true }, serve);
  server.listen({ port: 0, host: '127.0.0.1', backlog: 4096 });
  await once(server, 'listening');
  server.unref();
  return /** @type {import('node:net').AddressInfo} */ (server.address()).port;
}
