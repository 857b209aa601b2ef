/** Bulk: the origin sends, the client only counts. */
import { openClient } from './client.mjs';
import { BULK, makeRequest } from './origin.mjs';

/**
 * Fetches `bytes` over each of `width` connections at once.
 * @param {number} port
 * @param {number} bytes
 * @param {number} width
 */
export async function bulk(port, bytes, width) {
  const request = makeRequest(BULK, bytes);
  const fetchAll = () =>
    new Promise((resolve, reject) => {
      let received = 0;
      const socket = openClient(port, {
        received(count) {
          received += count;
        },
        ended() {
          if (received === bytes) resolve();
          else reject(new Error(`${received} of ${bytes} bytes came`));
        },
        failed: reject,
      });
      socket.write(request);
    });
  await Promise.all(Array.from({ length: width }, fetchAll));
}
