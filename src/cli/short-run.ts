/** For a run that ends within a second. */
import { setEngineFlags } from '../system/engine-flags.ts';

/** How many times as much as by itself V8 lets run before it optimises. */
const PATIENCE = 15;

/**
 * Has V8 optimise what is very hot only, and collect garbage without helpers. By itself it spends a quarter of the processor time
 * of `-c` on machine code that runs for some milliseconds more, and a tenth on threads that look for work. A file of a million
 * lines is hot enough to be optimised all the same.
 */
export function runShortly(): void {
  setEngineFlags(...patience(process.versions.v8), '--no-parallel-scavenge', '--no-concurrent-sweeping');
}

/** Node 20's V8 has one figure, in bytes of bytecode; since Node 21 there is one a compiler, in calls. */
function patience(version: string): readonly string[] {
  if (version.startsWith('11.3.')) return [`--interrupt-budget=${67_584 * PATIENCE}`];
  return [
    `--invocation-count-for-turbofan=${3000 * PATIENCE}`,
    `--invocation-count-for-osr=${800 * PATIENCE}`,
    `--invocation-count-for-maglev=${400 * PATIENCE}`,
    `--invocation-count-for-maglev-osr=${100 * PATIENCE}`,
  ];
}
