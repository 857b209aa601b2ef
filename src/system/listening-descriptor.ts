/** Listening sockets as descriptors, which every thread of the process can accept from. Linux only. */
import { isIp } from './address-family.ts';
import { errorCode } from './error-text.ts';
import { errnoName } from './libc.ts';
import {
  IPPROTO_IPV6,
  IPPROTO_TCP,
  IPV6_V6ONLY,
  SO_KEEPALIVE,
  SO_REUSEADDR,
  SO_REUSEPORT,
  SOL_SOCKET,
  TCP_NODELAY,
} from './linux-numbers.ts';
import { claimPath, settlePath } from './listening-path.ts';
import { ADDRESS_ROOM, decodeAddress, encodeAddress, FAMILY_NUMBER, type SocketAddress } from './socket-address.ts';
import {
  applyBeforeBind,
  applyBeforeListen,
  type ListenerSocketOptions,
  type OptionFailure,
} from './socket-options.ts';
import type { Syscalls } from './syscalls.ts';

export interface DescriptorOptions {
  /** With `fd`: an inherited socket that is bound already and need only be listened on. */
  readonly address: SocketAddress & { readonly fd?: number };
  readonly backlog: number;
  readonly v6only?: boolean;
  /** SO_REUSEPORT: another process of the same user, or another line, may listen there too. */
  readonly reusePort?: boolean;
  /** SO_KEEPALIVE; accepted sockets inherit it, and TCP_NODELAY. */
  readonly keepAlive: boolean;
  /** Permission bits and owner of a Unix socket's file. */
  readonly mode?: number;
  readonly uid?: number;
  readonly gid?: number;
  /** Further options of an IP socket; what the kernel refuses of them is told, and the rest holds. */
  readonly socket?: ListenerSocketOptions;
  readonly refused?: (failure: OptionFailure) => void;
}

export interface ListeningDescriptor {
  readonly fd: number;
  /** Where it listens, with the real port; `unix` and 0 for a Unix socket. */
  readonly local: { readonly host: string; readonly port: number };
}

/** Binds and listens. `code` is the errno's name of what failed; nothing is left open then. */
export function openListeningDescriptor(
  calls: Syscalls,
  options: DescriptorOptions,
): ListeningDescriptor | { readonly code: string } {
  const { address } = options;
  const fd = address.fd ?? calls.socket(FAMILY_NUMBER[address.family]);
  if (fd < 0) return { code: errnoName(-fd) };
  prepare(calls, fd, options);
  const code = listen(calls, fd, options);
  if (code === undefined) return { fd, local: localAddress(calls, fd) };
  calls.close(fd);
  return { code };
}

function listen(calls: Syscalls, fd: number, options: DescriptorOptions): string | undefined {
  const { address, backlog } = options;
  if (address.family === 'unix' && address.fd === undefined) return listenOnPath(calls, fd, options);
  const code = address.fd === undefined ? bind(calls, fd, address) : named(calls.setNonBlocking(fd));
  if (code !== undefined) return code;
  if (options.socket !== undefined) tell(applyBeforeListen(calls, fd, options.socket), options);
  return named(calls.listen(fd, backlog));
}

function prepare(calls: Syscalls, fd: number, options: DescriptorOptions): void {
  const { family, fd: inherited } = options.address;
  if (!isIp(family)) return;
  if (inherited === undefined) {
    calls.setOption(fd, SOL_SOCKET, SO_REUSEADDR, 1);
    if (options.reusePort === true) calls.setOption(fd, SOL_SOCKET, SO_REUSEPORT, 1);
    if (family === 'ipv6') calls.setOption(fd, IPPROTO_IPV6, IPV6_V6ONLY, options.v6only === true ? 1 : 0);
  }
  calls.setOption(fd, IPPROTO_TCP, TCP_NODELAY, 1);
  if (options.keepAlive) calls.setOption(fd, SOL_SOCKET, SO_KEEPALIVE, 1);
  if (options.socket === undefined) return;
  if (inherited === undefined) tell(applyBeforeBind(calls, fd, family, options.socket), options);
}

function tell(failures: readonly OptionFailure[], { refused }: DescriptorOptions): void {
  for (const failure of failures) refused?.(failure);
}

function bind(calls: Syscalls, fd: number, address: SocketAddress): string | undefined {
  const encoded = encodeAddress(calls, address);
  return encoded === undefined ? 'EINVAL' : named(calls.bind(fd, encoded));
}

function listenOnPath(calls: Syscalls, fd: number, options: DescriptorOptions): string | undefined {
  const { address, backlog } = options;
  try {
    const temporary = claimPath(address.host);
    const code = bind(calls, fd, { ...address, host: temporary }) ?? named(calls.listen(fd, backlog));
    if (code !== undefined) return code;
    settlePath(temporary, address.host, options);
    return undefined;
  } catch (error) {
    return errorCode(error);
  }
}

function localAddress(calls: Syscalls, fd: number): ListeningDescriptor['local'] {
  const memory = calls.memory(ADDRESS_ROOM);
  calls.localAddress(fd, memory);
  return decodeAddress(memory) ?? { host: 'unix', port: 0 };
}

function named(result: number): string | undefined {
  return result < 0 ? errnoName(-result) : undefined;
}
