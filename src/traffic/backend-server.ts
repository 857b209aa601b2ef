import type { Candidate } from '../balance/balancer.ts';
import type { BackendModel, ServerModel } from '../config/model.ts';
import { type SharedTable, Word } from '../servers/shared-table.ts';
import { isIp } from '../system/address-family.ts';
import { ConnectionSource } from './connection-source.ts';
import type { Connection, ConnectOptions, Endpoint } from './engine.ts';
import type { Placement } from './placement.ts';
import { Roll } from './roll.ts';
import { serverSocketOptions } from './socket-plan.ts';
import type { CutCause } from './traffic-handle.ts';
import { WaitingLine } from './waiting-line.ts';

/** A session that has a place on a server. */
export interface PlaceHolder {
  /** Ends it for a reason of ours. */
  cut(cause: CutCause): void;
}

/** One server of a backend as traffic sees it: its words of the shared table, its queue, the sessions on it. */
export class BackendServer implements Candidate {
  readonly index: number;
  readonly slot: number;
  readonly model: ServerModel;
  readonly name: string;
  /** Sessions of this thread that were given to the server and have not ended (waiting ones not counted). */
  readonly sessions = new Roll<PlaceHolder>();
  /** Sessions that wait for this very server. */
  readonly queue = new WaitingLine<Placement>();
  /** As of the last `read`. */
  usable = false;
  /** Down or in maintenance, as of then. */
  stopped = false;
  weight = 0;
  generation = -1;
  readonly #table: SharedTable;
  readonly #backendSlot: number;
  readonly #fullconn: number;
  /** A Unix socket: connecting succeeds or fails at once, nothing is on the way. */
  readonly answersAtOnce: boolean;
  readonly #connect: ConnectOptions;
  /** The same for clients that have spoken already. */
  readonly #connectWithData: ConnectOptions;
  /** Where each connection comes from; undefined: the kernel chooses. */
  readonly source: ConnectionSource | undefined;
  /** The server's address is `*`: it is where the client went. */
  readonly #followsHost: boolean;
  /** The server's port is the client's, or lies at a distance from it. */
  readonly #followsPort: boolean;

  constructor(
    table: SharedTable,
    backend: BackendModel,
    backendSlot: number,
    index: number,
    slot: number,
    connectTimeout: number,
  ) {
    this.#table = table;
    this.#backendSlot = backendSlot;
    this.#fullconn = backend.fullconn;
    this.index = index;
    this.slot = slot;
    this.model = backend.servers[index] as ServerModel;
    this.name = this.model.name;
    const { address } = this.model;
    const inet = isIp(address.family);
    this.answersAtOnce = !inet;
    const { source: wish } = this.model;
    this.source = inet && (wish?.address ?? wish?.useSource) !== undefined ? new ConnectionSource(wish!) : undefined;
    this.#connect = connectOptions(this.model, backend, connectTimeout, this.source, false);
    this.#connectWithData = backend.smartConnect
      ? connectOptions(this.model, backend, connectTimeout, this.source, true)
      : this.#connect;
    this.#followsHost = inet && (address.host === '0.0.0.0' || address.host === '::');
    this.#followsPort = inet && (address.port === 0 || address.portIsOffset === true);
  }

  /** Reads the state words again; true if they have changed. */
  read(): boolean {
    const generation = this.#table.get(this.slot, Word.generation);
    if (generation === this.generation) return false;
    this.generation = generation;
    this.weight = this.#table.get(this.slot, Word.effectiveWeight);
    this.stopped = this.#table.get(this.slot, Word.stopped) === 1;
    this.usable = this.#table.get(this.slot, Word.usable) === 1 && this.weight > 0;
    return true;
  }

  /** `observe layer4`: a connection was made, which ends every row of failed ones. */
  connected(): void {
    if (this.model.observe !== undefined && this.#table.get(this.slot, Word.errorsInARow) !== 0) {
      this.#table.set(this.slot, Word.errorsInARow, 0);
    }
  }

  /** The same for one that failed. The thread that counts up to the limit tells the control thread. */
  failedToConnect(): void {
    const { observe } = this.model;
    if (observe === undefined || this.#table.add(this.slot, Word.errorsInARow, 1) !== observe.limit) return;
    this.#table.set(this.slot, Word.errorsInARow, 0);
    this.#table.add(this.slot, Word.limitReached, 1);
    this.#table.wake(this.slot, Word.limitReached);
  }

  get load(): number {
    return this.#table.get(this.slot, Word.places) + this.#table.get(this.slot, Word.queued);
  }

  /** How many sessions it may have now; 0: no limit. With minconn the limit grows with the backend's load up to fullconn. */
  get limit(): number {
    const { minconn } = this.model;
    const most = this.#table.get(this.slot, Word.maxconn) || minconn;
    if (minconn <= 0 || minconn >= most) return most;
    const load = this.#table.get(this.#backendSlot, Word.current);
    if (load >= this.#fullconn) return most;
    return Math.max(minconn, Math.floor((load * most) / this.#fullconn));
  }

  /** No place is free, or others wait for the next one. */
  get full(): boolean {
    const limit = this.limit;
    return limit > 0 && (this.queue.length > 0 || this.#table.get(this.slot, Word.places) >= limit);
  }

  /** A place is free, whoever waits for it. */
  get hasPlace(): boolean {
    const limit = this.limit;
    return limit <= 0 || this.#table.get(this.slot, Word.places) < limit;
  }

  /** The queue may not grow any more. */
  get queueFull(): boolean {
    const limit = this.#table.get(this.slot, Word.maxqueue);
    return limit > 0 && this.#table.get(this.slot, Word.queued) >= limit;
  }

  /**
   * Where to connect for a client: what the server does not say of its own address and port, the client's destination does.
   * A client of a Unix socket has no such address. `source`: where this connection is to come from.
   */
  connectOptions(client: Connection, source: Endpoint | undefined): ConnectOptions {
    const options =
      this.#connect === this.#connectWithData || client.received === 0 ? this.#connect : this.#connectWithData;
    const { local } = client;
    const followsHost = this.#followsHost && local.host !== 'unix';
    if (!followsHost && !this.#followsPort) return source === options.source ? options : { ...options, source };
    const { address } = options;
    const host = followsHost ? local.host : address.host;
    const family = followsHost ? (host.includes(':') ? 'ipv6' : 'ipv4') : address.family;
    const port = this.#followsPort ? local.port + address.port : address.port;
    return { ...options, source, address: { family, host, port } };
  }
}

function connectOptions(
  server: ServerModel,
  backend: BackendModel,
  timeout: number,
  source: ConnectionSource | undefined,
  hasData: boolean,
): ConnectOptions {
  const socket = serverSocketOptions(server, backend, hasData);
  return {
    address: server.address,
    timeout,
    keepAlive: backend.tcpKeepAlive,
    ...(socket === undefined ? {} : { socket }),
    ...(source?.fixed === undefined ? {} : { source: source.fixed }),
  };
}
