import { IPPROTO_TCP, TCP_NODELAY } from '../../../system/linux-numbers.ts';
import type { EngineTimer, Relay, RelayHandler, RelayOptions } from '../../engine.ts';
import { RelayState } from '../relay-state.ts';
import type { ConnectionOwner, LinuxConnection } from './connection.ts';
import { Direction, type Rest } from './direction.ts';
import type { Keeper, Resumable } from './keeper.ts';

/** Two connections joined. */
export class LinuxRelay implements Relay, ConnectionOwner, Resumable {
  readonly #keeper: Keeper;
  readonly #client: LinuxConnection;
  readonly #server: LinuxConnection;
  readonly #resetBecomesFin: boolean;
  readonly #handler: RelayHandler;
  readonly #state: RelayState;
  readonly #up: Direction;
  readonly #down: Direction;
  #timer: EngineTimer | undefined;
  #armedFor = Number.POSITIVE_INFINITY;
  /** A side has been reset: only what this direction still delivers to the other counts. */
  #dying: Direction | undefined;
  #begun = false;
  /** It goes on in the next turn. */
  #asked = false;
  #over = false;

  constructor(
    keeper: Keeper,
    client: LinuxConnection,
    server: LinuxConnection,
    options: RelayOptions,
    handler: RelayHandler,
  ) {
    const { account } = options;
    const state = new RelayState(options, keeper.now());
    this.#keeper = keeper;
    this.#client = client;
    this.#server = server;
    this.#resetBecomesFin = options.resetBecomesFin;
    this.#handler = handler;
    this.#state = state;
    this.#up = new Direction(keeper, true, client, state.client, server, state.server, account);
    this.#down = new Direction(keeper, false, server, state.server, client, state.client, account);
    if (options.serverPrefix !== undefined) this.#up.begin(options.serverPrefix);
    client.own(this);
    server.own(this);
    keeper.post(() => this.resume());
  }

  abort(how: 'close' | 'reset'): void {
    if (this.#over) return;
    this.#state.blame('aborted');
    this.#finish(how);
  }

  /** The engine closes: both sockets go, nobody is told. */
  drop(): void {
    this.#over = true;
    this.#timer?.cancel();
    this.#up.drop();
    this.#down.drop();
    this.#client.destroy();
    this.#server.destroy();
  }

  ready(connection: LinuxConnection): void {
    if (this.#over || !this.#begun) return;
    const outward = connection === this.#client ? this.#up : this.#down;
    const inward = connection === this.#client ? this.#down : this.#up;
    if (connection.readable && !outward.fromSide.readEnded) this.#turn(outward);
    if (!this.#over && connection.writable && (inward.waiting || this.#dying === inward)) this.#turn(inward);
    if (!this.#over && connection.failing) this.#lookForFailure(outward);
  }

  /** The beginning, and what was left off in the last turn. */
  resume(): void {
    this.#asked = false;
    if (this.#over) return;
    this.#begun = true;
    for (const direction of [this.#up, this.#down]) {
      this.#turn(direction);
      if (!this.#over && direction.from.failing) this.#lookForFailure(direction);
      if (this.#over) return;
    }
    this.#tighten();
  }

  /** A source that has ended may still be reset; one that has not is read first. */
  #lookForFailure(direction: Direction): void {
    if (direction.fromSide.readEnded || !direction.from.readable) this.#failed(direction);
  }

  #turn(direction: Direction): void {
    if (this.#dying !== undefined && this.#dying !== direction) return;
    this.#settle(direction, direction.pump());
  }

  #settle(direction: Direction, rest: Rest): void {
    switch (rest) {
      case 'drained':
        if (this.#dying === direction) this.#resetSurvivor(direction);
        return;
      case 'held':
        this.#tighten();
        return;
      case 'interrupted':
        this.#goOnLater();
        return;
      case 'ended':
        this.#passEnd(direction);
        return;
      case 'source-failed':
        this.#failed(direction);
        return;
      case 'taker-failed':
        if (this.#dying === direction) this.#finish('reset');
        else this.#failed(direction === this.#up ? this.#down : this.#up);
    }
  }

  /** No more comes through `direction`: its taker gets FIN, or both are closed, which says the same. */
  #passEnd(direction: Direction): void {
    const { to, toSide } = direction;
    if (this.#dying !== undefined) {
      this.#resetSurvivor(direction);
      return;
    }
    if (this.#state.cutsInsteadOfFin(toSide)) {
      // What was held back to go with the FIN has to go before the RST.
      this.#keeper.calls.setOption(to.fd, IPPROTO_TCP, TCP_NODELAY, 1);
      this.#finish('close');
      return;
    }
    if (!toSide.finSent) {
      toSide.sentFin(this.#keeper.now());
      if (!this.#state.finished) to.finish();
    }
    if (this.#state.finished) this.#finish('close');
    else this.#tighten();
  }

  /** The source of `direction` was reset: what it sent before is still delivered, then its taker is reset too. */
  #failed(direction: Direction): void {
    const { from } = direction;
    if (this.#dying !== undefined) {
      if (this.#dying !== direction) this.#finish('reset');
      else if (!direction.waiting && !from.readable) this.#resetSurvivor(direction);
      return;
    }
    this.#state.blame(from === this.#client ? 'client-reset' : 'server-reset');
    this.#dying = direction;
    from.failing = true;
    const ended = direction.fromSide.readEnded;
    this.#state.stopReading();
    if (!ended) direction.fromSide.readEnded = false;
    this.#rescue(direction);
  }

  /** Delivers what a reset side had sent, as far as the other takes it. */
  #rescue(direction: Direction): void {
    direction.from.readable ||= !direction.fromSide.readEnded;
    const rest = direction.pump();
    if (rest === 'held') {
      this.#tighten();
      return;
    }
    if (rest === 'interrupted') this.#goOnLater();
    else if (rest === 'taker-failed') this.#finish('reset');
    else this.#resetSurvivor(direction);
  }

  #goOnLater(): void {
    if (this.#asked) return;
    this.#asked = true;
    this.#keeper.again(this);
  }

  #resetSurvivor(direction: Direction): void {
    const orderly = this.#resetBecomesFin && direction === this.#down;
    this.#finish(orderly ? 'close' : 'reset');
  }

  /** The wheel's timer may be early (activity moves deadlines on, it stays) but never later than the next deadline. */
  #tighten(): void {
    const { deadline } = this.#state;
    if (deadline >= this.#armedFor) return;
    this.#timer?.cancel();
    this.#armedFor = deadline;
    this.#timer = this.#keeper.at(deadline, () => this.#timeUp());
  }

  #timeUp(): void {
    this.#armedFor = Number.POSITIVE_INFINITY;
    this.#timer = undefined;
    if (this.#over) return;
    const now = this.#keeper.now();
    for (let expiry = this.#state.expired(now); expiry !== undefined; expiry = this.#state.expired(now)) {
      const isClient = expiry === 'client-read' || expiry === 'client-write';
      this.#state.blame(isClient ? 'client-timeout' : 'server-timeout');
      if (expiry === 'client-write' || expiry === 'server-write') {
        this.#finish('close');
        return;
      }
      const direction = isClient ? this.#up : this.#down;
      direction.fromSide.readEnded = true;
      if (!direction.waiting) this.#passEnd(direction);
      if (this.#over) return;
    }
    this.#tighten();
  }

  #finish(how: 'close' | 'reset'): void {
    this.#over = true;
    this.#timer?.cancel();
    this.#up.drop();
    this.#down.drop();
    if (how === 'reset' || this.#state.closesByReset(this.#state.client)) this.#client.reset();
    else this.#client.close();
    if (how === 'reset' || this.#state.closesByReset(this.#state.server)) this.#server.reset();
    else this.#server.close();
    this.#keeper.post(() => {
      this.#handler.ended(this.#state.end);
    });
  }
}
