import type { Libc } from './libc.ts';

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
