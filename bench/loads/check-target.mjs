/** A server that is only ever checked: it answers every request with 200 and counts. */
import { once } from 'node:events';
import { createServer } from 'node:net';

const ANSWER = 'HTTP/1.0 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n';

/** Starts it on a free port of the loopback address. */
export async function startCheckTarget() {
  let answered = 0;
  const server = createServer({ noDelay: true }, (socket) => {
    // Checkers may cut the connection as soon as they have read enough.
    socket.on('error', () => socket.destroy());
    let head = '';
    socket.setEncoding('latin1').on('data', (text) => {
      head += text;
      if (!head.includes('\r\n\r\n')) return;
      head = '';
      answered += 1;
      socket.end(ANSWER);
    });
  });
  server.listen({ port: 0, host: '127.0.0.1', backlog: 4096 });
  await once(server, 'listening');
  server.unref();
  return {
    port: /** @type {import('node:net').AddressInfo} */ (server.address()).port,
    /** Requests answered so far. */
    answered: () => answered,
  };
}
