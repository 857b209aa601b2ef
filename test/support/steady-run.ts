/** Runs that mean nothing when this process, which plays the servers too, stood still for too long. */
import { monitorEventLoopDelay } from 'node:perf_hooks';

/** ms this process may stand still: well below the shortest time limit (300 ms) of what is checked against its servers. */
const LONGEST_STALL = 200;
const TRIES = 3;

/**
 * What `run` gives, from the first of three runs in which this process was never held up for more than 200 ms; the third
 * counts in any case. Servers that could not answer in time look as broken to HAProxy as to hapax, but at other moments.
 */
export async function steadyRun<Result>(what: string, run: () => Promise<Result>): Promise<Result> {
  for (let tries = 1; ; tries++) {
    const delays = monitorEventLoopDelay({ resolution: 10 });
    delays.enable();
    const result = await run();
    delays.disable();
    const stall = delays.max / 1e6;
    if (stall <= LONGEST_STALL || tries === TRIES) return result;
    process.stderr.write(
      `${what}: the servers stood still for ${Math.round(stall)} ms, which is too long; once more\n`,
    );
  }
}
