import type { Socket } from 'node:net';
import { libc } from '../../src/system/libc.ts';
import type { TestPeer } from './world.ts';

const IPPROTO_TCP = 6;
const TCP_CORK = 3;

/** A real socket as the test's end of a connection. */
export class SocketPeer implements TestPeer {
  readonly socket: Socket;
  #chunks: Buffer[] = [];
  keeping = true;
  readonly #unix: boolean;
  receivedBytes = 0;
  ended = false;
  wasReset = false;
  closed = false;
  onData: ((bytes: Uint8Array) => void) | undefined;
  onEnd: (() => void) | undefined;

  constructor(socket: Socket, unix: boolean) {
    this.socket = socket;
    this.#unix = unix;
    socket.on('data', (chunk) => {
      if (this.keeping) this.#chunks.push(chunk);
      this.receivedBytes += chunk.length;
      this.onData?.(chunk);
    });
    socket.on('end', () => {
      // Bytes and RST found by one poll look like an orderly end in node:net; the kernel then knows no peer.
      if (!unix && !socket.writableEnded && socket.remoteAddress === undefined) {
        this.wasReset = true;
        return;
      }
      this.ended = true;
      this.onEnd?.();
    });
    socket.on('error', () => {
      this.wasReset = true;
    });
    socket.on('close', () => {
      this.closed = true;
    });
  }

  get received(): Buffer {
    const all = Buffer.concat(this.#chunks);
    this.#chunks = [all];
    return all;
  }

  get text(): string {
    return this.received.toString('latin1');
  }

  send(data: string | Uint8Array, split = Number.POSITIVE_INFINITY): void {
    const bytes = typeof data === 'string' ? Buffer.from(data, 'latin1') : data;
    for (let at = 0; at < bytes.length; at += split) {
      this.socket.write(bytes.subarray(at, Math.min(bytes.length, at + split)));
    }
  }

  end(): void {
    this.socket.end();
  }

  sendLast(data: string): void {
    const { fd } = (this.socket as unknown as { readonly _handle: { readonly fd: number } })._handle;
    // The kernel holds corked data back, and FIN goes out with it. Elsewhere they may be two segments.
    if (!this.#unix && process.platform === 'linux') {
      const setsockopt = libc()?.bind<[number, number, number, Int32Array, number]>(
        'int setsockopt(int fd, int level, int name, int *value, unsigned int length)',
      );
      setsockopt?.(fd, IPPROTO_TCP, TCP_CORK, new Int32Array([1]), 4);
    }
    this.socket.end(Buffer.from(data, 'latin1'));
  }

  reset(): void {
    // libuv refuses a reset while a FIN is waiting to be sent, and Node then loses the descriptor.
    if (this.socket.writableEnded && !this.socket.writableFinished) this.socket.destroy();
    else this.socket.resetAndDestroy();
  }

  pause(): void {
    this.socket.pause();
  }

  resume(): void {
    this.socket.resume();
  }
}
