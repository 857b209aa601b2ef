/** Runs HAProxy or hapax on a configuration text, each in a directory of its own, and watches it from outside. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll } from 'vitest';
import { ask } from './stats-client.ts';
import { waitFor } from './wait.ts';

export type Product = 'haproxy' | 'hapax';

/**
 * What the end-to-end tests run. `HAPAX_TEST_SUBJECT=haproxy` runs them against HAProxy instead, which shows whether a
 * test asks for the right thing.
 */
export const SUBJECT: Product = process.env.HAPAX_TEST_SUBJECT === 'haproxy' ? 'haproxy' : 'hapax';

const PROJECT = fileURLToPath(new URL('../../', import.meta.url));
/** `HAPAX` names another build to test. */
const HAPAX_MAIN = process.env.HAPAX ?? join(PROJECT, 'dist/cli/main.js');

/** How to call each product: the program and the arguments that come before its own. */
export function commandOf(product: Product): { readonly file: string; readonly args: readonly string[] } {
  if (product === 'haproxy') return { file: process.env.HAPROXY ?? 'haproxy', args: [] };
  if (!existsSync(HAPAX_MAIN)) throw new Error(`${HAPAX_MAIN} is missing: run "npm run build" first`);
  return { file: process.execPath, args: [HAPAX_MAIN] };
}

/** None that runs outlives a file of tests, whatever became of these: it would check ports that others are given. */
const running = new Set<ProxyProcess>();
afterAll(async () => {
  await Promise.all([...running].map((proxy) => proxy.stop()));
});

let oracle: { readonly version?: string; readonly reason: string } | undefined;

/**
 * Says why the real HAProxy cannot serve as the oracle here, or `undefined` when it can. Expectations are those of the
 * 2.6 branch (other branches word messages differently), so another branch counts as absent.
 */
export function whyNoHaproxy(): string | undefined {
  if (oracle === undefined) {
    const answer = spawnSync(commandOf('haproxy').file, ['-v'], { encoding: 'utf8' });
    const version = /version (\d+\.\d+)/.exec(answer.stdout ?? '')?.[1];
    if (answer.error !== undefined || version === undefined) {
      oracle = { reason: 'HAProxy is not installed, so there is nothing to compare with' };
    } else if (version !== '2.6') {
      oracle = { version, reason: `the HAProxy here is ${version}; the comparison is written for 2.6` };
    } else oracle = { version, reason: '' };
  }
  return oracle.reason === '' ? undefined : oracle.reason;
}

/** Prints once per test file that the comparison is skipped, and why. Returns whether it is skipped. */
export function skipWithoutHaproxy(what: string): boolean {
  const reason = whyNoHaproxy();
  if (reason === undefined) return false;
  process.stderr.write(`SKIPPED ${what}: ${reason}\n`);
  return true;
}

export interface ProxyOptions {
  /** The configuration; `$DIR` is replaced with the process's own directory. */
  readonly config: string;
  /** Other files to put into the directory: name to content, with `$DIR` replaced as well; `#!` in front makes a program. */
  readonly files?: Readonly<Record<string, string>>;
  /** Arguments after `-db -f FILE`; replaces `-db` when `bare` is set. */
  readonly args?: readonly string[];
  readonly bare?: boolean;
  readonly env?: Readonly<Record<string, string>>;
  /** A command to run the proxy with, in front (`['unshare', '-m']`). */
  readonly prefix?: readonly string[];
  /** Descriptors of this process that it finds as 3, 4, ... */
  readonly inherited?: readonly number[];
  /** Directory name of the stats socket in `$DIR`; readiness is that it answers. Default `stats.sock`. */
  readonly statsSocket?: string;
}

/** How a process ended. */
export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export class ProxyProcess {
  readonly product: Product;
  readonly directory: string;
  readonly configPath: string;
  readonly statsSocket: string;
  readonly child: ChildProcess;
  readonly exited: Promise<Exit>;
  #stdout = '';
  #stderr = '';
  #exit: Exit | undefined;

  /** Use {@link startProxy} or {@link launchProxy}. */
  constructor(product: Product, options: ProxyOptions) {
    this.product = product;
    this.directory = mkdtempSync(join(tmpdir(), `hapax-${product}-`));
    this.statsSocket = join(this.directory, options.statsSocket ?? 'stats.sock');
    this.configPath = join(this.directory, 'proxy.cfg');
    for (const [name, content] of Object.entries(options.files ?? {})) {
      mkdirSync(dirname(join(this.directory, name)), { recursive: true });
      const mode = content.startsWith('#!') ? 0o755 : 0o644;
      writeFileSync(join(this.directory, name), content.replaceAll('$DIR', this.directory), { mode });
    }
    writeFileSync(this.configPath, options.config.replaceAll('$DIR', this.directory));
    const command = commandOf(product);
    const own = options.bare === true ? [] : ['-db'];
    const words = [
      ...(options.prefix ?? []),
      command.file,
      ...command.args,
      ...own,
      '-f',
      this.configPath,
      ...(options.args ?? []),
    ];
    this.child = spawn(words[0]!, words.slice(1), {
      cwd: this.directory,
      stdio: ['ignore', 'pipe', 'pipe', ...(options.inherited ?? [])],
      env: { ...process.env, NODE_OPTIONS: '', ...options.env },
    });
    running.add(this);
    this.child.stdout?.on('data', (chunk) => {
      this.#stdout += String(chunk);
    });
    this.child.stderr?.on('data', (chunk) => {
      this.#stderr += String(chunk);
    });
    this.exited = new Promise((resolve) => {
      const finish = (exit: Exit) => {
        running.delete(this);
        this.#exit ??= exit;
        resolve(this.#exit);
      };
      this.child.once('error', () => finish({ code: null, signal: null }));
      this.child.once('close', (code, signal) => finish({ code, signal }));
    });
  }

  get pid(): number {
    return this.child.pid ?? -1;
  }

  get stdout(): string {
    return this.#stdout;
  }

  get stderr(): string {
    return this.#stderr;
  }

  /** How it ended, `undefined` while it runs. */
  get exit(): Exit | undefined {
    return this.#exit;
  }

  /** Waits until the stats socket answers. Throws with the process's own words when it ended instead. */
  async ready(limit = 30_000): Promise<void> {
    await waitFor(
      `${this.product} to answer on its stats socket`,
      async () => {
        if (this.#exit !== undefined) {
          throw new Error(
            `${this.product} ended with ${JSON.stringify(this.#exit)} instead of starting:\n${this.#stderr}`,
          );
        }
        if (!existsSync(this.statsSocket)) return false;
        return ask(this.statsSocket, 'show version', { limit: 5000 }).then(
          () => true,
          () => false,
        );
      },
      { limit, describe: () => this.#stderr },
    );
  }

  /** Asks the stats socket. */
  ask(command: string): Promise<string> {
    return ask(this.statsSocket, command);
  }

  /** Waits until something in stderr matches. */
  waitForStderr(pattern: RegExp, limit = 20_000): Promise<RegExpExecArray> {
    return waitFor(`${this.product} to print ${pattern}`, () => pattern.exec(this.#stderr) ?? undefined, {
      limit,
      describe: () => this.#stderr,
    });
  }

  signal(name: NodeJS.Signals): void {
    if (this.#exit === undefined) this.child.kill(name);
  }

  /** Waits for the end of the process; fails (and kills it) after `limit` milliseconds. */
  async waitForExit(limit = 20_000): Promise<Exit> {
    try {
      return await waitFor(`${this.product} to end`, () => this.#exit, { limit });
    } catch (error) {
      this.child.kill('SIGKILL');
      throw error;
    }
  }

  /** Ends the process if it still runs, by SIGTERM and then by force, and removes its directory. */
  async stop(): Promise<Exit> {
    this.signal('SIGTERM');
    const timer = setTimeout(() => this.child.kill('SIGKILL'), 10_000);
    const exit = await this.exited;
    clearTimeout(timer);
    rmSync(this.directory, { recursive: true, force: true });
    return exit;
  }

  /** Resident memory of the process in bytes (Linux). */
  residentBytes(): number {
    const match = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${this.pid}/status`, 'utf8'));
    return Number(match?.[1] ?? Number.NaN) * 1024;
  }
}

/** Starts a process without waiting for anything. */
export function launchProxy(product: Product, options: ProxyOptions): ProxyProcess {
  return new ProxyProcess(product, options);
}

/** Starts a process and waits until its stats socket answers. */
export async function startProxy(product: Product, options: ProxyOptions): Promise<ProxyProcess> {
  const proxy = new ProxyProcess(product, options);
  try {
    await proxy.ready();
  } catch (error) {
    await proxy.stop();
    throw error;
  }
  return proxy;
}

/** What a finished run printed and how it ended. */
export interface RunResult extends Exit {
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a product to its end with arguments of the caller's choice, in `cwd`. */
export function runToEnd(product: Product, args: readonly string[], cwd: string, limit = 30_000): Promise<RunResult> {
  const command = commandOf(product);
  return new Promise((resolve, reject) => {
    const child = spawn(command.file, [...command.args, ...args], {
      cwd,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, NODE_OPTIONS: '' },
    });
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (chunk) => {
      stdout += String(chunk);
    });
    child.stderr.on('data', (chunk) => {
      stderr += String(chunk);
    });
    const timer = setTimeout(() => child.kill('SIGKILL'), limit);
    child.once('error', reject);
    child.once('close', (code, signal) => {
      clearTimeout(timer);
      resolve({ code, signal, stdout, stderr });
    });
  });
}
