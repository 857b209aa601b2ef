/** The runtime API: the stats sockets and the commands they answer. */
import type { StatsSocketModel } from '../config/model.ts';
import type { ServerControl } from '../servers/server-control.ts';
import type { RuntimeView } from '../stats/runtime-view.ts';

export interface RuntimeApiOptions {
  readonly sockets: readonly StatsSocketModel[];
  /** `stats timeout`, ms: how long a client may stay silent. */
  readonly timeout: number;
  /** `stats maxconn`: clients served at once, over all sockets; more wait. */
  readonly maxconn: number;
  readonly view: RuntimeView;
  readonly control: ServerControl;
  /** Told of failures of single connections or of accept, for hapax's own log. */
  readonly log?: (message: string) => void;
}

/** A socket that could not be opened. */
export interface SocketFailure {
  readonly socket: StatsSocketModel;
  /** HAProxy's text, to follow `[ALERT]    (pid) : `: `Binding [file:line] for frontend GLOBAL: cannot bind ...`. */
  readonly message: string;
}

export declare class RuntimeApi {
  constructor(options: RuntimeApiOptions);
  /** Opens every socket; failures are returned. What could be opened stays open until `close`. */
  open(): Promise<readonly SocketFailure[]>;
  /** Stops listening and cuts every client. Unix paths are left in place, as HAProxy leaves them. Safe to call twice. */
  close(): Promise<void>;
  /** Real ports of TCP sockets (0 was asked for), in the order of `sockets`; undefined for Unix sockets and failures. */
  readonly ports: readonly (number | undefined)[];
}
