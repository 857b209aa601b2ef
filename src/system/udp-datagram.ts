/**
 * Datagrams over UDP through libc: half of what a send through Node costs, and log lines are sent for every session. Never
 * blocks. Linux only.
 */
import { errnoName, type Libc, libc } from './libc.ts';
import { AF_INET, AF_INET6, NONBLOCK_CLOEXEC } from './linux-numbers.ts';
import type { Memory } from './memory.ts';
import { encodeAddress } from './socket-address.ts';
import { syscalls } from './syscalls.ts';

const SOCK_DGRAM = 2;
/** MSG_DONTWAIT | MSG_NOSIGNAL. */
const SEND_FLAGS = 0x40 | 0x4000;
/** No datagram is longer. */
const LONGEST = 65_536;

type SendTo = (fd: number, data: number, length: number, flags: number, to: number, size: number) => number;

export class UdpDatagramSocket {
  readonly #libc: Libc;
  readonly #fd: number;
  readonly #sendto: SendTo;
  readonly #message: Memory;
  #closed = false;

  private constructor(c: Libc, fd: number, message: Memory) {
    this.#libc = c;
    this.#fd = fd;
    this.#message = message;
    this.#sendto = c.bind(
      'intptr_t sendto(int fd, uintptr_t data, uintptr_t length, int flags, uintptr_t address, unsigned int size)',
    );
  }

  /** One socket serves any number of receivers of its family. Undefined where libc cannot be called or no file is left. */
  static open(family: 'ipv4' | 'ipv6'): UdpDatagramSocket | undefined {
    const c = libc();
    const memory = syscalls()?.memory(LONGEST);
    if (c === undefined || memory === undefined) return undefined;
    const domain = family === 'ipv4' ? AF_INET : AF_INET6;
    const socket = c.bind<[number, number, number]>('int socket(int domain, int type, int protocol)');
    const fd = socket(domain, SOCK_DGRAM | NONBLOCK_CLOEXEC, 0);
    return fd < 0 ? undefined : new UdpDatagramSocket(c, fd, memory);
  }

  /** An address to send to, made once; undefined when `host` is not one of the family. */
  static receiver(family: 'ipv4' | 'ipv6', host: string, port: number): Memory | undefined {
    const calls = syscalls();
    return calls && encodeAddress(calls, { family, host, port });
  }

  /** Sends one datagram. Returns undefined, or the errno's name: `EAGAIN` where the network does not keep up. */
  send(receiver: Memory, data: Uint8Array): string | undefined {
    if (this.#closed) return 'EBADF';
    if (data.length > LONGEST) return 'EMSGSIZE';
    const { bytes, address } = this.#message;
    bytes.set(data);
    for (;;) {
      const { address: to, bytes: name } = receiver;
      if (this.#sendto(this.#fd, address, data.length, SEND_FLAGS, to, name.length) >= 0) return undefined;
      const code = errnoName(this.#libc.errno());
      if (code !== 'EINTR') return code;
    }
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#libc.bind<[number]>('int close(int fd)')(this.#fd);
  }
}
