/** Reading files whose size and kind nobody has promised: `-f /dev/zero` must end with an error, not with the machine's memory. */
import { closeSync, constants, fstatSync, openSync, readlinkSync, readSync } from 'node:fs';

const CHUNK = 1 << 20;
/** ms between two looks at a pipe that has nothing yet. */
const PAUSE = 5;
/** How often a file is read that changed meanwhile. */
const MOST_TURNS = 5;
/** ms a pipe or device may say nothing. While it is read no signal is heard, so this cannot be for ever. */
const PATIENCE = 10_000;

/**
 * All bytes of a file, pipe or device, or undefined when there are more than `most`. Throws what the system reports, and errors of
 * its own when a pipe or device says nothing for `patience` ms, or a file changes whenever it is read.
 */
export function readUpTo(path: string, most: number, patience = PATIENCE): Buffer | undefined {
  for (let turn = 0; turn < MOST_TURNS; turn++) {
    if (turn > 0) pause();
    // A FIFO nobody writes to would not even open.
    const fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      const before = fstatSync(fd, { bigint: true });
      const bytes = readToEnd(fd, most, patience);
      if (bytes === undefined || !before.isFile()) return bytes;
      // Half of what an editor is writing would be worse than nothing.
      const after = fstatSync(fd, { bigint: true });
      if (after.mtimeNs === before.mtimeNs && after.size === before.size) return bytes;
    } finally {
      closeSync(fd);
    }
  }
  throw new Error('it changes while it is read');
}

function readToEnd(fd: number, most: number, patience: number): Buffer | undefined {
  const chunks: Buffer[] = [];
  const awaited = isNamedPipe(fd);
  let size = 0;
  let silent = 0;
  for (;;) {
    const chunk = Buffer.allocUnsafe(CHUNK);
    const count = readWhatIsThere(fd, chunk);
    // Before the first byte of a FIFO its end only says that nobody has begun to write.
    if (count === undefined || (count === 0 && awaited && size === 0)) {
      if (silent >= patience) throw new Error(`nothing came from it in ${patience / 1000} seconds`);
      silent += PAUSE;
      pause();
      continue;
    }
    if (count === 0) return Buffer.concat(chunks, size);
    silent = 0;
    size += count;
    if (size > most) return undefined;
    chunks.push(chunk.subarray(0, count));
  }
}

function pause(): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, PAUSE);
}

/** How many bytes came, 0 at the end, undefined when there are none yet. */
function readWhatIsThere(fd: number, chunk: Buffer): number | undefined {
  try {
    return readSync(fd, chunk);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EAGAIN') return undefined;
    throw error;
  }
}

/** Whether it is a FIFO of the file system; the pipe of a shell's `<(...)` has had its writer from the beginning. */
function isNamedPipe(fd: number): boolean {
  if (!fstatSync(fd).isFIFO()) return false;
  try {
    return !readlinkSync(`/proc/self/fd/${fd}`).startsWith('pipe:');
  } catch {
    return false;
  }
}
