/** What statistics and runtime commands see of what runs here. */
import type { Model } from '../config/model.ts';
import { systemClock } from '../servers/clock.ts';
import { type SharedTable, Word } from '../servers/shared-table.ts';
import { PROCESS_SLOT, type Slots } from '../servers/slots.ts';
import type { CounterBlock } from '../stats/counters.ts';
import type { RuntimeView } from '../stats/runtime-view.ts';
import { MAX_PIPES } from '../traffic/engines/linux/pipe-pool.ts';
import type { EngineName } from './choose-engine.ts';

export interface LiveViewParts {
  readonly model: Model;
  readonly slots: Slots;
  readonly table: SharedTable;
  /** One block a thread. */
  readonly counters: readonly CounterBlock[];
  readonly backends: RuntimeView['backends'];
  readonly engine: EngineName;
  readonly node: string;
  readonly maxconn: number;
  readonly fileLimit: number;
  stopping(): boolean;
  droppedLogs(): number;
}

/** The view begins to count its uptime now. */
export function liveView(parts: LiveViewParts): RuntimeView {
  const { model, slots, table, counters, backends, engine, node, maxconn, fileLimit, stopping, droppedLogs } = parts;
  return {
    model,
    slots,
    table,
    counters,
    backends,
    frontendStatus: (proxy) => (stopping() || model.proxies[proxy]?.disabled === true ? 'STOP' : 'OPEN'),
    now: systemClock.monotonic,
    wallClock: systemClock.now,
    process: {
      pid: process.pid,
      startedAt: systemClock.now(),
      runningSince: systemClock.monotonic(),
      bootTime: performance.now(),
      node,
      description: model.global.description,
      maxconn,
      fileLimit,
      engine,
      maxpipes: () => (engine === 'linux' ? MAX_PIPES : 0),
      maxconnReached: () => table.get(PROCESS_SLOT, Word.maxconnReached),
      acceptFailures: () => table.get(PROCESS_SLOT, Word.acceptFailures),
      stopping,
      droppedLogs,
    },
  };
}
