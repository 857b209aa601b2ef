/** Every engine there is, as conformance cases and soak runs see it. */

import { linuxProblem } from '../../src/system/syscalls.ts';
import { LINUX_EXCEPTIONS } from '../../src/traffic/engines/linux/exceptions.ts';
import { NODE_EXCEPTIONS } from '../../src/traffic/engines/node/exceptions.ts';
import { LinuxWorld } from './linux-world.ts';
import { NodeWorld } from './node-world.ts';
import { SimulatedWorld } from './simulated-world.ts';
import type { World } from './world.ts';

export interface TestedEngine {
  readonly name: string;
  /** What it cannot know: name of the case, and why. */
  readonly exceptions: Readonly<Record<string, string>>;
  make(): World;
}

const ALL: readonly (TestedEngine & { readonly missing?: string | undefined })[] = [
  { name: 'simulated', exceptions: {}, make: () => new SimulatedWorld() },
  { name: 'node', exceptions: NODE_EXCEPTIONS, make: () => new NodeWorld() },
  { name: 'linux', exceptions: LINUX_EXCEPTIONS, make: () => new LinuxWorld(), missing: linuxProblem() },
];

/** Those that can run here; of the others it is printed why not. */
export const ENGINES: readonly TestedEngine[] = ALL.filter(({ name, missing }) => {
  if (missing !== undefined) process.stderr.write(`SKIPPED everything on the engine '${name}': ${missing}\n`);
  return missing === undefined;
});
