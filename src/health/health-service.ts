/** Runs the health checks of a model and hands their results to the server registry. */
import type { Model } from '../config/model.ts';
import type { Clock, Timers } from '../servers/clock.ts';
import type { ServerRegistry } from '../servers/server-registry.ts';

export interface HealthOptions {
  readonly clock: Clock;
  readonly timers: Timers;
  /** Name of this host, for `http-check send-state` where the configuration gives no `node`. */
  readonly node: string;
}

export declare class HealthService {
  constructor(model: Model, registry: ServerRegistry, options: HealthOptions);
  /** Spreads the first checks of all servers from now on. */
  start(): void;
  /** Ends every check under way at once; nothing is reported any more. */
  stop(): void;
}
