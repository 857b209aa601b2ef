/** Sends an answer, whole or in pieces, as fast as the client takes it and with pauses in which others get their turn. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { setImmediate as turn } from 'node:timers/promises';
import { internalError, type WebResponse } from './web-response.ts';

/** Resolves when everything was handed to the socket or the client is gone. Never rejects. */
export async function sendResponse(
  request: IncomingMessage,
  response: ServerResponse,
  answer: WebResponse,
): Promise<void> {
  const { body } = answer;
  if (typeof body === 'string') {
    sendWhole(request, response, answer, body);
    return;
  }
  if (request.method === 'HEAD') {
    // The length is not known, and the page need not be made to learn it.
    response.writeHead(answer.status, answer.headers.flat());
    response.end();
    return;
  }
  let pieces: Iterator<string>;
  let piece: IteratorResult<string>;
  try {
    pieces = body()[Symbol.iterator]();
    piece = pieces.next();
  } catch {
    // A bug of ours in a page must not end the proxy.
    sendWhole(request, response, internalError, internalError.body as string);
    return;
  }
  response.writeHead(answer.status, answer.headers.flat());
  while (piece.done !== true) {
    if (response.destroyed || response.socket === null) return;
    if (!response.write(piece.value)) await takenOrGone(response);
    // A socket that takes everything at once says so before anything else has happened.
    await turn();
    try {
      piece = pieces.next();
    } catch {
      // Half of it is out: the client must not take it for the whole.
      response.destroy();
      return;
    }
  }
  response.end();
}

function sendWhole(request: IncomingMessage, response: ServerResponse, answer: WebResponse, text: string): void {
  const bytes = Buffer.from(text);
  const headers = [...answer.headers, ['content-length', String(bytes.length)] as const];
  if (answer.close === true) response.shouldKeepAlive = false;
  response.writeHead(answer.status, headers.flat());
  response.end(request.method === 'HEAD' ? undefined : bytes);
}

function takenOrGone(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      response.off('drain', done);
      response.off('close', done);
      resolve();
    };
    response.once('drain', done);
    response.once('close', done);
  });
}
