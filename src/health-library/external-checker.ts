/** `option external-check`: a program decides. */
import { type ExternalNote, ExternalRun } from '../health/external-run.ts';
import { runUntilDone } from '../health/run-until-done.ts';
import { busyTime } from '../health/time-limit.ts';
import { systemClock, systemTimers } from '../servers/clock.ts';
import type { CheckResult as ServerCheckResult } from '../servers/server-event.ts';
import { list, notOfKind, ofKind, optionalText, record } from './arguments.ts';
import { Checker } from './checker.ts';
import type { CheckResult, Target } from './target.ts';

export interface ExternalOptions {
  /** Default: what HAProxy gives to a backend's check, `NOT_USED NOT_USED <ip> <port>`. */
  readonly args?: readonly string[] | ((target: Target) => readonly string[]) | undefined;
  /** `PATH` of the program; default: this process's own. */
  readonly path?: string | undefined;
  /** Added to `PATH` and HAProxy's `HAPROXY_SERVER_ADDR`, `_PORT`, `_NAME` (the id) and `HAPROXY_PROXY_NAME` (the app's name). */
  readonly env?: Readonly<Record<string, string>> | undefined;
}

/**
 * Healthy when the program exits with 0 within the timeout, else it is killed with all it has started. `code` is its exit
 * status. What it prints is nobody's.
 */
export class ExternalChecker extends Checker {
  readonly #command: string;
  readonly #options: ExternalOptions;

  /** `command`: a path, or a name to be found in `PATH`. */
  constructor(timeout: number, command: string, options: ExternalOptions = {}) {
    super(timeout);
    const { args, path, env } = record('options', options);
    this.#command = ofKind('command', 'a path or a name', command, (each) => typeof each === 'string' && each !== '');
    if (args !== undefined && typeof args !== 'function') words('args', args);
    optionalText('path', path);
    if (env !== undefined) words('the values of env', Object.values(record('env', env)));
    this.#options = { ...options };
  }

  protected override async run(target: Target, signal: AbortSignal | undefined): Promise<CheckResult> {
    const { args, path = process.env.PATH ?? '', env } = this.#options;
    const { ip, port } = target;
    const told =
      typeof args === 'function'
        ? words('what args returns', args(target))
        : (args ?? ['NOT_USED', 'NOT_USED', ip, String(port)]);
    let note: ExternalNote | undefined;
    const program = {
      command: this.#command,
      args: told,
      env: {
        PATH: path,
        HAPROXY_PROXY_NAME: target.appName,
        HAPROXY_SERVER_NAME: target.id,
        HAPROXY_SERVER_ADDR: ip,
        HAPROXY_SERVER_PORT: String(port),
        ...env,
      },
      timeout: this.timeout,
      clock: systemClock,
      timers: systemTimers,
      busy: busyTime,
      stderr: 'ignore' as const,
      note: (each: ExternalNote) => {
        note = each;
      },
    };
    const outcome = await runUntilDone<ServerCheckResult>((done) => new ExternalRun({ ...program, done }), signal);
    const { status, code = 0, duration } = outcome;
    return { target, healthy: status === 'PROCOK', status, code, text: textOf(status, code, note), duration };
  }
}

function textOf(status: CheckResult['status'], code: number, note: ExternalNote | undefined): string {
  if (note?.kind === 'not-started') return `cannot be started: ${note.reason}`;
  if (status === 'PROCTOUT') return 'still running: killed with its children';
  if (status === 'PROCOK') return '';
  return code > 255 ? 'killed by a signal' : `exit code ${code}`;
}

function words(name: string, value: readonly string[]): readonly string[] {
  for (const each of list(name, value)) {
    if (typeof each !== 'string' || each.includes('\0')) throw notOfKind(name, 'strings without NUL', each);
  }
  return value;
}
