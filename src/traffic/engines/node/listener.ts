import { createServer, type Server, type Socket } from 'node:net';
import { isIp } from '../../../system/address-family.ts';
import type { Endpoint, EngineListener, ListenHandler, ListenOptions } from '../../engine.ts';
import { type ConnectionKeeper, NodeConnection } from './connection.ts';
import { errnoName } from './failure.ts';
import { openListeningSocket } from './listening-socket.ts';

/** Readable and writable high-water mark of every socket: how much may wait in a stream. */
export const HIGH_WATER_MARK = 16_384;

export interface ListenerKeeper {
  adopt(connection: NodeConnection): void;
  closed(listener: NodeListener): void;
}

const UNIX: Endpoint = { host: 'unix', port: 0 };

/**
 * A listening socket. node:net cannot stop accepting, so during a pause accepted sockets are parked unread, as many as the
 * backlog (they are handed over in order on `resume`); further ones are reset and counted in `dropped`.
 */
export class NodeListener implements EngineListener {
  readonly #keeper: ConnectionKeeper;
  readonly #server: Server;
  readonly #handler: ListenHandler;
  readonly #limit: number;
  readonly #isUnix: boolean;
  readonly #owner: ListenerKeeper;
  #paused = false;
  #closed = false;
  #handingOver = false;
  #parked: NodeConnection[] = [];
  #local: Endpoint | undefined;
  dropped = 0;

  constructor(keeper: ConnectionKeeper, options: ListenOptions, handler: ListenHandler, owner: ListenerKeeper) {
    this.#keeper = keeper;
    this.#handler = handler;
    this.#owner = owner;
    this.#limit = Math.max(1, options.backlog);
    this.#isUnix = !isIp(options.address.family);
    this.#server = createServer({
      allowHalfOpen: true,
      pauseOnConnect: true,
      noDelay: !this.#isUnix,
      keepAlive: options.keepAlive && !this.#isUnix,
      keepAliveInitialDelay: (options.socket?.keepAlive?.idle ?? 0) * 1000,
      highWaterMark: HIGH_WATER_MARK,
    });
    this.#server.on('connection', (socket) => this.#accept(socket));
    openListeningSocket(this.#server, options, (code) => this.#opened(code));
  }

  pause(): void {
    this.#paused = true;
  }

  resume(): void {
    this.#paused = false;
    if (this.#parked.length === 0 || this.#handingOver) return;
    this.#handingOver = true;
    this.#keeper.post(() => this.#handOver());
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#owner.closed(this);
    this.#server.close();
    for (const connection of this.#parked) connection.reset();
    this.#parked = [];
  }

  #opened(code: string | undefined): void {
    if (code !== undefined) {
      const silent = this.#closed;
      this.close();
      if (!silent) this.#handler.failed(code);
      return;
    }
    if (this.#closed) {
      this.#server.close();
      return;
    }
    // From here on an error is a client that could not be accepted (libuv closes it); the server goes on.
    this.#server.on('error', (error) => this.#handler.acceptFailed?.(errnoName(error)));
    const address = this.#server.address();
    const isIp = address !== null && typeof address === 'object';
    const local = isIp ? { host: address.address, port: address.port } : UNIX;
    if (isIp && address.address !== '0.0.0.0' && address.address !== '::') this.#local = local;
    this.#handler.listening(local);
  }

  #accept(socket: Socket): void {
    const connection = new NodeConnection(this.#keeper, socket, this.#isUnix, undefined, this.#local);
    this.#owner.adopt(connection);
    // Asked for while the socket has a peer; a client that has sent RST already has taken its address with it.
    connection.gone = !this.#isUnix && connection.remote.port === 0;
    if (this.#closed) connection.reset();
    else if (!this.#paused && this.#parked.length === 0) this.#handler.accepted(connection);
    else if (this.#parked.length < this.#limit) this.#parked.push(connection);
    else {
      this.dropped += 1;
      connection.reset();
    }
  }

  /** A paused listener keeps its parked clients in order, so a new one waits behind them even after `resume`. */
  #handOver(): void {
    this.#handingOver = false;
    while (!this.#paused && !this.#closed) {
      const client = this.#parked.shift();
      if (client === undefined) return;
      client.lookForPeer();
      this.#handler.accepted(client);
    }
  }
}
