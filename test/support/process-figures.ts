/** What the kernel says about a process of ours (Linux). */
import { readdirSync, readFileSync } from 'node:fs';

/** Clock ticks a second in /proc; the same on every Linux that Node runs on. */
const TICKS = 100;

/** Processor time used so far by all threads of the process, in ms. */
export function processorMs(pid: number): number {
  // The name in parentheses may hold spaces: count from behind it. Fields 14 and 15 are the user's and the system's time.
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)!.split(' ');
  return ((Number(fields[11]) + Number(fields[12])) * 1000) / TICKS;
}

/** Descriptors the process has open. */
export function openDescriptors(pid: number): number {
  return readdirSync(`/proc/${pid}/fd`).length;
}

/** The share of one processor that the process uses while `act` runs: 1 is one processor, kept busy. */
export async function processorShare(pid: number, act: () => Promise<unknown>): Promise<number> {
  const [before, begun] = [processorMs(pid), performance.now()];
  await act();
  return (processorMs(pid) - before) / (performance.now() - begun);
}
