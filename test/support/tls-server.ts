/** A server that speaks TLS as it is told, answers HTTP, and remembers what it saw. */
import { once } from 'node:events';
import { type AddressInfo, createServer as createPlainServer } from 'node:net';
import { createServer, type TLSSocket, type TlsOptions } from 'node:tls';

/** What a server saw of a handshake. */
export interface Handshake {
  readonly protocol: string | null;
  readonly cipher: string;
  readonly alpn: string | false | null;
  /** Common name of the client's certificate. */
  readonly client: string | undefined;
}

/** On loopback. `plain`: without TLS. */
export async function startTlsServer(options: TlsOptions | 'plain') {
  const handshakes: Handshake[] = [];
  const answer = 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n';
  const server =
    options === 'plain'
      ? createPlainServer((socket) => {
          socket.on('error', () => {});
          socket.once('data', () => socket.end(answer));
        })
      : createServer({ rejectUnauthorized: true, ...options }, (socket: TLSSocket) => {
          const subject = socket.getPeerCertificate().subject as { CN?: string } | undefined;
          handshakes.push({
            protocol: socket.getProtocol(),
            cipher: socket.getCipher().standardName === undefined ? '' : socket.getCipher().name,
            alpn: socket.alpnProtocol,
            client: subject?.CN,
          });
          socket.on('error', () => {});
          socket.once('data', () => socket.end(answer));
        });
  server.on('tlsClientError', () => {});
  server.on('connection', (socket) => socket.on('error', () => {}));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return { port, handshakes, close: () => new Promise((resolve) => server.close(resolve)) };
}
