/**
 * The engine on epoll and splice: sits in a loop of its own, so nothing of Node's loop runs in its thread meanwhile.
 *
 *     const engine = createLinuxEngine();       // throws where `linuxProblem()` has a reason
 *     engine.run(() => stopped);                // a worker: sits in the loop until stopped, then `close()`
 *     setInterval(() => engine.turn(0), 1);     // a test or a host's own loop: one turn that does not wait
 *
 * Driven by `turn(0)` everything the boundary promises holds between two turns: callbacks come from inside `turn` only.
 */
import { getFileLimit } from '../../../system/file-limit.ts';
import { type ListeningDescriptor, openListeningDescriptor } from '../../../system/listening-descriptor.ts';
import { LoopClock } from '../../../system/loop-clock.ts';
import type { Memory } from '../../../system/memory.ts';
import { Poller } from '../../../system/poller.ts';
import { ADDRESS_ROOM } from '../../../system/socket-address.ts';
import { linuxProblem, type Syscalls, syscalls } from '../../../system/syscalls.ts';
import type {
  ConnectHandler,
  Connection,
  ConnectOptions,
  Engine,
  EngineListener,
  EngineTimer,
  ListenHandler,
  ListenOptions,
  PendingConnect,
  Relay,
  RelayHandler,
  RelayOptions,
} from '../../engine.ts';
import { LinuxConnect, TargetCache } from './connect.ts';
import { LinuxConnection } from './connection.ts';
import type { Keeper, Resumable } from './keeper.ts';
import { LinuxListener } from './listener.ts';
import { MAX_PIPES, type PipeGauges, PipePool } from './pipe-pool.ts';
import { LinuxRelay } from './relay.ts';

/** What the engine tells of itself; figures of `show info`. */
export interface LinuxGauges extends PipeGauges {
  /** Bytes went through a pipe; `up`: from the client. */
  spliced(bytes: number, up: boolean): void;
}

export interface LinuxEngineOptions {
  readonly gauges?: LinuxGauges;
  /** Most pipes at once; 0: bytes are always copied. */
  readonly maxPipes?: number;
}

/** Bytes received at once. */
const CHUNK = 65_536;
/** The loop looks at its stop condition at least so often (ms), so that a thread that nobody wakes can be ended. */
export const LONGEST_WAIT = 1_000;

/** Throws where the engine cannot run. */
export function createLinuxEngine(options: LinuxEngineOptions = {}): LinuxEngine {
  const calls = syscalls();
  if (calls === undefined) throw new Error(`no linux engine: ${linuxProblem()}`);
  return new LinuxEngine(calls, options);
}

/** What a listener is that could not be opened. */
class FailedListener implements EngineListener {
  readonly dropped = 0;
  wanted = true;
  pause(): void {}
  resume(): void {}
  close(): void {
    this.wanted = false;
  }
}

export class LinuxEngine implements Engine, Keeper {
  readonly name = 'linux';
  readonly calls: Syscalls;
  readonly poller: Poller;
  readonly chunk: Memory;
  readonly address: Memory;
  readonly pipes: PipePool;
  turnNumber = 0;
  readonly #clock = new LoopClock();
  readonly #gauges: LinuxGauges | undefined;
  readonly #targets: TargetCache;
  readonly #listeners = new Set<LinuxListener>();
  #openConnections = 0;
  #tasks: (() => void)[] = [];
  #resumed: Resumable[] = [];
  #inTurn = false;
  #closed = false;

  constructor(calls: Syscalls, { gauges, maxPipes = MAX_PIPES }: LinuxEngineOptions) {
    this.calls = calls;
    this.poller = new Poller(calls);
    this.chunk = calls.memory(CHUNK);
    this.address = calls.memory(ADDRESS_ROOM);
    this.#gauges = gauges;
    this.#targets = new TargetCache(this);
    // The upper quarter of the descriptors is for connections alone.
    const highest = ((getFileLimit()?.soft ?? 1024) * 3) / 4;
    this.pipes = new PipePool(calls, () => this.now(), maxPipes, highest, gauges);
  }

  // The boundary.

  now(): number {
    return this.#clock.now();
  }

  wallClock(): number {
    return this.#clock.wallClock();
  }

  post(task: () => void): void {
    if (!this.#closed) this.#tasks.push(task);
  }

  startTimer(delay: number, fire: () => void): EngineTimer {
    return this.#clock.at(this.now() + delay, fire);
  }

  listen(options: ListenOptions, handler: ListenHandler): EngineListener {
    const opened = options.descriptor ?? openListeningDescriptor(this.calls, options);
    if ('code' in opened) {
      const { code } = opened;
      const listener = new FailedListener();
      this.post(() => listener.wanted && handler.failed(code));
      return listener;
    }
    return this.#listen(opened, handler, options);
  }

  connect(options: ConnectOptions, handler: ConnectHandler): PendingConnect {
    return new LinuxConnect(this, options, this.#targets.find(options.address), handler);
  }

  relay(client: Connection, server: Connection, options: RelayOptions, handler: RelayHandler): Relay {
    if (!(client instanceof LinuxConnection) || !(server instanceof LinuxConnection)) {
      throw new TypeError('relay: connections of another engine');
    }
    return new LinuxRelay(this, client, server, options, handler);
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    for (const listener of [...this.#listeners]) listener.close();
    // A relay goes with the first of its connections.
    for (const owner of this.poller.owners) owner.drop();
    this.#clock.clear();
    this.#tasks = [];
    this.#resumed = [];
    this.pipes.shrink();
    if (!this.#inTurn) this.poller.end();
  }

  // The loop.

  /** Turns until `stopped` is true after a wake-up, then closes the engine. What a callback throws comes out of here. */
  run(stopped: () => boolean): void {
    try {
      while (!stopped()) this.turn(LONGEST_WAIT);
    } finally {
      this.close();
    }
  }

  /** One turn: waits up to `longest` ms for something to happen, and lets it. */
  turn(longest: number): void {
    if (this.#closed) return;
    const idle = this.#tasks.length === 0 && this.#resumed.length === 0;
    const count = this.poller.wait(idle ? this.#clock.timeLeft(longest) : 0);
    this.#inTurn = true;
    this.#clock.begin();
    this.turnNumber = (this.turnNumber + 1) | 0;
    try {
      this.#resume();
      this.poller.dispatch(count);
      this.#clock.advance();
      this.#runTasks();
    } finally {
      this.#clock.end();
      this.#inTurn = false;
      if (this.#closed) this.poller.end();
      else this.poller.sweep();
    }
  }

  /** Calls `woken` whenever the eventfd is written to. The descriptor stays its owner's. */
  onSignal(fd: number, woken: () => void): void {
    this.poller.onSignal(fd, woken);
  }

  /** Connections that are held, those being closed included. */
  get openConnections(): number {
    return this.#openConnections;
  }

  get timers(): number {
    return this.#clock.timers;
  }

  // What it keeps.

  again(who: Resumable): void {
    this.#resumed.push(who);
  }

  at(due: number, fire: () => void): EngineTimer {
    return this.#clock.at(due, fire);
  }

  spliced(bytes: number, up: boolean): void {
    this.#gauges?.spliced(bytes, up);
  }

  adopted(): void {
    this.#openConnections += 1;
  }

  released(): void {
    this.#openConnections -= 1;
  }

  #listen(descriptor: ListeningDescriptor, handler: ListenHandler, options: ListenOptions): EngineListener {
    const owned = options.descriptor === undefined;
    const ended = (listener: LinuxListener) => this.#listeners.delete(listener);
    const listener = new LinuxListener(this, descriptor, handler, owned, options.socket, ended);
    this.#listeners.add(listener);
    return listener;
  }

  #resume(): void {
    if (this.#resumed.length === 0) return;
    const resumed = this.#resumed;
    this.#resumed = [];
    for (const one of resumed) one.resume();
  }

  #runTasks(): void {
    if (this.#tasks.length === 0) return;
    const tasks = this.#tasks;
    this.#tasks = [];
    let done = 0;
    try {
      for (const task of tasks) {
        done += 1;
        task();
      }
    } finally {
      // A task that throws is a bug and is heard of; those behind it still run.
      if (done < tasks.length) this.#tasks = [...tasks.slice(done), ...this.#tasks];
    }
  }
}
