import { Counter } from '../stats/counters.ts';
import type { Backend } from './backend.ts';
import type { BackendServer } from './backend-server.ts';
import type {
  ConnectFailure,
  ConnectHandler,
  Connection,
  Endpoint,
  Engine,
  EngineTimer,
  PendingConnect,
} from './engine.ts';
import { isRetriedAtOnce, redispatches, retryDelay } from './retry-rules.ts';
import type { SessionAccount } from './session-account.ts';
import type { SessionContext } from './session-context.ts';

/** What a session does about its attempts to connect. */
export interface ConnectOwner {
  /** An attempt begins: where to, and from which of our addresses the client came. */
  attempting(server: BackendServer): void;
  /** An attempt failed; the server is tried again a little later. */
  waitingToRetry(): void;
  /** A server is to be chosen anew, for this one has failed. */
  moveFrom(server: BackendServer): void;
  connected(connection: Connection): void;
  /** No attempt is left. */
  gaveUp(failure: ConnectFailure): void;
}

/** The attempts of one session to connect, over all the servers it is given: retries, waits, moves. */
export class ConnectPhase implements ConnectHandler {
  readonly #context: SessionContext;
  readonly #client: Connection;
  readonly #backend: Backend;
  readonly #account: SessionAccount;
  readonly #owner: ConnectOwner;
  #server: BackendServer | undefined;
  #pending: PendingConnect | undefined;
  #timer: EngineTimer | undefined;
  /** Where this session's connection comes from, to be given back to the server's range. */
  #source: Endpoint | undefined;
  /** Ports of that range that were not to be had for this attempt. */
  #portsTried = 0;
  /** Attempts that followed a failed one, or are about to. */
  retries = 0;

  constructor(
    context: SessionContext,
    backend: Backend,
    client: Connection,
    account: SessionAccount,
    owner: ConnectOwner,
  ) {
    this.#context = context;
    this.#client = client;
    this.#backend = backend;
    this.#account = account;
    this.#owner = owner;
  }

  start(server: BackendServer): void {
    this.#server = server;
    this.#owner.attempting(server);
    this.#portsTried = 0;
    this.#connect(server);
  }

  /** Nothing more happens, or the connection that was made is done with. */
  abort(): void {
    this.#giveSourceBack();
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#pending?.abort();
    this.#pending = undefined;
  }

  connected(connection: Connection): void {
    this.#pending = undefined;
    this.#server?.connected();
    this.#owner.connected(connection);
  }

  failed(failure: ConnectFailure, code: string): void {
    const backend = this.#backend;
    const server = this.#server as BackendServer;
    this.#pending = undefined;
    this.#giveSourceBack();
    if (this.#mayTryNextPort(server, failure, code)) {
      this.#connect(server);
      return;
    }
    if (failure === 'source') this.#context.lines.sourceFailed(backend, server);
    else if (failure === 'no-port') this.#context.lines.portsExhausted(backend);
    else server.failedToConnect();
    if (this.retries >= backend.model.retries) {
      this.#owner.gaveUp(failure);
      return;
    }
    this.retries++;
    const moves = redispatches(backend.model, this.retries, backend.balancer.sticky, backend.usableCount);
    if (!moves) this.#account.add(Counter.retries, backend.slot, server.slot);
    if (isRetriedAtOnce(failure, moves, backend.usableCount, server.answersAtOnce)) {
      this.#retry(server, moves);
      return;
    }
    this.#timer = this.#context.engine.startTimer(retryDelay(backend.connectTimeout), () => {
      this.#timer = undefined;
      this.#retry(server, moves);
    });
    this.#owner.waitingToRetry();
  }

  #connect(server: BackendServer): void {
    const { engine } = this.#context;
    const source = server.source?.take(this.#client.remote);
    if (source === 'taken') {
      this.#pending = soon(engine, () => this.failed('source', 'EADDRNOTAVAIL'));
      return;
    }
    this.#source = source;
    this.#pending = engine.connect(server.connectOptions(this.#client, source), this);
  }

  #giveSourceBack(): void {
    if (this.#source !== undefined) this.#server?.source?.give(this.#source);
    this.#source = undefined;
  }

  /** Somebody else has the port of the range that was to be used, or uses it to the same server. */
  #mayTryNextPort({ source }: BackendServer, failure: ConnectFailure, code: string): boolean {
    if (source === undefined || (failure !== 'no-port' && code !== 'EADDRINUSE')) return false;
    this.#portsTried++;
    return this.#portsTried < source.tries;
  }

  #retry(server: BackendServer, moves: boolean): void {
    this.#backend.refresh();
    // A server that has gone down in the meantime gets no traffic, whatever `option redispatch` says.
    const hopeless = server.stopped && this.#backend.model.redispatch !== 0;
    const gone = hopeless || (!server.usable && this.#backend.usableCount > 0);
    if (moves || gone) this.#owner.moveFrom(server);
    else this.start(server);
  }
}

/** A failure that no engine was needed for. */
function soon(engine: Engine, fail: () => void): PendingConnect {
  let wanted = true;
  engine.post(() => wanted && fail());
  return {
    abort() {
      wanted = false;
    },
  };
}
