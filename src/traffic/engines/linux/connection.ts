import {
  EAGAIN,
  EPOLLERR,
  EPOLLET,
  EPOLLHUP,
  EPOLLIN,
  EPOLLOUT,
  EPOLLPRI,
  EPOLLRDHUP,
  IPPROTO_TCP,
  SHUT_WR,
  TCP_NODELAY,
} from '../../../system/linux-numbers.ts';
import type { Pollable } from '../../../system/poller.ts';
import { decodeAddress } from '../../../system/socket-address.ts';
import type { Connection, ConnectionWatcher, Endpoint, EngineTimer } from '../../engine.ts';
import type { Keeper } from './keeper.ts';

/** What every connection waits for, once and for all. */
export const CONNECTION_EVENTS = EPOLLIN | EPOLLPRI | EPOLLOUT | EPOLLRDHUP | EPOLLET;
/** Something may be read: bytes, the end, or an error. */
const READ_EVENTS = EPOLLIN | EPOLLRDHUP | EPOLLHUP | EPOLLERR;
const WRITE_EVENTS = EPOLLOUT | EPOLLHUP | EPOLLERR;
const END_EVENTS = EPOLLRDHUP | EPOLLHUP | EPOLLERR;
/** Here a short read does not mean that nothing is left: it ends before urgent data, and bytes may have come with the end. */
const THOROUGH_EVENTS = END_EVENTS | EPOLLPRI;

/** Bytes that count as received before a relay takes them; more stay unseen in the kernel. */
const SEEN_LIMIT = 16_384;
/** How long a connection we have ended may go on sending before it is cut (ms). */
const LINGER = 1_000;
/** What a connection that lingers may send at once before others have their turn, in chunks. */
const LINGER_CHUNKS = 16;
/** A first write of more than this may be split, and its end would then wait for an acknowledgement without TCP_NODELAY. */
const SURELY_ONE_SEGMENT = 536;

export const UNIX: Endpoint = { host: 'unix', port: 0 };
const NOTHING = new Uint8Array(0);
const NOWHERE: Endpoint = { host: '0.0.0.0', port: 0 };

/** Whom a connection belongs to while it is being relayed. */
export interface ConnectionOwner {
  /** Flags of the connection have changed. */
  ready(connection: LinuxConnection): void;
  /** The engine closes: the owner destroys its connections. */
  drop(): void;
}

/** A socket from accept or connect until it is closed. Bytes stay in the kernel until a relay takes them. */
export class LinuxConnection implements Connection, Pollable {
  readonly fd: number;
  readonly generation: number;
  readonly isUnix: boolean;
  readonly openedAt: number;
  lastReceived: number;
  gone = false;
  /** Reading may bring something. */
  readable = false;
  /** Writing may take something. */
  writable = false;
  /** The kernel has told of the peer's end (FIN): bytes may come before it. */
  ending = false;
  /** The kernel has told of an error, a RST as a rule: bytes may come before it. */
  failing = false;
  /** Reading has to go on until there is certainly nothing. */
  thorough = false;
  /** The end has been read. */
  ended = false;
  /** TCP_NODELAY is on, or of no use. */
  prompt: boolean;
  #hasSent = false;
  #finSent = false;
  #taken = 0;
  /** Bytes the watcher knows of. */
  #seen = 0;
  readonly #keeper: Keeper;
  #remote: Endpoint | undefined;
  #local: Endpoint | undefined;
  #watcher: ConnectionWatcher | undefined;
  #owner: ConnectionOwner | undefined;
  #closed = false;
  #open = true;
  #linger: EngineTimer | undefined;

  /** `remote`, `local`: what is known already. `prompt`: TCP_NODELAY is on. */
  constructor(
    keeper: Keeper,
    fd: number,
    generation: number,
    isUnix: boolean,
    prompt: boolean,
    remote: Endpoint | undefined,
    local: Endpoint | undefined,
  ) {
    this.#keeper = keeper;
    this.fd = fd;
    this.generation = generation;
    this.isUnix = isUnix;
    this.prompt = prompt;
    this.#remote = remote;
    this.#local = local;
    this.openedAt = keeper.wallClock();
    this.lastReceived = keeper.now();
  }

  get remote(): Endpoint {
    return this.#remote ?? NOWHERE;
  }

  get local(): Endpoint {
    if (this.#local === undefined) {
      const { calls, address } = this.#keeper;
      const known = this.#open && calls.localAddress(this.fd, address) === 0;
      this.#local = (known ? decodeAddress(address) : undefined) ?? NOWHERE;
    }
    return this.#local;
  }

  get received(): number {
    return this.#taken + (this.#owner === undefined ? this.#waiting : 0);
  }

  /** Bytes nobody has taken, up to the limit. */
  get #waiting(): number {
    if (!this.readable || !this.#open || this.#closed) return 0;
    return Math.min(SEEN_LIMIT, this.#keeper.calls.receivable(this.fd));
  }

  watch(watcher: ConnectionWatcher | undefined): void {
    this.#watcher = watcher;
    if (watcher === undefined || this.#closed || this.#owner !== undefined) return;
    if (this.ending || this.failing) this.#keeper.post(() => this.#watcher === watcher && this.#tell());
  }

  peek(): Uint8Array {
    if (!this.readable || !this.#open || this.#closed || this.#owner !== undefined) return NOTHING;
    const { calls, chunk } = this.#keeper;
    const length = calls.peek(this.fd, chunk.address, SEEN_LIMIT);
    return length > 0 ? chunk.bytes.slice(0, length) : NOTHING;
  }

  /** A relay takes over: whatever comes is its own from now on. */
  own(owner: ConnectionOwner): void {
    this.#watcher = undefined;
    this.#owner = owner;
  }

  /** The owner has taken bytes. */
  took(bytes: number, now: number): void {
    this.#taken += bytes;
    this.lastReceived = now;
  }

  handleEvents(events: number): void {
    if ((events & READ_EVENTS) !== 0) this.readable = true;
    if ((events & WRITE_EVENTS) !== 0) this.writable = true;
    if ((events & THOROUGH_EVENTS) !== 0) {
      this.thorough = true;
      if ((events & END_EVENTS) !== 0) this.ending = true;
      if ((events & EPOLLERR) !== 0) this.failing = true;
    }
    if (this.#owner !== undefined) this.#owner.ready(this);
    else if (this.#closed) this.resume();
    else if ((events & READ_EVENTS) !== 0) {
      this.lastReceived = this.#keeper.now();
      if (this.#watcher?.arrived !== undefined) this.#tellArrival(this.#watcher);
      if (this.ending) this.#tell();
    }
  }

  /** To be called before writing while not `prompt`. A first small write leaves at once anyway, and is often the only one. */
  hurry(bytes: number): void {
    if (!this.#hasSent && bytes <= SURELY_ONE_SEGMENT) {
      this.#hasSent = true;
      return;
    }
    this.prompt = true;
    this.#keeper.calls.setOption(this.fd, IPPROTO_TCP, TCP_NODELAY, 1);
  }

  /** FIN, after everything that was sent. */
  finish(): void {
    if (this.#finSent || !this.#open) return;
    this.#finSent = true;
    this.#keeper.calls.shutdown(this.fd, SHUT_WR);
  }

  close(): void {
    if (this.#closed) return;
    this.#letGo();
    if (this.ended || this.failing) {
      this.#release();
      return;
    }
    // Closing with unread bytes would make a RST of our FIN, so what still comes is read and thrown away for a while.
    this.finish();
    this.readable = true;
    this.#linger = this.#keeper.at(this.#keeper.now() + LINGER, () => {
      this.#linger = undefined;
      this.#release();
    });
    this.resume();
  }

  reset(): void {
    if (!this.#open || (this.#closed && this.#linger === undefined)) return;
    this.#letGo();
    if (!this.isUnix) this.#keeper.calls.lingerNone(this.fd);
    this.#release();
  }

  drop(): void {
    if (this.#owner !== undefined) this.#owner.drop();
    else this.destroy();
  }

  /** Gone at once. */
  destroy(): void {
    this.#letGo();
    this.#release();
  }

  /** Reads and throws away what comes after `close`. */
  resume(): void {
    const { calls, chunk } = this.#keeper;
    for (let count = 0; this.#open && this.readable; count++) {
      if (count === LINGER_CHUNKS) {
        this.#keeper.again(this);
        return;
      }
      const received = calls.recv(this.fd, chunk.address, chunk.bytes.length);
      if (received > 0) continue;
      this.readable = false;
      if (received !== -EAGAIN) this.#release();
    }
  }

  #tellArrival(watcher: ConnectionWatcher): void {
    const waiting = this.#waiting;
    if (waiting === this.#seen) return;
    this.#seen = waiting;
    watcher.arrived?.();
  }

  #tell(): void {
    if (this.#closed) return;
    if (this.failing) this.#watcher?.failed();
    else this.#watcher?.ended(this.#waiting > 0);
  }

  #letGo(): void {
    this.#closed = true;
    this.#watcher = undefined;
    this.#owner = undefined;
  }

  #release(): void {
    if (!this.#open) return;
    this.#open = false;
    this.#linger?.cancel();
    this.#linger = undefined;
    this.#keeper.poller.close(this);
    this.#keeper.released();
  }
}
