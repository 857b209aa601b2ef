/** The control thread's side of a thread that makes checks. */
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { ProxyModel } from '../config/model.ts';
import { CheckBoard } from '../servers/check-board.ts';
import type { CheckResult } from '../servers/server-event.ts';
import type { ServerRecord } from '../servers/server-record.ts';
import { steadyNow } from '../system/steady-time.ts';
import { syscalls } from '../system/syscalls.ts';
import type { CheckOrder, CheckReport, CheckThreadSetup } from './check-thread-setup.ts';

export interface CheckThreadOptions {
  /** Whose checks it makes; a check is known by its number in this list. */
  readonly servers: readonly ServerRecord[];
  /** Neither TLS nor a SOCKS4 proxy among them. */
  readonly bare: boolean;
  /** Percent. */
  readonly spreadChecks: number;
  /** Takes a result that is not the last one once more. */
  finished(server: ServerRecord, result: CheckResult): void;
}

/** What a check leaves behind is gone in a moment; the young generation need not grow with their number. */
const MEMORY = { maxYoungGenerationSizeMb: 24 };

/** Longest time that a thread gets to end by itself, ms. */
const PATIENCE = 1000;

export class CheckThread {
  readonly board: CheckBoard;
  readonly #options: CheckThreadOptions;
  readonly #worker: Worker;
  /** Wakes a thread that sits in a loop of its own; -1: it sits in Node's. */
  readonly #eventfd: number;
  readonly #gone: Promise<void>;
  #begun = false;
  #stopping = false;
  #exited = false;
  #awaited: { readonly resolve: () => void; readonly reject: (reason: unknown) => void } | undefined;

  /** Starts the thread; nothing is checked yet. */
  constructor(options: CheckThreadOptions) {
    this.#options = options;
    const { servers, bare, spreadChecks } = options;
    this.board = CheckBoard.create(servers.length);
    const proxies = [...new Set(servers.map(({ proxy }) => proxy))];
    const positions = new Map<ProxyModel, number>(proxies.map((proxy, position) => [proxy, position]));
    const places = new Map(
      proxies.flatMap((proxy) => (proxy.backend?.servers ?? []).map((server, at) => [server, at] as const)),
    );
    const checks = servers.map(({ proxy, model }) => [positions.get(proxy) ?? -1, places.get(model) ?? -1] as const);
    // What a program given on the command line needs, a worker, which is a file, must not inherit.
    const execArgv = process.execArgv.filter((word) => !word.startsWith('--input-type'));
    this.#eventfd = bare ? openEventfd() : -1;
    const workerData: CheckThreadSetup = {
      proxies,
      checks,
      board: this.board.buffer,
      spreadChecks,
      eventfd: this.#eventfd,
    };
    this.#worker = new Worker(new URL('./check-worker.js', import.meta.url), {
      workerData,
      ...(execArgv.length < process.execArgv.length ? { execArgv } : {}),
      resourceLimits: MEMORY,
      name: 'hapax-checks',
    });
    this.#worker.on('message', (message: CheckReport) => this.#heard(message));
    this.#worker.on('error', (error) => this.#failed(error));
    this.#gone = once(this.#worker, 'exit').then(() => {
      this.#exited = true;
      if (this.#eventfd >= 0) syscalls()?.close(this.#eventfd);
    });
  }

  /** Resolves when its certificates are read; rejects if the thread cannot begin. */
  ready(): Promise<void> {
    return new Promise((resolve, reject) => {
      if (this.#begun) resolve();
      else this.#awaited = { resolve, reject };
    });
  }

  /** The first checks come so many ms from now, each its own. */
  start(delays: readonly number[]): void {
    this.#tell({ order: 'start', at: steadyNow(), delays });
  }

  /** The next check comes `longest` ms from now at the latest. */
  hurry(server: ServerRecord, longest: number): void {
    this.#tell({ order: 'hurry', check: this.#options.servers.indexOf(server), longest });
  }

  /** The next check is made as the server's model says by now. */
  replan(server: ServerRecord): void {
    this.#tell({ order: 'replan', check: this.#options.servers.indexOf(server), server: server.model });
  }

  /** Ends every check under way, and the thread; nothing is reported any more. */
  stop(): void {
    this.#stopping = true;
    this.#tell({ order: 'stop' });
  }

  /** Resolves when the thread is gone, which it is soon after `stop`. */
  async close(): Promise<void> {
    const patience = setTimeout(() => void this.#worker.terminate(), PATIENCE);
    await this.#gone;
    clearTimeout(patience);
  }

  #heard(message: CheckReport): void {
    if (message.report === 'ready') {
      this.#begun = true;
      this.#awaited?.resolve();
      return;
    }
    if (this.#stopping) return;
    const { servers, finished } = this.#options;
    for (const [check, result] of message.results) {
      const server = servers[check];
      if (server !== undefined) finished(server, result);
    }
    this.#tell({ order: 'taken', checks: message.results.map(([check]) => check) });
  }

  /** An error of ours: as one of this thread, which ends the program. */
  #failed(error: unknown): void {
    if (this.#begun || this.#awaited === undefined) throw error;
    this.#awaited.reject(error);
  }

  #tell(order: CheckOrder): void {
    if (this.#exited) return;
    this.#worker.postMessage(order);
    if (this.#eventfd >= 0) syscalls()?.signal(this.#eventfd);
  }
}

/** -1 where there is no such thing, or no descriptor left: Node's loop does as well then. */
function openEventfd(): number {
  return Math.max(-1, syscalls()?.eventfd() ?? -1);
}
