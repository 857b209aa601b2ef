import type { Memory } from '../../../system/memory.ts';
import type { Poller } from '../../../system/poller.ts';
import type { Syscalls } from '../../../system/syscalls.ts';
import type { EngineTimer } from '../../engine.ts';
import type { PipePool } from './pipe-pool.ts';

/** Who goes on with what it left off in the last turn, for others to have theirs. */
export interface Resumable {
  resume(): void;
}

/** What the engine gives to its listeners, connections and relays. */
export interface Keeper {
  readonly calls: Syscalls;
  readonly poller: Poller;
  /** Every received chunk passes through here; nothing in it survives the call that put it there. */
  readonly chunk: Memory;
  /** For the address of a socket. */
  readonly address: Memory;
  readonly pipes: PipePool;
  /** Counts the turns of the loop. */
  readonly turnNumber: number;
  /** Monotonic ms. */
  now(): number;
  wallClock(): number;
  post(task: () => void): void;
  /** Calls `resume` in the next turn. */
  again(who: Resumable): void;
  /** Fires once at `due` (monotonic ms) or a little later. */
  at(due: number, fire: () => void): EngineTimer;
  /** Bytes went through a pipe; `up`: from the client. */
  spliced(bytes: number, up: boolean): void;
  /** A connection is there, and is gone. */
  adopted(): void;
  released(): void;
}
