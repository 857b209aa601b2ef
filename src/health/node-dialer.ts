/** Connections of checks as Node makes them, in steps, so that each stage has its time and its name. */
import { connect, type NetConnectOpts, Socket } from 'node:net';
import { type ConnectionOptions, connect as secure } from 'node:tls';
import type { AddressModel } from '../config/model.ts';
import { type ProxiedEnd, proxyHeaderV1 } from '../protocols/proxy-header.ts';
import { SOCKS4_REPLY, socks4Granted, socks4Request } from '../protocols/socks4.ts';
import { isIp } from '../system/address-family.ts';
import { type CheckSocketOptions, openCheckSocket } from '../system/check-socket.ts';
import { abstractPath } from '../system/listening-path.ts';
import type { Call, Dialer, DialHandler, DialTarget, TlsSessionPlace } from './dialer.ts';
import { NameMismatch } from './peer-name.ts';

/** Connections of Node's own. Callbacks come later, never from inside `dial`. */
export const nodeDialer: Dialer = {
  dial: (target, handler) => new NodeCall(target, handler),
};

class NodeCall implements Call {
  #handler: DialHandler | undefined;
  readonly #tls: ConnectionOptions | undefined;
  readonly #session: TlsSessionPlace | undefined;
  readonly #sendProxy: boolean | Uint8Array;
  /** What a SOCKS4 proxy is asked. */
  readonly #request: Buffer | undefined;
  /** How much of its reply has come; undefined where none is waited for. */
  #replied: number | undefined;
  /** A Unix socket knows no RST. */
  readonly #unix: boolean;
  /** The connection comes from an address of ours that was asked for. */
  #source = false;
  readonly #plain: Socket | undefined;
  /** What carries data: the plain socket, or TLS over it. */
  #stream: Socket | undefined;
  /** The TCP connection has been made. */
  #stood = false;
  /** The TLS handshake is under way: there is no orderly way out of it. */
  #securing = false;
  readonly #closed = () => {
    if (this.#replied === undefined) this.#fail(undefined);
  };

  constructor(target: DialTarget, handler: DialHandler) {
    const { address, tls, source, session, sendProxy = false, quiet = false } = target;
    this.#handler = handler;
    this.#tls = tls;
    this.#session = session;
    this.#sendProxy = sendProxy;
    this.#unix = !isIp(address.family);
    // What is on this host is reached without a proxy.
    const through = this.#unix ? undefined : target.through;
    this.#request = through === undefined ? undefined : socks4Request(address.host, address.port);
    if (this.#request !== undefined) this.#replied = 0;
    if (through !== undefined && this.#request === undefined) {
      queueMicrotask(() => this.#fail(Object.assign(new Error('SOCKS4 reaches IPv4 alone'), { code: 'EINVAL' })));
      return;
    }
    try {
      const to = through ?? address;
      const from = this.#unix ? undefined : source;
      this.#source = from !== undefined;
      if (from !== undefined) refuseOtherFamily(from.host, to);
      const special = {
        quiet: quiet && through === undefined,
        ...(target.interface === undefined ? {} : { interface: target.interface }),
        ...(from === undefined ? {} : { sourcePort: from.port }),
      };
      const options = {
        ...endpoint(to),
        ...(from === undefined ? {} : { localAddress: from.host, localPort: from.port }),
        allowHalfOpen: true,
        noDelay: true,
      } as NetConnectOpts;
      const socket = connectSpecially(to, special, options) ?? connect(options);
      this.#plain = socket;
      this.#stream = socket;
      socket.on('error', (error) => this.#plainFailed(error));
      socket.on('close', this.#closed);
      socket.once('connect', () => this.#connected(socket));
    } catch (error) {
      // An address that Node refuses to try.
      queueMicrotask(() => this.#fail(error));
    }
  }

  send(bytes: Uint8Array): void {
    if (this.#stream?.writable === true) this.#stream.write(bytes);
  }

  release(how: 'reset' | 'orderly'): void {
    this.#handler = undefined;
    const stream = this.#stream;
    const plain = this.#plain;
    if (stream === undefined || plain === undefined) return;
    if (how === 'orderly' && !stream.destroyed && !plain.connecting && !this.#securing) {
      stream.destroySoon();
    } else if (plain.connecting || stream !== plain || this.#unix) {
      stream.destroy();
      plain.destroy();
    } else plain.resetAndDestroy();
  }

  /**
   * A refusal is ECONNREFUSED; ECONNRESET instead of `connect` means that the connection stood and was reset before the
   * loop came to look, so it counts as made.
   */
  #plainFailed(error: NodeJS.ErrnoException): void {
    if (this.#replied !== undefined && (error.code === 'ECONNRESET' || error.code === 'EPIPE')) {
      // A part of a reply leaves the rest to be waited for, even now (measured).
      if (this.#replied === 0) this.#fail(undefined, 'SOCKS4 Proxy handshake aborted by server');
      return;
    }
    if (error.code === 'ECONNRESET' && !this.#stood) {
      this.#stood = true;
      this.#handler?.connected();
    }
    this.#fail(error);
  }

  #connected(socket: Socket): void {
    this.#stood = true;
    if (this.#request === undefined) this.#reached(socket);
    else this.#tunnel(socket, this.#request);
  }

  /** Asks the SOCKS4 proxy; what comes behind its reply is the server's. */
  #tunnel(socket: Socket, request: Buffer): void {
    let reply = Buffer.alloc(0);
    const turnedAway = (proxy: string) => this.#fail(undefined, proxy);
    const arrived = (chunk: Buffer) => {
      reply = Buffer.concat([reply, chunk]);
      this.#replied = reply.length;
      if (reply.length < SOCKS4_REPLY) return;
      socket.off('data', arrived);
      socket.off('end', ended);
      this.#replied = undefined;
      socket.pause();
      if (!socks4Granted(reply)) return turnedAway('SOCKS4 Proxy deny the request');
      if (reply.length > SOCKS4_REPLY) socket.unshift(reply.subarray(SOCKS4_REPLY));
      this.#reached(socket);
      if (this.#stream === socket) socket.resume();
    };
    const ended = () => {
      // A part of a reply leaves the rest to be waited for.
      if (reply.length === 0) turnedAway('SOCKS4 Proxy read error during handshake');
    };
    socket.on('data', arrived);
    socket.on('end', ended);
    this.#handler?.tunnelling?.();
    socket.write(request);
  }

  /** The way to the server is open. */
  #reached(socket: Socket): void {
    const handler = this.#handler;
    if (handler === undefined) return;
    if (this.#sendProxy !== false) {
      const header =
        this.#sendProxy === true
          ? proxyHeaderV1(endOf(socket.localAddress, socket.localPort), endOf(socket.remoteAddress, socket.remotePort))
          : this.#sendProxy;
      socket.write(header);
      handler.introduced?.(header);
    }
    if (this.#tls === undefined) {
      this.#listen(socket);
      handler.connected();
      return;
    }
    handler.connected();
    if (this.#handler === undefined) return;
    this.#securing = true;
    // From here on TLS tells when the connection closes, after everything it has read.
    socket.off('close', this.#closed);
    try {
      const place = this.#session;
      const resumed = place?.session;
      const stream = secure({ ...this.#tls, socket, ...(resumed === undefined ? {} : { session: resumed }) });
      this.#stream = stream;
      if (place !== undefined) {
        // One that led to nothing is not tried again; the server may offer another.
        place.session = undefined;
        stream.on('session', (session: Buffer) => {
          place.session = session;
        });
      }
      stream.on('error', (error) => this.#fail(error));
      stream.on('close', this.#closed);
      // Node judges the certificate in a listener of its own, and drops the session with what it refuses: look before.
      stream.prependListener('secure', () => this.#handler?.negotiated?.(stream));
      stream.once('secureConnect', () => {
        this.#securing = false;
        if (place !== undefined) place.session ??= resumed;
        if (this.#handler === undefined) return;
        this.#listen(stream);
        this.#handler.secured(stream.alpnProtocol || undefined);
      });
    } catch (error) {
      queueMicrotask(() => this.#fail(error));
    }
  }

  #listen(stream: Socket): void {
    stream.on('data', (chunk: Buffer) => this.#handler?.received(chunk));
    stream.on('end', () => this.#handler?.ended());
  }

  /** `undefined`: the connection went away without an error. */
  #fail(error: unknown, proxy?: string): void {
    const handler = this.#handler;
    if (handler === undefined) return;
    this.#handler = undefined;
    if (proxy !== undefined) this.#plain?.resetAndDestroy();
    this.#stream?.destroy();
    this.#plain?.destroy();
    handler.failed({
      code: error instanceof Error && 'code' in error ? String(error.code) : error === undefined ? 'ECONNRESET' : '',
      mismatch: error instanceof NameMismatch ? error.message : undefined,
      ...(this.#source && !this.#stood && isOfSource(error) ? { source: true } : {}),
      ...(proxy === undefined ? {} : { proxy }),
      ...(error instanceof Error ? { reason: error.message } : {}),
    });
  }
}

/** Undefined where nothing special is wanted, the platform cannot do it, or has no descriptor left: the usual way then says so. */
function connectSpecially(
  { family }: AddressModel,
  special: CheckSocketOptions,
  options: NetConnectOpts,
): Socket | undefined {
  if (!isIp(family)) return undefined;
  const { quiet, interface: device, sourcePort } = special;
  if (quiet !== true && device === undefined && sourcePort === undefined) return undefined;
  const fd = openCheckSocket(family, special);
  if (fd === undefined) return undefined;
  const socket = new Socket({ fd, readable: quiet !== true, writable: true, allowHalfOpen: true });
  try {
    return socket.connect(options);
  } catch (error) {
    socket.destroy();
    throw error;
  }
}

/** What `bind` says of an address of the other family. Node says something else, and not at once. */
function refuseOtherFamily(host: string, to: AddressModel): void {
  const isIPv6 = to.family === 'ipv6';
  if (host.includes(':') === isIPv6) return;
  const code = isIPv6 ? 'EINVAL' : 'EAFNOSUPPORT';
  throw Object.assign(new Error(`bind ${code} ${host}`), { code, syscall: 'bind' });
}

/** Node tells of an address in use when it connects. */
function isOfSource(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return ('syscall' in error && error.syscall === 'bind') || ('code' in error && error.code === 'EADDRINUSE');
}

function endOf(host: string | undefined, port: number | undefined): ProxiedEnd | undefined {
  return host === undefined || port === undefined ? undefined : { host, port };
}

function endpoint(address: AddressModel): { path: string } | { host: string; port: number } {
  if (address.family === 'unix') return { path: address.host };
  // Linux's abstract namespace: a name after a NUL.
  if (address.family === 'abns') return { path: abstractPath(address.host) };
  return { host: address.host, port: address.port };
}
