/**
 * Log lines on their way from a traffic thread to the control thread: a ring in shared memory with one producer and one
 * consumer. The producer never waits; a line that does not fit is dropped and counted. The consumer sleeps in
 * Atomics.waitAsync, so that ringing it takes no message, promise or event loop on the traffic side.
 */

/** Words of the header. `head` and `tail` count bytes since the start, modulo 2^32; the producer owns `head`. */
const HEAD = 0;
const TAIL = 1;
const DROPPED = 2;
const HEADER_BYTES = 64;
/** Of a record: u32 length of the whole record, u16 proxy, u8 level, u8 unused, u32 length of the text. */
const RECORD_HEADER = 12;
/** Length that means: nothing more before the end of the ring, go on at its start. */
const SKIP = 0xffff_ffff;
/** Lines taken before others have their turn. */
const PORTION = 500;
/** How long lines are gathered while they come one after the other, ms. */
const GATHERING = 5;
/** Longest line, bytes of UTF-8; longer ones are cut. No target takes more by default than 1024. */
export const LONGEST_LINE = 16 * 1024;

/** Makes a ring that holds about `bytes` of lines (rounded up to a power of two, at least four of the longest). */
export function createLogRing(bytes = 1024 * 1024): SharedArrayBuffer {
  let size = LONGEST_LINE * 4;
  while (size < bytes) size *= 2;
  return new SharedArrayBuffer(HEADER_BYTES + size);
}

class RingView {
  readonly header: Int32Array;
  readonly words: Uint32Array;
  readonly bytes: Uint8Array;
  readonly size: number;

  constructor(buffer: SharedArrayBuffer) {
    this.header = new Int32Array(buffer, 0, HEADER_BYTES / 4);
    this.words = new Uint32Array(buffer, HEADER_BYTES);
    this.bytes = new Uint8Array(buffer, HEADER_BYTES);
    this.size = this.bytes.length;
  }
}

/** The producer's side. Exactly one a ring. */
export class LogRingWriter {
  readonly #view: RingView;
  readonly #encoder = new TextEncoder();

  constructor(buffer: SharedArrayBuffer) {
    this.#view = new RingView(buffer);
  }

  /** Hands over one line of the proxy with this index; false when it was dropped. `level` is an RFC 5424 severity. */
  write(proxy: number, level: number, text: string): boolean {
    const { header, words, bytes, size } = this.#view;
    // Room for the worst case (three bytes of UTF-8 for a UTF-16 unit) is asked for, so that one pass of encoding does.
    const most = RECORD_HEADER + Math.min(text.length * 3, LONGEST_LINE);
    let head = header[HEAD]! >>> 0;
    const used = (head - (Atomics.load(header, TAIL) >>> 0)) >>> 0;
    let at = head & (size - 1);
    const toEnd = size - at;
    const wrap = toEnd < most + 4;
    if (used + (wrap ? toEnd : 0) + most + 4 > size) {
      Atomics.add(header, DROPPED, 1);
      return false;
    }
    if (wrap) {
      words[at >>> 2] = SKIP;
      head = (head + toEnd) >>> 0;
      at = 0;
    }
    const { written } = this.#encoder.encodeInto(
      text,
      bytes.subarray(at + RECORD_HEADER, at + RECORD_HEADER + most - RECORD_HEADER),
    );
    const length = (RECORD_HEADER + written + 3) & ~3;
    words[at >>> 2] = length;
    words[(at >>> 2) + 1] = proxy | (level << 16);
    words[(at >>> 2) + 2] = written;
    Atomics.store(header, HEAD, (head + length) | 0);
    Atomics.notify(header, HEAD);
    return true;
  }
}

/** What the reader is given of a line; `text` is only valid during the call. */
export type LogRingHandler = (proxy: number, level: number, text: Uint8Array) => void;

/** The consumer's side. Exactly one a ring. */
export class LogRingReader {
  readonly #view: RingView;
  #listening = false;

  constructor(buffer: SharedArrayBuffer) {
    this.#view = new RingView(buffer);
  }

  /** Lines that did not fit so far. */
  get dropped(): number {
    return Atomics.load(this.#view.header, DROPPED) >>> 0;
  }

  /** Takes up to `most` lines out; returns how many there were. */
  drain(handler: LogRingHandler, most = Number.POSITIVE_INFINITY): number {
    const { header, words, bytes, size } = this.#view;
    let tail = header[TAIL]! >>> 0;
    let count = 0;
    while (count < most && tail !== Atomics.load(header, HEAD) >>> 0) {
      const at = tail & (size - 1);
      const length = words[at >>> 2]!;
      if (length === SKIP) {
        tail = (tail + size - at) >>> 0;
      } else {
        const meta = words[(at >>> 2) + 1]!;
        const written = words[(at >>> 2) + 2]!;
        handler(meta & 0xffff, meta >>> 16, bytes.subarray(at + RECORD_HEADER, at + RECORD_HEADER + written));
        tail = (tail + length) >>> 0;
        count++;
      }
      Atomics.store(header, TAIL, tail | 0);
    }
    return count;
  }

  /**
   * Drains the ring whenever lines arrive, until `close`. Keeps neither the thread alive nor it busy: a line that comes alone
   * is taken at once, and while they come one after the other they are taken together every few ms.
   */
  listen(handler: LogRingHandler): void {
    this.#listening = true;
    const next = () => {
      if (!this.#listening) return;
      const { header } = this.#view;
      // A flood is taken in portions, so that checks and the stats socket get their turns between them.
      const taken = this.drain(handler, PORTION);
      if (taken > 0) {
        if (taken === PORTION) setImmediate(next);
        else setTimeout(next, GATHERING).unref();
        return;
      }
      const waiting = Atomics.waitAsync(header, HEAD, header[TAIL]!);
      if (waiting.async) void waiting.value.then(next);
      else setImmediate(next);
    };
    next();
  }

  close(): void {
    this.#listening = false;
    // Wakes our own waiter, which then sees that it is over.
    Atomics.notify(this.#view.header, HEAD);
  }
}
