/** A Unix datagram socket to receive on, which Node has no class for; needs libc. */
import { libc } from '../../src/system/libc.ts';

export interface UnixReceiver {
  /** The next datagram that has arrived, undefined when there is none. */
  receive(): string | undefined;
  close(): void;
}

/** Binds `path`. Only where `libc()` is there, on Linux. */
export function bindUnixReceiver(path: string): UnixReceiver {
  const c = libc();
  if (c === undefined) throw new Error('no libc to call');
  const fd = c.bind<[number, number, number]>('int socket(int domain, int type, int protocol)')(1, 2, 0);
  const address = Buffer.concat([new Uint8Array(new Uint16Array([1]).buffer), Buffer.from(`${path}\0`)]);
  const bind = c.bind<[number, Uint8Array, number]>('int bind(int fd, const uint8_t *address, uint32_t size)');
  if (bind(fd, address, address.length) !== 0) throw new Error(`cannot bind ${path}`);
  const receive = c.bind<[number, Uint8Array, number, number]>(
    'intptr_t recv(int fd, _Out_ uint8_t *data, size_t size, int flags)',
  );
  const into = new Uint8Array(65_536);
  return {
    receive() {
      const length = Number(receive(fd, into, into.length, 0x40));
      return length < 0 ? undefined : Buffer.from(into.subarray(0, length)).toString();
    },
    close: () => void c.bind<[number]>('int close(int fd)')(fd),
  };
}
