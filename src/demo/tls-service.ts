/** A small HTTPS service with a status API, as stands behind a proxy. */
import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import type { Certificate } from './certificates.ts';

export const STATUS_PATH = '/v1/status';

/** Most bytes that `/bytes/N` gives. */
const MOST_BYTES = 1_000_000;
/** A download comes in this many pieces, so that it lasts a while. */
const PIECES = 5;
const BETWEEN_PIECES = 150;

export class TlsService {
  readonly name: string;
  /** Whether the status API answers 200; else it answers 500. Everything else is served either way. */
  well = true;
  readonly #server;
  readonly #sockets = new Set<Socket>();

  constructor(name: string, certificate: Certificate) {
    this.name = name;
    this.#server = createServer({ cert: certificate.cert, key: certificate.key }, (request, response) =>
      this.#answer(request, response),
    );
    this.#server.on('connection', (socket: Socket) => {
      this.#sockets.add(socket);
      socket.on('error', () => {});
      socket.once('close', () => this.#sockets.delete(socket));
    });
    // Whoever speaks no TLS, or does not like the certificate, is that client's matter.
    this.#server.on('tlsClientError', (_error, socket) => socket.destroy());
    this.#server.on('clientError', (_error, socket) => socket.destroy());
  }

  /** Listens on a free port of the loopback address. */
  async open(): Promise<void> {
    this.#server.listen({ host: '127.0.0.1', port: 0 });
    await once(this.#server, 'listening');
    // Accepting fails for want of descriptors: that client is lost, the service goes on.
    this.#server.on('error', () => {});
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** Closes everything at once. */
  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    if (!this.#server.listening) return;
    const closed = once(this.#server, 'close');
    this.#server.close();
    await closed;
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    request.on('error', () => {});
    response.on('error', () => {});
    request.resume();
    const path = request.url ?? '/';
    if (path === STATUS_PATH) {
      const code = this.well ? 200 : 500;
      response.writeHead(code, { 'content-type': 'text/plain' }).end(this.well ? 'well\n' : 'unwell\n');
      return;
    }
    const bytes = Number(/^\/bytes\/(\d{1,7})$/.exec(path)?.[1] ?? 0);
    if (bytes > 0) void this.#download(response, Math.min(bytes, MOST_BYTES));
    else response.writeHead(200, { 'content-type': 'text/plain' }).end(`Hello from ${this.name}.\n`);
  }

  async #download(response: ServerResponse, bytes: number): Promise<void> {
    response.writeHead(200, { 'content-type': 'application/octet-stream', 'content-length': bytes });
    const piece = Buffer.alloc(Math.ceil(bytes / PIECES), this.name);
    for (let left = bytes; left > 0 && !response.destroyed; left -= piece.length) {
      response.write(piece.subarray(0, Math.min(left, piece.length)));
      if (left > piece.length) await new Promise((resolve) => setTimeout(resolve, BETWEEN_PIECES));
    }
    response.end();
  }
}
