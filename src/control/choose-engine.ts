/** Which engine moves the bytes. */
import { linuxProblem } from '../system/syscalls.ts';

export type EngineName = 'node' | 'linux';

export interface EngineChoice {
  readonly engine: EngineName;
  /** Why it is not the one that was asked for, or not the usual one of Linux. */
  readonly notice?: string;
}

/**
 * What was asked for (`--engine`, else `HAPAX_ENGINE`), as far as it can be had; else the linux engine where it runs. On other
 * systems than Linux the node engine needs no explanation.
 */
export function chooseEngine(asked: string | undefined, environment = process.env.HAPAX_ENGINE): EngineChoice {
  const wanted = asked ?? (environment === '' ? undefined : environment);
  if (wanted === 'node') return { engine: 'node' };
  const problem = linuxProblem();
  if (wanted !== undefined && wanted !== 'linux') {
    const engine = problem === undefined ? 'linux' : 'node';
    return { engine, notice: `there is no engine '${wanted}' (node, linux): the ${engine} engine moves the bytes` };
  }
  if (problem === undefined) return { engine: 'linux' };
  if (wanted === undefined && process.platform !== 'linux') return { engine: 'node' };
  return { engine: 'node', notice: `no linux engine, the node engine moves the bytes: ${problem}` };
}
