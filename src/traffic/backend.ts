import type { Balancer } from '../balance/balancer.ts';
import { createBalancer } from '../balance/create-balancer.ts';
import type { BackendModel, ProxyModel } from '../config/model.ts';
import { type SharedTable, Word } from '../servers/shared-table.ts';
import type { Slots } from '../servers/slots.ts';
import { Counter, type CounterBlock } from '../stats/counters.ts';
import { BackendServer } from './backend-server.ts';
import type { Session } from './session.ts';
import { WaitingLine } from './waiting-line.ts';

/** What became of a session that asked for a server. */
export type Assignment =
  /** It has a place on `session.server`. */
  | 'placed'
  /** It waits, for `session.server` or for any. */
  | 'waiting'
  /** No server may get traffic. */
  | 'no-server'
  /** It must wait for `session.server`, whose queue is full. */
  | 'queue-full';

/** Servers, their order, their places and the queue of one backend. */
export class Backend {
  readonly proxy: ProxyModel;
  readonly model: BackendModel;
  readonly slot: number;
  readonly servers: readonly BackendServer[];
  readonly balancer: Balancer;
  /** Sessions that wait for any server. */
  readonly queue = new WaitingLine<Session>();
  /** How many servers balancing may choose from. */
  usableCount = 0;
  /** ms; `timeout queue`, else `timeout connect`; 0: none. */
  readonly queueTimeout: number;
  readonly connectTimeout: number;
  readonly #table: SharedTable;
  readonly #counters: CounterBlock;

  constructor(proxy: ProxyModel, model: BackendModel, slots: Slots, table: SharedTable, counters: CounterBlock) {
    this.proxy = proxy;
    this.model = model;
    this.slot = slots.backend[proxy.index] as number;
    this.#table = table;
    this.#counters = counters;
    this.connectTimeout = proxy.timeouts.connect ?? 0;
    this.queueTimeout = proxy.timeouts.queue || this.connectTimeout;
    const serverSlots = slots.servers[proxy.index] ?? [];
    this.servers = serverSlots.map(
      (slot, index) => new BackendServer(table, model, this.slot, index, slot, this.connectTimeout),
    );
    this.balancer = createBalancer(model);
    this.refresh();
  }

  /** Looks whether a server's state has changed, and tells the balancer if so. */
  refresh(): void {
    let changed = false;
    for (const server of this.servers) if (server.read()) changed = true;
    if (!changed) return;
    let chosen = this.servers.filter((server) => server.usable && !server.model.backup);
    if (chosen.length === 0) {
      chosen = this.servers.filter((server) => server.usable);
      if (!this.model.allBackups) chosen = chosen.slice(0, 1);
    }
    this.usableCount = chosen.length;
    this.balancer.update(chosen);
  }

  /** Gives the session a place on a server or in a queue. `avoid` is the server that has just failed it. */
  assign(session: Session, avoid: BackendServer | undefined): Assignment {
    this.refresh();
    session.server = undefined;
    if (this.usableCount === 0) return 'no-server';
    const server = this.balancer.choose(session.client.remote, avoid) as BackendServer | undefined;
    if (server === undefined) return this.#wait(session);
    const placed = !server.full && this.#table.tryEnter(server.slot, server.limit);
    // Another thread may have been quicker; a client that belongs to this server waits for it, others for any.
    if (!placed && !this.balancer.sticky) return this.#wait(session);
    session.server = server;
    if (server !== avoid) {
      this.#counters.add(server.slot, Counter.chosen, 1);
      this.#counters.add(this.slot, Counter.chosen, 1);
    }
    if (placed) {
      this.balancer.loadChanged(server);
      return 'placed';
    }
    if (server.queueFull) return 'queue-full';
    server.queue.add(session);
    this.#table.enter(server.slot, Word.queued, Word.queuedMax);
    return 'waiting';
  }

  /** Takes a session out of the line it waits in, as it leaves or is to be assigned anew. */
  unqueue(session: Session): void {
    const { server } = session;
    if (session.waitingIn === undefined) return;
    if (server === undefined) session.backendPlace += this.queue.remove(session);
    else session.serverPlace += server.queue.remove(session);
    this.#table.add(server?.slot ?? this.slot, Word.queued, -1);
  }

  /** Gives a session's place on a server back. Whoever calls must call `serve` when its own affairs are in order. */
  release(server: BackendServer): void {
    this.#table.add(server.slot, Word.places, -1);
    this.balancer.loadChanged(server);
  }

  /** Hands free places of the server to those who wait: first to its own queue, then to the backend's. */
  serve(server: BackendServer): void {
    if (!server.usable) return;
    for (;;) {
      const own = server.queue.first;
      const next = own ?? (this.#takesAny(server) ? this.queue.first : undefined);
      if (next === undefined || !this.#table.tryEnter(server.slot, server.limit)) return;
      if (own !== undefined) next.serverPlace += server.queue.serve(next);
      else next.backendPlace += this.queue.serve(next);
      this.#table.add(own === undefined ? this.slot : server.slot, Word.queued, -1);
      next.server = server;
      this.balancer.loadChanged(server);
      next.placed();
    }
  }

  /** A server's state words have changed: those who wait for it may have to move, those who wait may be served. */
  serverChanged(server: BackendServer): void {
    this.refresh();
    if (!server.usable && this.usableCount > 0) {
      for (let next = server.queue.first; next !== undefined; next = server.queue.first) {
        this.unqueue(next);
        next.reassign(server);
      }
    }
    for (const other of this.servers) this.serve(other);
  }

  /** Backups take waiting sessions only while balancing may choose them. */
  #takesAny(server: BackendServer): boolean {
    if (!server.model.backup) return true;
    if (this.servers.some((other) => other.usable && !other.model.backup)) return false;
    return this.model.allBackups || this.servers.find((other) => other.usable) === server;
  }

  #wait(session: Session): Assignment {
    this.queue.add(session);
    this.#table.enter(this.slot, Word.queued, Word.queuedMax);
    return 'waiting';
  }
}
