/** The engines a process can be started with (`HAPAX_ENGINE`). */
import { expect } from 'vitest';
import { linuxProblem } from '../../src/system/syscalls.ts';
import { ask } from './stats-client.ts';

export type ProcessEngine = 'node' | 'linux';

const problem = linuxProblem();
if (problem !== undefined) process.stderr.write(`SKIPPED processes with the linux engine: ${problem}\n`);

/** Those that can run here. */
export const PROCESS_ENGINES: readonly ProcessEngine[] = problem === undefined ? ['node', 'linux'] : ['node'];

/** Fails when the process moves bytes with another engine than it was started for. */
export async function expectEngine(statsSocket: string, engine: ProcessEngine): Promise<void> {
  expect(await ask(statsSocket, 'show info')).toMatch(new RegExp(`^Engine: ${engine}$`, 'm'));
}
