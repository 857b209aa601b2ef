/** Connections of checks as bare sockets in a loop of their own: TCP and Unix sockets, without TLS and without SOCKS4. */
import type { AddressModel } from '../config/model.ts';
import { proxyHeaderV1 } from '../protocols/proxy-header.ts';
import { isIp } from '../system/address-family.ts';
import { errnoName } from '../system/libc.ts';
import {
  EADDRINUSE,
  EAGAIN,
  ECONNRESET,
  EINPROGRESS,
  EINVAL,
  EPOLLERR,
  EPOLLET,
  EPOLLHUP,
  EPOLLIN,
  EPOLLOUT,
  EPOLLRDHUP,
  IPPROTO_TCP,
  SHUT_WR,
  TCP_NODELAY,
  TCP_QUICKACK,
} from '../system/linux-numbers.ts';
import type { Memory } from '../system/memory.ts';
import type { Pollable } from '../system/poller.ts';
import { decodeAddress, encodeAddress, FAMILY_NUMBER } from '../system/socket-address.ts';
import { applyBeforeSource, bindToDevice } from '../system/socket-options.ts';
import type { Call, Dialer, DialHandler, DialTarget } from './dialer.ts';
import type { PollLoop } from './poll-loop.ts';

const EVENTS = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET;
const READ_EVENTS = EPOLLIN | EPOLLRDHUP | EPOLLHUP | EPOLLERR;
/** Here a short read does not mean that nothing is left. */
const END_EVENTS = EPOLLRDHUP | EPOLLHUP | EPOLLERR;
/** What one server may send at once before others have their turn, in chunks. */
const TURN_CHUNKS = 4;

export class PolledDialer implements Dialer {
  readonly #loop: PollLoop;
  /** By the objects that name them: a server's is the same one every time. */
  readonly #encoded = new WeakMap<AddressModel, Memory>();

  constructor(loop: PollLoop) {
    this.#loop = loop;
  }

  dial(target: DialTarget, handler: DialHandler): Call {
    const { address, tls, through } = target;
    if (tls !== undefined || through !== undefined) throw new TypeError('only bare connections are made in this loop');
    let encoded = this.#encoded.get(address);
    if (encoded === undefined) {
      encoded = encodeAddress(this.#loop.calls, address);
      if (encoded !== undefined) this.#encoded.set(address, encoded);
    }
    return new PolledCall(this.#loop, target, encoded, handler);
  }
}

class PolledCall implements Call, Pollable {
  readonly fd: number;
  readonly generation: number;
  readonly #loop: PollLoop;
  readonly #target: DialTarget;
  #handler: DialHandler | undefined;
  /** The connection has been made. */
  #stood = false;
  #ended = false;
  /** The address to come from could not be had. */
  #sourceRefused = false;
  /** errno of a write that failed. */
  #broken = 0;
  #hasSent = false;
  /** What the kernel has not taken yet. */
  #unsent: Uint8Array | undefined;

  /** `encoded`: the address; undefined when there is none such. */
  constructor(loop: PollLoop, target: DialTarget, encoded: Memory | undefined, handler: DialHandler) {
    this.#loop = loop;
    this.#target = target;
    this.#handler = handler;
    this.generation = loop.poller.nextGeneration();
    this.fd = encoded === undefined ? -EINVAL : loop.calls.socket(FAMILY_NUMBER[target.address.family]);
    const problem = this.fd < 0 || encoded === undefined ? this.fd : this.#begin(encoded);
    if (problem < 0) loop.post(() => this.#fail(-problem));
  }

  send(bytes: Uint8Array): void {
    if (this.#handler === undefined) return;
    if (this.#unsent !== undefined) {
      this.#unsent = Buffer.concat([this.#unsent, bytes]);
      return;
    }
    const taken = this.#write(bytes);
    if (taken < bytes.length) this.#unsent = bytes.slice(taken);
  }

  release(how: 'reset' | 'orderly'): void {
    if (this.#handler === undefined) return;
    this.#handler = undefined;
    const { calls } = this.#loop;
    if (this.#stood && how === 'orderly') calls.shutdown(this.fd, SHUT_WR);
    else if (this.#stood && !this.#isUnix) calls.lingerNone(this.fd);
    this.#loop.poller.close(this);
  }

  drop(): void {
    this.release('reset');
  }

  handleEvents(events: number): void {
    if (!this.#stood) this.#answered(events);
    if ((events & EPOLLOUT) !== 0) this.#flush();
    if ((events & READ_EVENTS) !== 0) this.#read((events & END_EVENTS) !== 0);
  }

  get #isUnix(): boolean {
    const { family } = this.#target.address;
    return !isIp(family);
  }

  /** Returns 0 or -errno; the socket is closed then. */
  #begin(encoded: Memory): number {
    const { calls, poller } = this.#loop;
    const { quiet, source, interface: device } = this.#target;
    const from = this.#isUnix ? undefined : source;
    if (device !== undefined && !this.#isUnix) bindToDevice(calls, this.fd, device);
    let result = from === undefined ? 0 : this.#comeFrom(from);
    this.#sourceRefused = result < 0;
    // Linux then withholds the last part of the handshake, and a RST instead of it leaves nothing to accept.
    if (quiet === true) calls.setOption(this.fd, IPPROTO_TCP, TCP_QUICKACK, 0);
    if (result === 0) result = calls.connect(this.fd, encoded);
    // Of a port of ours that is taken Linux may tell only now.
    if (from !== undefined && result === -EADDRINUSE) this.#sourceRefused = true;
    if (result === 0 || result === -EINPROGRESS) result = poller.add(this, EVENTS);
    if (result < 0) calls.close(this.fd);
    return result;
  }

  #comeFrom(source: { readonly host: string; readonly port: number }): number {
    const { calls } = this.#loop;
    const encoded = encodeAddress(calls, { family: source.host.includes(':') ? 'ipv6' : 'ipv4', ...source });
    if (encoded === undefined) return -EINVAL;
    applyBeforeSource(calls, this.fd, source.port);
    return calls.bind(this.fd, encoded);
  }

  /** The server's answer to the attempt to connect is there. */
  #answered(events: number): void {
    const error = (events & (EPOLLERR | EPOLLHUP)) === 0 ? 0 : this.#loop.calls.pendingError(this.fd);
    // It stood and was reset before we came to look; what the server said before that counts.
    const spoken = error === ECONNRESET && this.#loop.calls.receivable(this.fd) > 0;
    if (error !== 0 && !spoken) {
      this.#fail(error);
      return;
    }
    if (spoken) this.#broken = error;
    this.#stood = true;
    const { sendProxy = false } = this.#target;
    if (sendProxy !== false) this.send(sendProxy === true ? this.#proxyHeader() : sendProxy);
    this.#handler?.connected();
  }

  #proxyHeader(): Uint8Array {
    const { calls, address } = this.#loop;
    const local = calls.localAddress(this.fd, address) === 0 ? decodeAddress(address) : undefined;
    return proxyHeaderV1(local, this.#isUnix ? undefined : this.#target.address);
  }

  /** Returns how many bytes are seen to. */
  #write(bytes: Uint8Array): number {
    const { calls, chunk } = this.#loop;
    // A first small write leaves at once anyway, and is often the only one.
    if (this.#hasSent && !this.#isUnix) calls.setOption(this.fd, IPPROTO_TCP, TCP_NODELAY, 1);
    this.#hasSent = true;
    for (let at = 0; at < bytes.length; ) {
      const piece = bytes.subarray(at, at + chunk.bytes.length);
      chunk.bytes.set(piece);
      const sent = calls.send(this.fd, chunk.address, piece.length, 0);
      if (sent === -EAGAIN) return at;
      if (sent < 0) {
        // What the server sent before this happened comes first.
        this.#broken ||= -sent;
        this.#loop.post(() => this.#read(true));
        break;
      }
      at += sent;
    }
    return bytes.length;
  }

  #flush(): void {
    const bytes = this.#unsent;
    if (bytes === undefined) return;
    const taken = this.#write(bytes);
    this.#unsent = taken < bytes.length ? bytes.subarray(taken) : undefined;
  }

  /** `thorough`: until there is certainly nothing left. */
  #read(thorough: boolean): void {
    const { calls, chunk } = this.#loop;
    for (let count = 0; this.#handler !== undefined && !this.#ended; count++) {
      if (count === TURN_CHUNKS) {
        this.#loop.post(() => this.#read(thorough));
        return;
      }
      const received = calls.recv(this.fd, chunk.address, chunk.bytes.length);
      if (received > 0) {
        this.#handler.received(Buffer.from(chunk.bytes.subarray(0, received)));
        if (!thorough && received < chunk.bytes.length) return;
      } else if (received === 0 && this.#broken === 0) {
        this.#ended = true;
        this.#handler.ended();
      } else {
        if (received !== -EAGAIN || this.#broken !== 0) this.#fail(this.#broken || -received);
        return;
      }
    }
  }

  #fail(errno: number): void {
    const handler = this.#handler;
    if (handler === undefined) return;
    this.#handler = undefined;
    // One that has failed at once is not known to the poller, and closed already.
    this.#loop.poller.close(this);
    const source = this.#sourceRefused ? ({ source: true } as const) : {};
    handler.failed({ code: errnoName(errno), mismatch: undefined, ...source });
  }
}
