/** Keep-alive exchanges: connections stay, requests and answers follow each other on them. */
import { openClient } from './client.mjs';
import { ANSWER_BYTES, KEEP_ALIVE, makeRequest } from './origin.mjs';

const REQUEST = makeRequest(KEEP_ALIVE);

/**
 * Opens connections, each of which has had one answer. They stay open until `close()`.
 * @param {number} port
 * @param {number} width
 */
export async function openConnections(port, width) {
  const sockets = [];
  /** Called for each whole answer with the index of its connection. */
  let answered = (_index) => {};
  let failed = (_error) => {};
  let closing = false;
  const open = (index) => {
    let received = 0;
    const socket = openClient(port, {
      received(bytes) {
        received += bytes;
        if (received < ANSWER_BYTES) return;
        received -= ANSWER_BYTES;
        answered(index);
      },
      ended() {
        if (!closing) failed(new Error('a kept connection was closed'));
      },
      failed: (error) => closing || failed(error),
    });
    sockets.push(socket);
    socket.write(REQUEST);
  };
  await new Promise((resolve, reject) => {
    failed = reject;
    let ready = 0;
    answered = () => {
      ready += 1;
      if (ready === width) resolve();
      // A few at a time, so that no accept queue overflows.
      else if (sockets.length < width) open(sockets.length);
    };
    for (let index = 0; index < Math.min(32, width); index += 1) open(index);
  });
  return {
    send: (index) => sockets[index].write(REQUEST),
    /** Sets who hears of answers and of failures. */
    listen(onAnswer, onFailure) {
      answered = onAnswer;
      failed = onFailure;
    },
    /** Closes all, and returns when they are closed. */
    async close() {
      closing = true;
      await Promise.all(sockets.map((socket) => new Promise((resolve) => socket.once('close', resolve).end())));
    },
  };
}

/**
 * `total` exchanges over connections that are open already.
 * @param {Awaited<ReturnType<typeof openConnections>>} connections
 * @param {number} total
 * @param {number} width
 */
export function exchange(connections, total, width) {
  return new Promise((resolve, reject) => {
    let begun = 0;
    let done = 0;
    connections.listen((index) => {
      done += 1;
      if (done === total) resolve();
      else if (begun < total) {
        begun += 1;
        connections.send(index);
      }
    }, reject);
    for (let index = 0; index < Math.min(width, total); index += 1) {
      begun += 1;
      connections.send(index);
    }
  });
}
