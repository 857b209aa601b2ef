/** The sockets of another process, asked for their options (Linux, with the right to trace it). */
import { readdirSync, readlinkSync } from 'node:fs';
import { describeInheritedSocket } from '../../src/system/inherited-socket.ts';
import { libc, libcProblem } from '../../src/system/libc.ts';
import { socketOptionCalls } from '../../src/system/socket-option-calls.ts';

/** pidfd_open(2) and pidfd_getfd(2), the same numbers on every architecture. */
const PIDFD_OPEN = 434;
const PIDFD_GETFD = 438;

/** Why another process's sockets cannot be asked here; undefined when they can. */
export function whyNoProcessSockets(): string | undefined {
  if (process.platform !== 'linux') return 'this is not Linux';
  if (process.getuid?.() !== 0) return 'sockets of another process take root';
  return libcProblem();
}

/** Options (level, name) of the sockets of `pid` that are bound to this port, in the order of their descriptors. */
export function socketOptions(
  pid: number,
  port: number,
  names: Readonly<Record<string, readonly [level: number, name: number]>>,
): readonly Readonly<Record<string, number>>[] {
  const c = libc()!;
  const call = c.bind<[number, number, number, number]>('long syscall(long number, long a, long b, long c)');
  const close = c.bind<[number]>('int close(int fd)');
  const pidfd = call(PIDFD_OPEN, pid, 0, 0);
  if (pidfd < 0) throw new Error(`pidfd_open: errno ${c.errno()}`);
  const found: Readonly<Record<string, number>>[] = [];
  for (const name of readdirSync(`/proc/${pid}/fd`)) {
    if (!isSocket(`/proc/${pid}/fd/${name}`)) continue;
    const fd = call(PIDFD_GETFD, pidfd, Number(name), 0);
    if (fd < 0) continue;
    const bound = describeInheritedSocket(fd);
    if (bound.ok && bound.socket.port === port) {
      const values = Object.entries(names).map(([key, [level, option]]) => [
        key,
        socketOptionCalls()!.getOption(fd, level, option),
      ]);
      found.push(Object.fromEntries(values));
    }
    close(fd);
  }
  close(pidfd);
  return found;
}

function isSocket(path: string): boolean {
  try {
    return readlinkSync(path).startsWith('socket:');
  } catch {
    // Closed meanwhile.
    return false;
  }
}
