/** Lines to an inherited descriptor (stdout, stderr, `fd@N`) without waiting for whoever reads it. */
import { writeSync } from 'node:fs';
import { libc } from './libc.ts';

const POLLOUT = 4;
/** Linux: a pipe that polls writable takes this much without blocking (pipe(7), PIPE_BUF). */
const PIECE = 4096;

export class DescriptorWriter {
  readonly #fd: number;
  /** `struct pollfd`: an int, and two shorts for what is asked and what is answered. */
  readonly #pollfd = new Uint8Array(8);
  #poll: ((fds: Uint8Array, count: number, timeout: number) => number) | undefined;
  /** The C library is loaded with the first line: many a program has none to say. */
  #bound = false;

  constructor(fd: number) {
    this.#fd = fd;
    new Int32Array(this.#pollfd.buffer)[0] = fd;
    new Int16Array(this.#pollfd.buffer)[2] = POLLOUT;
  }

  /** True when a write of one piece will not block. Where poll(2) cannot be called the write itself has to tell. */
  #writable(): boolean {
    if (!this.#bound) {
      this.#bound = true;
      this.#poll = libc()?.bind('int poll(_Inout_ uint8_t *fds, unsigned long count, int timeout)');
    }
    if (this.#poll === undefined) return true;
    return this.#poll(this.#pollfd, 1, 0) > 0;
  }

  /** Writes the bytes or nothing of them; false when there was no room or nobody reads any more. */
  write(data: Uint8Array): boolean {
    try {
      for (let sent = 0; sent < data.length; ) {
        if (!this.#writable()) {
          // A line that has begun is brought to its end, or the next one would be glued to its half.
          if (sent === 0) return false;
        }
        sent += writeSync(this.#fd, data, sent, Math.min(PIECE, data.length - sent));
      }
      return true;
    } catch {
      return false;
    }
  }
}
