/** Reading files whose size nobody has promised: `-f /dev/zero` must end with an error, not with the machine's memory. */
import { closeSync, openSync, readSync } from 'node:fs';

const CHUNK = 1 << 20;

/** All bytes of a file, pipe or device, or undefined when there are more than `most`. Throws what the system reports. */
export function readUpTo(path: string, most: number): Buffer | undefined {
  const chunks: Buffer[] = [];
  let size = 0;
  const fd = openSync(path, 'r');
  try {
    for (;;) {
      const chunk = Buffer.allocUnsafe(CHUNK);
      const count = readSync(fd, chunk);
      if (count === 0) return Buffer.concat(chunks, size);
      size += count;
      if (size > most) return undefined;
      chunks.push(chunk.subarray(0, count));
    }
  } finally {
    closeSync(fd);
  }
}
