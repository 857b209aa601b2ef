/** What the kernel knows of a running process: CPU time and memory. Linux only (/proc). */
import { readdirSync, readFileSync } from 'node:fs';

/** Ticks of /proc/<pid>/stat a second: the kernel's USER_HZ, which is 100 wherever Node runs. */
const TICKS = 100;

/**
 * CPU time of all threads of a process since it began, user and system, in microseconds. It comes from schedstat, in
 * nanoseconds; where the kernel does not keep that, from stat, in steps of 10 ms.
 * @param {number} pid
 */
export function cpuMicroseconds(pid) {
  try {
    let nanoseconds = 0;
    for (const thread of readdirSync(`/proc/${pid}/task`)) {
      nanoseconds += Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').split(' ')[0]);
    }
    if (nanoseconds > 0) return nanoseconds / 1000;
  } catch {
    // A thread has ended between the two reads, or there is no schedstat: stat counts ended threads too.
  }
  const { user, system } = cpuTicks(pid);
  return ((user + system) * 1e6) / TICKS;
}

/**
 * CPU time of a process outside and inside the kernel, in ticks.
 * @param {number} pid
 */
export function cpuTicks(pid) {
  // The second field is the program's name in parentheses, and may hold blanks.
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return { user: Number(fields[11]), system: Number(fields[12]) };
}

/**
 * Resident memory of a process in bytes. smaps_rollup counts the pages; the figure in `status` may lag behind.
 * @param {number} pid
 */
export function residentBytes(pid) {
  const kilobytes = /^Rss:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))?.[1];
  if (kilobytes === undefined) throw new Error(`no resident size of process ${pid}`);
  return Number(kilobytes) * 1024;
}

/** @param {number} milliseconds */
export function pause(milliseconds) {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

/**
 * Resident memory once it has stopped moving: the same within 64 KB for half a second, or what it is after five.
 * @param {number} pid
 */
export async function settledBytes(pid) {
  let before = residentBytes(pid);
  let still = 0;
  for (let look = 0; look < 50 && still < 5; look += 1) {
    await pause(100);
    const now = residentBytes(pid);
    still = Math.abs(now - before) < 65_536 ? still + 1 : 0;
    before = now;
  }
  return before;
}

/** @param {readonly number[]} values */
export function median(values) {
  const sorted = values.toSorted((one, other) => one - other);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/**
 * The value below which `share` of the values lie.
 * @param {readonly number[]} values
 * @param {number} share 0 to 1.
 */
export function quantile(values, share) {
  const sorted = values.toSorted((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
}
