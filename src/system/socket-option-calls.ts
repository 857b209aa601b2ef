/** setsockopt(2) and getsockopt(2) for whoever calls them now and then; an engine has faster ways. */
import { type Libc, libc } from './libc.ts';
import type { SocketOptionCalls } from './socket-options.ts';

class LibcOptionCalls implements SocketOptionCalls {
  readonly #libc: Libc;
  readonly #set: (fd: number, level: number, name: number, value: Uint8Array, length: number) => number;
  readonly #get: (fd: number, level: number, name: number, value: Int32Array, length: Uint32Array) => number;

  constructor(c: Libc) {
    this.#libc = c;
    this.#set = c.bind('int setsockopt(int fd, int level, int name, uint8_t *value, unsigned int length)');
    this.#get = c.bind('int getsockopt(int fd, int level, int name, _Out_ int *value, _Inout_ unsigned int *length)');
  }

  setOption(fd: number, level: number, name: number, value: number): number {
    return this.setOptionBytes(fd, level, name, new Uint8Array(Int32Array.of(value).buffer));
  }

  setOptionBytes(fd: number, level: number, name: number, bytes: Uint8Array): number {
    return this.#set(fd, level, name, bytes, bytes.length) === 0 ? 0 : -this.#libc.errno();
  }

  getOption(fd: number, level: number, name: number): number {
    const value = new Int32Array(1);
    const result = this.#get(fd, level, name, value, new Uint32Array([4]));
    return result === 0 ? value[0]! : -this.#libc.errno();
  }
}

/** Undefined where there is no libc to call, or none of Linux. */
export function socketOptionCalls(): SocketOptionCalls | undefined {
  const c = process.platform === 'linux' ? libc() : undefined;
  return c === undefined ? undefined : new LibcOptionCalls(c);
}
