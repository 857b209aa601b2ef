import { Counter } from '../stats/counters.ts';
import type { Backend } from './backend.ts';
import type { BackendServer, PlaceHolder } from './backend-server.ts';
import type { Connection, EngineTimer } from './engine.ts';
import type { Membership } from './roll.ts';
import type { SessionAccount } from './session-account.ts';
import type { SessionContext } from './session-context.ts';
import type { Waiter, WaitingLine } from './waiting-line.ts';

/** Told what becomes of a session's search for a place. */
export interface PlacementOwner extends PlaceHolder {
  /** It stands in a queue. */
  waiting(): void;
  /** It has a place on this server. */
  placed(server: BackendServer): void;
  /** There is none for it: its queue is full or took too long, or no server gets traffic. */
  unplaced(termination: 'SQ' | 'sQ' | 'SC'): void;
}

/** A session's place on a server of its backend, or in a queue for one; a failed server may have it look for another. */
export class Placement implements Waiter {
  readonly client: Connection;
  /** Whose place it has or waits for; undefined: any server's will do. Written by the backend. */
  server: BackendServer | undefined;
  /** When a place was found, or waiting for one was over; the engine's monotonic ms, -1: not yet. */
  placedAt = -1;
  redispatched = false;
  /** Places held in the queues of servers and of the backend, as logs count them. */
  serverPlace = 0;
  backendPlace = 0;
  waitingIn: WaitingLine | undefined;
  waitingBefore: Waiter | undefined;
  waitingAfter: Waiter | undefined;
  waitingSince = 0;
  readonly #context: SessionContext;
  readonly #backend: Backend;
  readonly #account: SessionAccount;
  readonly #owner: PlacementOwner;
  /** Its entry on the roll of `server`, whose place it holds. */
  #entry: Membership<PlaceHolder> | undefined;
  /** The server it was taken from: what comes next is a retry there or a redispatch. */
  #movedFrom: BackendServer | undefined;
  #timer: EngineTimer | undefined;

  constructor(
    context: SessionContext,
    backend: Backend,
    client: Connection,
    account: SessionAccount,
    owner: PlacementOwner,
  ) {
    this.#context = context;
    this.#backend = backend;
    this.client = client;
    this.#account = account;
    this.#owner = owner;
  }

  /** Looks for a place; `avoid` is the server that has just failed. */
  seek(avoid?: BackendServer): void {
    const outcome = this.#backend.assign(this, avoid);
    const { server } = this;
    this.#account.useServer(server?.slot ?? -1);
    if (server !== undefined) this.#settleMove(server);
    if (outcome === 'waiting') this.#wait();
    else if (outcome === 'placed' && server !== undefined) this.#take(server);
    else this.#owner.unplaced(outcome === 'queue-full' ? 'SQ' : 'SC');
  }

  /** A place on `server` has become free for this waiting session. Called by the backend, which has taken it. */
  served(): void {
    this.cancelTimer();
    if (this.server !== undefined) this.#take(this.server);
  }

  /** The server it waited for gets no traffic any more; the backend has taken it out of that line. */
  reassign(from: BackendServer): void {
    this.cancelTimer();
    this.redispatched = true;
    this.#account.add(Counter.redispatches, this.#backend.slot, from.slot);
    this.seek(from);
  }

  /** Leaves the server, which has failed, and looks for another. */
  moveFrom(server: BackendServer): void {
    this.#giveBack();
    this.#movedFrom = server;
    this.seek(server);
    this.#backend.freed(server);
  }

  /** Waiting is over without a place; true if the session did wait. */
  stopWaiting(): boolean {
    if (this.waitingIn === undefined) return false;
    this.placedAt = this.#context.engine.now();
    return true;
  }

  /** Leaves the queue or the server; whoever calls must call the backend's `freed` when its own affairs are in order. */
  leave(): void {
    this.#backend.unqueue(this);
    this.#giveBack();
  }

  cancelTimer(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  #wait(): void {
    const { queueTimeout } = this.#backend;
    if (queueTimeout > 0) {
      this.#timer = this.#context.engine.startTimer(queueTimeout, () => {
        this.stopWaiting();
        this.#owner.unplaced('sQ');
      });
    }
    this.#owner.waiting();
    this.#backend.serveAll();
  }

  /** Counts a move: back to the same server it is a retry, elsewhere a redispatch. */
  #settleMove(server: BackendServer): void {
    const from = this.#movedFrom;
    if (from === undefined) return;
    this.#movedFrom = undefined;
    if (from !== server) this.redispatched = true;
    this.#account.add(from === server ? Counter.retries : Counter.redispatches, this.#backend.slot, from.slot);
  }

  #take(server: BackendServer): void {
    this.#entry = server.sessions.enter(this.#owner);
    this.#account.useServer(server.slot);
    this.#settleMove(server);
    this.placedAt = this.#context.engine.now();
    this.#owner.placed(server);
  }

  #giveBack(): void {
    const { server } = this;
    if (this.#entry === undefined || server === undefined) return;
    this.#account.leaveServer();
    server.sessions.leave(this.#entry);
    this.#entry = undefined;
    this.#backend.release(server);
  }
}
