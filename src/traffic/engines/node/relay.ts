import type { EngineTimer, Relay, RelayAccount, RelayHandler, RelayOptions } from '../../engine.ts';
import { type RelaySide, RelayState } from '../relay-state.ts';
import type { ConnectionKeeper, ConnectionOwner, NodeConnection } from './connection.ts';
import { noteGarbage } from './young-garbage.ts';

/** Two sockets joined. At most one chunk a direction waits for its taker here; meanwhile its source is not read. */
export class NodeRelay implements Relay, ConnectionOwner {
  readonly #keeper: ConnectionKeeper;
  readonly #client: NodeConnection;
  readonly #server: NodeConnection;
  readonly #account: RelayAccount;
  readonly #resetBecomesFin: boolean;
  readonly #serverPrefix: Uint8Array | undefined;
  readonly #handler: RelayHandler;
  readonly #state: RelayState;
  #timer: EngineTimer | undefined;
  #armedFor = Number.POSITIVE_INFINITY;
  /** A side has been reset; the other gets what is waiting for it and is then reset too. */
  #survivor: NodeConnection | undefined;
  #over = false;
  /** Write callbacks, made once: the server, or the client, has taken something. */
  readonly #serverTook = () => this.#taken(this.#server);
  readonly #clientTook = () => this.#taken(this.#client);

  constructor(
    keeper: ConnectionKeeper,
    client: NodeConnection,
    server: NodeConnection,
    options: RelayOptions,
    handler: RelayHandler,
  ) {
    this.#keeper = keeper;
    this.#client = client;
    this.#server = server;
    this.#account = options.account;
    this.#resetBecomesFin = options.resetBecomesFin;
    this.#serverPrefix = options.serverPrefix;
    this.#handler = handler;
    this.#state = new RelayState(options, keeper.now());
    client.watch(undefined);
    server.watch(undefined);
    keeper.post(() => this.#begin());
  }

  abort(how: 'close' | 'reset'): void {
    if (this.#over) return;
    this.#state.blame('aborted');
    this.#finish(how);
  }

  /** The engine closes: both sockets go, nobody is told. */
  drop(): void {
    this.#over = true;
    this.#timer?.cancel();
    this.#client.destroy();
    this.#server.destroy();
  }

  data(connection: NodeConnection, chunk: Buffer): void {
    if (this.#over) return;
    const from = this.#side(connection);
    // Late bytes of a side whose time was up, or of the survivor: read only to be thrown away.
    if (from.readEnded || this.#survivor === connection) return;
    this.#forward(connection, from, chunk, connection.lastReceived);
  }

  ended(connection: NodeConnection): void {
    if (this.#over || this.#survivor !== undefined) return;
    const side = this.#side(connection);
    if (side.readEnded) return;
    side.readEnded = true;
    this.#passEnd(connection);
  }

  failed(connection: NodeConnection): void {
    if (this.#over) return;
    this.#state.blame(connection === this.#client ? 'client-reset' : 'server-reset');
    if (this.#survivor !== undefined) {
      this.#finish('reset');
      return;
    }
    const survivor = this.#other(connection);
    this.#survivor = survivor;
    this.#state.stopReading();
    if (survivor.socket.writableLength === 0) this.#resetSurvivor(survivor);
    else {
      // It is still read, to see it fail; its bytes go nowhere.
      survivor.socket.resume();
      this.#tighten();
    }
  }

  #begin(): void {
    if (this.#over) return;
    this.#client.own(this);
    this.#server.own(this);
    const prefix = this.#serverPrefix;
    if (prefix !== undefined && prefix.length > 0) this.#send(this.#client, prefix, this.#keeper.now());
    this.#deliverKept(this.#client);
    this.#deliverKept(this.#server);
    for (const connection of [this.#client, this.#server]) {
      if (this.#over) return;
      if (connection.seen === 'gone') this.failed(connection);
      else if (connection.seen === 'fin') this.ended(connection);
      else if (!this.#side(connection).readHeld) connection.socket.resume();
    }
    if (!this.#over) this.#tighten();
  }

  #deliverKept(connection: NodeConnection): void {
    const { kept } = connection;
    if (kept === undefined) return;
    connection.kept = undefined;
    connection.keptSize = 0;
    const now = this.#keeper.now();
    for (const chunk of kept) this.#forward(connection, this.#side(connection), chunk, now);
  }

  #forward(connection: NodeConnection, from: RelaySide, chunk: Buffer, now: number): void {
    noteGarbage(chunk.length);
    from.received(now);
    if (connection === this.#client) this.#account.fromClient(chunk.length);
    else this.#account.fromServer(chunk.length);
    this.#send(connection, chunk, now);
  }

  /** Hands what came from `connection` to the other; while it has to wait, no more is read. */
  #send(connection: NodeConnection, chunk: Uint8Array, now: number): void {
    const up = connection === this.#client;
    const from = this.#side(connection);
    const { socket } = up ? this.#server : this.#client;
    const to = up ? this.#state.server : this.#state.client;
    socket.write(chunk, up ? this.#serverTook : this.#clientTook);
    if (socket.writableLength === 0) {
      to.took(now, false);
      return;
    }
    to.waits(now);
    if (from.readHeld) return;
    from.readHeld = true;
    connection.socket.pause();
    this.#tighten();
  }

  /** `connection` has taken a chunk that had to wait, or (nothing to do then) one that did not. */
  #taken(connection: NodeConnection): void {
    const side = this.#side(connection);
    if (this.#over || side.waitingSince < 0) return;
    const now = this.#keeper.now();
    const left = connection.socket.writableLength > 0;
    side.took(now, left);
    if (left || connection.socket.destroyed) return;
    if (this.#survivor === connection) {
      this.#resetSurvivor(connection);
      return;
    }
    const source = this.#other(connection);
    const from = this.#side(source);
    if (from.readHeld) {
      from.release(now);
      source.socket.resume();
    }
    if (from.readEnded) this.#passEnd(source);
  }

  /** No more comes from `connection`: the other gets FIN once it has everything. */
  #passEnd(connection: NodeConnection): void {
    const target = this.#other(connection);
    const side = this.#side(target);
    if (target.socket.writableLength === 0 && this.#state.cutsInsteadOfFin(side)) {
      this.#finish('close');
      return;
    }
    if (!side.finSent && target.socket.writableLength === 0) {
      side.sentFin(this.#keeper.now());
      target.socket.end();
    }
    if (this.#state.finished) this.#finish('close');
    else this.#tighten();
  }

  #resetSurvivor(survivor: NodeConnection): void {
    const orderly = this.#resetBecomesFin && survivor === this.#client;
    this.#finish(orderly ? 'close' : 'reset');
  }

  /** The wheel's timer may be early (activity moves deadlines on, it stays) but never later than the next deadline. */
  #tighten(): void {
    const { deadline } = this.#state;
    if (deadline >= this.#armedFor) return;
    this.#timer?.cancel();
    this.#armedFor = deadline;
    this.#timer = this.#keeper.timers.at(deadline, () => this.#timeUp());
  }

  #timeUp(): void {
    this.#armedFor = Number.POSITIVE_INFINITY;
    this.#timer = undefined;
    if (this.#over) return;
    const now = this.#keeper.now();
    for (let expiry = this.#state.expired(now); expiry !== undefined; expiry = this.#state.expired(now)) {
      const isClient = expiry === 'client-read' || expiry === 'client-write';
      this.#state.blame(isClient ? 'client-timeout' : 'server-timeout');
      if (expiry === 'client-write' || expiry === 'server-write') {
        this.#finish('close');
        return;
      }
      const connection = isClient ? this.#client : this.#server;
      this.#side(connection).readEnded = true;
      this.#passEnd(connection);
      if (this.#over) return;
    }
    this.#tighten();
  }

  #finish(how: 'close' | 'reset'): void {
    this.#over = true;
    this.#timer?.cancel();
    for (const connection of [this.#client, this.#server]) {
      if (how === 'reset' || this.#state.closesByReset(this.#side(connection))) connection.reset();
      else connection.close();
    }
    this.#keeper.post(() => this.#handler.ended(this.#state.end));
  }

  #side(connection: NodeConnection): RelaySide {
    return connection === this.#client ? this.#state.client : this.#state.server;
  }

  #other(connection: NodeConnection): NodeConnection {
    return connection === this.#client ? this.#server : this.#client;
  }
}
