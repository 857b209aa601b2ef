/**
 * The origin. A client's first byte says what it wants: `S` one request, one answer, and the origin closes; `K` an answer
 * to every request; `B` a number of bytes sent and another number taken, then close.
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

/** A request of the given kind; a bulk request says how many bytes are wanted, and how many will follow. */
export function makeRequest(kind, down = 0, up = 0) {
  const request = Buffer.alloc(REQUEST_BYTES, '.');
  request[0] = kind;
  request.writeDoubleLE(down, 8);
  request.writeDoubleLE(up, 16);
  return request;
}

/** @param {import('node:net').Socket} socket */
function pour(socket, bytes, done) {
  let left = bytes;
  const more = () => {
    while (left > 0) {
      const block = left < BLOCK.length ? BLOCK.subarray(0, left) : BLOCK;
      left -= block.length;
      if (!socket.write(block)) return;
    }
    socket.off('drain', more);
    done();
  };
  socket.on('drain', more);
  more();
}

/** @param {import('node:net').Socket} socket */
function serve(socket) {
  let kind = 0;
  let received = 0;
  let [pouring, poured] = [false, false];
  let first = Buffer.alloc(0);
  const endWhenDone = () => {
    if (poured && received >= REQUEST_BYTES + first.readDoubleLE(16)) socket.end();
  };
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
      if (!pouring) {
        pouring = true;
        pour(socket, first.readDoubleLE(8), () => {
          poured = true;
          endWhenDone();
        });
      } else endWhenDone();
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
