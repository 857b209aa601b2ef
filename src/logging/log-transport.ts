/** The ways a finished log message leaves: UDP, Unix datagram, inherited descriptor. None of them ever waits or throws. */
import { createSocket, type Socket } from 'node:dgram';
import { lookup as systemLookup } from 'node:dns';
import { isIP } from 'node:net';
import type { LogTargetModel } from '../config/model.ts';
import { DescriptorWriter } from '../system/descriptor.ts';
import { libcProblem } from '../system/libc.ts';
import type { Memory } from '../system/memory.ts';
import { UdpDatagramSocket } from '../system/udp-datagram.ts';
import { UnixDatagramSocket } from '../system/unix-datagram.ts';

export interface LogTransport {
  /** Messages that could not be sent. */
  readonly dropped: number;
  send(target: LogTargetModel, message: Uint8Array): void;
  /** Resolves when everything under way has left, or after `limit` ms. */
  close(limit: number): Promise<void>;
}

/** Above this many datagrams waiting in this process, new ones are dropped. */
const MOST_WAITING = 10_000;

/** How lines over UDP leave here: straight through libc where that can be called, else through Node. */
export function udpTransport(family: 'ipv4' | 'ipv6', warn: (message: string) => void): LogTransport {
  const socket = UdpDatagramSocket.open(family);
  return socket === undefined ? new UdpTarget(family, warn) : new DirectUdpTarget(family, socket);
}

/** Through libc. What the network does not take at once is lost, as with HAProxy. */
export class DirectUdpTarget implements LogTransport {
  dropped = 0;
  readonly #family: 'ipv4' | 'ipv6';
  readonly #socket: UdpDatagramSocket;
  readonly #receivers = new Map<LogTargetModel, Memory | undefined>();

  constructor(family: 'ipv4' | 'ipv6', socket: UdpDatagramSocket) {
    this.#family = family;
    this.#socket = socket;
  }

  send(target: LogTargetModel, message: Uint8Array): void {
    const receiver = this.#receivers.get(target) ?? this.#receiver(target);
    if (receiver === undefined || this.#socket.send(receiver, message) !== undefined) this.dropped++;
  }

  async close(): Promise<void> {
    this.#socket.close();
  }

  #receiver(target: LogTargetModel): Memory | undefined {
    const { target: to } = target;
    if (to.kind !== 'udp') return undefined;
    const receiver = UdpDatagramSocket.receiver(this.#family, to.host, to.port);
    this.#receivers.set(target, receiver);
    return receiver;
  }
}

export class UdpTarget implements LogTransport {
  dropped = 0;
  #waiting = 0;
  #closed = false;
  #idle: (() => void) | undefined;
  #socket: Socket | undefined;
  readonly #sent: (error: Error | null) => void;

  constructor(family: 'ipv4' | 'ipv6', warn: (message: string) => void) {
    const type = family === 'ipv4' ? 'udp4' : 'udp6';
    this.#sent = (error) => {
      this.#waiting--;
      if (error) this.dropped++;
      if (this.#waiting === 0) this.#idle?.();
    };
    // Addresses are numeric by now; answering at once keeps a send from being put off by a turn of the loop.
    const lookup: typeof systemLookup = ((
      host: string,
      options: { family?: number },
      done: (...args: unknown[]) => void,
    ) => {
      const family = isIP(host);
      if (family === 0) systemLookup(host, options, done as never);
      else done(null, host, family);
    }) as never;
    const socket = createSocket({ type, lookup });
    this.#socket = socket;
    socket.on('error', (error) => {
      warn(`log lines over ${type} are lost: ${error.message}`);
      this.#socket = undefined;
    });
    // Bound now, before privileges and root directory change.
    socket.bind(0);
    socket.unref();
  }

  send(target: LogTargetModel, message: Uint8Array): void {
    const { target: to } = target;
    if (to.kind !== 'udp') return;
    if (this.#socket === undefined || this.#closed || this.#waiting >= MOST_WAITING) {
      this.dropped++;
      return;
    }
    this.#waiting++;
    this.#socket.send(message, to.port, to.host, this.#sent);
  }

  async close(limit: number): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    if (this.#waiting > 0) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, limit);
        this.#idle = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
    await new Promise<void>((resolve) => {
      if (this.#socket === undefined) resolve();
      else this.#socket.close(() => resolve());
    });
  }
}

export class UnixTarget implements LogTransport {
  dropped = 0;
  readonly #socket: UnixDatagramSocket | undefined;

  constructor(warn: (message: string) => void) {
    this.#socket = UnixDatagramSocket.open();
    if (this.#socket === undefined) {
      warn(`log lines to Unix sockets are lost: ${libcProblem() ?? 'no datagram socket could be opened'}`);
    }
  }

  send(target: LogTargetModel, message: Uint8Array): void {
    const { target: to } = target;
    if (to.kind !== 'unix') return;
    if (this.#socket?.send(to.path, message) !== undefined || this.#socket === undefined) this.dropped++;
  }

  async close(): Promise<void> {
    this.#socket?.close();
  }
}

export class DescriptorTarget implements LogTransport {
  dropped = 0;
  readonly #writer: DescriptorWriter;

  constructor(fd: number) {
    this.#writer = new DescriptorWriter(fd);
  }

  send(_target: LogTargetModel, message: Uint8Array): void {
    if (!this.#writer.write(message)) this.dropped++;
  }

  async close(): Promise<void> {}
}
