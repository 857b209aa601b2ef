/** A client that sees what really happens to its connection: FIN or RST, when, and every byte. */
import { createHash } from 'node:crypto';
import { connect, type Socket } from 'node:net';
import { waitFor } from './wait.ts';

export type ClientEnd = 'open' | 'fin' | 'rst' | 'refused' | 'closed';

export class TcpClient {
  readonly socket: Socket;
  /** What came, while `keepBytes` was on. */
  received = '';
  receivedBytes = 0;
  sentBytes = 0;
  connected = false;
  end: ClientEnd = 'open';
  localPort = 0;
  readonly #hash = createHash('sha256');

  /** `localAddress`: where the connection comes from; every 127.x.y.z can be had. A path instead of a port: a Unix socket. */
  constructor(port: number | string, host = '127.0.0.1', keepBytes = true, localAddress?: string) {
    const from = localAddress === undefined ? {} : { localAddress };
    this.socket =
      typeof port === 'string'
        ? connect({ path: port, allowHalfOpen: true })
        : connect({ port, host, allowHalfOpen: true, noDelay: true, ...from });
    this.socket.on('connect', () => {
      this.connected = true;
      this.localPort = this.socket.localPort ?? 0;
    });
    this.socket.on('data', (chunk) => {
      this.receivedBytes += chunk.length;
      this.#hash.update(chunk);
      if (keepBytes) this.received += chunk.toString('latin1');
    });
    this.socket.on('end', () => {
      if (this.end === 'open') this.end = 'fin';
    });
    this.socket.on('error', (error: NodeJS.ErrnoException) => {
      this.end = error.code === 'ECONNREFUSED' ? 'refused' : 'rst';
    });
    this.socket.on('close', () => {
      if (this.end === 'open') this.end = 'closed';
    });
  }

  /** SHA-256 of everything received so far, in hex; may be asked once. */
  digest(): string {
    return this.#hash.digest('hex');
  }

  write(data: string | Buffer): void {
    this.sentBytes += Buffer.byteLength(data);
    this.socket.write(data);
  }

  /** FIN; the other direction stays open. */
  finish(): void {
    this.socket.end();
  }

  reset(): void {
    this.socket.resetAndDestroy();
  }

  destroy(): void {
    this.socket.destroy();
  }

  waitForConnect(limit?: number): Promise<true> {
    return waitFor(
      'the connection',
      () => this.connected,
      limit === undefined ? { every: 5 } : { limit, every: 5 },
    ) as Promise<true>;
  }

  /** Waits until at least `count` bytes came. */
  async waitForBytes(count: number, limit = 20_000): Promise<string> {
    await waitFor(`${count} bytes`, () => this.receivedBytes >= count, {
      limit,
      every: 5,
      describe: () => `${this.receivedBytes} bytes, ${this.end}`,
    });
    return this.received;
  }

  /** Waits until the peer ended the connection, and says how. */
  async waitForEnd(limit = 20_000): Promise<ClientEnd> {
    await waitFor('the end of the connection', () => this.end !== 'open', { limit, every: 5 });
    return this.end;
  }
}

/** Opens a connection and waits until it stands. */
export async function openClient(port: number | string, host = '127.0.0.1', from?: string): Promise<TcpClient> {
  const client = new TcpClient(port, host, true, from);
  await client.waitForConnect();
  return client;
}
