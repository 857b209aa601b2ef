import type { Syscalls } from '../../../system/syscalls.ts';

export interface Pipe {
  readonly readEnd: number;
  readonly writeEnd: number;
  /** Bytes it may hold. */
  readonly size: number;
}

/** What others may know of the pool: figures of `show info`. */
export interface PipeGauges {
  pipesChanged(used: number, free: number): void;
}

/** Tried one after the other: what the kernel grants a user depends on what his pipes hold already. */
const SIZES = [1_048_576, 262_144, 65_536];
/** Most pipes at once: 64 MB of memory if all of them are full, which is also what the kernel grants a user by default. */
export const MAX_PIPES = 64;
/** Free ones that are kept. */
const KEPT = 16;
/** How long nothing is asked of a kernel that has refused (ms). */
const REFUSED_FOR = 1_000;

/** Pipes for splice, made when needed and used again. Whoever gets none copies. */
export class PipePool {
  readonly #calls: Syscalls;
  readonly #now: () => number;
  readonly #most: number;
  readonly #highestFd: number;
  readonly #gauges: PipeGauges | undefined;
  readonly #free: Pipe[] = [];
  readonly #ends = new Int32Array(2);
  #used = 0;
  #refusedUntil = Number.NEGATIVE_INFINITY;

  /** `highestFd`: pipes leave the descriptors above it to connections. */
  constructor(calls: Syscalls, now: () => number, most: number, highestFd: number, gauges?: PipeGauges) {
    this.#calls = calls;
    this.#now = now;
    this.#most = most;
    this.#highestFd = highestFd;
    this.#gauges = gauges;
  }

  get used(): number {
    return this.#used;
  }

  get free(): number {
    return this.#free.length;
  }

  /** An empty pipe of at least 64 KB, or undefined: copy. */
  take(): Pipe | undefined {
    const pipe = this.#free.pop() ?? this.#make();
    if (pipe === undefined) return undefined;
    this.#used += 1;
    this.#tell();
    return pipe;
  }

  /** Gives a pipe back. `empty`: nothing is left in it, so it can be used again. */
  give(pipe: Pipe, empty: boolean): void {
    this.#used -= 1;
    if (empty && this.#free.length < KEPT) this.#free.push(pipe);
    else this.#close(pipe);
    this.#tell();
  }

  /** Descriptors are short: those of free pipes are given up. */
  shrink(): void {
    for (const pipe of this.#free.splice(0)) this.#close(pipe);
    this.#refusedUntil = this.#now() + REFUSED_FOR;
    this.#tell();
  }

  #make(): Pipe | undefined {
    if (this.#used + this.#free.length >= this.#most || this.#now() < this.#refusedUntil) return undefined;
    if (this.#calls.pipe(this.#ends) === 0) {
      const [readEnd = -1, writeEnd = -1] = this.#ends;
      const pipe = {
        readEnd,
        writeEnd,
        size: Math.max(readEnd, writeEnd) > this.#highestFd ? 0 : this.#grow(writeEnd),
      };
      if (pipe.size > 0) return pipe;
      this.#close(pipe);
    }
    this.#refusedUntil = this.#now() + REFUSED_FOR;
    return undefined;
  }

  #grow(fd: number): number {
    for (const size of SIZES) {
      const granted = this.#calls.setPipeSize(fd, size);
      if (granted >= size) return granted;
    }
    return 0;
  }

  #close(pipe: Pipe): void {
    this.#calls.close(pipe.readEnd);
    this.#calls.close(pipe.writeEnd);
  }

  #tell(): void {
    this.#gauges?.pipesChanged(this.#used, this.#free.length);
  }
}
