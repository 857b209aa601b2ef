/** The control thread's side of traffic: a worker thread, or the same service in the caller's own thread. */
import { Worker } from 'node:worker_threads';
import { LogRingWriter } from '../logging/log-ring.ts';
import { RingSessionLog } from '../logging/session-log.ts';
import { errnoName } from '../system/libc.ts';
import { linuxProblem, syscalls } from '../system/syscalls.ts';
import { NodeEngine } from './engines/node/engine.ts';
import type { CutCause, SharedListener, TrafficHandle, TrafficSetup } from './traffic-handle.ts';
import { TrafficService, type TrafficStarted } from './traffic-service.ts';
import type { TrafficOrder, TrafficReport, WorkerSetup } from './worker-setup.ts';

export interface TrafficOptions {
  /** 1: a worker thread of its own (needs the built package). 0: the node engine in the caller's thread. */
  readonly threads: 0 | 1;
  /** What moves the bytes in a worker thread; the node engine unless told otherwise. `linux` must be possible here. */
  readonly engine?: 'node' | 'linux';
}

/** Starts traffic for a model. Nothing is listened to before `start()` of the handle is called. */
export function startTraffic(setup: TrafficSetup, options: TrafficOptions): TrafficHandle {
  return options.threads === 0 ? new LocalTraffic(setup) : new WorkerTraffic(setup, options.engine ?? 'node');
}

/** Traffic in the caller's own thread. */
class LocalTraffic implements TrafficHandle {
  readonly #service: TrafficService;

  constructor(setup: TrafficSetup) {
    const log = new RingSessionLog(setup.model, new LogRingWriter(setup.logRing));
    this.#service = new TrafficService(new NodeEngine(), setup, log);
  }

  start(listeners?: readonly SharedListener[]): Promise<TrafficStarted> {
    return new Promise((resolve) => this.#service.start(resolve, listeners));
  }

  serverChanged(slot: number): void {
    this.#service.serverChanged(slot);
  }

  shutdownSessions(serverSlot: number, cause: CutCause): void {
    this.#service.shutdownSessions(serverSlot, cause);
  }

  shutdownBackupSessions(backendSlot: number): void {
    this.#service.shutdownBackupSessions(backendSlot);
  }

  shutdownEverything(): void {
    this.#service.shutdownEverything();
  }

  drain(closed?: () => void): Promise<void> {
    return new Promise((resolve) => {
      this.#service.drain(resolve);
      closed?.();
    });
  }

  async stop(): Promise<void> {
    this.#service.stopNow();
  }

  stopNow(): void {
    this.#service.stopNow();
  }

  onFailure(): void {
    // An error of the service is an error of the caller's thread: there is no other one that could die.
  }
}

function openEventfd(): number {
  const eventfd = syscalls()?.eventfd();
  if (eventfd === undefined) throw new Error(`no linux engine: ${linuxProblem()}`);
  if (eventfd < 0) throw new Error(`eventfd: ${errnoName(-eventfd)}`);
  return eventfd;
}

/**
 * Bytes never enter the heap of a linux engine's thread, so its young generation need not grow; left to itself it doubles
 * twice in the course of a million connections, by 24 MB in all.
 */
const LINUX_MEMORY = { maxYoungGenerationSizeMb: 12 };

/** Traffic in a worker thread of its own. */
class WorkerTraffic implements TrafficHandle {
  readonly #worker: Worker;
  readonly #stopFlag: Int32Array;
  /** Wakes a thread that sits in its own loop; -1: it sits in Node's. */
  readonly #eventfd: number;
  readonly #gone: Promise<void>;
  readonly #failureListeners: ((error: Error) => void)[] = [];
  #failure: Error | undefined;
  #stopping = false;
  #exited = false;
  #onStarted: ((outcome: TrafficStarted) => void) | undefined;
  #onDrained: (() => void)[] = [];
  #onClosed: (() => void)[] = [];

  constructor(setup: TrafficSetup, engine: 'node' | 'linux') {
    if (import.meta.url.endsWith('.ts')) throw new Error('a traffic thread needs the built package: run npm run build');
    const stopFlag = new SharedArrayBuffer(4);
    this.#stopFlag = new Int32Array(stopFlag);
    this.#eventfd = engine === 'linux' ? openEventfd() : -1;
    const workerData: WorkerSetup = { ...setup, engine, stopFlag, eventfd: this.#eventfd };
    // A program given on the command line has an --input-type that a worker, which is a file, must not inherit. Else the
    // options are left alone: they are inherited, while those of V8 must not be given.
    const typed = process.execArgv.some((word) => word.startsWith('--input-type'));
    const execArgv = typed ? { execArgv: process.execArgv.filter((word) => !word.startsWith('--input-type')) } : {};
    const url = new URL('./worker.js', import.meta.url);
    const resourceLimits = engine === 'linux' ? LINUX_MEMORY : {};
    this.#worker = new Worker(url, { workerData, ...execArgv, resourceLimits, name: 'hapax-traffic' });
    this.#worker.on('message', (message: TrafficReport) => this.#heard(message));
    this.#worker.on('error', (error) => this.#failed(error instanceof Error ? error : new Error(String(error))));
    this.#gone = new Promise((resolve) => {
      this.#worker.once('exit', (code) => {
        this.#exited = true;
        if (!this.#stopping) this.#failed(new Error(`the traffic thread has ended (code ${code})`));
        // Another thread that knows it from the board may be writing to it in this moment.
        if (this.#eventfd >= 0 && setup.wakeBoard === undefined) syscalls()?.close(this.#eventfd);
        for (const closed of this.#onClosed.splice(0)) closed();
        for (const drained of this.#onDrained.splice(0)) drained();
        resolve();
      });
    });
  }

  /** Rejects if the thread dies before it has answered. */
  start(listeners?: readonly SharedListener[]): Promise<TrafficStarted> {
    return new Promise((resolve, reject) => {
      this.#onStarted = resolve;
      this.onFailure(reject);
      this.#tell({ order: 'start', listeners });
    });
  }

  serverChanged(slot: number): void {
    this.#tell({ order: 'serverChanged', slot });
  }

  shutdownSessions(serverSlot: number, cause: CutCause): void {
    this.#tell({ order: 'shutdownSessions', slot: serverSlot, cause });
  }

  shutdownBackupSessions(backendSlot: number): void {
    this.#tell({ order: 'shutdownBackupSessions', slot: backendSlot });
  }

  shutdownEverything(): void {
    this.#tell({ order: 'shutdownEverything' });
  }

  drain(closed?: () => void): Promise<void> {
    if (closed !== undefined && !this.#exited) this.#onClosed.push(closed);
    if (this.#exited) {
      closed?.();
      return Promise.resolve();
    }
    return new Promise((resolve) => {
      this.#onDrained.push(resolve);
      this.#tell({ order: 'drain' });
    });
  }

  async stop(): Promise<void> {
    this.stopNow();
    // A thread that does not come to its messages any more is ended from outside.
    const patience = setTimeout(() => void this.#worker.terminate(), 1000);
    await this.#gone;
    clearTimeout(patience);
  }

  stopNow(): void {
    this.#stopping = true;
    Atomics.store(this.#stopFlag, 0, 1);
    Atomics.notify(this.#stopFlag, 0);
    this.#tell({ order: 'stop' });
  }

  onFailure(listener: (error: Error) => void): void {
    if (this.#failure !== undefined) listener(this.#failure);
    else this.#failureListeners.push(listener);
  }

  /** A thread that is gone hears nothing, and its eventfd may be something else by now. */
  #tell(order: TrafficOrder): void {
    if (this.#exited) return;
    this.#worker.postMessage(order);
    if (this.#eventfd >= 0) syscalls()?.signal(this.#eventfd);
  }

  #heard(message: TrafficReport): void {
    if (message.report === 'started') this.#onStarted?.(message.outcome);
    else if (message.report === 'closed') for (const closed of this.#onClosed.splice(0)) closed();
    else for (const drained of this.#onDrained.splice(0)) drained();
  }

  #failed(error: Error): void {
    if (this.#failure !== undefined) return;
    this.#failure = error;
    for (const listener of this.#failureListeners) listener(error);
  }
}
