/** Datagrams to a Unix socket (`log /dev/log`), which Node has no class for. Never blocks. */
import { errnoName, type Libc, libc } from './libc.ts';

const AF_UNIX = 1;
const SOCK_DGRAM = 2;
const linux = process.platform === 'linux';
/** SOCK_NONBLOCK | SOCK_CLOEXEC, which only Linux and the BSDs take here. */
const SOCKET_FLAGS = linux ? 0o4000 | 0o2000000 : 0;
/** MSG_DONTWAIT | MSG_NOSIGNAL. */
const SEND_FLAGS = linux ? 0x40 | 0x4000 : 0x80;

type SendTo = (
  fd: number,
  data: Uint8Array,
  length: number,
  flags: number,
  to: Uint8Array | null,
  size: number,
) => number;

/** `struct sockaddr_un` for a path; a path that begins with a zero byte is an abstract name. Undefined: too long. */
function socketAddress(path: string): Uint8Array | undefined {
  const name = Buffer.from(path, 'utf8');
  if (name.length === 0 || name.length > 107) return undefined;
  const abstract = name[0] === 0;
  const address = Buffer.alloc(2 + name.length + (abstract ? 0 : 1));
  if (linux) {
    address.set(new Uint8Array(new Uint16Array([AF_UNIX]).buffer));
  } else {
    address[0] = address.length;
    address[1] = AF_UNIX;
  }
  name.copy(address, 2);
  return address;
}

export class UnixDatagramSocket {
  readonly #libc: Libc;
  readonly #fd: number;
  readonly #sendto: SendTo;
  readonly #addresses = new Map<string, Uint8Array | undefined>();
  #closed = false;

  private constructor(c: Libc, fd: number) {
    this.#libc = c;
    this.#fd = fd;
    this.#sendto = c.bind(
      'intptr_t sendto(int fd, const uint8_t *data, size_t length, int flags, const uint8_t *address, uint32_t size)',
    );
  }

  /** One socket serves any number of receivers. Undefined where libc cannot be called or no file is left. */
  static open(): UnixDatagramSocket | undefined {
    const c = libc();
    if (c === undefined) return undefined;
    const fd = c.bind<[number, number, number]>('int socket(int domain, int type, int protocol)')(
      AF_UNIX,
      SOCK_DGRAM | SOCKET_FLAGS,
      0,
    );
    return fd < 0 ? undefined : new UnixDatagramSocket(c, fd);
  }

  /** Makes whoever is bound to `path` now the receiver of what is sent without a path. Returns undefined or the errno's name. */
  connect(path: string): string | undefined {
    const address = socketAddress(path);
    if (address === undefined) return 'ENAMETOOLONG';
    const connect = this.#libc.bind<[number, Uint8Array, number]>(
      'int connect(int fd, const uint8_t *address, uint32_t size)',
    );
    return connect(this.#fd, address, address.length) === 0 ? undefined : errnoName(this.#libc.errno());
  }

  /**
   * Sends one datagram to whoever is bound to `path` at this moment (so a restarted receiver gets the next one). Returns
   * undefined, or the errno's name: `ENOENT`, `ECONNREFUSED`, `EAGAIN` when the receiver's queue is full, ... Without a path: to
   * whom the socket is connected.
   */
  send(path: string | undefined, data: Uint8Array): string | undefined {
    if (this.#closed) return 'EBADF';
    if (path !== undefined && !this.#addresses.has(path)) this.#addresses.set(path, socketAddress(path));
    const address = path === undefined ? null : this.#addresses.get(path);
    if (address === undefined) return 'ENAMETOOLONG';
    for (;;) {
      if (this.#sendto(this.#fd, data, data.length, SEND_FLAGS, address, address?.length ?? 0) >= 0) return undefined;
      const name = errnoName(this.#libc.errno());
      if (name !== 'EINTR') return name;
    }
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#libc.bind<[number]>('int close(int fd)')(this.#fd);
  }
}
