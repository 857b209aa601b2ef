/** A TLS service as a passthrough proxy meets it: a status API for checks, and an endpoint that proves bytes stayed whole. */
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import type { Certificate } from './certificates.ts';

export interface HttpsService {
  readonly name: string;
  readonly port: number;
  /** What `GET /v1/status` answers; may be changed at any time. */
  status: number;
  /** Requests other than checks. */
  readonly served: string[];
  close(): Promise<void>;
}

/**
 * Starts one. `GET /v1/status` answers `status`; `POST` anywhere answers JSON with the service's name, the number of
 * bytes that arrived and their SHA-256; `GET` anywhere else answers the name.
 */
export async function startHttpsService(
  name: string,
  certificate: Certificate,
  host = '127.0.0.1',
  port = 0,
): Promise<HttpsService> {
  const sockets = new Set<Socket>();
  const service = { status: 200, served: [] as string[] };
  const server: Server = createServer({ cert: certificate.cert, key: certificate.key }, (request, response) => {
    if (request.url === '/v1/status') {
      request.resume();
      response.writeHead(service.status, { 'content-type': 'text/plain' }).end(`${service.status}\n`);
      return;
    }
    service.served.push(`${request.method} ${request.url}`);
    const hash = createHash('sha256');
    let bytes = 0;
    request.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      hash.update(chunk);
    });
    request.on('end', () => response.end(JSON.stringify({ name, bytes, hash: hash.digest('hex') })));
    request.on('error', () => {});
  });
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  server.on('tlsClientError', () => {});
  server.on('error', () => {});
  server.listen(port, host);
  await once(server, 'listening');
  return Object.assign(service, {
    name,
    port: (server.address() as AddressInfo).port,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  });
}
