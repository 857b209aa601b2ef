import type { Socket } from 'node:net';
import type { TestPeer } from './world.ts';

/** A real socket as the test's end of a connection. */
export class NodePeer implements TestPeer {
  readonly socket: Socket;
  #chunks: Buffer[] = [];
  receivedBytes = 0;
  ended = false;
  wasReset = false;
  closed = false;
  onData: ((bytes: Uint8Array) => void) | undefined;
  onEnd: (() => void) | undefined;

  constructor(socket: Socket, unix: boolean) {
    this.socket = socket;
    socket.on('data', (chunk) => {
      this.#chunks.push(chunk);
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
