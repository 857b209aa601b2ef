/** A client connection that costs the load as little as Node can: its bytes land in one shared buffer. */
import { connect } from 'node:net';

const SINK = Buffer.allocUnsafe(262_144);

/**
 * @typedef {object} Listener
 * @property {(bytes: number) => void} received
 * @property {() => void} ended The peer has closed in good order, and so have we.
 * @property {(error: Error) => void} failed
 */

/**
 * @param {number} port
 * @param {Listener} listener
 */
export function openClient(port, listener) {
  let failed = false;
  const socket = connect({
    port,
    host: '127.0.0.1',
    noDelay: true,
    onread: {
      buffer: SINK,
      callback(bytes) {
        listener.received(bytes);
        return true;
      },
    },
  });
  socket.on('error', (error) => {
    failed = true;
    listener.failed(error);
  });
  socket.on('close', () => {
    if (!failed) listener.ended();
  });
  return socket;
}
