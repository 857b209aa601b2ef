/**
 * Going to the background. A forked Node is dead, so the program is started anew, detached, and its parent waits until the
 * new one says that it is ready (or has failed: then its messages and its exit code are the parent's).
 */
import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { libc } from '../system/libc.ts';

/** Marks the process that was started for the background. */
const MARK = 'HAPAX_DAEMON';
const READY = 'ready';

/** True in the process that was started for the background. Its own children are not marked. */
export function isDaemonChild(): boolean {
  const marked = process.env[MARK] === '1' && process.send !== undefined;
  delete process.env[MARK];
  if (!marked) return false;
  if (!process.connected) abandoned();
  process.once('disconnect', abandoned);
  // Listening must not keep a start that failed from ending.
  process.channel?.unref();
  return true;
}

/** Who waited has been interrupted: nobody would know of a proxy that starts now. */
function abandoned(): void {
  process.exit(1);
}

/**
 * Starts `script` with `args` in `cwd`, in a session of its own, without terminal. Resolves with 0 when it is ready, else with the
 * exit code to pass on; `relay` gets what it prints on stderr until then. `inherited`: descriptors it finds under the same
 * numbers (`fd@N`).
 */
export function startDaemon(
  script: string,
  args: readonly string[],
  cwd: string,
  relay: (text: Uint8Array) => void,
  inherited: readonly number[],
): Promise<number> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [...process.execArgv, script, ...args], {
      cwd,
      detached: true,
      stdio: ['ignore', 'ignore', 'pipe', ...passedOn(inherited), 'ipc'],
      env: { ...process.env, [MARK]: '1' },
    });
    child.stderr?.on('data', relay);
    child.once('error', (error) => {
      relay(Buffer.from(`${error.message}\n`));
      resolve(1);
    });
    // 'close' comes after the last of its messages.
    child.once('close', (code) => resolve(code === null || code === 0 ? 1 : code));
    child.on('message', (message) => {
      if (message !== READY) return;
      child.removeAllListeners('close');
      child.unref();
      // Everything it printed before stands in the pipe by now; the end of the pipe is the end of its stderr.
      child.stderr?.once('close', () => resolve(0));
      if (child.connected) child.disconnect();
    });
  });
}

/** From number 3 on: each of `inherited` in its own place, nothing between. */
function passedOn(inherited: readonly number[]): readonly (number | 'ignore')[] {
  const last = Math.max(2, ...inherited);
  return Array.from({ length: last - 2 }, (_, index) => (inherited.includes(index + 3) ? index + 3 : 'ignore'));
}

/** Makes stderr a second name of stdout, which is /dev/null already: after chroot there is no such file to open. */
function silenceStderr(): void {
  if (libc()?.bind<[number, number]>('int dup2(int from, int to)')(1, 2) === 2) return;
  // Without libc there was no chroot either. The lowest free number is the one just closed.
  closeSync(2);
  openSync('/dev/null', 'w');
}

/** Tells the waiting parent that all is open, and lets go of the terminal: nothing is printed from here on. */
export function daemonReady(): void {
  const release = () => {
    if (process.connected) process.disconnect();
    silenceStderr();
  };
  if (process.send === undefined || !process.connected) return;
  process.removeListener('disconnect', abandoned);
  // A parent that has gone meanwhile is no reason to end.
  process.send(READY, undefined, undefined, release);
}
