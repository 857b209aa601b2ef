import type { Socket } from 'node:net';
import type { Connection, ConnectionWatcher, Endpoint, EngineTimer } from '../../engine.ts';
import type { LoopTimers } from './loop-timers.ts';
import { forgetPeer, wasResetInsteadOfEnded } from './reset-detection.ts';

/** Bytes received before a relay begins are kept up to about here (a chunk may go beyond); then reading pauses. */
export const KEPT_LIMIT = 16_384;
/** How long a connection we have ended may go on sending before it is cut (ms). */
const LINGER = 1_000;

/** Who gets the events of a connection that is being relayed. */
export interface ConnectionOwner {
  data(connection: NodeConnection, chunk: Buffer): void;
  ended(connection: NodeConnection): void;
  failed(connection: NodeConnection): void;
}

export interface ConnectionKeeper {
  readonly timers: LoopTimers;
  now(): number;
  post(task: () => void): void;
  forget(connection: NodeConnection): void;
}

const NOWHERE: Endpoint = { host: '0.0.0.0', port: 0 };
const NOTHING = new Uint8Array(0);
const UNIX: Endpoint = { host: 'unix', port: 0 };

interface OwnedSocket extends Socket {
  hapaxConnection?: NodeConnection;
}

// One function for all sockets: a closure per socket and event would be most of an idle connection's memory.
function onData(this: OwnedSocket, chunk: Buffer): void {
  this.hapaxConnection?.handleData(chunk);
}
function onEnd(this: OwnedSocket): void {
  this.hapaxConnection?.handleEnd();
}
function onError(this: OwnedSocket): void {
  this.hapaxConnection?.handleError();
}
function onClose(this: OwnedSocket): void {
  this.hapaxConnection?.handleClose();
}

/** A socket of node:net in the engine's hands, from accept or connect until its `close` event. */
export class NodeConnection implements Connection {
  readonly socket: OwnedSocket;
  readonly openedAt: number;
  lastReceived: number;
  received = 0;
  gone = false;
  /** What the peer did last: `fin`: it will send no more; `gone`: RST or another error. */
  seen: 'open' | 'fin' | 'gone' = 'open';
  /** Bytes received before the relay, in order. */
  kept: Buffer[] | undefined;
  keptSize = 0;
  readonly #keeper: ConnectionKeeper;
  readonly #isUnix: boolean;
  #remote: Endpoint | undefined;
  #local: Endpoint | undefined;
  #watcher: ConnectionWatcher | undefined;
  #owner: ConnectionOwner | undefined;
  #closed = false;
  #linger: EngineTimer | undefined;

  /** `remote`, `local`: what is known already. The socket must be paused. */
  constructor(keeper: ConnectionKeeper, socket: Socket, isUnix: boolean, remote?: Endpoint, local?: Endpoint) {
    this.#keeper = keeper;
    this.socket = socket;
    this.#isUnix = isUnix;
    this.#remote = isUnix ? UNIX : remote;
    this.#local = isUnix ? UNIX : local;
    this.openedAt = Date.now();
    this.lastReceived = keeper.now();
    this.socket.hapaxConnection = this;
    socket.on('data', onData);
    socket.on('end', onEnd);
    socket.on('error', onError);
    socket.on('close', onClose);
  }

  get remote(): Endpoint {
    if (this.#remote === undefined) {
      const { remoteAddress, remotePort } = this.socket;
      this.#remote = remoteAddress === undefined ? NOWHERE : { host: remoteAddress, port: remotePort ?? 0 };
      forgetPeer(this.socket);
    }
    return this.#remote;
  }

  /** Asks the kernel whether the peer has reset the connection while nobody read from it; `gone` is the answer. */
  lookForPeer(): void {
    if (this.#isUnix || this.gone) return;
    this.gone = wasResetInsteadOfEnded(this.socket);
    forgetPeer(this.socket);
  }

  get local(): Endpoint {
    if (this.#local === undefined) {
      const { localAddress, localPort } = this.socket;
      this.#local = localAddress === undefined ? NOWHERE : { host: localAddress, port: localPort ?? 0 };
    }
    return this.#local;
  }

  watch(watcher: ConnectionWatcher | undefined): void {
    this.#watcher = watcher;
    if (this.#closed || this.#owner !== undefined) return;
    if (watcher === undefined) {
      this.socket.pause();
      return;
    }
    if (this.seen !== 'open') this.#keeper.post(() => this.#watcher === watcher && this.#tell());
    else if (this.keptSize < KEPT_LIMIT) this.socket.resume();
  }

  /** A relay takes over: events go to `owner` from now on. Reading stays paused until the owner resumes it. */
  own(owner: ConnectionOwner): void {
    this.#watcher = undefined;
    this.#owner = owner;
    this.socket.pause();
  }

  peek(): Uint8Array {
    const { kept } = this;
    if (kept === undefined) return NOTHING;
    // Joined once; what comes later is joined to it at the next look.
    if (kept.length > 1) kept.splice(0, kept.length, Buffer.concat(kept, this.keptSize));
    return kept[0] ?? NOTHING;
  }

  close(): void {
    if (this.#closed) return;
    this.#letGo();
    const { socket } = this;
    if (socket.destroyed) return;
    // Closing with unread bytes would make a RST of our FIN, so what still comes is read and thrown away for a while.
    if (!socket.writableEnded) socket.end();
    if (socket.readableEnded && socket.writableLength === 0) return;
    socket.resume();
    this.#linger = this.#keeper.timers.at(this.#keeper.now() + LINGER, () => socket.destroy());
  }

  reset(): void {
    if (this.#closed && this.#linger === undefined) return;
    this.#letGo();
    this.#linger?.cancel();
    this.#linger = undefined;
    const { socket } = this;
    if (socket.destroyed) return;
    if (this.#isUnix) {
      socket.destroy();
      return;
    }
    // A reset while the FIN is under way is refused by libuv and would lose the descriptor.
    if (socket.writableEnded && !socket.writableFinished) {
      socket.once('finish', () => socket.destroyed || socket.resetAndDestroy());
      this.#linger = this.#keeper.timers.at(this.#keeper.now() + LINGER, () => socket.destroy());
      return;
    }
    socket.resetAndDestroy();
  }

  /** The engine closes: gone at once. */
  destroy(): void {
    this.#letGo();
    this.#linger?.cancel();
    this.socket.destroy();
  }

  handleData(chunk: Buffer): void {
    if (this.#closed) return;
    this.lastReceived = this.#keeper.now();
    this.received += chunk.length;
    if (this.#owner !== undefined) {
      this.#owner.data(this, chunk);
      return;
    }
    this.kept ??= [];
    this.kept.push(chunk);
    this.keptSize += chunk.length;
    if (this.keptSize >= KEPT_LIMIT) this.socket.pause();
    this.#watcher?.arrived?.();
  }

  handleEnd(): void {
    if (this.#closed) return;
    if (!this.#isUnix && wasResetInsteadOfEnded(this.socket)) {
      this.socket.destroy();
      this.handleError();
      return;
    }
    this.seen = 'fin';
    if (this.#owner !== undefined) this.#owner.ended(this);
    else this.#tell();
  }

  handleError(): void {
    if (this.#closed || this.seen === 'gone') return;
    this.#rescue();
    this.seen = 'gone';
    if (this.#owner !== undefined) this.#owner.failed(this);
    else this.#tell();
  }

  handleClose(): void {
    this.#linger?.cancel();
    this.#linger = undefined;
    this.#keeper.forget(this);
  }

  /** Bytes that had been received while reading was paused are still in the stream when an error ends it. */
  #rescue(): void {
    for (let rest: unknown = this.socket.read(); rest instanceof Buffer; rest = this.socket.read())
      this.handleData(rest);
  }

  #tell(): void {
    if (this.seen === 'gone') this.#watcher?.failed();
    else this.#watcher?.ended(this.keptSize > 0);
  }

  #letGo(): void {
    this.#closed = true;
    this.#watcher = undefined;
    this.#owner = undefined;
    this.kept = undefined;
    this.keptSize = 0;
  }
}
