/** One external check: a program in a process group of its own, its exit status, and its end with everything it has started. */
import { type ChildProcess, spawn } from 'node:child_process';
import type { Clock, Timer, Timers } from '../servers/clock.ts';
import type { CheckResult } from '../servers/server-event.ts';
import { systemText } from './errors.ts';

export interface ExternalRunOptions {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** ms. */
  readonly timeout: number;
  readonly clock: Clock;
  readonly timers: Timers;
  done(result: CheckResult): void;
}

/** What HAProxy's unsigned code of a program that did not exit by itself shows. */
const KILLED = 4294967295;

export class ExternalRun {
  readonly #options: ExternalRunOptions;
  readonly #startedAt: number;
  #child: ChildProcess | undefined;
  #timer: Timer | undefined;
  #finished = false;

  constructor(options: ExternalRunOptions) {
    this.#options = options;
    this.#startedAt = options.clock.monotonic();
  }

  start(): void {
    const { command, args, env, timeout, timers } = this.#options;
    this.#timer = timers.startTimer(timeout, () => this.#expired());
    try {
      // stdout is nobody's; stderr is where the program's operator looks.
      const child = spawn(command, [...args], {
        env: { ...env },
        detached: true,
        stdio: ['ignore', 'ignore', 'inherit'],
      });
      this.#child = child;
      child.on('error', (error: NodeJS.ErrnoException) => this.#failedToStart(error));
      child.on('exit', (code) => this.#finish(code === 0 ? 'PROCOK' : 'PROCERR', code ?? KILLED));
    } catch (error) {
      queueMicrotask(() => this.#failedToStart(error as NodeJS.ErrnoException));
    }
  }

  /** Ends without a result, and with everything the program has started. */
  abandon(): void {
    if (this.#finished) return;
    this.#finished = true;
    this.#timer?.cancel();
    this.#kill();
  }

  #failedToStart(error: NodeJS.ErrnoException): void {
    if (this.#finished) return;
    const reason = systemText(error.code ?? '') || error.message;
    process.stderr.write(
      `[ALERT]    (${process.pid}) : Failed to exec process for external health check: ${reason}. Aborting.\n`,
    );
    this.#finish('PROCERR', 255);
  }

  #expired(): void {
    if (this.#finished) return;
    if (this.#child?.pid !== undefined) {
      process.stderr.write(`[WARNING]  (${process.pid}) : kill ${this.#child.pid}\n`);
    }
    this.#kill();
    this.#finish('PROCTOUT', 0);
  }

  /** The group is the program's own: `detached` made it so. */
  #kill(): void {
    const pid = this.#child?.pid;
    if (pid === undefined) return;
    try {
      process.kill(-pid, 'SIGKILL');
    } catch {
      // Nothing of it is left.
    }
  }

  #finish(status: 'PROCOK' | 'PROCERR' | 'PROCTOUT', code: number): void {
    if (this.#finished) return;
    this.#finished = true;
    this.#timer?.cancel();
    const { clock, done } = this.#options;
    done({ status, code, text: '', duration: Math.max(0, Math.round(clock.monotonic() - this.#startedAt)) });
  }
}
