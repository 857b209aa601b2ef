/**
 * The system calls of the linux engine, as thin as they can be: numbers in, a number out, `-errno` on failure, EINTR tried
 * again. Memory is passed by address (see `Memory`), which costs a fraction of passing a buffer. Linux only.
 */
import { DescriptorCalls } from './descriptor-calls.ts';
import { type Libc, libc, libcProblem } from './libc.ts';
import {
  EINTR,
  EPOLL_CTL_ADD,
  EPOLL_CTL_DEL,
  EPOLL_EVENT,
  MSG_NOSIGNAL,
  MSG_PEEK,
  NONBLOCK_CLOEXEC,
  SOCK_STREAM,
  SPLICE_F_MOVE_NONBLOCK,
} from './linux-numbers.ts';
import { Memory } from './memory.ts';

type Call1 = (a: number) => number;
type Call2 = (a: number, b: number) => number;
type Call3 = (a: number, b: number, c: number) => number;
type Call4 = (a: number, b: number, c: number, d: number) => number;
type Call6 = (a: number, b: number, c: number, d: number, e: number, f: number) => number;

/** The calls of one thread. */
export class Syscalls extends DescriptorCalls {
  readonly #libc: Libc;
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
  readonly #pipe: Call2;
  readonly #splice: Call6;

  constructor(c: Libc) {
    super(c);
    this.#libc = c;
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
    this.#pipe = c.bind('int pipe2(uintptr_t fds, int flags)');
    this.#splice = c.bind(
      'intptr_t splice(int from, uintptr_t fromOffset, int to, uintptr_t toOffset, uintptr_t length, unsigned int flags)',
    );
  }

  memory(size: number): Memory {
    return new Memory(this.#libc, size);
  }

  epollCreate(): number {
    return this.result(this.#epollCreate(0o2000000));
  }

  /** Events come with `fd` and `generation`. */
  epollAdd(epoll: number, fd: number, mask: number, generation: number): number {
    const { words, address } = this.scratch;
    words[0] = mask;
    words[EPOLL_EVENT.fd] = fd;
    words[EPOLL_EVENT.generation] = generation;
    return this.result(this.#epollCtl(epoll, EPOLL_CTL_ADD, fd, address));
  }

  epollDelete(epoll: number, fd: number): number {
    return this.result(this.#epollCtl(epoll, EPOLL_CTL_DEL, fd, 0));
  }

  /** Up to `count` events to `address`; an interrupted wait is over with none. `timeout` in ms, -1 for ever. */
  epollWait(epoll: number, address: number, count: number, timeout: number): number {
    const events = this.#epollWait(epoll, address, count, timeout);
    if (events >= 0) return events;
    const errno = this.errno[0] as number;
    return errno === EINTR ? 0 : -errno;
  }

  /** An eventfd that does not block. */
  eventfd(): number {
    return this.result(this.#eventfd(0, NONBLOCK_CLOEXEC));
  }

  /** Adds 1 to an eventfd, which wakes whoever waits for it. */
  signal(fd: number): number {
    const { words, address } = this.scratch;
    words[0] = 1;
    words[1] = 0;
    return this.result(this.#write(fd, address, 8));
  }

  socket(family: number): number {
    return this.result(this.#socket(family, SOCK_STREAM | NONBLOCK_CLOEXEC, 0));
  }

  /** `address` is a `struct sockaddr` as src/system/socket-address.ts makes it. */
  bind(fd: number, address: Memory): number {
    return this.result(this.#bind(fd, address.address, address.bytes.length));
  }

  listen(fd: number, backlog: number): number {
    return this.result(this.#listen(fd, backlog));
  }

  connect(fd: number, address: Memory): number {
    return this.result(this.#connect(fd, address.address, address.bytes.length));
  }

  /** The client's address goes to `peer`, whose last word is the room for it and is overwritten with its length. */
  accept(fd: number, peer: Memory): number {
    const { words, address } = peer;
    const last = words.length - 1;
    for (;;) {
      words[last] = last << 2;
      const client = this.#accept(fd, address, address + (last << 2), NONBLOCK_CLOEXEC);
      if (client >= 0) return client;
      const errno = this.errno[0] as number;
      if (errno !== EINTR) return -errno;
    }
  }

  recv(fd: number, address: number, length: number): number {
    const received = this.#recv(fd, address, length, 0);
    if (received >= 0) return received;
    const errno = this.errno[0] as number;
    return errno === EINTR ? this.recv(fd, address, length) : -errno;
  }

  /** Like `recv`, and the bytes stay where they are. */
  peek(fd: number, address: number, length: number): number {
    const received = this.#recv(fd, address, length, MSG_PEEK);
    if (received >= 0) return received;
    const errno = this.errno[0] as number;
    return errno === EINTR ? this.peek(fd, address, length) : -errno;
  }

  /** `flags` besides MSG_NOSIGNAL: 0 or MSG_MORE. */
  send(fd: number, address: number, length: number, flags: number): number {
    const sent = this.#send(fd, address, length, flags | MSG_NOSIGNAL);
    if (sent >= 0) return sent;
    const errno = this.errno[0] as number;
    return errno === EINTR ? this.send(fd, address, length, flags) : -errno;
  }

  /** Moves up to `length` bytes from a socket into a pipe or the other way; neither end blocks. */
  splice(from: number, to: number, length: number): number {
    const moved = this.#splice(from, 0, to, 0, length, SPLICE_F_MOVE_NONBLOCK);
    if (moved >= 0) return moved;
    const errno = this.errno[0] as number;
    return errno === EINTR ? this.splice(from, to, length) : -errno;
  }

  shutdown(fd: number, how: number): number {
    return this.result(this.#shutdown(fd, how));
  }

  /** Never again after EINTR: Linux has closed it then. */
  close(fd: number): number {
    return this.result(this.#close(fd));
  }

  /** The address a socket is bound to, like `accept`. */
  localAddress(fd: number, local: Memory): number {
    const last = local.words.length - 1;
    local.words[last] = last << 2;
    return this.result(this.#getsockname(fd, local.address, local.address + (last << 2)));
  }

  /** A pipe that does not block; the ends are written to `ends`. */
  pipe(ends: Int32Array): number {
    const { words, address } = this.scratch;
    const result = this.result(this.#pipe(address, NONBLOCK_CLOEXEC));
    ends[0] = words[0] as number;
    ends[1] = words[1] as number;
    return result;
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
