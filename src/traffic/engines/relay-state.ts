/**
 * What every engine's relay decides and none of them may decide differently: when an idle side has run out of time, and
 * which cause a relay's end is put down to. Pure: times are monotonic ms that the engine passes in.
 *
 * The rules were measured on HAProxy 2.6.12:
 * - a side is active when bytes come from it or when it takes bytes; `tunnel` replaces both sides' timeouts from the start;
 * - reading is only timed while it is possible: a side that is not read because the other does not take what it sent is
 *   not idle. When the time is up that side counts as ended, as by a FIN: the other is told so and may still answer;
 * - while bytes wait for a side that takes none, its timeout counts from the last byte it took; when it is up
 *   everything ends at once. Bytes that this side sends do not help it;
 * - once a side has been sent FIN, client-fin or server-fin (if set) times the reading from it, from that moment on;
 * - of two deadlines at the same moment the client's is first.
 */
import type { RelayEnd, RelayOptions } from '../engine.ts';

/** One side of a relay. The engine keeps the facts current; methods of `RelayState` judge them. */
export class RelaySide {
  /** ms without activity that are allowed; 0: no limit. */
  readonly idle: number;
  /** The same once FIN has been sent to this side; 0: as before. */
  readonly fin: number;
  /** When a byte last came from this side or was taken by it. */
  activity: number;
  /** Since when bytes have been waiting for this side without any being taken; -1: none wait. */
  waitingSince = -1;
  /** The other side's slowness keeps us from reading. */
  readHeld = false;
  /** No more bytes come from this side: FIN, or its time was up. */
  readEnded = false;
  /** FIN was sent to this side, after everything that was meant for it. */
  finSent = false;

  constructor(idle: number, fin: number, now: number) {
    this.idle = idle;
    this.fin = fin;
    this.activity = now;
  }

  /** Bytes came from this side. */
  received(now: number): void {
    this.activity = now;
  }

  /** This side took bytes; `left`: some are still waiting. */
  took(now: number, left: boolean): void {
    this.activity = now;
    this.waitingSince = left ? now : -1;
  }

  /** Bytes have begun to wait for this side. */
  waits(now: number): void {
    if (this.waitingSince < 0) this.waitingSince = now;
  }

  /** The other side takes bytes again, so this one is read again; it could not be blamed for the time between. */
  release(now: number): void {
    this.readHeld = false;
    this.activity = now;
  }

  /** FIN has been sent to this side. */
  sentFin(now: number): void {
    this.finSent = true;
    if (this.fin > 0) this.activity = now;
  }

  get readDeadline(): number {
    if (this.readEnded || this.readHeld) return Number.POSITIVE_INFINITY;
    const limit = this.finSent && this.fin > 0 ? this.fin : this.idle;
    return limit > 0 ? this.activity + limit : Number.POSITIVE_INFINITY;
  }

  get writeDeadline(): number {
    if (this.waitingSince < 0 || this.idle <= 0) return Number.POSITIVE_INFINITY;
    return this.waitingSince + this.idle;
  }
}

/** `read`: that side counts as ended; `write`: the whole relay ends. */
export type Expiry = 'client-read' | 'server-read' | 'client-write' | 'server-write';

export class RelayState {
  readonly client: RelaySide;
  readonly server: RelaySide;
  /** The first cause; undefined as long as nothing went wrong. */
  cause: RelayEnd | undefined;
  readonly #noLinger: RelayOptions['noLinger'];

  constructor({ timeouts, noLinger }: Pick<RelayOptions, 'timeouts' | 'noLinger'>, now: number) {
    this.#noLinger = noLinger;
    const tunnel = timeouts.tunnel ?? 0;
    this.client = new RelaySide(tunnel > 0 ? tunnel : (timeouts.client ?? 0), timeouts.clientFin ?? 0, now);
    this.server = new RelaySide(tunnel > 0 ? tunnel : (timeouts.server ?? 0), timeouts.serverFin ?? 0, now);
  }

  /** A side was reset: from now on only the time the other takes for what waits for it counts. */
  stopReading(): void {
    this.client.readEnded = true;
    this.server.readEnded = true;
  }

  /** Notes why the relay is ending; only the first call counts. */
  blame(cause: RelayEnd): void {
    this.cause ??= cause;
  }

  /**
   * `option nolinger`, as measured: this side, which is to get FIN now, is closed by RST instead, and the relay is over. A
   * server is at once; a client only where nothing is left to be done but to close it.
   */
  cutsInsteadOfFin(side: RelaySide): boolean {
    if (this.#noLinger === undefined || side.finSent) return false;
    if (side === this.server) return this.#noLinger.server && !side.readEnded;
    return this.#noLinger.client && side.readEnded && this.server.finSent;
  }

  /** At the end of the relay: this side is closed by RST. */
  closesByReset(side: RelaySide): boolean {
    const wanted = side === this.client ? this.#noLinger?.client : this.#noLinger?.server;
    return wanted === true && !(side.readEnded && (side.finSent || side === this.server) && this.cause === undefined);
  }

  /** Both directions have ended and everything was delivered. */
  get finished(): boolean {
    const { client, server } = this;
    return client.readEnded && server.readEnded && client.finSent && server.finSent;
  }

  get end(): RelayEnd {
    return this.cause ?? 'finished';
  }

  /** The moment to look again (ms), Infinity when nothing is timed. */
  get deadline(): number {
    const { client, server } = this;
    return Math.min(client.readDeadline, client.writeDeadline, server.readDeadline, server.writeDeadline);
  }

  /** What has run out at `now`, the earliest deadline first; undefined: nothing. The caller acts on it and asks again. */
  expired(now: number): Expiry | undefined {
    const { client, server } = this;
    const first = this.deadline;
    if (first > now) return undefined;
    if (client.writeDeadline === first) return 'client-write';
    if (client.readDeadline === first) return 'client-read';
    return server.writeDeadline === first ? 'server-write' : 'server-read';
  }
}
