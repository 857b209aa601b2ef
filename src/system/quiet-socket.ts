/**
 * A TCP socket that does not answer the server's half of the handshake at once. Whoever resets it right after connecting has
 * seen that the server listens, and the server's program has seen nothing: its kernel never had a connection to hand out.
 */
import { closeSync } from 'node:fs';
import { libc } from './libc.ts';
import { AF_INET, AF_INET6, IPPROTO_TCP, NONBLOCK_CLOEXEC, SOCK_STREAM, TCP_QUICKACK } from './linux-numbers.ts';

const FAMILIES = { ipv4: AF_INET, ipv6: AF_INET6 } as const;

interface Calls {
  socket(family: number, type: number, protocol: number): number;
  setsockopt(fd: number, level: number, name: number, value: Int32Array, length: number): number;
}

let calls: Calls | undefined;

/** A descriptor that the caller owns, not connected yet; undefined where the platform has no such thing. */
export function openQuietSocket(family: 'ipv4' | 'ipv6'): number | undefined {
  // The figures above are Linux's on the processors that Node is built for.
  if (process.platform !== 'linux') return undefined;
  const library = libc();
  if (library === undefined) return undefined;
  calls ??= {
    socket: library.bind('int socket(int family, int type, int protocol)'),
    setsockopt: library.bind('int setsockopt(int fd, int level, int name, const int *value, unsigned int length)'),
  };
  const fd = calls.socket(FAMILIES[family], SOCK_STREAM | NONBLOCK_CLOEXEC, 0);
  if (fd < 0) return undefined;
  if (calls.setsockopt(fd, IPPROTO_TCP, TCP_QUICKACK, new Int32Array([0]), 4) === 0) return fd;
  closeSync(fd);
  return undefined;
}
