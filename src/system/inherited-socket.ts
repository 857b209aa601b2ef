/** What an inherited descriptor is: a listening socket that was opened by whoever started us (`fd@N`). */
import type { AddressFamily } from './address-family.ts';
import { errnoName, libc, libcProblem } from './libc.ts';

/** Where a stream socket is bound. `host` is an IP address, a path or an abstract name. */
export interface BoundSocket {
  readonly family: AddressFamily;
  readonly host: string;
  /** 0 for Unix sockets. */
  readonly port: number;
}

export type InheritedSocket =
  | { readonly ok: true; readonly socket: BoundSocket }
  /** `code`: the errno's name (`EBADF`, `ENOTSOCK`). */
  | { readonly ok: false; readonly problem: 'errno'; readonly code: string }
  /** A socket, but not a stream of the Internet or Unix families. */
  | { readonly ok: false; readonly problem: 'wrong-type' }
  /** The C library cannot be asked; `reason` is a clause. */
  | { readonly ok: false; readonly problem: 'unknown'; readonly reason: string };

const linux = process.platform === 'linux';
const SOL_SOCKET = linux ? 1 : 0xffff;
const SO_TYPE = linux ? 3 : 0x1008;
const SOCK_STREAM = 1;
const AF_UNIX = 1;
const AF_INET = 2;
const AF_INET6 = linux ? 10 : 30;
/** sizeof(struct sockaddr_un), the longest of the three. */
const ADDRESS_SIZE = 110;

/** Asks the kernel about descriptor `fd`. */
export function describeInheritedSocket(fd: number): InheritedSocket {
  const c = libc();
  if (c === undefined) return { ok: false, problem: 'unknown', reason: libcProblem() ?? 'there is no libc' };
  if (fd > 0x7fff_ffff) return { ok: false, problem: 'errno', code: 'EBADF' };
  const getsockopt = c.bind<[number, number, number, Int32Array, Uint32Array]>(
    'int getsockopt(int fd, int level, int name, _Out_ int *value, _Inout_ unsigned int *length)',
  );
  const value = new Int32Array(1);
  if (getsockopt(fd, SOL_SOCKET, SO_TYPE, value, new Uint32Array([4])) !== 0) {
    return { ok: false, problem: 'errno', code: errnoName(c.errno()) };
  }
  if (value[0] !== SOCK_STREAM) return { ok: false, problem: 'wrong-type' };
  const getsockname = c.bind<[number, Uint8Array, Uint32Array]>(
    'int getsockname(int fd, _Out_ uint8_t *address, _Inout_ unsigned int *length)',
  );
  const bytes = Buffer.alloc(ADDRESS_SIZE);
  const length = new Uint32Array([ADDRESS_SIZE]);
  if (getsockname(fd, bytes, length) !== 0) return { ok: false, problem: 'errno', code: errnoName(c.errno()) };
  const socket = readAddress(bytes.subarray(0, Math.min(ADDRESS_SIZE, length[0]!)));
  return socket === undefined ? { ok: false, problem: 'wrong-type' } : { ok: true, socket };
}

/** A `struct sockaddr`; undefined for other families. */
function readAddress(bytes: Buffer): BoundSocket | undefined {
  // The BSDs have a length byte first and one for the family; little-endian Linux has the family's low byte first.
  const family = linux ? new Uint16Array(bytes.buffer, bytes.byteOffset, 1)[0] : bytes[1];
  if (family === AF_UNIX) return readPath(bytes.subarray(2));
  const port = bytes.readUInt16BE(2);
  if (family === AF_INET) return { family: 'ipv4', host: bytes.subarray(4, 8).join('.'), port };
  if (family === AF_INET6) return { family: 'ipv6', host: shortest(bytes.subarray(8, 24)), port };
  return undefined;
}

function readPath(path: Buffer): BoundSocket {
  const abstract = path[0] === 0 && path.length > 1;
  const name = (abstract ? path.subarray(1) : path).toString('utf8');
  return { family: abstract ? 'abns' : 'unix', host: name.split('\0', 1)[0]!, port: 0 };
}

/** Sixteen bytes as the URL standard writes an IPv6 address. */
function shortest(bytes: Buffer): string {
  const groups = Array.from({ length: 8 }, (_, index) => bytes.readUInt16BE(2 * index).toString(16));
  return new URL(`http://[${groups.join(':')}]/`).hostname.slice(1, -1);
}
