/** What HAProxy calls one buffer (`tune.bufsize`): no check reads more than this of an answer. */
export const BUFFER_SIZE = 16384;

/** How much of it an HTTP message can fill: HAProxy keeps a little for its own notes. */
export const HTTP_LIMIT = BUFFER_SIZE - 128;

/** Collects bytes up to a limit; what comes after it is dropped. */
export class BoundedBuffer {
  readonly limit: number;
  #bytes = Buffer.alloc(0);
  #length = 0;

  constructor(limit: number = BUFFER_SIZE) {
    this.limit = limit;
  }

  get length(): number {
    return this.#length;
  }

  get full(): boolean {
    return this.#length >= this.limit;
  }

  append(chunk: Uint8Array): void {
    const room = this.limit - this.#length;
    const part = chunk.length > room ? chunk.subarray(0, room) : chunk;
    const needed = this.#length + part.length;
    if (needed > this.#bytes.length) {
      const grown = Buffer.alloc(Math.min(this.limit, Math.max(needed, this.#bytes.length * 2, 512)));
      this.#bytes.copy(grown, 0, 0, this.#length);
      this.#bytes = grown;
    }
    this.#bytes.set(part, this.#length);
    this.#length = needed;
  }

  clear(): void {
    this.#length = 0;
  }

  /** A view of what was collected; it changes with the next `append`. */
  get bytes(): Buffer {
    return this.#bytes.subarray(0, this.#length);
  }
}
