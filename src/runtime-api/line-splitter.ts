/** Cuts the bytes of a client into lines, however they arrive, in bounded memory. */

const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;

/** HAProxy's buffer: a line must be shorter than this, its line feed not counted. */
export const MAX_LINE = 16_384;

export interface SplitResult {
  /** Complete lines without their line end (LF or CR LF). */
  readonly lines: readonly string[];
  /** A line grew too long: nothing after `lines` can be understood any more. */
  readonly tooLong: boolean;
}

export class LineSplitter {
  readonly #limit: number;
  #pieces: Buffer[] = [];
  #length = 0;
  #failed = false;

  constructor(limit: number = MAX_LINE) {
    this.#limit = limit;
  }

  /** Takes bytes and gives the lines they complete. Once a line was too long everything else is dropped. */
  push(chunk: Buffer): SplitResult {
    const lines: string[] = [];
    let start = 0;
    while (!this.#failed) {
      const end = chunk.indexOf(LINE_FEED, start);
      const piece = chunk.subarray(start, end === -1 ? chunk.length : end);
      if (this.#length + piece.length >= this.#limit) {
        this.#failed = true;
        this.#pieces = [];
        break;
      }
      if (end === -1) {
        this.#keep(piece);
        break;
      }
      lines.push(this.#finish(piece));
      start = end + 1;
    }
    return { lines, tooLong: this.#failed };
  }

  #keep(piece: Buffer): void {
    if (piece.length === 0) return;
    // A copy, so that a few bytes do not hold the whole chunk they came in; thousands of tiny pieces become one.
    this.#pieces.push(Buffer.from(piece));
    this.#length += piece.length;
    if (this.#pieces.length >= 64) this.#pieces = [Buffer.concat(this.#pieces)];
  }

  #finish(piece: Buffer): string {
    const whole = this.#pieces.length === 0 ? piece : Buffer.concat([...this.#pieces, piece]);
    this.#pieces = [];
    this.#length = 0;
    const end = whole.at(-1) === CARRIAGE_RETURN ? whole.length - 1 : whole.length;
    return whole.toString('utf8', 0, end);
  }
}
