/** Runs a full-screen program in a pseudo terminal (util-linux `script`), types keys, and reads its screen. */
import { type ChildProcess, spawn } from 'node:child_process';
import { waitFor } from '../support/wait.ts';
import { TerminalScreen } from './terminal-screen.ts';

/** What the keys of a VT100 in application mode send. */
export const Key = { up: '\x1bOA', down: '\x1bOB', f4: '\x1bOS', f7: '\x1bOv', f9: '\x1bOw', f10: '\x1bOx' } as const;

const ROWS = 40;
const COLUMNS = 120;

export class TerminalProgram {
  readonly screen = new TerminalScreen(ROWS, COLUMNS);
  readonly exited: Promise<number | null>;
  readonly #child: ChildProcess;

  /** `command` is a line for the shell. */
  constructor(command: string) {
    // stty sets the size of the terminal; exec leaves the program alone in it.
    const line = `stty rows ${ROWS} cols ${COLUMNS}; exec ${command}`;
    this.#child = spawn('script', ['-qefc', line, '/dev/null'], {
      stdio: ['pipe', 'pipe', 'inherit'],
      env: { ...process.env, TERM: 'vt100', NODE_OPTIONS: '', LC_ALL: 'C.UTF-8' },
    });
    this.#child.stdin?.on('error', () => {});
    this.#child.stdout?.on('data', (chunk) => this.screen.write(chunk.toString('latin1')));
    this.exited = new Promise((resolve) => {
      this.#child.once('error', () => resolve(null));
      this.#child.once('close', (code) => resolve(code));
    });
  }

  type(keys: string): void {
    this.#child.stdin?.write(keys);
  }

  /** Waits until the screen shows what `pattern` matches. */
  shows(pattern: RegExp): Promise<RegExpExecArray> {
    return waitFor(`the screen to show ${pattern}`, () => pattern.exec(this.screen.text) ?? undefined, {
      limit: 10_000,
      describe: () => `\n${this.screen.text}`,
    });
  }

  async stop(): Promise<void> {
    if (this.#child.exitCode === null) this.#child.kill('SIGKILL');
    await this.exited;
  }
}
