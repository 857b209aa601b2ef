import type { Endpoint } from '../../engine.ts';
import type { WireEnd } from './wire.ts';

/** What a peer has seen, in order; data as text (latin1). */
export type PeerEvent = `data ${string}` | 'end' | 'reset';

/** The test's end of a connection: a client that dialled, or a connection that a scripted server accepted. */
export class SimulatedPeer {
  readonly #end: WireEnd;
  readonly remote: Endpoint;
  readonly local: Endpoint;
  /** Everything that arrived, in order. Runs of data are one event each as they arrived. */
  readonly events: PeerEvent[] = [];
  #chunks: Uint8Array[] = [];
  #size = 0;
  #outbox: Uint8Array[] = [];
  #endAfter = false;
  #paused = false;
  #ended = false;
  #failed = false;
  /** Called after bytes, an end or a reset arrived; scripts may answer from here. */
  onData: ((bytes: Uint8Array) => void) | undefined;
  onEnd: (() => void) | undefined;
  onReset: (() => void) | undefined;

  constructor(end: WireEnd, local: Endpoint, remote: Endpoint) {
    this.#end = end;
    this.local = local;
    this.remote = remote;
    end.ready = () => this.#pump();
  }

  /** Everything received so far. */
  get received(): Buffer {
    const all = Buffer.concat(this.#chunks);
    this.#chunks = [all];
    return all;
  }

  /** Number of bytes received so far. */
  get receivedBytes(): number {
    return this.#size;
  }

  /** Everything received so far, as latin1 text. */
  get text(): string {
    return this.received.toString('latin1');
  }

  /** FIN has arrived. */
  get ended(): boolean {
    return this.#ended;
  }

  /** RST has arrived. */
  get wasReset(): boolean {
    return this.#failed;
  }

  /** Bytes that were asked to be sent and found no room yet. */
  get unsent(): number {
    return this.#outbox.reduce((sum, chunk) => sum + chunk.length, 0);
  }

  /** Sends, each piece arriving as a chunk of its own; `split`: bytes a piece. Waits in this peer while there is no room. */
  send(data: string | Uint8Array, split = Number.POSITIVE_INFINITY): this {
    const bytes = typeof data === 'string' ? Buffer.from(data, 'latin1') : data;
    for (let at = 0; at < bytes.length; at += split)
      this.#outbox.push(bytes.subarray(at, Math.min(bytes.length, at + split)));
    this.#flush();
    return this;
  }

  /** FIN, after what is to be sent. */
  end(): this {
    this.#endAfter = true;
    this.#flush();
    return this;
  }

  /** The last bytes and FIN together. */
  sendLast(data: string): this {
    return this.send(data).end();
  }

  /** RST at once; what was not sent is lost. */
  reset(): this {
    this.#outbox = [];
    this.#end.reset();
    return this;
  }

  /** Closes both directions, as close(2) does: FIN, and bytes that still come are answered with RST. */
  close(): this {
    this.#outbox = [];
    this.#end.close();
    return this;
  }

  /** Stops reading: the receive buffer fills. */
  pause(): this {
    this.#paused = true;
    return this;
  }

  resume(): this {
    this.#paused = false;
    this.#pump();
    return this;
  }

  #flush(): void {
    for (let chunk = this.#outbox[0]; chunk !== undefined; chunk = this.#outbox[0]) {
      const sent = this.#end.send(chunk);
      if (sent < chunk.length) {
        if (sent > 0) this.#outbox[0] = chunk.subarray(sent);
        return;
      }
      this.#outbox.shift();
    }
    if (this.#endAfter) this.#end.finish();
  }

  #pump(): void {
    this.#flush();
    while (!this.#paused && !this.#ended && !this.#failed) {
      const arrival = this.#end.take(65_536);
      if (arrival === undefined) break;
      if (arrival === 'fin') {
        this.#ended = true;
        this.events.push('end');
        this.onEnd?.();
      } else if (arrival === 'reset') this.#reset();
      else this.#store(arrival);
    }
    if (this.#ended && this.#end.wasReset && !this.#failed) this.#reset();
  }

  #store(bytes: Uint8Array): void {
    this.#chunks.push(bytes);
    this.#size += bytes.length;
    this.events.push(`data ${Buffer.from(bytes).toString('latin1')}`);
    this.onData?.(bytes);
  }

  #reset(): void {
    this.#failed = true;
    this.events.push('reset');
    this.onReset?.();
  }
}
