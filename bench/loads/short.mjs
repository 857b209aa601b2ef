/** Short connections: connect, one request, one answer, close; the origin closes first. */
import { openClient } from './client.mjs';
import { ANSWER_BYTES, makeRequest, SHORT } from './origin.mjs';

const REQUEST = makeRequest(SHORT);

/**
 * Makes `total` connections, `width` at a time. Rejects at the first one that fails or is answered in part: a figure
 * with lost connections in it is no figure.
 * @param {number} port
 * @param {number} total
 * @param {number} width
 */
export function shortConnections(port, total, width) {
  return new Promise((resolve, reject) => {
    let begun = 0;
    let done = 0;
    const next = () => {
      if (begun === total) return;
      begun += 1;
      let received = 0;
      const socket = openClient(port, {
        received(bytes) {
          received += bytes;
        },
        ended() {
          if (received !== ANSWER_BYTES) reject(new Error(`a short connection got ${received} bytes`));
          done += 1;
          if (done === total) resolve();
          else next();
        },
        failed: reject,
      });
      socket.write(REQUEST);
    };
    for (let index = 0; index < Math.min(width, total); index += 1) next();
  });
}
