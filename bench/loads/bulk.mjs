/** Bulk: the origin sends, takes, or both; the client counts. */
import { openClient } from './client.mjs';
import { BULK, makeRequest } from './origin.mjs';

const BLOCK = Buffer.alloc(262_144, 'u');

/**
 * Fetches `down` bytes and sends `up` bytes over each of `width` connections at once. The origin closes when it has sent
 * and received all.
 * @param {number} port
 * @param {number} down
 * @param {number} up
 * @param {number} width
 */
export async function bulk(port, down, up, width) {
  const request = makeRequest(BULK, down, up);
  const transfer = () =>
    new Promise((resolve, reject) => {
      let received = 0;
      let left = up;
      const socket = openClient(port, {
        received(count) {
          received += count;
        },
        ended() {
          if (received === down && left === 0) resolve();
          else reject(new Error(`${received} of ${down} bytes came, ${left} of ${up} were not sent`));
        },
        failed: reject,
      });
      const more = () => {
        while (left > 0) {
          const block = left < BLOCK.length ? BLOCK.subarray(0, left) : BLOCK;
          left -= block.length;
          if (!socket.write(block)) return;
        }
      };
      socket.on('drain', more);
      socket.write(request);
      more();
    });
  await Promise.all(Array.from({ length: width }, transfer));
}
