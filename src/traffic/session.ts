import { Counter } from '../stats/counters.ts';
import type { Backend } from './backend.ts';
import type { BackendServer } from './backend-server.ts';
import { type ClientEvents, ClientWatch } from './client-watch.ts';
import { type ConnectOwner, ConnectPhase } from './connect-phase.ts';
import type { ConnectFailure, Connection, EngineTimer, Relay, RelayEnd } from './engine.ts';
import type { Frontend } from './frontend.ts';
import { Inspection, type InspectionOwner } from './inspection.ts';
import type { Membership } from './roll.ts';
import type { ConnectionContext } from './rule-context.ts';
import type { SessionAccount } from './session-account.ts';
import type { SessionContext } from './session-context.ts';
import { noLinger } from './socket-plan.ts';
import { RELAY_END, type SessionEnd } from './termination.ts';
import type { CutCause } from './traffic-handle.ts';
import type { Waiter, WaitingLine } from './waiting-line.ts';

export type SessionState = 'accepted' | 'queued' | 'connecting' | 'retry-wait' | 'relaying' | 'ended';

/** How long a client that was gone when it was accepted has for what it sent to arrive, ms. */
const GONE_GRACE = 50;

/**
 * One client from accept to the log line. It waits in a queue, connects, retries, and hands both connections to the
 * engine's relay; until then the client is watched. Moments are the engine's monotonic ms, -1 while not reached.
 */
export class Session implements Waiter, ClientEvents, ConnectOwner, InspectionOwner {
  readonly client: Connection;
  readonly frontend: Frontend;
  /** Undefined where the frontend has none to send its clients to, and until its rules have chosen one. */
  backend: Backend | undefined;
  readonly account: SessionAccount;
  /** Position of the listener that took the client, in the frontend's declaration. */
  readonly listener: number;
  state: SessionState = 'accepted';
  server: BackendServer | undefined;
  readonly acceptedAt: number;
  /** When a place was found, or waiting for one was over. */
  placedAt = -1;
  connectedAt = -1;
  redispatched = false;
  termination: SessionEnd = '--';
  /** Places held in the queues of servers and of the backend, as logs count them. */
  serverPlace = 0;
  backendPlace = 0;
  waitingIn: WaitingLine | undefined;
  waitingBefore: Waiter | undefined;
  waitingAfter: Waiter | undefined;
  waitingSince = 0;
  /** Its places on the rolls of the thread, kept for it, and of its server. */
  onRoll: Membership<Session> | undefined;
  #onServer: Membership<Session> | undefined;
  readonly #context: SessionContext;
  #watch: ClientWatch;
  /** The session holds a place of `server`. */
  #holdsPlace = false;
  /** The server it was taken from: what comes next is a retry there or a redispatch. */
  #movedFrom: BackendServer | undefined;
  #logged = false;
  #cut: CutCause | undefined;
  #attempts: ConnectPhase | undefined;
  /** What its rules see of it; undefined where there are none. */
  readonly #seen: ConnectionContext | undefined;
  #inspection: Inspection | undefined;
  #relay: Relay | undefined;
  #queueTimer: EngineTimer | undefined;

  constructor(
    context: SessionContext,
    frontend: Frontend,
    listener: number,
    client: Connection,
    account: SessionAccount,
    seen?: ConnectionContext,
  ) {
    this.#context = context;
    this.frontend = frontend;
    this.#seen = seen;
    this.backend = seen === undefined ? frontend.backend : undefined;
    this.listener = listener;
    this.client = client;
    this.account = account;
    this.acceptedAt = context.engine.now();
    const { backend } = this;
    const finIsEnough = backend?.model.abortOnClose === true;
    this.#watch = new ClientWatch(context.engine, client, frontend.clientTimeout, finIsEnough, this);
    this.#attempts = backend === undefined ? undefined : new ConnectPhase(context, client, backend, this);
  }

  get retries(): number {
    return this.#attempts?.retries ?? 0;
  }

  begin(): void {
    this.#context.lines.begun(this);
    if (this.#seen === undefined) this.#enterBackend();
    else this.#applyRules(this.#seen);
  }

  #enterBackend(): void {
    this.client.watch(this.#watch);
    if (this.backend === undefined) {
      this.#end('SC');
      return;
    }
    this.account.enterBackend(this.backend.slot);
    // Whoever is gone already is heard of by the watch, after what it may have sent; no server need be asked before. Bytes
    // that came before the end may hide it from the watch, so it is not waited for long.
    if (this.client.gone) this.#queueTimer = this.#context.engine.startTimer(GONE_GRACE, () => this.clientFailed());
    else this.#assign(this.backend, undefined);
  }

  // The frontend's rules.

  #applyRules(seen: ConnectionContext): void {
    const { rules, clientTimeout } = this.frontend;
    if (!rules?.inspects) {
      this.inspected('accept');
      return;
    }
    const { engine } = this.#context;
    this.#inspection = new Inspection(engine, this.client, rules, seen, clientTimeout, this);
    this.#inspection.begin();
  }

  inspected(verdict: 'accept' | 'reject'): void {
    const { frontend } = this;
    this.#inspection = undefined;
    if (verdict === 'reject') {
      this.account.deny();
      if (frontend.own !== undefined) this.account.countBytesFor(frontend.own.slot);
      this.#end('PR');
      return;
    }
    const backend = this.#seen && frontend.rules?.route(this.#seen, frontend.backend);
    this.#seen?.forget();
    this.backend = backend;
    if (backend !== undefined) {
      const { engine } = this.#context;
      this.#watch = new ClientWatch(engine, this.client, frontend.clientTimeout, backend.model.abortOnClose, this);
      this.#attempts = new ConnectPhase(this.#context, this.client, backend, this);
    }
    this.#enterBackend();
  }

  inspectionFailed(): void {
    this.#endUnheard('CR');
  }

  inspectionTimedOut(): void {
    this.#endUnheard('cR');
  }

  /** The client is lost before its rules were done: HAProxy counts it as a session of the backend in a listen. */
  #endUnheard(termination: 'CR' | 'cR'): void {
    this.#context.ledger.counters.add(this.frontend.slot, Counter.requestErrors, 1);
    this.backend = this.frontend.own;
    if (this.backend !== undefined) this.account.enterBackend(this.backend.slot);
    this.#end(termination, Counter.clientAborts);
  }

  /** Ends it for a reason of ours; a relay's end is reported by the engine a little later. */
  cut(cause: CutCause): void {
    if (this.state === 'ended' || this.#cut !== undefined) return;
    this.#cut = cause;
    if (this.#relay !== undefined) this.#relay.abort('close');
    else this.#end(this.state === 'connecting' || this.state === 'retry-wait' ? `${cause}C` : `${cause}-`);
  }

  // What the client does while it waits.

  clientLeft(): void {
    if (this.state === 'connecting') this.#leaveUnlessConnected();
    else if (this.state !== 'relaying') this.#end(this.#leaveQueue() ? 'CQ' : 'CC');
  }

  clientFailed(): void {
    if (this.state === 'relaying') return;
    const early = this.state === 'accepted';
    if (early && this.backend !== undefined && this.client.received > 0) this.#assign(this.backend, undefined);
    this.#leaveQueue();
    const unheard = early && this.client.received === 0;
    if (unheard) this.#context.ledger.counters.add(this.frontend.slot, Counter.requestErrors, 1);
    this.#end(unheard ? 'CR' : 'CD', Counter.clientAborts);
  }

  clientTimedOut(): void {
    this.#end(this.state === 'queued' ? 'cQ' : 'cC', Counter.clientAborts);
  }

  /**
   * A client that closes its half right after connecting may still want an answer (`nc -N` does so), and gets one from a
   * server that is near: the connection that is about to stand is heard of first. So it is with HAProxy, mostly.
   */
  #leaveUnlessConnected(): void {
    const { engine } = this.#context;
    const leave = () => {
      if (this.state !== 'relaying') this.#end(this.#leaveQueue() ? 'CQ' : 'CC');
    };
    engine.post(() => engine.post(leave));
  }

  // Places and queues.

  /** A place on `server` has become free for this waiting session. Called by the backend, which has taken it. */
  placed(): void {
    this.#cancelTimers();
    if (this.backend !== undefined && this.server !== undefined) this.#takePlace(this.backend, this.server);
  }

  /** The server it waited for gets no traffic any more; the backend has taken it out of that line. */
  reassign(from: BackendServer): void {
    if (this.backend === undefined || this.state !== 'queued') return;
    this.#cancelTimers();
    this.redispatched = true;
    this.#count(this.backend, from, Counter.redispatches);
    this.#assign(this.backend, from);
  }

  #assign(backend: Backend, avoid: BackendServer | undefined): void {
    const outcome = backend.assign(this, avoid);
    const { server } = this;
    this.account.useServer(server?.slot ?? -1);
    if (server !== undefined) this.#settleMove(backend, server);
    if (outcome === 'waiting') this.#wait(backend);
    else if (outcome === 'placed' && server !== undefined) this.#takePlace(backend, server);
    else this.#end(outcome === 'queue-full' ? 'SQ' : 'SC', Counter.connectErrors);
  }

  #wait(backend: Backend): void {
    this.state = 'queued';
    if (backend.queueTimeout > 0) {
      this.#queueTimer = this.#context.engine.startTimer(backend.queueTimeout, () => {
        this.#leaveQueue();
        this.#end('sQ', Counter.connectErrors);
      });
    }
    this.#watch.startTimer();
    backend.serveAll();
  }

  /** Waiting is over without a place; true if the session did wait. */
  #leaveQueue(): boolean {
    if (this.state !== 'queued') return false;
    this.placedAt = this.#context.engine.now();
    return true;
  }

  /** Counts a move: back to the same server it is a retry, elsewhere a redispatch. */
  #settleMove(backend: Backend, server: BackendServer): void {
    const from = this.#movedFrom;
    if (from === undefined) return;
    this.#movedFrom = undefined;
    if (from === server) this.#count(backend, from, Counter.retries);
    else {
      this.redispatched = true;
      this.#count(backend, from, Counter.redispatches);
    }
  }

  #takePlace(backend: Backend, server: BackendServer): void {
    this.#holdsPlace = true;
    this.#onServer = server.sessions.enter(this);
    this.account.useServer(server.slot);
    this.#settleMove(backend, server);
    this.placedAt = this.#context.engine.now();
    this.#attempts?.start(server);
  }

  #givePlaceBack(): void {
    if (!this.#holdsPlace || this.backend === undefined || this.server === undefined) return;
    this.#holdsPlace = false;
    this.account.leaveServer();
    if (this.#onServer !== undefined) this.server.sessions.leave(this.#onServer);
    this.#onServer = undefined;
    this.backend.release(this.server);
  }

  // Connecting.

  attempting(server: BackendServer): void {
    this.state = 'connecting';
    this.#watch.cancelTimer();
    if (this.backend === undefined) return;
    this.account.attempt(this.backend.slot, server.slot);
    // HAProxy does not count what fails at once among the server's sessions.
    if (!server.answersAtOnce) this.account.enterServer(this.backend.slot, server.slot);
  }

  waitingToRetry(): void {
    this.state = 'retry-wait';
    this.account.leaveServer();
    this.#watch.startTimer();
  }

  retried(server: BackendServer): void {
    if (this.backend !== undefined) this.#count(this.backend, server, Counter.retries);
  }

  moveFrom(server: BackendServer): void {
    if (this.backend === undefined) return;
    this.#watch.cancelTimer();
    this.#givePlaceBack();
    this.#movedFrom = server;
    this.#assign(this.backend, server);
    this.backend.freed(server);
  }

  connected(connection: Connection): void {
    this.state = 'relaying';
    this.connectedAt = this.#context.engine.now();
    const { backend, server } = this;
    if (server?.answersAtOnce && backend !== undefined) this.account.enterServer(backend.slot, server.slot);
    if (this.frontend.proxy.log.logAsap) this.#log(this.connectedAt);
    const { resetBecomesFin } = this.frontend;
    const timeouts = backend === this.frontend.backend ? this.frontend.timeouts : this.frontend.timeoutsWith(backend);
    const hard = noLinger(this.frontend.proxy, backend?.proxy);
    const options = { timeouts, resetBecomesFin, account: this.account, ...(hard && { noLinger: hard }) };
    this.client.watch(undefined);
    this.#relay = this.#context.engine.relay(this.client, connection, options, {
      ended: (end) => this.#relayEnded(end),
    });
  }

  gaveUp(failure: ConnectFailure): void {
    this.account.blame(Counter.connectErrors);
    if (this.#watch.timeLeft <= 0) this.#end('cC', Counter.clientAborts);
    else if (failure === 'timeout') this.#end('sC');
    else this.#end(failure === 'too-many-files' ? 'RC' : 'SC');
  }

  // The end.

  #relayEnded(end: RelayEnd): void {
    const { termination, blame } = RELAY_END[end];
    for (const counter of blame) this.account.blame(counter);
    this.#end(end === 'aborted' && this.#cut !== undefined ? `${this.#cut}-` : termination);
  }

  /** Leaves everything the session is part of, logs it, and lets those who waited for its places go on. */
  #end(termination: SessionEnd, blame?: Counter): void {
    if (this.state === 'ended') return;
    const { backend, server } = this;
    this.#cancelTimers();
    this.#attempts?.abort();
    if (blame !== undefined) this.account.blame(blame);
    if (this.#relay === undefined) {
      // A relay would have counted these bytes when it began.
      if (this.client.received > 0) this.account.fromClient(this.client.received);
      this.client.watch(undefined);
      this.client.close();
    }
    backend?.unqueue(this);
    this.#givePlaceBack();
    this.state = 'ended';
    this.termination = termination;
    const now = this.#context.engine.now();
    if (this.connectedAt >= 0) {
      this.account.times(this.placedAt - this.acceptedAt, this.connectedAt - this.placedAt, now - this.acceptedAt);
    }
    if (backend !== undefined) this.account.leaveBackend(backend.slot);
    this.#log(now);
    this.frontend.leave(this);
    if (server !== undefined) backend?.freed(server);
  }

  #cancelTimers(): void {
    this.#inspection?.cancel();
    this.#queueTimer?.cancel();
    this.#queueTimer = undefined;
    this.#watch.cancelTimer();
  }

  #count(backend: Backend, server: BackendServer, counter: Counter): void {
    const { counters } = this.#context.ledger;
    counters.add(server.slot, counter, 1);
    counters.add(backend.slot, counter, 1);
  }

  #log(now: number): void {
    if (this.#logged) return;
    this.#logged = true;
    this.#context.lines.ended(this, now);
  }
}
