import type { EngineTimer, Relay, RelayHandler, RelayOptions } from '../../engine.ts';
import { type RelaySide, RelayState } from '../relay-state.ts';
import type { SimulatedConnection } from './connection.ts';
import type { VirtualClock } from './virtual-clock.ts';

const CHUNK = 16_384;

/** One direction: what comes from a connection and where it goes. */
interface Direction {
  readonly from: SimulatedConnection;
  readonly fromSide: RelaySide;
  readonly to: SimulatedConnection;
  readonly toSide: RelaySide;
  readonly resetCause: 'client-reset' | 'server-reset';
  count(bytes: number): void;
  /** Taken from `from` and not yet from us by `to`. */
  pending: Uint8Array | undefined;
}

export class SimulatedRelay implements Relay {
  readonly #clock: VirtualClock;
  readonly #state: RelayState;
  readonly #options: RelayOptions;
  readonly #handler: RelayHandler;
  readonly #up: Direction;
  readonly #down: Direction;
  #timer: EngineTimer | undefined;
  #over = false;
  /** A side was reset: what is pending for the other is still delivered, then it is reset too. */
  #dying: Direction | undefined;

  constructor(
    clock: VirtualClock,
    client: SimulatedConnection,
    server: SimulatedConnection,
    options: RelayOptions,
    handler: RelayHandler,
  ) {
    const state = new RelayState(options, clock.now());
    const { account, serverPrefix: prefix } = options;
    this.#clock = clock;
    this.#state = state;
    this.#options = options;
    this.#handler = handler;
    this.#up = {
      from: client,
      fromSide: state.client,
      to: server,
      toSide: state.server,
      resetCause: 'client-reset',
      count: (bytes) => account.fromClient(bytes),
      pending: prefix === undefined || prefix.length === 0 ? undefined : prefix,
    };
    this.#down = {
      from: server,
      fromSide: state.server,
      to: client,
      toSide: state.client,
      resetCause: 'server-reset',
      count: (bytes) => account.fromServer(bytes),
      pending: undefined,
    };
    client.watch(undefined);
    server.watch(undefined);
    client.end.ready = () => this.#turn();
    server.end.ready = () => this.#turn();
    clock.post(() => this.#turn());
  }

  abort(how: 'close' | 'reset'): void {
    if (this.#over) return;
    this.#state.blame('aborted');
    this.#finish(how);
  }

  /** The engine closes: both ends go, nobody is told. */
  drop(): void {
    this.#over = true;
    this.#timer?.cancel();
    this.#up.from.reset();
    this.#down.from.reset();
  }

  #turn(): void {
    if (this.#over) return;
    if (this.#dying === undefined) {
      this.#pump(this.#up);
      if (this.#dying === undefined && !this.#over) this.#pump(this.#down);
    }
    if (this.#over) return;
    if (this.#dying !== undefined) {
      this.#state.stopReading();
      this.#die(this.#dying);
    } else if (this.#state.finished) this.#finish('close');
    else this.#watchTime();
  }

  #pump(direction: Direction): void {
    const { from, fromSide, to, toSide } = direction;
    while (this.#push(direction)) {
      if (fromSide.readEnded) {
        if (this.#state.cutsInsteadOfFin(toSide)) {
          this.#finish('close');
          return;
        }
        if (!toSide.finSent) {
          to.end.finish();
          toSide.sentFin(this.#clock.now());
        }
        return;
      }
      const arrival = from.take(CHUNK);
      if (arrival === undefined) return;
      if (arrival === 'fin') fromSide.readEnded = true;
      else if (arrival === 'reset') {
        this.#state.blame(direction.resetCause);
        this.#dying = direction;
        return;
      } else {
        fromSide.received(this.#clock.now());
        direction.count(arrival.length);
        direction.pending = arrival;
      }
    }
  }

  /** Hands over what is pending; true when nothing is left. */
  #push(direction: Direction): boolean {
    const { pending, to, toSide, fromSide } = direction;
    if (pending === undefined) return true;
    const sent = to.end.send(pending);
    const now = this.#clock.now();
    const left = sent < pending.length;
    direction.pending = left ? pending.subarray(sent) : undefined;
    if (left) fromSide.readHeld = true;
    else if (fromSide.readHeld) fromSide.release(now);
    if (sent > 0) toSide.took(now, left);
    else toSide.waits(now);
    if (!left) return true;
    if (to.end.wasReset && this.#dying === undefined) {
      const back = direction === this.#up ? this.#down : this.#up;
      this.#state.blame(back.resetCause);
      back.fromSide.readEnded = false;
      this.#drainBeforeReset(back);
    }
    return false;
  }

  /** A side was found reset while sending to it: what it had sent before is still delivered. */
  #drainBeforeReset(back: Direction): void {
    this.#dying = back;
    while (this.#push(back)) {
      const arrival = back.from.take(CHUNK);
      if (!(arrival instanceof Uint8Array)) break;
      back.count(arrival.length);
      back.pending = arrival;
    }
  }

  #die(direction: Direction): void {
    if (direction.pending !== undefined && !this.#push(direction) && !direction.to.end.wasReset) {
      this.#watchTime();
      return;
    }
    const orderly = this.#options.resetBecomesFin && direction === this.#down;
    direction.from.reset();
    this.#finish(orderly ? 'close' : 'reset');
  }

  #watchTime(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    const { deadline } = this.#state;
    if (deadline === Number.POSITIVE_INFINITY) return;
    this.#timer = this.#clock.startTimer(deadline - this.#clock.now(), () => this.#timeUp());
  }

  #timeUp(): void {
    const expiry = this.#state.expired(this.#clock.now());
    if (expiry !== undefined) {
      const client = expiry === 'client-read' || expiry === 'client-write';
      this.#state.blame(client ? 'client-timeout' : 'server-timeout');
      if (expiry === 'client-write' || expiry === 'server-write') {
        this.#finish('close');
        return;
      }
      (client ? this.#state.client : this.#state.server).readEnded = true;
    }
    this.#turn();
  }

  #finish(how: 'close' | 'reset'): void {
    this.#over = true;
    this.#timer?.cancel();
    for (const { from, fromSide } of [this.#up, this.#down]) {
      if (how === 'reset' || this.#state.closesByReset(fromSide)) from.reset();
      else from.close();
    }
    this.#clock.post(() => this.#handler.ended(this.#state.end));
  }
}
