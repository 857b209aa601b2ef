/**
 * The C library, called through koffi where that optional package is installed. Nothing here names a file: the library is
 * the one this process has already loaded. Without koffi everything else works; callers say what they go without.
 */
import { createRequire } from 'node:module';
import { constants } from 'node:os';

/** The part of koffi that is used; its own types are not needed to build hapax without it. */
interface Koffi {
  load(path: null): { func(definition: string): (...args: unknown[]) => unknown };
  errno(): number;
  address(memory: ArrayBuffer): bigint;
  view(address: number, length: number): ArrayBuffer;
}

export interface Libc {
  /** Binds a function by its C prototype. */
  bind<Args extends readonly unknown[]>(prototype: string): (...args: Args) => number;
  /** errno of the call just made. */
  errno(): number;
  /** Where memory begins, as a number to be passed for an `uintptr_t`. It stays there as long as somebody holds the memory. */
  addressOf(memory: ArrayBuffer): number;
  /** Maps memory that is not V8's, such as this thread's errno. The address must stay valid. */
  map(address: number, length: number): ArrayBuffer;
}

interface Loaded {
  readonly libc: Libc | undefined;
  /** Why there is none. */
  readonly problem: string | undefined;
}

let loaded: Loaded | undefined;

function load(): Loaded {
  if (process.env.HAPAX_NATIVE === 'off') return { libc: undefined, problem: 'HAPAX_NATIVE=off' };
  if (process.platform === 'win32') return { libc: undefined, problem: 'there is no libc on this platform' };
  try {
    const koffi = createRequire(import.meta.url)('koffi') as Koffi;
    const library = koffi.load(null);
    const libc: Libc = {
      bind: <Args extends readonly unknown[]>(prototype: string) =>
        library.func(prototype) as unknown as (...args: Args) => number,
      errno: () => koffi.errno(),
      addressOf: (memory) => Number(koffi.address(memory)),
      map: (address, length) => koffi.view(address, length),
    };
    // A first call proves that the binary fits this machine.
    libc.bind<[]>('int getpid(void)')();
    return { libc, problem: undefined };
  } catch (error) {
    const reason = error instanceof Error ? error.message.split('\n')[0] : String(error);
    return { libc: undefined, problem: `the optional package koffi cannot be loaded (${reason})` };
  }
}

/** The C library, or undefined; loaded at the first call. */
export function libc(): Libc | undefined {
  loaded ??= load();
  return loaded.libc;
}

/** Why `libc()` is undefined, as a clause; undefined when it is there. */
export function libcProblem(): string | undefined {
  loaded ??= load();
  return loaded.problem;
}

// Of several names for one number the first counts (EAGAIN, not EWOULDBLOCK).
const errnoNames = new Map(
  Object.entries(constants.errno)
    .reverse()
    .map(([name, value]) => [value, name]),
);

/** `EACCES` for 13 on this platform. */
export function errnoName(errno: number): string {
  return errnoNames.get(errno) ?? `errno ${errno}`;
}
