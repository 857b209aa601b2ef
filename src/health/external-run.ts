/** One external check: a program in a process group of its own, its exit status, and its end with everything it has started. */
import { type ChildProcess, spawn } from 'node:child_process';
import type { Clock, Timers } from '../servers/clock.ts';
import type { CheckResult } from '../servers/server-event.ts';
import { killTree } from '../system/process-tree.ts';
import { systemText } from './errors.ts';
import { TimeLimit } from './time-limit.ts';

export interface ExternalRunOptions {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** ms. */
  readonly timeout: number;
  readonly clock: Clock;
  readonly timers: Timers;
  /** As in CheckRunOptions. */
  busy(): number;
  /** Where the program's stderr goes: to ours, unless nobody is to see it. */
  readonly stderr?: 'inherit' | 'ignore';
  /** Told why the program cannot be started, and of its kill. Absent: stderr is, in HAProxy's words. */
  readonly note?: (note: ExternalNote) => void;
  done(result: CheckResult): void;
}

export type ExternalNote =
  | { readonly kind: 'not-started'; readonly reason: string }
  | { readonly kind: 'killed'; readonly pid: number };

/** What HAProxy's unsigned code of a program that did not exit by itself shows. */
export const KILLED = 4294967295;

export class ExternalRun {
  readonly #options: ExternalRunOptions;
  readonly #startedAt: number;
  #child: ChildProcess | undefined;
  readonly #limit: TimeLimit;
  #finished = false;

  constructor(options: ExternalRunOptions) {
    this.#options = options;
    this.#startedAt = options.clock.monotonic();
    const { clock, timers, busy } = options;
    this.#limit = new TimeLimit({ clock, timers, busy, passed: () => this.#expired() });
  }

  start(): void {
    const { command, args, env, timeout } = this.#options;
    this.#limit.arm(timeout);
    try {
      // stdout is nobody's; stderr is where the program's operator looks.
      const child = spawn(command, [...args], {
        env: { ...env },
        detached: true,
        stdio: ['ignore', 'ignore', this.#options.stderr ?? 'inherit'],
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
    this.#limit.cancel();
    this.#kill();
  }

  #failedToStart(error: NodeJS.ErrnoException): void {
    if (this.#finished) return;
    const reason = systemText(error.code ?? '') || error.message;
    this.#note({ kind: 'not-started', reason });
    this.#finish('PROCERR', 255);
  }

  #expired(): void {
    if (this.#finished) return;
    if (this.#child?.pid !== undefined) this.#note({ kind: 'killed', pid: this.#child.pid });
    this.#kill();
    this.#finish('PROCTOUT', 0);
  }

  /** The group is the program's own: `detached` made it so. What left the group goes too. */
  #kill(): void {
    if (this.#child?.pid !== undefined) killTree(this.#child.pid);
  }

  #note(note: ExternalNote): void {
    const { note: told = onStderr } = this.#options;
    told(note);
  }

  #finish(status: 'PROCOK' | 'PROCERR' | 'PROCTOUT', code: number): void {
    if (this.#finished) return;
    this.#finished = true;
    this.#limit.cancel();
    const { clock, done } = this.#options;
    done({ status, code, text: '', duration: Math.max(0, Math.round(clock.monotonic() - this.#startedAt)) });
  }
}

function onStderr(note: ExternalNote): void {
  const text =
    note.kind === 'killed'
      ? `[WARNING]  (${process.pid}) : kill ${note.pid}`
      : `[ALERT]    (${process.pid}) : Failed to exec process for external health check: ${note.reason}. Aborting.`;
  process.stderr.write(`${text}\n`);
}
