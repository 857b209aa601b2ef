/** RLIMIT_NOFILE: how many files, and so sockets, this process may have open. */
import { readFileSync } from 'node:fs';
import { errnoName, libc } from './libc.ts';

export interface FileLimit {
  readonly soft: number;
  readonly hard: number;
}

/** getrlimit(2): 7 on Linux (all but MIPS, SPARC and Alpha), 8 on macOS and the BSDs. */
const RLIMIT_NOFILE = process.platform === 'linux' ? 7 : 8;
/** `rlim_t` is 64 bits wide where pointers are. */
const wide = ['x64', 'arm64', 'riscv64', 'ppc64', 's390x', 'loong64'].includes(process.arch);

function toNumber(limit: bigint): number {
  return limit > BigInt(Number.MAX_SAFE_INTEGER) ? Number.POSITIVE_INFINITY : Number(limit);
}

function fromNumber(limit: number): bigint {
  return Number.isFinite(limit) ? BigInt(limit) : 0xffff_ffff_ffff_ffffn;
}

/** The limits in force, or undefined where they cannot be learned. Infinity stands for "none". */
export function getFileLimit(): FileLimit | undefined {
  const c = wide ? libc() : undefined;
  if (c !== undefined) {
    const words = new BigUint64Array(2);
    const getrlimit = c.bind<[number, BigUint64Array]>('int getrlimit(int resource, _Out_ uint64_t *limits)');
    if (getrlimit(RLIMIT_NOFILE, words) === 0) return { soft: toNumber(words[0]!), hard: toNumber(words[1]!) };
  }
  try {
    const found = /^Max open files\s+(\d+|unlimited)\s+(\d+|unlimited)/m.exec(
      readFileSync('/proc/self/limits', 'utf8'),
    );
    if (found === null) return undefined;
    const [soft, hard] = [found[1], found[2]].map((text) => (text === 'unlimited' ? Infinity : Number(text)));
    return { soft: soft!, hard: hard! };
  } catch {
    return undefined;
  }
}

/** setrlimit(2). Returns undefined, or the errno's name (`EPERM`; `ENOSYS` without libc). */
export function setFileLimit(limit: FileLimit): string | undefined {
  const c = wide ? libc() : undefined;
  if (c === undefined) return 'ENOSYS';
  const setrlimit = c.bind<[number, BigUint64Array]>('int setrlimit(int resource, uint64_t *limits)');
  const words = new BigUint64Array([fromNumber(limit.soft), fromNumber(limit.hard)]);
  return setrlimit(RLIMIT_NOFILE, words) === 0 ? undefined : errnoName(c.errno());
}

/**
 * Makes room for `needed` open files. Node has already raised the soft limit to the hard one at its start; beyond that
 * takes privileges. Returns undefined on success, or the limit that stays.
 */
export function raiseFileLimit(needed: number): number | undefined {
  const limit = getFileLimit();
  if (limit === undefined || limit.soft >= needed) return undefined;
  if (limit.hard >= needed && setFileLimit({ soft: needed, hard: limit.hard }) === undefined) return undefined;
  if (setFileLimit({ soft: needed, hard: Math.max(limit.hard, needed) }) === undefined) return undefined;
  return limit.soft;
}
