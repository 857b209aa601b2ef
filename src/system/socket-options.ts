/**
 * Options of TCP sockets on Linux (socket(7), ip(7), tcp(7)) and their order: before `bind`, before `listen`, before
 * `connect`.
 */
import { errnoName } from './libc.ts';
import {
  IP_BIND_ADDRESS_NO_PORT,
  IP_FREEBIND,
  IP_TRANSPARENT,
  IPPROTO_IP,
  IPPROTO_IPV6,
  IPPROTO_TCP,
  IPV6_TRANSPARENT,
  SO_BINDTODEVICE,
  SO_KEEPALIVE,
  SO_LINGER,
  SO_REUSEADDR,
  SOL_SOCKET,
  TCP_DEFER_ACCEPT,
  TCP_FASTOPEN,
  TCP_KEEPCNT,
  TCP_KEEPIDLE,
  TCP_KEEPINTVL,
  TCP_MAXSEG,
  TCP_QUICKACK,
  TCP_USER_TIMEOUT,
} from './linux-numbers.ts';

/** Seconds that a connection may stay without data before it is handed over all the same (HAProxy's value). */
const DEFER_SECONDS = 1;

/** How keep-alive probes are sent; what is absent is the system's choice. */
export interface KeepAliveProbes {
  /** Unanswered probes before the connection counts as lost. */
  readonly count?: number;
  /** Seconds of silence before the first one. */
  readonly idle?: number;
  /** Seconds between two. */
  readonly interval?: number;
}

/** What a listening socket gets besides its address and backlog. Accepted sockets inherit all of it. */
export interface ListenerSocketOptions {
  /** Takes connections of this network interface alone. */
  readonly interface?: string;
  /** The address need not be one of this machine. */
  readonly transparent?: boolean;
  /** Largest segment announced; a negative one is for `applyToAccepted`. */
  readonly mss?: number;
  /** ms that sent data may stay unacknowledged. */
  readonly userTimeout?: number;
  /** Connections are handed over when their first data is there. */
  readonly deferAccept?: boolean;
  /** TCP Fast Open: how many such requests may wait. */
  readonly fastOpen?: number;
  /** Absent: no probes. */
  readonly keepAlive?: KeepAliveProbes;
  /** Closing sends RST and forgets the connection. */
  readonly noLinger?: boolean;
  /** Acknowledgements wait for data that may carry them. */
  readonly delayedAck?: boolean;
}

/** What a socket gets before it connects. */
export interface ConnectSocketOptions {
  readonly interface?: string;
  /** The source address need not be one of this machine. */
  readonly transparent?: boolean;
  /** ms that sent data may stay unacknowledged. */
  readonly userTimeout?: number;
  /** Absent: no probes. */
  readonly keepAlive?: KeepAliveProbes;
  /** The last packet of the handshake waits for data that it can carry. */
  readonly delayedAck?: boolean;
}

/** setsockopt(2) and getsockopt(2): 0 (or the value) or `-errno`. */
export interface SocketOptionCalls {
  setOption(fd: number, level: number, name: number, value: number): number;
  setOptionBytes(fd: number, level: number, name: number, bytes: Uint8Array): number;
  getOption(fd: number, level: number, name: number): number;
}

export type SocketOption =
  | 'interface'
  | 'transparent'
  | 'mss'
  | 'tcp-ut'
  | 'defer-accept'
  | 'tfo'
  | 'keep-alive'
  | 'nolinger'
  | 'tcp-smart-accept'
  | 'source';

/** The kernel has refused an option. */
export interface OptionFailure {
  readonly option: SocketOption;
  readonly value?: string;
  /** Name of the errno. */
  readonly code: string;
  /** The capability that was missing, where that was the reason. */
  readonly privilege?: string;
}

/** What capabilities(7) and the manual pages of the options ask for. */
const PRIVILEGES: Partial<Record<SocketOption, string>> = {
  interface: 'CAP_NET_RAW',
  transparent: 'CAP_NET_ADMIN or CAP_NET_RAW',
};

function failure(option: SocketOption, result: number, value?: string): OptionFailure {
  const code = errnoName(-result);
  const privilege = code === 'EPERM' || code === 'EACCES' ? (PRIVILEGES[option] ?? 'CAP_NET_ADMIN') : undefined;
  return { option, code, ...(value === undefined ? {} : { value }), ...(privilege === undefined ? {} : { privilege }) };
}

/** Options of a TCP socket that is to listen, before it is bound. What the kernel refuses is returned; the rest holds. */
export function applyBeforeBind(
  calls: SocketOptionCalls,
  fd: number,
  family: 'ipv4' | 'ipv6',
  options: ListenerSocketOptions,
): readonly OptionFailure[] {
  const failures: OptionFailure[] = [];
  if (options.transparent) {
    const result = setTransparent(calls, fd, family);
    if (result < 0) {
      failures.push(failure('transparent', result));
      // This much takes no privilege: the address may be foreign, but connections to others are not taken.
      calls.setOption(fd, IPPROTO_IP, IP_FREEBIND, 1);
    }
  }
  if (options.interface !== undefined) {
    const result = bindToDevice(calls, fd, options.interface);
    if (result < 0) failures.push(failure('interface', result, options.interface));
  }
  return failures;
}

/** Options of a bound TCP socket before it listens. What the kernel refuses is returned; the rest holds. */
export function applyBeforeListen(
  calls: SocketOptionCalls,
  fd: number,
  options: ListenerSocketOptions,
): readonly OptionFailure[] {
  const failures: OptionFailure[] = [];
  const set = (option: SocketOption, level: number, name: number, value: number) => {
    const result = calls.setOption(fd, level, name, value);
    if (result < 0) failures.push(failure(option, result, String(value)));
  };
  if (options.noLinger) {
    const result = calls.setOptionBytes(fd, SOL_SOCKET, SO_LINGER, lingerNone);
    if (result < 0) failures.push(failure('nolinger', result));
  }
  if (options.mss !== undefined && options.mss > 0) set('mss', IPPROTO_TCP, TCP_MAXSEG, options.mss);
  if (options.userTimeout) set('tcp-ut', IPPROTO_TCP, TCP_USER_TIMEOUT, options.userTimeout);
  if (options.deferAccept) set('defer-accept', IPPROTO_TCP, TCP_DEFER_ACCEPT, DEFER_SECONDS);
  if (options.fastOpen !== undefined) set('tfo', IPPROTO_TCP, TCP_FASTOPEN, options.fastOpen);
  if (options.delayedAck) set('tcp-smart-accept', IPPROTO_TCP, TCP_QUICKACK, 0);
  if (options.keepAlive !== undefined) failures.push(...applyKeepAlive(calls, fd, options.keepAlive));
  return failures;
}

/** A negative `mss` lowers what a connection has agreed on; listeners without one need no call here. */
export function applyToAccepted(calls: SocketOptionCalls, fd: number, { mss = 0 }: ListenerSocketOptions): void {
  if (mss >= 0) return;
  const agreed = calls.getOption(fd, IPPROTO_TCP, TCP_MAXSEG);
  if (agreed + mss > 0) calls.setOption(fd, IPPROTO_TCP, TCP_MAXSEG, agreed + mss);
}

/**
 * Options of a TCP socket before it is bound to `source` and connects. Returns the first refusal that must not be passed
 * over: a connection must not take another way than the one it was told.
 */
export function applyBeforeConnect(
  calls: SocketOptionCalls,
  fd: number,
  family: 'ipv4' | 'ipv6',
  options: ConnectSocketOptions,
): OptionFailure | undefined {
  if (options.interface !== undefined) {
    const result = bindToDevice(calls, fd, options.interface);
    if (result < 0) return failure('interface', result, options.interface);
  }
  if (options.transparent) {
    const result = setTransparent(calls, fd, family);
    if (result < 0) return failure('transparent', result);
  }
  if (options.userTimeout) calls.setOption(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, options.userTimeout);
  if (options.keepAlive !== undefined) applyKeepAlive(calls, fd, options.keepAlive);
  if (options.delayedAck) calls.setOption(fd, IPPROTO_TCP, TCP_QUICKACK, 0);
  return undefined;
}

/**
 * Before a socket is bound to a source address. Without a port the kernel waits for `connect` to choose one, so that a
 * port can serve for as many destinations as there are; with one, it may still be in TIME_WAIT.
 */
export function applyBeforeSource(calls: Pick<SocketOptionCalls, 'setOption'>, fd: number, port: number): void {
  if (port === 0) calls.setOption(fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, 1);
  calls.setOption(fd, SOL_SOCKET, SO_REUSEADDR, 1);
}

/** Keep-alive probes for a socket. What the kernel refuses (an interval of ten hours) is returned; the rest holds. */
export function applyKeepAlive(
  calls: SocketOptionCalls,
  fd: number,
  { count = 0, idle = 0, interval = 0 }: KeepAliveProbes,
): readonly OptionFailure[] {
  const failures: OptionFailure[] = [];
  const set = (level: number, name: number, value: number) => {
    const result = calls.setOption(fd, level, name, value);
    if (result < 0) failures.push(failure('keep-alive', result, String(value)));
  };
  set(SOL_SOCKET, SO_KEEPALIVE, 1);
  if (count > 0) set(IPPROTO_TCP, TCP_KEEPCNT, count);
  if (idle > 0) set(IPPROTO_TCP, TCP_KEEPIDLE, idle);
  if (interval > 0) set(IPPROTO_TCP, TCP_KEEPINTVL, interval);
  return failures;
}

/** `struct linger`: on, 0 seconds. */
const lingerNone = new Uint8Array(Int32Array.of(1, 0).buffer);

function setTransparent(calls: SocketOptionCalls, fd: number, family: 'ipv4' | 'ipv6'): number {
  if (family === 'ipv4') return calls.setOption(fd, IPPROTO_IP, IP_TRANSPARENT, 1);
  return calls.setOption(fd, IPPROTO_IPV6, IPV6_TRANSPARENT, 1);
}

/** What the socket sends leaves through this network interface, and nothing comes by another. Returns 0 or -errno. */
export function bindToDevice(calls: Pick<SocketOptionCalls, 'setOptionBytes'>, fd: number, name: string): number {
  // The kernel reads 15 bytes of it.
  const bytes = new TextEncoder().encode(`${name}\0`).subarray(0, 64);
  return calls.setOptionBytes(fd, SOL_SOCKET, SO_BINDTODEVICE, bytes);
}
