/** The content of a request over HTTP/2, cut to what the server has room for (RFC 9113, flow control). */

/** Room until something else is agreed upon. */
const USUAL_WINDOW = 65_535;
const MOST_WINDOW = 0x7fffffff;
const INITIAL_WINDOW_SIZE = 4;
/** What may be sent to who has not allowed more. */
const MAX_FRAME = 16_384;

export class Http2Upload {
  #left: Uint8Array;
  #connection = USUAL_WINDOW;
  #stream = USUAL_WINDOW;
  /** What the stream began with. */
  #initial = USUAL_WINDOW;

  constructor(body: Uint8Array) {
    this.#left = body;
  }

  /** The payload of SETTINGS: pairs of 16 and 32 bits. False: they cannot be meant. */
  agree(settings: Buffer): boolean {
    for (let at = 0; at < settings.length; at += 6) {
      if (settings.readUInt16BE(at) !== INITIAL_WINDOW_SIZE) continue;
      const initial = settings.readUInt32BE(at + 2);
      this.#stream += initial - this.#initial;
      this.#initial = initial;
      if (initial > MOST_WINDOW || this.#stream > MOST_WINDOW) return false;
    }
    return true;
  }

  /** The server has read so many bytes: of the connection (0), or of the stream. False: more than there can be. */
  widen(stream: number, bytes: number): boolean {
    if (stream === 0) this.#connection += bytes;
    else this.#stream += bytes;
    return this.#connection <= MOST_WINDOW && this.#stream <= MOST_WINDOW;
  }

  /** The next part that may be sent now, and whether it is the last; undefined: nothing. */
  next(): { readonly part: Uint8Array; readonly last: boolean } | undefined {
    const room = Math.min(this.#connection, this.#stream, MAX_FRAME, this.#left.length);
    if (room <= 0) return undefined;
    const part = this.#left.subarray(0, room);
    this.#left = this.#left.subarray(room);
    this.#connection -= room;
    this.#stream -= room;
    return { part, last: this.#left.length === 0 };
  }
}
