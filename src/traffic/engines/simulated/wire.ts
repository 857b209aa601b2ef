/**
 * A TCP connection without a network: two ends, each with a receive buffer of limited size, FIN and RST. What one end
 * sends is in the other's buffer at once; `ready` of the other is called in a later task.
 */
import type { VirtualClock } from './virtual-clock.ts';

/** What `take` finds when there are no bytes: an orderly end, a reset, or nothing yet. */
export type Arrival = Uint8Array | 'fin' | 'reset' | undefined;

export class WireEnd {
  readonly #clock: VirtualClock;
  readonly #window: number;
  #peer!: WireEnd;
  #inbox: Uint8Array[] = [];
  #buffered = 0;
  #finArrived = false;
  #resetArrived = false;
  #finSent = false;
  #gone = false;
  #notified = false;
  /** Called in a task of its own after something may have changed: bytes, FIN, RST, or room at the other end. */
  ready: (() => void) | undefined;

  private constructor(clock: VirtualClock, window: number) {
    this.#clock = clock;
    this.#window = window;
  }

  /** Two connected ends; `window`: bytes each end buffers before the other has to wait. */
  static pair(clock: VirtualClock, windowA: number, windowB: number): [WireEnd, WireEnd] {
    const a = new WireEnd(clock, windowA);
    const b = new WireEnd(clock, windowB);
    a.#peer = b;
    b.#peer = a;
    return [a, b];
  }

  /** Bytes received and not taken. */
  get buffered(): number {
    return this.#buffered;
  }

  /** This end was closed or reset by its owner. */
  get gone(): boolean {
    return this.#gone;
  }

  /** A RST has arrived. */
  get wasReset(): boolean {
    return this.#resetArrived;
  }

  /** Sends as much as fits; returns how many bytes that was. To a closed end: a RST comes back. */
  send(bytes: Uint8Array): number {
    const peer = this.#peer;
    if (this.#gone || this.#finSent || this.#resetArrived || bytes.length === 0) return 0;
    if (peer.#gone) {
      this.#arriveReset();
      return bytes.length;
    }
    const size = Math.min(bytes.length, peer.#window - peer.#buffered);
    if (size <= 0) return 0;
    peer.#inbox.push(bytes.slice(0, size));
    peer.#buffered += size;
    peer.#notify();
    return size;
  }

  /** Sends FIN: nothing more will be sent. */
  finish(): void {
    if (this.#gone || this.#finSent || this.#resetArrived) return;
    this.#finSent = true;
    this.#peer.#finArrived = true;
    this.#peer.#notify();
  }

  /** Sends RST; this end is gone. */
  reset(): void {
    if (this.#gone) return;
    this.#gone = true;
    this.#peer.#arriveReset();
  }

  /** Orderly: FIN, and whatever comes from now on is answered with RST. */
  close(): void {
    if (this.#gone) return;
    this.finish();
    this.#gone = true;
  }

  /** The next bytes (at most `limit`), or what comes after them. */
  take(limit: number): Arrival {
    if (this.#gone) return undefined;
    const first = this.#inbox[0];
    if (first === undefined) {
      if (this.#resetArrived) return 'reset';
      return this.#finArrived ? 'fin' : undefined;
    }
    const bytes = first.length <= limit ? first : first.subarray(0, limit);
    if (bytes.length === first.length) this.#inbox.shift();
    else this.#inbox[0] = first.subarray(limit);
    this.#buffered -= bytes.length;
    this.#peer.#notify();
    return bytes;
  }

  #arriveReset(): void {
    this.#resetArrived = true;
    this.#notify();
  }

  #notify(): void {
    if (this.#notified || this.#gone) return;
    this.#notified = true;
    this.#clock.post(() => {
      this.#notified = false;
      if (!this.#gone) this.ready?.();
    });
  }
}
