/** TCP sockets with what Node's own cannot be told before they connect. Linux only. */
import { closeSync } from 'node:fs';
import { libc } from './libc.ts';
import { AF_INET, AF_INET6, IPPROTO_TCP, NONBLOCK_CLOEXEC, SOCK_STREAM, TCP_QUICKACK } from './linux-numbers.ts';
import { applyBeforeSource, bindToDevice } from './socket-options.ts';

const FAMILIES = { ipv4: AF_INET, ipv6: AF_INET6 } as const;

export interface CheckSocketOptions {
  /**
   * The socket does not answer the server's half of the handshake at once. Whoever resets it right after connecting has seen
   * that the server listens, and the server's program has seen nothing: its kernel never had a connection to hand out.
   */
  readonly quiet?: boolean;
  /** The network interface that its packets take; it is passed over where the kernel refuses it. */
  readonly interface?: string;
  /** It will be bound to an address of ours with this port, or with one for which `connect` decides (0). */
  readonly sourcePort?: number;
}

interface Calls {
  socket(family: number, type: number, protocol: number): number;
  setOption(fd: number, level: number, name: number, value: number): number;
  setOptionBytes(fd: number, level: number, name: number, bytes: Uint8Array): number;
}

let calls: Calls | undefined;

/** A descriptor that the caller owns, not connected yet; undefined where the platform has no such thing, or none left. */
export function openCheckSocket(family: 'ipv4' | 'ipv6', options: CheckSocketOptions): number | undefined {
  // The figures above are Linux's on the processors that Node is built for.
  if (process.platform !== 'linux') return undefined;
  calls ??= load();
  if (calls === undefined) return undefined;
  const fd = calls.socket(FAMILIES[family], SOCK_STREAM | NONBLOCK_CLOEXEC, 0);
  if (fd < 0) return undefined;
  if (options.interface !== undefined) bindToDevice(calls, fd, options.interface);
  if (options.sourcePort !== undefined) applyBeforeSource(calls, fd, options.sourcePort);
  if (options.quiet !== true || calls.setOption(fd, IPPROTO_TCP, TCP_QUICKACK, 0) === 0) return fd;
  closeSync(fd);
  return undefined;
}

function load(): Calls | undefined {
  const library = libc();
  if (library === undefined) return undefined;
  const setsockopt = library.bind<[number, number, number, Uint8Array, number]>(
    'int setsockopt(int fd, int level, int name, const uint8_t *value, unsigned int length)',
  );
  const setOptionBytes: Calls['setOptionBytes'] = (fd, level, name, bytes) =>
    setsockopt(fd, level, name, bytes, bytes.length);
  return {
    socket: library.bind('int socket(int family, int type, int protocol)'),
    setOption: (fd, level, name, value) => setOptionBytes(fd, level, name, new Uint8Array(Int32Array.of(value).buffer)),
    setOptionBytes,
  };
}
