/**
 * The boundary between session logic, which decides, and an engine, which moves bytes. Everything is a callback: no
 * promise, Node timer, stream or socket may appear on the session's side, because an engine may run in a loop of its own
 * where none of those ever fires. No callback is ever made from inside the call that asked for it.
 */
import type { AddressModel } from '../config/model.ts';
import type { ConnectSocketOptions, ListenerSocketOptions } from '../system/socket-options.ts';

export interface Engine {
  readonly name: 'simulated' | 'node' | 'linux';
  /** Monotonic milliseconds, of one clock for all threads of a process. */
  now(): number;
  /** Wall clock milliseconds since the epoch. */
  wallClock(): number;
  /** Runs `task` soon, after the current callback has returned. */
  post(task: () => void): void;
  /** Calls `fire` once after `delay` ms (coarse: it may be late by some ms, never early). */
  startTimer(delay: number, fire: () => void): EngineTimer;
  /** Opens a listening socket; exactly one of `handler.listening` and `handler.failed` follows. */
  listen(options: ListenOptions, handler: ListenHandler): EngineListener;
  /** Connects; exactly one of `handler.connected` and `handler.failed` follows, unless `abort()` comes first. */
  connect(options: ConnectOptions, handler: ConnectHandler): PendingConnect;
  /**
   * Moves bytes both ways between two connections until both directions have ended, passing half-closes on. Bytes that
   * the client sent before are delivered first. Both connections belong to the relay and are closed when it ends.
   */
  relay(client: Connection, server: Connection, options: RelayOptions, handler: RelayHandler): Relay;
  /** Closes every listener and connection and releases the engine. */
  close(): void;
}

export interface EngineTimer {
  cancel(): void;
}

export interface Endpoint {
  /** IP address, or `unix` for a Unix socket. */
  readonly host: string;
  readonly port: number;
}

export interface ListenOptions {
  /** With `fd`: an inherited socket that is bound already and may listen already; the engine owns it from now on. */
  readonly address: AddressModel;
  readonly backlog: number;
  readonly v6only?: boolean;
  readonly keepAlive: boolean;
  /** Further options of an IP socket, `keepAlive` among them, all of which the linux engine can set. */
  readonly socket?: ListenerSocketOptions;
  /** Permission bits and owner of a Unix socket's file. */
  readonly mode?: number;
  readonly uid?: number;
  readonly gid?: number;
  /** The socket listens already, opened by the control thread, which also closes it. Only the linux engine can take it. */
  readonly descriptor?: { readonly fd: number; readonly local: Endpoint };
}

export interface ListenHandler {
  /** `local` has the real port where port 0 was asked for. */
  listening(local: Endpoint): void;
  /** `code` is the errno's name: `EADDRINUSE`, `EACCES`, ... */
  failed(code: string): void;
  accepted(client: Connection): void;
  /** A client could not be accepted (`EMFILE`, ..., as far as the engine is told); the listener goes on. */
  acceptFailed?(code: string): void;
}

export interface EngineListener {
  /** Clients closed unseen because more than the backlog waited during a pause (the kernel drops them where it can). */
  readonly dropped: number;
  /** Stops handing over new clients; they wait unseen until `resume`. */
  pause(): void;
  resume(): void;
  close(): void;
}

export interface Connection {
  readonly remote: Endpoint;
  readonly local: Endpoint;
  /** Wall clock ms of the accept or of the established connection. */
  readonly openedAt: number;
  /** Monotonic ms of the last byte received; `openedAt`'s moment at first. */
  readonly lastReceived: number;
  /** Bytes received so far, delivered or not. A relay accounts them too, those from before it when it begins. */
  readonly received: number;
  /** The peer had reset it before it was handed over, as far as the engine can know: nothing can come of it. */
  readonly gone: boolean;
  /** Tells the owner what the peer does before a relay begins; `undefined` stops it. Bytes are kept, within bounds. */
  watch(watcher: ConnectionWatcher | undefined): void;
  /**
   * Every byte received so far, in order; they stay where they are for the relay. Only while it is watched more come, and
   * of those no more than about 16 KB are kept. Empty once a relay has begun. Not to be written to, nor kept after the
   * current callback.
   */
  peek(): Uint8Array;
  /** Orderly end: what was accepted for sending is sent, then FIN. */
  close(): void;
  /** RST at once. */
  reset(): void;
}

export interface ConnectionWatcher {
  /** There is more to `peek` at than before. */
  arrived?(): void;
  /** The peer will send no more. `hasData`: bytes were received that nobody has taken yet. */
  ended(hasData: boolean): void;
  /** The connection is gone (RST or another error). */
  failed(): void;
}

export interface ConnectOptions {
  readonly address: AddressModel;
  /** ms from now; 0: none. */
  readonly timeout: number;
  readonly keepAlive: boolean;
  /** The address an IP connection comes from; port 0: any. `socket.transparent`: it need not be one of this machine. */
  readonly source?: Endpoint | undefined;
  /** Further options of an IP socket, `keepAlive` among them, all of which the linux engine can set. */
  readonly socket?: ConnectSocketOptions;
}

/** `source`: it cannot come from where it is to come from (the address, the interface, a privilege that is missing). */
export type ConnectFailure =
  | 'timeout'
  | 'refused'
  | 'reset'
  | 'unreachable'
  | 'no-port'
  | 'too-many-files'
  | 'source'
  | 'other';

export interface ConnectHandler {
  connected(server: Connection): void;
  /** `code` is the errno's name, `ETIMEDOUT` for the deadline. */
  failed(failure: ConnectFailure, code: string): void;
}

export interface PendingConnect {
  /** Gives up: no callback follows, and a connection that comes late is destroyed. */
  abort(): void;
}

export interface RelayOptions {
  /**
   * ms; 0 or undefined: none. `tunnel`, when set, replaces client and server (as measured on HAProxy 2.6: from the
   * start). The rules are in engines/relay-state.ts.
   */
  readonly timeouts: {
    readonly client?: number;
    readonly server?: number;
    readonly tunnel?: number;
    readonly clientFin?: number;
    readonly serverFin?: number;
  };
  /** Told of every chunk; must allocate nothing. */
  readonly account: RelayAccount;
  /** A peer's RST becomes a FIN for the other side (HAProxy's way, `--strict`) for RSTs of the server. */
  readonly resetBecomesFin: boolean;
  /**
   * `option nolinger`. `client`: the client is closed by RST where it is closed, but a server's FIN that comes before the
   * client's is still passed on. `server`: whatever ends the client's direction closes the server by RST at once.
   */
  readonly noLinger?: { readonly client: boolean; readonly server: boolean };
  /** Sent to the server before anything of the client's (a PROXY header); not accounted. */
  readonly serverPrefix?: Uint8Array;
}

export interface RelayAccount {
  fromClient(bytes: number): void;
  fromServer(bytes: number): void;
}

/**
 * Why a relay ended; the first cause counts. A side that has been idle for too long counts as ended, as by a FIN, so the
 * relay itself ends when the other side does too, or runs out of time.
 */
export type RelayEnd =
  /** Both directions ended by FIN and everything was delivered. */
  | 'finished'
  | 'client-timeout'
  | 'server-timeout'
  | 'client-reset'
  | 'server-reset'
  /** The owner called `abort`. */
  | 'aborted';

export interface RelayHandler {
  /** Called once, when both connections are done with. */
  ended(end: RelayEnd): void;
}

export interface Relay {
  /** Cuts both sides: FIN to both (HAProxy's way of ending sessions), or RST. `ended('aborted')` follows. */
  abort(how: 'close' | 'reset'): void;
}
