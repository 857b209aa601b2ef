/** Runs a program of the system as a service of a test: in a folder of its own, as an ordinary user, on a port of its own. */
import { type ChildProcess, spawn } from 'node:child_process';
import { chownSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { waitFor } from '../../support/wait.ts';

/** `nobody` on every Linux. Databases refuse to run as root. */
const NOBODY = 65534;
const isRoot = process.getuid?.() === 0;

/** A program that is there, or the reason why a test goes without it. */
export interface Program {
  readonly name: string;
  /** Files it needs. */
  readonly files: readonly string[];
  /** What keeps it from running here, besides a missing file. */
  readonly obstacle?: string | undefined;
}

/** Prints once why tests of the program are skipped; returns whether they are. */
export function skipWithout(program: Program): boolean {
  const missing = program.files.find((file) => !existsSync(file));
  const reason = missing === undefined ? program.obstacle : `${missing} is not installed`;
  if (reason === undefined) return false;
  process.stderr.write(`SKIPPED checks of ${program.name}: ${reason}\n`);
  return true;
}

/** A folder the service owns. */
export function serviceFolder(name: string): string {
  const folder = mkdtempSync(join(tmpdir(), `hapax-${name}-`));
  if (isRoot) chownSync(folder, NOBODY, NOBODY);
  return folder;
}

export interface ServiceOptions {
  readonly file: string;
  readonly args: readonly string[];
  readonly folder: string;
  readonly port: number;
  /** It drops its privileges itself. */
  readonly asRoot?: boolean;
  /** What ends it at once; default SIGTERM. */
  readonly stopSignal?: NodeJS.Signals;
}

export interface Service {
  readonly port: number;
  /** Ends it; its folder stays. */
  stop(): Promise<void>;
  /** Ends it and removes its folder. */
  remove(): Promise<void>;
}

function launch({ file, args, folder, asRoot }: Omit<ServiceOptions, 'port'>): ChildProcess {
  const asNobody = isRoot && asRoot !== true ? { uid: NOBODY, gid: NOBODY } : {};
  return spawn(file, args, {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', HOME: folder, LC_ALL: 'C', TZ: 'UTC' },
    ...asNobody,
  });
}

/** Runs a program to its end, as the service's user. Throws with its words when it fails. */
export async function prepare(options: Omit<ServiceOptions, 'port'>): Promise<string> {
  const child = launch(options);
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk) => {
      said += String(chunk);
    });
  }
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  if (code !== 0) throw new Error(`${options.file} ended with ${code}:\n${said}`);
  return said;
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('error', () => resolve(false));
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
  });
}

/** Starts the program and waits until its port takes connections. */
export async function startService(options: ServiceOptions): Promise<Service> {
  const { folder, port, stopSignal = 'SIGTERM' } = options;
  const child = launch(options);
  let said = '';
  let ended = false;
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk) => {
      said = `${said}${String(chunk)}`.slice(-8000);
    });
  }
  const closed = new Promise<void>((resolve) => {
    const finish = () => {
      ended = true;
      resolve();
    };
    child.once('error', finish);
    child.once('close', finish);
  });
  const stop = async () => {
    child.kill(stopSignal);
    const timer = setTimeout(() => child.kill('SIGKILL'), 15_000);
    await closed;
    clearTimeout(timer);
  };
  const remove = async () => {
    await stop();
    rmSync(folder, { recursive: true, force: true });
  };
  const ready = async () => {
    if (ended) throw new Error(`${options.file} ended instead of starting`);
    return answers(port);
  };
  try {
    await waitFor(`${options.file} to listen on ${port}`, ready, { limit: 40_000 });
  } catch (error) {
    await remove();
    throw new Error(`${String(error)}:\n${said}`);
  }
  return { port, stop, remove };
}
