/** Numbers of Linux's interface, the same on every architecture Node runs on but MIPS and SPARC (socket(7), tcp(7), ip(7), epoll(7)). */

export const AF_UNIX = 1;
export const AF_INET = 2;
export const AF_INET6 = 10;
export const SOCK_STREAM = 1;
/** SOCK_NONBLOCK | SOCK_CLOEXEC, which are also O_NONBLOCK | O_CLOEXEC. */
export const NONBLOCK_CLOEXEC = 0o4000 | 0o2000000;
export const SHUT_WR = 1;
export const MSG_PEEK = 2;
export const MSG_NOSIGNAL = 0x4000;
export const MSG_MORE = 0x8000;

export const SOL_SOCKET = 1;
export const SO_REUSEADDR = 2;
export const SO_ERROR = 4;
export const SO_KEEPALIVE = 9;
export const SO_REUSEPORT = 15;
export const SO_LINGER = 13;
export const SO_BINDTODEVICE = 25;

export const IPPROTO_IP = 0;
export const IP_FREEBIND = 15;
export const IP_TRANSPARENT = 19;
export const IP_BIND_ADDRESS_NO_PORT = 24;

export const IPPROTO_IPV6 = 41;
export const IPV6_V6ONLY = 26;
export const IPV6_TRANSPARENT = 75;

export const IPPROTO_TCP = 6;
export const TCP_NODELAY = 1;
export const TCP_INFO = 11;
export const TCP_MAXSEG = 2;
export const TCP_KEEPIDLE = 4;
export const TCP_KEEPINTVL = 5;
export const TCP_KEEPCNT = 6;
export const TCP_DEFER_ACCEPT = 9;
export const TCP_QUICKACK = 12;
export const TCP_USER_TIMEOUT = 18;
export const TCP_FASTOPEN = 23;
/** A state that TCP_INFO tells. */
export const TCP_CLOSE = 7;

export const EPOLLIN = 0x001;
export const EPOLLPRI = 0x002;
export const EPOLLOUT = 0x004;
export const EPOLLERR = 0x008;
export const EPOLLHUP = 0x010;
export const EPOLLRDHUP = 0x2000;
export const EPOLLEXCLUSIVE = 1 << 28;
/** Bit 31: the number is negative, as words of a mask are in JavaScript. */
export const EPOLLET = 1 << 31;

// Numbers of errno, the same on every Linux that Node runs on but for EAGAIN's neighbours on MIPS and SPARC.
export const EINTR = 4;
export const EAGAIN = 11;
export const ENOMEM = 12;
export const EINVAL = 22;
export const ENFILE = 23;
export const EMFILE = 24;
export const EPIPE = 32;
export const EADDRINUSE = 98;
export const ECONNABORTED = 103;
export const ECONNRESET = 104;
export const ENOBUFS = 105;
export const EINPROGRESS = 115;

export const SPLICE_F_MOVE_NONBLOCK = 1 | 2;
export const F_GETFL = 3;
export const F_SETFL = 4;
export const O_NONBLOCK = 0o4000;
export const F_SETPIPE_SZ = 1031;
export const FIONREAD = 0x541b;
export const EPOLL_CTL_ADD = 1;
export const EPOLL_CTL_DEL = 2;

/** `struct epoll_event` is packed to 12 bytes on x86-64 alone. Positions in 32-bit words: mask at 0, our fd, our generation. */
export const EPOLL_EVENT =
  process.arch === 'x64' ? { words: 3, fd: 1, generation: 2 } : { words: 4, fd: 2, generation: 3 };
