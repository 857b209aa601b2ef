/** Servers that are only ever checked: one program that is thousands of addresses, answers every request and keeps the times. */
import { once } from 'node:events';
import { createServer } from 'node:net';
import { monitorEventLoopDelay, performance } from 'node:perf_hooks';
import { createServer as createTlsServer } from 'node:tls';

const ANSWER = 'HTTP/1.0 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n';
/** Last bytes of the addresses of one network: neither its first nor its last. */
const WIDTH = 250;

/** The address of a server of a number: all of 127.0.0.0/8 is this machine. */
export function targetAddress(index) {
  return `127.1.${Math.floor(index / WIDTH)}.${1 + (index % WIDTH)}`;
}

function targetIndex(address) {
  const [, , network, host] = address.split('.').map(Number);
  return network * WIDTH + host - 1;
}

/**
 * Starts it on a free port of every address.
 * @param {number} servers
 * @param {number} inter ms between two checks of one server.
 * @param {{ cert: string, key: string }} [certificate] Absent: plain TCP.
 */
export async function startCheckTarget(servers, inter, certificate) {
  let answered = 0;
  let resumed = 0;
  /** When each server was last connected to; 0: not yet. */
  const connectedAt = new Float64Array(servers);
  /** ms by which each check came later (or earlier, below 0) than `inter` after the one before. */
  let deviations = [];
  const ownDelay = monitorEventLoopDelay({ resolution: 2 });
  ownDelay.enable();

  const connected = (socket) => {
    const now = performance.now();
    const index = targetIndex(socket.localAddress ?? '127.1.0.1');
    if (connectedAt[index] > 0) deviations.push(now - connectedAt[index] - inter);
    connectedAt[index] = now;
  };
  const serve = (socket) => {
    if (certificate !== undefined && socket.isSessionReused()) resumed += 1;
    let head = '';
    socket.setEncoding('latin1').on('data', (text) => {
      head += text;
      if (!head.includes('\r\n\r\n')) return;
      head = '';
      answered += 1;
      socket.end(ANSWER);
    });
    // Checkers may cut the connection as soon as they have read enough.
    socket.on('error', () => socket.destroy());
  };
  const server =
    certificate === undefined ? createServer({ noDelay: true }, serve) : createTlsServer(certificate, serve);
  server.on('tlsClientError', () => {});
  server.prependListener('connection', connected);
  server.listen({ port: 0, host: '0.0.0.0', backlog: 4096 });
  await once(server, 'listening');
  server.unref();
  return {
    port: /** @type {import('node:net').AddressInfo} */ (server.address()).port,
    /** Requests answered so far. */
    answered: () => answered,
    /** TLS sessions that were resumed so far. */
    resumed: () => resumed,
    /** Begins to keep times anew. */
    forget() {
      connectedAt.fill(0);
      deviations = [];
      ownDelay.reset();
    },
    /** ms, since `forget`. */
    deviations: () => deviations,
    /** ms by which this program itself was late to look, at worst but one of a hundred times. */
    ownDelay: () => Math.max(0, ownDelay.percentile(99) / 1e6 - 2),
  };
}
