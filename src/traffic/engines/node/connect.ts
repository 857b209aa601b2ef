import { connect, type NetConnectOpts, type Socket } from 'node:net';
import { isIp } from '../../../system/address-family.ts';
import { abstractPath } from '../../../system/listening-path.ts';
import type { ConnectHandler, ConnectOptions, EngineTimer, PendingConnect } from '../../engine.ts';
import { classifyConnectError } from '../connect-failure.ts';
import { type ConnectionKeeper, NodeConnection } from './connection.ts';
import { errnoName } from './failure.ts';
import { HIGH_WATER_MARK } from './listener.ts';

function socketOptions({ address, keepAlive, socket, source }: ConnectOptions): NetConnectOpts {
  const common = { allowHalfOpen: true, highWaterMark: HIGH_WATER_MARK };
  if (address.family === 'unix') return { ...common, path: address.host };
  if (address.family === 'abns') return { ...common, path: abstractPath(address.host) };
  const idle = socket?.keepAlive?.idle ?? 0;
  return {
    ...common,
    host: address.host,
    port: address.port,
    noDelay: true,
    keepAlive,
    ...(idle > 0 ? { keepAliveInitialDelay: idle * 1000 } : {}),
    ...(source === undefined ? {} : { localAddress: source.host, localPort: source.port }),
    autoSelectFamily: false,
  };
}

/** The socket could not be bound to the source address. */
function isBindFailure(error: unknown): boolean {
  return error instanceof Error && 'syscall' in error && error.syscall === 'bind';
}

/** An attempt to connect. Its socket becomes a connection, or is destroyed, whatever happens first and however late. */
export class NodeConnect implements PendingConnect {
  readonly #keeper: ConnectionKeeper;
  readonly #options: ConnectOptions;
  readonly #handler: ConnectHandler;
  readonly #settled: (attempt: NodeConnect, connection?: NodeConnection) => void;
  #socket: Socket | undefined;
  #deadline: EngineTimer | undefined;
  #over = false;
  readonly #onConnect = () => this.#connected();
  readonly #onError = (error: unknown) => this.#failed(errnoName(error), isBindFailure(error));

  constructor(
    keeper: ConnectionKeeper,
    options: ConnectOptions,
    handler: ConnectHandler,
    settled: (attempt: NodeConnect, connection?: NodeConnection) => void,
  ) {
    this.#keeper = keeper;
    this.#options = options;
    this.#handler = handler;
    this.#settled = settled;
    try {
      const socket = connect(socketOptions(options) as NetConnectOpts);
      socket.pause();
      socket.on('connect', this.#onConnect);
      socket.on('error', this.#onError);
      this.#socket = socket;
    } catch (error) {
      // An impossible address (a port above 65535, from an offset) is thrown at once.
      keeper.post(() => this.#failed(errnoName(error)));
    }
    if (options.timeout > 0) {
      this.#deadline = keeper.timers.at(keeper.now() + options.timeout, () => this.#failed('ETIMEDOUT'));
    }
  }

  abort(): void {
    if (this.#over) return;
    this.#end();
    this.#socket?.destroy();
  }

  #connected(): void {
    const socket = this.#socket;
    if (this.#over || socket === undefined) return;
    this.#over = true;
    this.#deadline?.cancel();
    socket.off('connect', this.#onConnect);
    const { address } = this.#options;
    const isUnix = !isIp(address.family);
    const connection = new NodeConnection(this.#keeper, socket, isUnix, { host: address.host, port: address.port });
    // Only now: at every moment the socket has had somebody who hears its errors.
    socket.off('error', this.#onError);
    this.#settled(this, connection);
    this.#handler.connected(connection);
  }

  #failed(code: string, atSource = false): void {
    if (this.#over) return;
    this.#end();
    this.#socket?.destroy();
    this.#handler.failed(atSource ? 'source' : classifyConnectError(code), code);
  }

  /** The error listener stays on the socket for whatever still comes. */
  #end(): void {
    this.#over = true;
    this.#deadline?.cancel();
    this.#settled(this);
  }
}
