import type { CutCause, SharedListener, TrafficSetup } from './traffic-handle.ts';
import type { TrafficStarted } from './traffic-service.ts';

/** `workerData` of a traffic thread. */
export interface WorkerSetup extends TrafficSetup {
  readonly engine: 'node' | 'linux';
  /** One Int32: 1 tells the thread to end, whatever else it is doing. */
  readonly stopFlag: SharedArrayBuffer;
  /** The eventfd that wakes a linux engine; -1 for the node engine. */
  readonly eventfd: number;
}

/** What the control thread asks of a traffic thread. */
export type TrafficOrder =
  | { readonly order: 'start'; readonly listeners: readonly SharedListener[] | undefined }
  | { readonly order: 'serverChanged'; readonly slot: number }
  | { readonly order: 'shutdownSessions'; readonly slot: number; readonly cause: CutCause }
  | { readonly order: 'shutdownBackupSessions'; readonly slot: number }
  | { readonly order: 'shutdownEverything' }
  | { readonly order: 'drain' }
  | { readonly order: 'stop' };

/** What it answers. */
export type TrafficReport =
  | { readonly report: 'started'; readonly outcome: TrafficStarted }
  /** After `drain`: nothing is accepted any more. */
  | { readonly report: 'closed' }
  | { readonly report: 'drained' };
