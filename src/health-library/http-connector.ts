/** Makes the connection of an HTTP check in stages, and can take it back at any of them. */
import { connect as connectPlain, type Socket } from 'node:net';
import { type ConnectionOptions, connect as secure } from 'node:tls';
import type { buildConnector } from 'undici';

export type Stage = 'connecting' | 'securing' | 'talking';

export class HttpConnector {
  readonly #where: { readonly host: string; readonly port: number };
  readonly #tls: ConnectionOptions | undefined;
  readonly #sockets: Socket[] = [];
  stage: Stage = 'connecting';
  /** undici waits for its connection whatever else happens, so it must hear of one that was given up. */
  #pending: buildConnector.Callback | undefined;

  constructor(where: { readonly host: string; readonly port: number }, tls: ConnectionOptions | undefined) {
    this.#where = where;
    this.#tls = tls;
  }

  /** What undici calls for its connection. */
  readonly connect: buildConnector.connector = (_options, callback) => {
    this.#pending = callback;
    const plain = this.#keep(connectPlain({ ...this.#where, noDelay: true }));
    plain.once('connect', () => {
      if (this.#tls === undefined) {
        this.#hand(plain);
        return;
      }
      this.stage = 'securing';
      try {
        const stream = this.#keep(secure({ ...this.#tls, ALPNProtocols: ['http/1.1'], socket: plain }));
        stream.once('secureConnect', () => this.#hand(stream));
      } catch (error) {
        this.#fail(error as Error);
      }
    });
  };

  /** Drops whatever stands or is being made. */
  release(): void {
    for (const socket of this.#sockets.reverse()) socket.destroy();
    this.#fail(new Error('given up'));
  }

  #keep<S extends Socket>(socket: S): S {
    this.#sockets.push(socket);
    socket.on('error', (error) => this.#fail(error));
    // TLS that is closed in the handshake has no error.
    socket.on('close', () => this.#fail(new Error('the connection was closed')));
    return socket;
  }

  #hand(socket: Socket): void {
    this.stage = 'talking';
    const callback = this.#pending;
    this.#pending = undefined;
    callback?.(null, socket);
  }

  #fail(error: Error): void {
    const callback = this.#pending;
    this.#pending = undefined;
    callback?.(error, null);
  }
}
