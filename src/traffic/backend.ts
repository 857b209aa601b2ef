import type { Balancer } from '../balance/balancer.ts';
import { createBalancer } from '../balance/create-balancer.ts';
import type { BackendModel, ProxyModel } from '../config/model.ts';
import { type SharedTable, Word } from '../servers/shared-table.ts';
import type { Slots } from '../servers/slots.ts';
import { Counter, type CounterBlock } from '../stats/counters.ts';
import { BackendServer } from './backend-server.ts';
import type { Placement } from './placement.ts';
import { WaitingLine } from './waiting-line.ts';
import { Wake, type WakeBoard } from './wake-board.ts';

/** What became of a session that asked for a server. */
export type Assignment =
  /** It has a place on `server`. */
  | 'placed'
  /** It waits, for `server` or for any. */
  | 'waiting'
  /** No server may get traffic. */
  | 'no-server'
  /** It must wait for `server`, whose queue is full. */
  | 'queue-full';

/** Servers, their order, their places and the queue of one backend. */
export class Backend {
  readonly proxy: ProxyModel;
  readonly model: BackendModel;
  readonly slot: number;
  readonly servers: readonly BackendServer[];
  readonly balancer: Balancer;
  /** Sessions that wait for any server. */
  readonly queue = new WaitingLine<Placement>();
  /** How many servers balancing may choose from. */
  usableCount = 0;
  /** ms; `timeout queue`, else `timeout connect`; 0: none. */
  readonly queueTimeout: number;
  readonly connectTimeout: number;
  /** That of the backend when its servers were read last. */
  #generation = -1;
  /** Limits of servers grow with the number of sessions (minconn). */
  readonly #growing: boolean;
  readonly #table: SharedTable;
  readonly #counters: CounterBlock;

  /** Undefined: no other thread shares the servers. */
  readonly #board: WakeBoard | undefined;
  /** The next place that is given back is offered to other threads first. */
  #passOn = false;

  constructor(
    proxy: ProxyModel,
    model: BackendModel,
    slots: Slots,
    table: SharedTable,
    counters: CounterBlock,
    board: WakeBoard | undefined,
  ) {
    this.#board = board;
    this.#growing = model.servers.some(({ minconn }) => minconn > 0);
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

  /** Looks whether the state of any server has changed, and tells the balancer if so. */
  refresh(): void {
    const generation = this.#table.get(this.slot, Word.generation);
    if (generation === this.#generation) return;
    this.#generation = generation;
    this.#readServers();
  }

  #readServers(): void {
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
  assign(placement: Placement, avoid: BackendServer | undefined): Assignment {
    this.refresh();
    placement.server = undefined;
    if (this.usableCount === 0) return 'no-server';
    // A place that is free although others wait (minconn's limit has grown) is theirs.
    if (!this.balancer.sticky && this.queue.length > 0) return this.#wait(placement);
    const server = this.balancer.choose(placement.client.remote, avoid) as BackendServer | undefined;
    if (server === undefined) return this.#wait(placement);
    const placed = !server.full && this.#table.tryEnter(server.slot, server.limit);
    // Another thread may have been quicker; a client that belongs to this server waits for it, others for any.
    if (!placed && !this.balancer.sticky) return this.#wait(placement);
    placement.server = server;
    if (server !== avoid) {
      this.#counters.add(server.slot, Counter.chosen, 1);
      this.#counters.add(this.slot, Counter.chosen, 1);
    }
    if (placed) {
      this.balancer.loadChanged(server);
      return 'placed';
    }
    if (server.queueFull) return 'queue-full';
    server.queue.add(placement);
    this.#table.enter(server.slot, Word.queued, Word.queuedMax);
    return 'waiting';
  }

  /** Takes a session out of the line it waits in, as it leaves or is to be assigned anew. */
  unqueue(placement: Placement): void {
    const { server } = placement;
    if (placement.waitingIn === undefined) return;
    if (server === undefined) placement.backendPlace += this.queue.remove(placement);
    else placement.serverPlace += server.queue.remove(placement);
    this.#table.add(server?.slot ?? this.slot, Word.queued, -1);
  }

  /** Gives a session's place on a server back. Whoever calls must call `freed` when its own affairs are in order. */
  release(server: BackendServer): void {
    this.#table.add(server.slot, Word.places, -1);
    this.balancer.loadChanged(server);
  }

  /**
   * A place of the server has been given back. Those who wait in this thread and in others take turns: every second time the
   * others are asked first, and whoever has no use for the place asks back.
   */
  freed(server: BackendServer): void {
    if (this.#board === undefined || !this.#othersWait(server)) {
      this.serve(server);
      return;
    }
    const ownWait = server.queue.length > 0 || this.queue.length > 0;
    this.#passOn = ownWait && !this.#passOn;
    if (!this.#passOn) this.serve(server);
    if (server.hasPlace) this.#board.wakeOthers(Wake.place);
  }

  /** Another thread has offered a place. `first`: it has not served those who wait there. */
  woken(first: boolean): void {
    for (const server of this.servers) {
      this.serve(server, true);
      if (first && server.hasPlace && this.#othersWait(server)) this.#board?.wakeOthers(Wake.passedOn);
    }
  }

  /** Sessions of other threads wait for this server, or for any. */
  #othersWait(server: BackendServer): boolean {
    const waiting = this.#table.get(server.slot, Word.queued) + this.#table.get(this.slot, Word.queued);
    return waiting > server.queue.length + this.queue.length;
  }

  /**
   * Hands free places of the server to those who wait: first to its own queue, then to the backend's. A server that is
   * being drained still has its own queue, one that is down or in maintenance nobody. `released`: a session has given its
   * place back; only such turns count for the places that logs show (as measured on HAProxy 2.6).
   */
  serve(server: BackendServer, released = true): void {
    if (server.stopped) return;
    const takesAny = server.usable && this.#takesAny(server);
    for (;;) {
      const own = server.queue.first;
      const next = own ?? (takesAny ? this.queue.first : undefined);
      if (next === undefined || !this.#table.tryEnter(server.slot, server.limit)) return;
      const line = own === undefined ? this.queue : server.queue;
      const place = released ? line.serve(next) : line.remove(next);
      if (own === undefined) next.backendPlace += place;
      else next.serverPlace += place;
      this.#table.add(own === undefined ? this.slot : server.slot, Word.queued, -1);
      next.server = server;
      this.balancer.loadChanged(server);
      next.served();
    }
  }

  /** Looks for free places everywhere: a session that waits may have raised the limits of `minconn`. */
  serveAll(): void {
    for (const server of this.servers) this.serve(server);
    if (this.#board !== undefined && this.#growing) this.#board.wakeOthers(Wake.passedOn);
  }

  /** A server's state words have changed: those who wait for some server may have to move, those who wait may be served. */
  serverChanged(): void {
    this.#readServers();
    for (const server of this.servers) this.#redistribute(server);
    for (const server of this.servers) this.serve(server, false);
  }

  /**
   * Those who wait for this very server go elsewhere once it is down or in maintenance; with `option redispatch` also when
   * it is drained (not for a weight of 0), and they are turned away where there is no other server. Without the option
   * HAProxy would keep them and send them to the server all the same.
   */
  #redistribute(server: BackendServer): void {
    const { redispatch } = this.model;
    const drained = !server.usable && server.weight > 0;
    if (!server.stopped && !(drained && redispatch !== 0)) return;
    if (this.usableCount === 0 && redispatch === 0) return;
    for (let left = server.queue.length; left > 0; left--) {
      const next = server.queue.first;
      if (next === undefined) return;
      this.unqueue(next);
      next.reassign(server);
    }
  }

  /** Backups take waiting sessions only while balancing may choose them. */
  #takesAny(server: BackendServer): boolean {
    if (!server.model.backup) return true;
    if (this.servers.some((other) => other.usable && !other.model.backup)) return false;
    return this.model.allBackups || this.servers.find((other) => other.usable) === server;
  }

  #wait(placement: Placement): Assignment {
    this.queue.add(placement);
    this.#table.enter(this.slot, Word.queued, Word.queuedMax);
    return 'waiting';
  }
}
