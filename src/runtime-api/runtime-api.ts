/** The runtime API: the stats sockets and the commands they answer. */
import type { Server, Socket } from 'node:net';
import { type LookupHost, lookupHost } from '../config/address-resolution.ts';
import type { StatsSocketModel } from '../config/model.ts';
import type { ServerControl } from '../servers/server-control.ts';
import { Counter } from '../stats/counters.ts';
import { overFrontends } from '../stats/info-fields.ts';
import { ProcessMeter } from '../stats/process-meter.ts';
import type { RuntimeView } from '../stats/runtime-view.ts';
import { ClientGate } from './client-gate.ts';
import { RuntimeClient } from './runtime-client.ts';
import { openStatsSocket } from './stats-socket.ts';

export interface RuntimeApiOptions {
  readonly sockets: readonly StatsSocketModel[];
  /** `stats timeout`, ms: how long a client may stay silent. */
  readonly timeout: number;
  /** `stats maxconn`: clients served at once, over all sockets; more wait. */
  readonly maxconn: number;
  readonly view: RuntimeView;
  readonly control: ServerControl;
  /** Whom commands ask for the address of a name; absent: the system. */
  readonly lookup?: LookupHost;
  /** Told of failures of single connections or of accept, for hapax's own log. */
  readonly log?: (message: string) => void;
}

/** A socket that could not be opened. */
export interface SocketFailure {
  readonly socket: StatsSocketModel;
  /** HAProxy's text, to follow `[ALERT]    (pid) : `: `Binding [file:line] for frontend GLOBAL: cannot bind ...`. */
  readonly message: string;
}

export class RuntimeApi {
  readonly #options: RuntimeApiOptions;
  readonly #log: (message: string) => void;
  readonly #gate: ClientGate;
  readonly #meter: ProcessMeter;
  readonly #servers: (Server | undefined)[] = [];

  constructor(options: RuntimeApiOptions) {
    this.#options = options;
    this.#log = options.log ?? (() => {});
    this.#gate = new ClientGate(options.maxconn);
    this.#meter = new ProcessMeter(() => overFrontends(options.view, Counter.bytesOut));
  }

  /** Opens every socket; failures are returned. What could be opened stays open until `close`. */
  async open(): Promise<readonly SocketFailure[]> {
    const failures: SocketFailure[] = [];
    for (const socket of this.#options.sockets) {
      const opened = await openStatsSocket(socket, (client) => this.#accept(client, socket), this.#log);
      this.#servers.push(opened.ok ? opened.server : undefined);
      if (opened.ok) continue;
      const { file, line } = socket.place;
      failures.push({ socket, message: `Binding [${file}:${line}] for frontend GLOBAL: ${opened.message}` });
    }
    this.#meter.start();
    return failures;
  }

  /** Real ports of TCP sockets (0 was asked for), in the order of `sockets`; undefined for Unix sockets and failures. */
  get ports(): readonly (number | undefined)[] {
    return this.#servers.map((server) => {
      const address = server?.address();
      return typeof address === 'object' ? address?.port : undefined;
    });
  }

  /** Stops listening and cuts every client. Unix paths are left in place, as HAProxy leaves them. Safe to call twice. */
  async close(): Promise<void> {
    this.#meter.stop();
    const servers = this.#servers.splice(0);
    const closed = servers.map((server) => new Promise<void>((resolve) => server?.close(() => resolve()) ?? resolve()));
    this.#gate.destroyAll();
    await Promise.all(closed);
  }

  #accept(socket: Socket, { level }: StatsSocketModel): void {
    this.#gate.admit(socket, () => {
      const { timeout, view, control, sockets, lookup = lookupHost } = this.#options;
      const listeners = this.#listenerCount();
      const context = {
        view,
        control,
        lookup,
        sockets,
        meter: this.#meter,
        listeners,
        clients: this.#gate,
      };
      new RuntimeClient(socket, { level, timeout, context, log: this.#log });
    });
  }

  #listenerCount(): number {
    let count = this.#servers.filter((server) => server?.listening === true).length;
    for (const proxy of this.#options.view.model.proxies) {
      if (!proxy.disabled && this.#options.view.frontendStatus(proxy.index) === 'OPEN') {
        count += proxy.frontend?.listeners.length ?? 0;
      }
    }
    return count;
  }
}
