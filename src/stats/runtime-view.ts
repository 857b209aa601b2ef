import type { Model } from '../config/model.ts';
import type { BackendRecord } from '../servers/server-record.ts';
import type { SharedTable } from '../servers/shared-table.ts';
import type { Slots } from '../servers/slots.ts';
import type { CounterBlock } from './counters.ts';

/** Everything statistics are made from. The control thread builds it once; nothing here is a copy. */
export interface RuntimeView {
  readonly model: Model;
  readonly slots: Slots;
  readonly table: SharedTable;
  /** One block a thread (traffic threads and the control thread); sums count. */
  readonly counters: readonly CounterBlock[];
  /** By proxy index; undefined for proxies without a backend side. */
  readonly backends: readonly (BackendRecord | undefined)[];
  frontendStatus(proxy: number): 'OPEN' | 'PAUSED' | 'STOP';
  /** Monotonic ms, the clock of `lastChange` and of counters. */
  now(): number;
  /** ms since the epoch. */
  wallClock(): number;
  readonly process: ProcessView;
}

export interface ProcessView {
  readonly pid: number;
  /** Wall clock ms: says when, and tells this process from the next. */
  readonly startedAt: number;
  /** The same moment on the clock of `now()`: for how long. */
  readonly runningSince: number;
  /** ms from the start of the process to service. */
  readonly bootTime: number;
  /** `node` of the configuration, else the host's name. */
  readonly node: string;
  readonly description: string | undefined;
  readonly maxconn: number;
  /** Soft limit of open files. */
  readonly fileLimit: number;
  /** Name of the engine that moves bytes. */
  readonly engine: string;
  /** True during a soft stop. */
  stopping(): boolean;
  /** Log lines that did not fit or could not be sent. */
  droppedLogs(): number;
  /** Warnings the configuration gave, for `show info`. */
  warnings?(): number;
  /** Most pipes an engine may use. */
  maxpipes?(): number;
  /** How often `maxconn` kept a client waiting. */
  maxconnReached?(): number;
  /** How often a client could not be accepted for want of descriptors or memory. */
  acceptFailures?(): number;
}
