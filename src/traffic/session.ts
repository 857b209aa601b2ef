import { Counter } from '../stats/counters.ts';
import type { Backend } from './backend.ts';
import type { BackendServer } from './backend-server.ts';
import { type ClientEvents, ClientWatch } from './client-watch.ts';
import { type ConnectOwner, ConnectPhase } from './connect-phase.ts';
import type { ConnectFailure, Connection, EngineTimer, Relay, RelayEnd } from './engine.ts';
import type { Frontend } from './frontend.ts';
import { Inspection, type InspectionOwner } from './inspection.ts';
import { Placement, type PlacementOwner } from './placement.ts';
import type { Membership } from './roll.ts';
import type { ConnectionContext } from './rule-context.ts';
import type { SessionAccount } from './session-account.ts';
import type { SessionContext } from './session-context.ts';
import { noLinger } from './socket-plan.ts';
import { RELAY_END, type SessionEnd } from './termination.ts';
import type { CutCause } from './traffic-handle.ts';

export type SessionState = 'accepted' | 'queued' | 'connecting' | 'retry-wait' | 'relaying' | 'ended';

/** How long a client that was gone when it was accepted has for what it sent to arrive, ms. */
const GONE_GRACE = 50;

/**
 * One client from accept to the log line. It waits in a queue, connects, retries, and hands both connections to the
 * engine's relay; until then the client is watched. Moments are the engine's monotonic ms, -1 while not reached.
 */
export class Session implements ClientEvents, ConnectOwner, InspectionOwner, PlacementOwner {
  readonly client: Connection;
  readonly frontend: Frontend;
  /** Undefined where the frontend has none to send its clients to, and until its rules have chosen one. */
  backend: Backend | undefined;
  readonly account: SessionAccount;
  /** Position of the listener that took the client, in the frontend's declaration. */
  readonly listener: number;
  state: SessionState = 'accepted';
  readonly acceptedAt: number;
  connectedAt = -1;
  termination: SessionEnd = '--';
  /** Undefined until a backend is to serve it. */
  placement: Placement | undefined;
  /** Its entry on the roll of the thread, kept for it. */
  onRoll: Membership<Session> | undefined;
  readonly #context: SessionContext;
  readonly #watch: ClientWatch;
  #logged = false;
  #cut: CutCause | undefined;
  #attempts: ConnectPhase | undefined;
  /** What its rules see of it; undefined where there are none. */
  readonly #seen: ConnectionContext | undefined;
  #inspection: Inspection | undefined;
  #relay: Relay | undefined;
  #graceTimer: EngineTimer | undefined;

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
    this.#watch = new ClientWatch(context.engine, client, frontend.clientTimeout, this);
  }

  get server(): BackendServer | undefined {
    return this.placement?.server;
  }

  get retries(): number {
    return this.#attempts?.retries ?? 0;
  }

  begin(): void {
    this.#context.lines.begun(this);
    if (this.#seen === undefined) this.#enterBackend(this.backend);
    else this.#applyRules(this.#seen);
  }

  #enterBackend(backend: Backend | undefined): void {
    this.backend = backend;
    this.client.watch(this.#watch);
    if (backend === undefined) {
      this.#end('SC');
      return;
    }
    this.#watch.finIsEnough = backend.model.abortOnClose;
    this.placement = new Placement(this.#context, backend, this.client, this.account, this);
    this.#attempts = new ConnectPhase(this.#context, backend, this.client, this.account, this);
    this.account.enterBackend(backend.slot);
    // Whoever is gone already is heard of by the watch, after what it may have sent; no server need be asked before. Bytes
    // that came before the end may hide it from the watch, so it is not waited for long.
    if (this.client.gone) this.#graceTimer = this.#context.engine.startTimer(GONE_GRACE, () => this.clientFailed());
    else this.placement.seek();
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
    this.#enterBackend(backend);
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
    else if (this.state !== 'relaying') this.#end(this.placement?.stopWaiting() ? 'CQ' : 'CC');
  }

  clientFailed(): void {
    if (this.state === 'relaying') return;
    const early = this.state === 'accepted';
    if (early && this.client.received > 0) this.placement?.seek();
    this.placement?.stopWaiting();
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
      if (this.state !== 'relaying') this.#end(this.placement?.stopWaiting() ? 'CQ' : 'CC');
    };
    engine.post(() => engine.post(leave));
  }

  // What becomes of its search for a place.

  waiting(): void {
    this.state = 'queued';
    this.#watch.startTimer();
  }

  placed(server: BackendServer): void {
    this.#attempts?.start(server);
  }

  unplaced(termination: 'SQ' | 'sQ' | 'SC'): void {
    this.#end(termination, Counter.connectErrors);
  }

  // Connecting.

  attempting(server: BackendServer): void {
    this.state = 'connecting';
    this.#watch.cancelTimer();
    if (this.backend === undefined) return;
    this.account.add(Counter.connectAttempts, this.backend.slot, server.slot);
    // HAProxy does not count what fails at once among the server's sessions.
    if (!server.answersAtOnce) this.account.enterServer(this.backend.slot, server.slot);
  }

  waitingToRetry(): void {
    this.state = 'retry-wait';
    this.account.leaveServer();
    this.#watch.startTimer();
  }

  moveFrom(server: BackendServer): void {
    this.#watch.cancelTimer();
    this.placement?.moveFrom(server);
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
    const { backend, placement, server } = this;
    this.#cancelTimers();
    this.#attempts?.abort();
    if (blame !== undefined) this.account.blame(blame);
    if (this.#relay === undefined) {
      // A relay would have counted these bytes when it began.
      if (this.client.received > 0) this.account.fromClient(this.client.received);
      this.client.watch(undefined);
      this.client.close();
    }
    placement?.leave();
    this.state = 'ended';
    this.termination = termination;
    const now = this.#context.engine.now();
    if (this.connectedAt >= 0 && placement !== undefined) {
      const { placedAt } = placement;
      this.account.times(placedAt - this.acceptedAt, this.connectedAt - placedAt, now - this.acceptedAt);
    }
    if (backend !== undefined) this.account.leaveBackend(backend.slot);
    this.#log(now);
    this.frontend.leave(this);
    if (server !== undefined) backend?.freed(server);
  }

  #cancelTimers(): void {
    this.#inspection?.cancel();
    this.#graceTimer?.cancel();
    this.placement?.cancelTimer();
    this.#watch.cancelTimer();
  }

  #log(now: number): void {
    if (this.#logged) return;
    this.#logged = true;
    this.#context.lines.ended(this, now);
  }
}
