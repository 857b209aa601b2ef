/** What lies between this thread's `performance.now()` and the kernel's clock behind it, which all threads share. */
const OFFSET = Number(process.hrtime.bigint()) / 1e6 - performance.now();

/** Monotonic ms, the same in every thread of the process: whoever sets the wall clock does not move it. Only differences count. */
export function steadyNow(): number {
  return OFFSET + performance.now();
}
