/** Which cores there are, and how a process is kept on one of them (taskset of util-linux). */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** The cores this process may run on, as the kernel lists them: `0-3,6` is [0, 1, 2, 3, 6]. */
export function allowedCores() {
  const list = /^Cpus_allowed_list:\s*(\S+)$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1] ?? '0';
  return list.split(',').flatMap((part) => {
    const [first, last = first] = part.split('-').map(Number);
    return Array.from({ length: last - first + 1 }, (_, index) => first + index);
  });
}

/**
 * One core for what is measured and one for everything else, as HAProxy's users place them.
 * @typedef {object} Placement
 * @property {string[]} prefix Words before a measured program's command line; empty when it cannot be pinned.
 * @property {string} told What was done, for the report.
 */

/**
 * Keeps this process (all its threads) on the second core, and tells how to keep others on the first one.
 * @returns {Placement}
 */
export function placeLoadApart() {
  const [measured, load] = allowedCores();
  if (load === undefined) {
    return { prefix: [], told: 'ONE CORE: proxies and load share it; only CPU per unit of work means something' };
  }
  try {
    execFileSync('taskset', ['-a', '-c', '-p', String(load), String(process.pid)], { stdio: 'ignore' });
  } catch (error) {
    return { prefix: [], told: `NOT PINNED: taskset: ${error.message.split('\n')[0]}` };
  }
  return {
    prefix: ['taskset', '-c', String(measured)],
    told: `proxies on core ${measured}, load and origin on core ${load}`,
  };
}
