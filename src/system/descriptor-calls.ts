/** What is asked of one descriptor besides moving bytes: socket options, waiting errors, sizes, modes. Linux only. */
import type { Libc } from './libc.ts';
import {
  F_GETFL,
  F_SETFL,
  F_SETPIPE_SZ,
  FIONREAD,
  IPPROTO_TCP,
  O_NONBLOCK,
  SO_ERROR,
  SO_LINGER,
  SOL_SOCKET,
  TCP_CLOSE,
  TCP_INFO,
} from './linux-numbers.ts';
import { Memory } from './memory.ts';
import type { SocketOptionCalls } from './socket-options.ts';

type Call3 = (a: number, b: number, c: number) => number;
type Call5 = (a: number, b: number, c: number, d: number, e: number) => number;

/** Answers are those of the calls, `-errno` on failure, unless a method says otherwise. */
export class DescriptorCalls implements SocketOptionCalls {
  /** This thread's errno itself. */
  protected readonly errno: Int32Array;
  /** For arguments and results of a single call. */
  protected readonly scratch: Memory;
  readonly #getsockopt: Call5;
  readonly #setsockopt: Call5;
  readonly #fcntl: Call3;
  readonly #ioctl: Call3;

  constructor(c: Libc) {
    this.scratch = new Memory(c, 256);
    this.errno = new Int32Array(c.map(c.bind<[]>('uintptr_t __errno_location(void)')(), 4));
    this.#getsockopt = c.bind('int getsockopt(int fd, int level, int name, uintptr_t value, uintptr_t length)');
    this.#setsockopt = c.bind('int setsockopt(int fd, int level, int name, uintptr_t value, unsigned int length)');
    this.#fcntl = c.bind('int fcntl(int fd, int command, int argument)');
    this.#ioctl = c.bind('int ioctl(int fd, unsigned long request, uintptr_t argument)');
  }

  setOption(fd: number, level: number, name: number, value: number): number {
    const { words, address } = this.scratch;
    words[0] = value;
    return this.result(this.#setsockopt(fd, level, name, address, 4));
  }

  /** At most 64 bytes. */
  setOptionBytes(fd: number, level: number, name: number, value: Uint8Array): number {
    const { bytes, address } = this.scratch;
    bytes.set(value);
    return this.result(this.#setsockopt(fd, level, name, address, value.length));
  }

  /** The option's value (one int), or -errno. */
  getOption(fd: number, level: number, name: number): number {
    const { words, address } = this.scratch;
    words[0] = 0;
    words[1] = 4;
    const result = this.result(this.#getsockopt(fd, level, name, address, address + 4));
    return result < 0 ? result : (words[0] as number);
  }

  /** The error that waits at a socket, as a positive errno; 0: none. It is taken off. */
  pendingError(fd: number): number {
    const { words, address } = this.scratch;
    words[0] = 0;
    words[1] = 4;
    const result = this.result(this.#getsockopt(fd, SOL_SOCKET, SO_ERROR, address, address + 4));
    return result < 0 ? -result : (words[0] as number);
  }

  /** Whether a TCP socket is closed for good, which one that was accepted only is if its peer has reset it. */
  isTcpClosed(fd: number): boolean {
    const { words, bytes, address } = this.scratch;
    words[0] = 0;
    words[1] = 1;
    // The state is the first byte of struct tcp_info.
    return this.#getsockopt(fd, IPPROTO_TCP, TCP_INFO, address, address + 4) === 0 && bytes[0] === TCP_CLOSE;
  }

  /** Closing will send RST instead of FIN. */
  lingerNone(fd: number): number {
    const { words, address } = this.scratch;
    words[0] = 1;
    words[1] = 0;
    return this.result(this.#setsockopt(fd, SOL_SOCKET, SO_LINGER, address, 8));
  }

  /** Bytes that wait to be received. */
  receivable(fd: number): number {
    const { words, address } = this.scratch;
    words[0] = 0;
    const result = this.result(this.#ioctl(fd, FIONREAD, address));
    return result < 0 ? 0 : (words[0] as number);
  }

  /** Asks for a pipe of so many bytes; the answer is what there is now. */
  setPipeSize(fd: number, size: number): number {
    return this.result(this.#fcntl(fd, F_SETPIPE_SZ, size));
  }

  /** For descriptors that others opened. */
  setNonBlocking(fd: number): number {
    const flags = this.result(this.#fcntl(fd, F_GETFL, 0));
    return flags < 0 ? flags : this.result(this.#fcntl(fd, F_SETFL, flags | O_NONBLOCK));
  }

  protected result(result: number): number {
    return result < 0 ? -(this.errno[0] as number) : result;
  }
}
