/** Serves the statistics over HTTP on one listener of a proxy in mode http whose only work is `stats`. */
import type { ListenerModel, ProxyModel } from '../config/model.ts';
import type { CounterBlock } from '../stats/counters.ts';
import type { RuntimeView } from '../stats/runtime-view.ts';

export interface StatsListenerOptions {
  readonly model: ListenerModel;
  readonly proxy: ProxyModel;
  readonly view: RuntimeView;
  /** The control thread's own block (one of `view.counters`): this listener is its only other writer. */
  readonly counters: CounterBlock;
}

export declare class StatsListener {
  constructor(options: StatsListenerOptions);
  /** Opens the socket. Returns undefined, or the errno's name (`EADDRINUSE`). */
  open(): Promise<string | undefined>;
  /** The real port (where 0 was asked for); 0 for Unix sockets and before `open`. */
  readonly port: number;
  /** Stops listening; requests under way finish. Resolves when no connection is left. */
  drain(): Promise<void>;
  /** Closes everything at once. Safe to call twice. */
  close(): Promise<void>;
}
