/** Runs a script as a check: it passes when the script exits with 0 within its time. */
import { type ChildProcess, spawn } from 'node:child_process';
import { busyTime, TimeLimit } from '../health/time-limit.ts';
import { systemClock, systemTimers } from '../servers/clock.ts';
import { systemErrorText } from '../system/error-text.ts';
import { killTree } from '../system/process-tree.ts';
import type { CheckOutcome } from './check-outcome.ts';

/** Bytes of what a script says that are kept, for the log. The rest is read and dropped: a full pipe would stop the script. */
const KEPT = 2048;

export interface ScriptCheckOptions {
  /** The program and its arguments. */
  readonly words: readonly string[];
  /** ms. */
  readonly timeout: number;
  readonly signal: AbortSignal;
}

/** Runs it now. Ends with it, at its time-out, or when `signal` is aborted; the last two kill it with all its children. */
export function runScript({ words, timeout, signal }: ScriptCheckOptions): Promise<CheckOutcome> {
  const [file = '', ...args] = words;
  const startedAt = performance.now();
  return new Promise((resolve) => {
    let said = '';
    let child: ChildProcess | undefined;
    const finish = (passed: boolean, reason: string) => {
      limit.cancel();
      signal.removeEventListener('abort', abort);
      // Children that live on may hold the other ends.
      child?.stdout?.destroy();
      child?.stderr?.destroy();
      resolve({ passed, reason, duration: performance.now() - startedAt, output: said });
    };
    const abort = () => {
      kill(child);
      finish(false, 'given up: nobody waits for it any more');
    };
    const passed = () => {
      kill(child);
      finish(false, `still running after ${timeout} ms: killed with its children`);
    };
    const limit = new TimeLimit({ clock: systemClock, timers: systemTimers, busy: busyTime, passed });
    limit.arm(timeout);
    signal.addEventListener('abort', abort, { once: true });
    try {
      // A process group of its own, so that its children can be found.
      child = spawn(file, args, { detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
    } catch (error) {
      finish(false, startFailure(file, error));
      return;
    }
    const keep = (chunk: Buffer) => {
      if (said.length < KEPT) said += chunk.toString('latin1').slice(0, KEPT - said.length);
    };
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on('data', keep);
      stream?.on('error', () => {});
    }
    child.once('error', (error) => finish(false, startFailure(file, error)));
    // Not `close`: a child left in the background may hold the pipes for ever.
    child.once('exit', (code, killer) => {
      // What was said before the end has been written by now, and comes before this in the next turn of the loop.
      setImmediate(() => finish(code === 0, code === null ? `killed by ${killer}` : `exit code ${code}`));
    });
  });
}

function kill(child: ChildProcess | undefined): void {
  if (child?.pid !== undefined) killTree(child.pid);
}

function startFailure(file: string, error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (code === 'ENOENT' && !file.includes('/')) {
    return `cannot be started: no folder of PATH has it (./${file} means one of the folder hapax was started in)`;
  }
  return `cannot be started: ${code === '' ? String(error) : systemErrorText(code)}`;
}
