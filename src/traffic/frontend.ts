import type { FrontendModel, ProxyModel } from '../config/model.ts';
import { Word } from '../servers/shared-table.ts';
import { PROCESS_SLOT, type Slots } from '../servers/slots.ts';
import { Counter } from '../stats/counters.ts';
import type { Backend } from './backend.ts';
import type { Connection, RelayOptions } from './engine.ts';
import type { FrontendRules } from './frontend-rules.ts';
import { ListeningSocket } from './listening-socket.ts';
import { ConnectionContext } from './rule-context.ts';
import { Session } from './session.ts';
import { SessionAccount } from './session-account.ts';
import type { SessionContext } from './session-context.ts';
import type { SharedListener } from './traffic-handle.ts';

/** Told when a session of any frontend begins or ends: the process has limits too. */
export interface FrontendOwner {
  sessionBegun(session: Session): void;
  sessionEnded(session: Session): void;
  /** The process takes no more clients for now. */
  readonly full: boolean;
}

/**
 * Clients that may at least wait at a listener that is held. A client beyond HAProxy's backlog is not turned away either: the
 * kernel leaves its SYN unanswered and it tries again; an engine that cannot stop accepting would reset it.
 */
const WAITING_ROOM = 1024;

/** The listeners of one frontend, its limits, and the way its sessions go. */
export class Frontend {
  readonly proxy: ProxyModel;
  readonly slot: number;
  readonly backend: Backend | undefined;
  readonly listeners: readonly ListeningSocket[];
  /** ms; 0: none. */
  readonly clientTimeout: number;
  /** With the default backend's. */
  readonly timeouts: RelayOptions['timeouts'];
  /** Undefined: every client goes to `backend`. */
  readonly rules: FrontendRules | undefined;
  /** The backend side of a listen. */
  readonly own: Backend | undefined;
  readonly resetBecomesFin: boolean;
  readonly #model: FrontendModel;
  readonly #context: SessionContext;
  readonly #owner: FrontendOwner;
  /** `rate-limit sessions` holds the listeners until a timer fires. */
  #throttled = false;
  #open = false;
  /** The listeners that have a limit of their own. */
  readonly #limited: readonly ListeningSocket[];
  #held = true;

  constructor(
    context: SessionContext,
    owner: FrontendOwner,
    proxy: ProxyModel,
    model: FrontendModel,
    slots: Slots,
    backend: Backend | undefined,
    strict: boolean,
    rules?: FrontendRules,
    own?: Backend,
  ) {
    this.rules = rules;
    this.own = own;
    this.#context = context;
    this.#owner = owner;
    this.#model = model;
    this.proxy = proxy;
    this.slot = slots.frontend[proxy.index] as number;
    this.backend = backend;
    this.resetBecomesFin = strict;
    this.clientTimeout = proxy.timeouts.client ?? 0;
    this.timeouts = this.timeoutsWith(backend);
    const listenerSlots = slots.listeners[proxy.index] ?? [];
    this.listeners = model.listeners.map((listener, at) => {
      const backlog = Math.max(WAITING_ROOM, listener.backlog ?? model.backlog ?? this.#limit);
      return new ListeningSocket(context.engine, model, listener, at, listenerSlots[at] as number, backlog);
    });
    this.#limited = this.listeners.filter((listener) => listener.model.maxconn > 0);
  }

  /** The timeouts of a relay to a server of this backend. */
  timeoutsWith(backend: Backend | undefined): RelayOptions['timeouts'] {
    const own = this.proxy.timeouts;
    const far = backend?.proxy.timeouts ?? {};
    return {
      client: own.client ?? 0,
      clientFin: own.clientFin ?? 0,
      server: far.server ?? 0,
      serverFin: far.serverFin ?? 0,
      tunnel: far.tunnel ?? 0,
    };
  }

  /** Opens every listener, or takes the shared ones, still closed to clients; `done` is called when all have answered. */
  listen(done: () => void, shared?: readonly SharedListener[]): void {
    let missing = this.listeners.length;
    if (missing === 0) this.#context.engine.post(done);
    for (const listener of this.listeners) {
      listener.open(
        (client) => this.#accept(listener, client),
        () => {
          missing--;
          if (missing === 0) done();
        },
        (code) => this.#acceptFailed(code),
        shared?.find((one) => one.proxy === this.proxy.index && one.listener === listener.index),
      );
    }
  }

  #acceptFailed(code: string): void {
    const { ledger, lines } = this.#context;
    ledger.table.add(PROCESS_SLOT, Word.acceptFailures, 1);
    lines.acceptFailed(this.proxy, code);
  }

  /** Begins to take clients. */
  open(): void {
    this.#open = true;
    this.updateListeners();
  }

  close(): void {
    this.#open = false;
    for (const listener of this.listeners) listener.close();
  }

  /** Holds or frees the listeners, as the limits of process, frontend and listener ask. */
  updateListeners(): void {
    const { table } = this.#context.ledger;
    const limit = this.#limit;
    const held =
      !this.#open ||
      this.#throttled ||
      this.#owner.full ||
      (limit !== 0 && table.get(this.slot, Word.current) >= limit);
    // A frontend may have a thousand ports, and this is called for every session.
    const affected = held === this.#held ? this.#limited : this.listeners;
    this.#held = held;
    for (const listener of affected) {
      const most = listener.model.maxconn;
      listener.hold(held || (most > 0 && table.get(listener.slot, Word.current) >= most));
    }
  }

  /** A session has ended: its places on frontend, listener and process are free. */
  leave(session: Session): void {
    const { table } = this.#context.ledger;
    table.add(this.slot, Word.current, -1);
    table.add((this.listeners[session.listener] as ListeningSocket).slot, Word.current, -1);
    table.add(PROCESS_SLOT, Word.current, -1);
    this.updateListeners();
    this.#owner.sessionEnded(session);
  }

  get #limit(): number {
    return this.#context.ledger.table.get(this.slot, Word.maxconn) || this.#model.maxconn;
  }

  #accept(listener: ListeningSocket, client: Connection): void {
    const { table, counters } = this.#context.ledger;
    const now = this.#context.ledger.now();
    const second = Math.floor(now / 1000);
    counters.add(this.slot, Counter.connections, 1);
    let context: ConnectionContext | undefined;
    if (this.rules !== undefined) {
      context = new ConnectionContext(client, listener.model.id, listener.model.name ?? '');
      if (this.#refuse(this.rules, context, listener, client, now)) return;
    }
    counters.add(this.slot, Counter.sessions, 1);
    counters.add(listener.slot, Counter.sessions, 1);
    counters.tick(this.slot, Counter.connectionRate, now);
    counters.tick(this.slot, Counter.sessionRate, now);
    counters.tick(PROCESS_SLOT, Counter.connectionRate, now);
    counters.tick(PROCESS_SLOT, Counter.sessionRate, now);
    counters.set(this.slot, Counter.lastSessionSecond, second);
    table.enter(PROCESS_SLOT, Word.current, Word.currentMax);
    table.enter(this.slot, Word.current, Word.currentMax);
    table.enter(listener.slot, Word.current, Word.currentMax);
    this.#throttle(now);
    const account = new SessionAccount(this.#context.ledger, this.slot, listener.slot);
    const session = new Session(this.#context, this, listener.index, client, account, context);
    this.#owner.sessionBegun(session);
    this.updateListeners();
    session.begin();
  }

  /** Turns a client away by its connection and session rules: nothing is logged, as in HAProxy. */
  #refuse(
    rules: FrontendRules,
    context: ConnectionContext,
    listener: ListeningSocket,
    client: Connection,
    now: number,
  ): boolean {
    const refusal = rules.refusal(context);
    if (refusal === undefined) return false;
    const { counters } = this.#context.ledger;
    const counter = refusal === 'connection' ? Counter.deniedConnections : Counter.deniedSessions;
    counters.add(this.slot, counter, 1);
    counters.add(listener.slot, counter, 1);
    counters.tick(this.slot, Counter.connectionRate, now);
    counters.tick(PROCESS_SLOT, Counter.connectionRate, now);
    // HAProxy spends no more on a refused connection than a RST.
    if (refusal === 'connection') client.reset();
    else client.close();
    return true;
  }

  /** `rate-limit sessions`: once the rate is reached, clients wait until it has fallen by one session. */
  #throttle(now: number): void {
    const most = this.#model.rateLimit;
    if (most <= 0 || this.#context.ledger.counters.rate(this.slot, Counter.sessionRate, now) < most) return;
    this.#throttled = true;
    this.#context.engine.startTimer(Math.ceil(1000 / most), () => {
      this.#throttled = false;
      this.updateListeners();
    });
  }
}
