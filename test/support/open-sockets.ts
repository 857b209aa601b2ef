/** What the kernel says about a process's sockets (Linux). */
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** States of /proc/net/tcp that are not a leak: TIME_WAIT and LISTEN. */
const HARMLESS = new Set(['06', '0A']);

/** How many TCP sockets (listeners too) the process has open; logging and the stats socket are of other kinds. */
export function socketCount(pid: number): number {
  const inodes = new Set(
    ['/proc/net/tcp', '/proc/net/tcp6'].flatMap((path) =>
      readFileSync(path, 'utf8')
        .split('\n')
        .slice(1)
        .map((line) => line.trim().split(/\s+/)[9] ?? ''),
    ),
  );
  let count = 0;
  for (const name of readdirSync(`/proc/${pid}/fd`)) {
    try {
      const inode = /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/${pid}/fd/${name}`))?.[1];
      // A socket whose connection is gone but whose descriptor is not has no line there any more, hence the second look.
      if (inode !== undefined && (inodes.has(inode) || !isOtherKind(inode))) count++;
    } catch {
      // Closed between the listing and the look.
    }
  }
  return count;
}

/** Whether the inode is that of a UDP or Unix socket. */
function isOtherKind(inode: string): boolean {
  return ['/proc/net/udp', '/proc/net/udp6', '/proc/net/unix'].some((path) =>
    new RegExp(`\\b${inode}\\b`).test(readFileSync(path, 'utf8')),
  );
}

/**
 * Lines of /proc/net/tcp for connections with one of `ports` at either end that are neither listening nor in
 * TIME_WAIT: `local remote state`, with ports in decimal and the state's number as the kernel has it.
 */
export function lingeringConnections(ports: readonly number[]): string[] {
  const wanted = new Set(ports);
  const port = (address: string) => Number.parseInt(address.slice(address.indexOf(':') + 1), 16);
  return readFileSync('/proc/net/tcp', 'utf8')
    .split('\n')
    .slice(1)
    .map((line) => line.trim().split(/\s+/))
    .filter((words) => words.length > 3 && !HARMLESS.has(words[3]!))
    .filter((words) => wanted.has(port(words[1]!)) || wanted.has(port(words[2]!)))
    .map((words) => `${port(words[1]!)} ${port(words[2]!)} ${words[3]}`);
}
