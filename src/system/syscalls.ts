/**
 * The system calls of the linux engine, as thin as they can be: numbers in, a number out, `-errno` on failure, EINTR tried
 * again. Memory is passed by address (see `Memory`), which costs a fraction of passing a buffer. Linux only.
 */
import { type Libc, libc, libcProblem } from './libc.ts';
import {
  EINTR,
  EPOLL_CTL_ADD,
  EPOLL_CTL_DEL,
  EPOLL_EVENT,
  F_GETFL,
  F_SETFL,
  F_SETPIPE_SZ,
  FIONREAD,
  IPPROTO_TCP,
  MSG_NOSIGNAL,
  MSG_PEEK,
  NONBLOCK_CLOEXEC,
  O_NONBLOCK,
  SO_ERROR,
  SO_LINGER,
  SOCK_STREAM,
  SOL_SOCKET,
  SPLICE_F_MOVE_NONBLOCK,
  TCP_CLOSE,
  TCP_INFO,
} from './linux-numbers.ts';
import type { SocketOptionCalls } from './socket-options.ts';

/** Memory outside the heap with its address; it lives as long as this object. */
export class Memory {
  readonly address: number;
  readonly bytes: Uint8Array;
  readonly words: Int32Array;

  constructor(c: Libc, size: number) {
    const buffer = new ArrayBuffer(size);
    this.bytes = new Uint8Array(buffer);
    this.words = new Int32Array(buffer, 0, size >> 2);
    this.address = c.addressOf(buffer);
  }
}

type Call1 = (a: number) => number;
type Call2 = (a: number, b: number) => number;
type Call3 = (a: number, b: number, c: number) => number;
type Call4 = (a: number, b: number, c: number, d: number) => number;
type Call5 = (a: number, b: number, c: number, d: number, e: number) => number;
type Call6 = (a: number, b: number, c: number, d: number, e: number, f: number) => number;

/** The calls of one thread. */
export class Syscalls implements SocketOptionCalls {
  readonly #libc: Libc;
  /** This thread's errno itself. */
  readonly #errno: Int32Array;
  /** For arguments and results of a single call. */
  readonly #scratch: Memory;
  readonly #epollCreate: Call1;
  readonly #epollCtl: Call4;
  readonly #epollWait: Call4;
  readonly #eventfd: Call2;
  readonly #write: Call3;
  readonly #socket: Call3;
  readonly #bind: Call3;
  readonly #listen: Call2;
  readonly #connect: Call3;
  readonly #accept: Call4;
  readonly #recv: Call4;
  readonly #send: Call4;
  readonly #shutdown: Call2;
  readonly #close: Call1;
  readonly #getsockname: Call3;
  readonly #getsockopt: Call5;
  readonly #setsockopt: Call5;
  readonly #pipe: Call2;
  readonly #fcntl: Call3;
  readonly #ioctl: Call3;
  readonly #splice: Call6;

  constructor(c: Libc) {
    this.#libc = c;
    this.#scratch = new Memory(c, 256);
    this.#errno = new Int32Array(c.map(c.bind<[]>('uintptr_t __errno_location(void)')(), 4));
    this.#epollCreate = c.bind('int epoll_create1(int flags)');
    this.#epollCtl = c.bind('int epoll_ctl(int epoll, int operation, int fd, uintptr_t event)');
    this.#epollWait = c.bind('int epoll_wait(int epoll, uintptr_t events, int count, int timeout)');
    this.#eventfd = c.bind('int eventfd(unsigned int value, int flags)');
    this.#write = c.bind('intptr_t write(int fd, uintptr_t data, uintptr_t length)');
    this.#socket = c.bind('int socket(int family, int type, int protocol)');
    this.#bind = c.bind('int bind(int fd, uintptr_t address, unsigned int length)');
    this.#listen = c.bind('int listen(int fd, int backlog)');
    this.#connect = c.bind('int connect(int fd, uintptr_t address, unsigned int length)');
    this.#accept = c.bind('int accept4(int fd, uintptr_t address, uintptr_t length, int flags)');
    this.#recv = c.bind('intptr_t recv(int fd, uintptr_t data, uintptr_t length, int flags)');
    this.#send = c.bind('intptr_t send(int fd, uintptr_t data, uintptr_t length, int flags)');
    this.#shutdown = c.bind('int shutdown(int fd, int how)');
    this.#close = c.bind('int close(int fd)');
    this.#getsockname = c.bind('int getsockname(int fd, uintptr_t address, uintptr_t length)');
    this.#getsockopt = c.bind('int getsockopt(int fd, int level, int name, uintptr_t value, uintptr_t length)');
    this.#setsockopt = c.bind('int setsockopt(int fd, int level, int name, uintptr_t value, unsigned int length)');
    this.#pipe = c.bind('int pipe2(uintptr_t fds, int flags)');
    this.#fcntl = c.bind('int fcntl(int fd, int command, int argument)');
    this.#ioctl = c.bind('int ioctl(int fd, unsigned long request, uintptr_t argument)');
    this.#splice = c.bind(
      'intptr_t splice(int from, uintptr_t fromOffset, int to, uintptr_t toOffset, uintptr_t length, unsigned int flags)',
    );
  }

  memory(size: number): Memory {
    return new Memory(this.#libc, size);
  }

  epollCreate(): number {
    return this.#result(this.#epollCreate(0o2000000));
  }

  /** Events come with `fd` and `generation`. */
  epollAdd(epoll: number, fd: number, mask: number, generation: number): number {
    const { words, address } = this.#scratch;
    words[0] = mask;
    words[EPOLL_EVENT.fd] = fd;
    words[EPOLL_EVENT.generation] = generation;
    return this.#result(this.#epollCtl(epoll, EPOLL_CTL_ADD, fd, address));
  }

  epollDelete(epoll: number, fd: number): number {
    return this.#result(this.#epollCtl(epoll, EPOLL_CTL_DEL, fd, 0));
  }

  /** Up to `count` events to `address`; an interrupted wait is over with none. `timeout` in ms, -1 for ever. */
  epollWait(epoll: number, address: number, count: number, timeout: number): number {
    const events = this.#epollWait(epoll, address, count, timeout);
    if (events >= 0) return events;
    const errno = this.#errno[0] as number;
    return errno === EINTR ? 0 : -errno;
  }

  /** An eventfd that does not block. */
  eventfd(): number {
    return this.#result(this.#eventfd(0, NONBLOCK_CLOEXEC));
  }

  /** Adds 1 to an eventfd, which wakes whoever waits for it. */
  signal(fd: number): number {
    const { words, address } = this.#scratch;
    words[0] = 1;
    words[1] = 0;
    return this.#result(this.#write(fd, address, 8));
  }

  socket(family: number): number {
    return this.#result(this.#socket(family, SOCK_STREAM | NONBLOCK_CLOEXEC, 0));
  }

  /** `address` is a `struct sockaddr` as src/system/socket-address.ts makes it. */
  bind(fd: number, address: Memory): number {
    return this.#result(this.#bind(fd, address.address, address.bytes.length));
  }

  listen(fd: number, backlog: number): number {
    return this.#result(this.#listen(fd, backlog));
  }

  connect(fd: number, address: Memory): number {
    return this.#result(this.#connect(fd, address.address, address.bytes.length));
  }

  /** The client's address goes to `peer`, whose last word is the room for it and is overwritten with its length. */
  accept(fd: number, peer: Memory): number {
    const { words, address } = peer;
    const last = words.length - 1;
    for (;;) {
      words[last] = last << 2;
      const client = this.#accept(fd, address, address + (last << 2), NONBLOCK_CLOEXEC);
      if (client >= 0) return client;
      const errno = this.#errno[0] as number;
      if (errno !== EINTR) return -errno;
    }
  }

  recv(fd: number, address: number, length: number): number {
    const received = this.#recv(fd, address, length, 0);
    if (received >= 0) return received;
    const errno = this.#errno[0] as number;
    return errno === EINTR ? this.recv(fd, address, length) : -errno;
  }

  /** Like `recv`, and the bytes stay where they are. */
  peek(fd: number, address: number, length: number): number {
    const received = this.#recv(fd, address, length, MSG_PEEK);
    if (received >= 0) return received;
    const errno = this.#errno[0] as number;
    return errno === EINTR ? this.peek(fd, address, length) : -errno;
  }

  /** `flags` besides MSG_NOSIGNAL: 0 or MSG_MORE. */
  send(fd: number, address: number, length: number, flags: number): number {
    const sent = this.#send(fd, address, length, flags | MSG_NOSIGNAL);
    if (sent >= 0) return sent;
    const errno = this.#errno[0] as number;
    return errno === EINTR ? this.send(fd, address, length, flags) : -errno;
  }

  /** Moves up to `length` bytes from a socket into a pipe or the other way; neither end blocks. */
  splice(from: number, to: number, length: number): number {
    const moved = this.#splice(from, 0, to, 0, length, SPLICE_F_MOVE_NONBLOCK);
    if (moved >= 0) return moved;
    const errno = this.#errno[0] as number;
    return errno === EINTR ? this.splice(from, to, length) : -errno;
  }

  shutdown(fd: number, how: number): number {
    return this.#result(this.#shutdown(fd, how));
  }

  /** Never again after EINTR: Linux has closed it then. */
  close(fd: number): number {
    return this.#result(this.#close(fd));
  }

  /** The address a socket is bound to, like `accept`. */
  localAddress(fd: number, local: Memory): number {
    const last = local.words.length - 1;
    local.words[last] = last << 2;
    return this.#result(this.#getsockname(fd, local.address, local.address + (last << 2)));
  }

  setOption(fd: number, level: number, name: number, value: number): number {
    const { words, address } = this.#scratch;
    words[0] = value;
    return this.#result(this.#setsockopt(fd, level, name, address, 4));
  }

  /** At most 64 bytes. */
  setOptionBytes(fd: number, level: number, name: number, value: Uint8Array): number {
    const { bytes, address } = this.#scratch;
    bytes.set(value);
    return this.#result(this.#setsockopt(fd, level, name, address, value.length));
  }

  /** The option's value (one int), or -errno. */
  getOption(fd: number, level: number, name: number): number {
    const { words, address } = this.#scratch;
    words[0] = 0;
    words[1] = 4;
    const result = this.#result(this.#getsockopt(fd, level, name, address, address + 4));
    return result < 0 ? result : (words[0] as number);
  }

  /** The error that waits at a socket, as a positive errno; 0: none. It is taken off. */
  pendingError(fd: number): number {
    const { words, address } = this.#scratch;
    words[0] = 0;
    words[1] = 4;
    const result = this.#result(this.#getsockopt(fd, SOL_SOCKET, SO_ERROR, address, address + 4));
    return result < 0 ? -result : (words[0] as number);
  }

  /** Whether a TCP socket is closed for good, which one that was accepted only is if its peer has reset it. */
  isTcpClosed(fd: number): boolean {
    const { words, bytes, address } = this.#scratch;
    words[0] = 0;
    words[1] = 1;
    // The state is the first byte of struct tcp_info.
    return this.#getsockopt(fd, IPPROTO_TCP, TCP_INFO, address, address + 4) === 0 && bytes[0] === TCP_CLOSE;
  }

  /** Closing will send RST instead of FIN. */
  lingerNone(fd: number): number {
    const { words, address } = this.#scratch;
    words[0] = 1;
    words[1] = 0;
    return this.#result(this.#setsockopt(fd, SOL_SOCKET, SO_LINGER, address, 8));
  }

  /** Bytes that wait to be received. */
  receivable(fd: number): number {
    const { words, address } = this.#scratch;
    words[0] = 0;
    const result = this.#result(this.#ioctl(fd, FIONREAD, address));
    return result < 0 ? 0 : (words[0] as number);
  }

  /** A pipe that does not block; the ends are written to `ends`. */
  pipe(ends: Int32Array): number {
    const { words, address } = this.#scratch;
    const result = this.#result(this.#pipe(address, NONBLOCK_CLOEXEC));
    ends[0] = words[0] as number;
    ends[1] = words[1] as number;
    return result;
  }

  /** Asks for a pipe of so many bytes; the answer is what there is now. */
  setPipeSize(fd: number, size: number): number {
    return this.#result(this.#fcntl(fd, F_SETPIPE_SZ, size));
  }

  /** For descriptors that others opened. */
  setNonBlocking(fd: number): number {
    const flags = this.#result(this.#fcntl(fd, F_GETFL, 0));
    return flags < 0 ? flags : this.#result(this.#fcntl(fd, F_SETFL, flags | O_NONBLOCK));
  }

  #result(result: number): number {
    return result < 0 ? -(this.#errno[0] as number) : result;
  }
}

let calls: Syscalls | undefined;

/** This thread's system calls; undefined where they cannot be made, for which `linuxProblem` has the reason. */
export function syscalls(): Syscalls | undefined {
  const c = linuxProblem() === undefined ? libc() : undefined;
  if (c !== undefined) calls ??= new Syscalls(c);
  return calls;
}

/** Why the linux engine cannot run here, as a clause; undefined when it can. */
export function linuxProblem(): string | undefined {
  if (process.platform !== 'linux') return 'this is not Linux';
  if (process.arch !== 'x64' && process.arch !== 'arm64') return `it knows x64 and arm64, not ${process.arch}`;
  return libcProblem();
}
