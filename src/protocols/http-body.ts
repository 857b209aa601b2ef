/** Takes the body of an HTTP/1 response out of its framing, up to one buffer. */
import { BoundedBuffer, HTTP_LIMIT } from './bounded-buffer.ts';
import { type BodyFraming, isTokenByte } from './http-response-head.ts';

type Trailer = 'trailer' | 'trailer-name' | 'trailer-value' | 'trailer-lf' | 'last-lf';
type ChunkState = 'size' | 'extension' | 'size-lf' | 'data' | 'data-end' | 'data-lf' | Trailer;

const CR = 0x0d;
const LF = 0x0a;
const COLON = 0x3a;

export class HttpBody {
  readonly content: BoundedBuffer;
  readonly #framing: BodyFraming;
  #left: number;
  #chunk: ChunkState = 'size';
  #digits = 0;
  #state: 'reading' | 'complete' | 'malformed' = 'reading';
  /** Bytes of chunk sizes, extensions and trailers: they count against the limit too. */
  #overhead = 0;

  constructor(framing: BodyFraming, limit: number = HTTP_LIMIT) {
    this.#framing = framing;
    this.content = new BoundedBuffer(limit);
    this.#left = framing.kind === 'length' ? framing.length : 0;
    if (framing.kind === 'length' && framing.length === 0) this.#state = 'complete';
  }

  /** `full`: as much was read as will ever be looked at. */
  get state(): 'reading' | 'full' | 'complete' | 'malformed' {
    return this.#state === 'reading' && this.content.full ? 'full' : this.#state;
  }

  push(chunk: Uint8Array): void {
    if (this.state !== 'reading') return;
    if (this.#framing.kind === 'chunked') this.#pushChunked(chunk);
    else if (this.#framing.kind === 'to-end') this.content.append(chunk);
    else {
      this.content.append(chunk.subarray(0, this.#left));
      this.#left -= Math.min(this.#left, chunk.length);
      if (this.#left === 0) this.#state = 'complete';
    }
  }

  #pushChunked(chunk: Uint8Array): void {
    let at = 0;
    while (at < chunk.length && this.state === 'reading') {
      if (this.#chunk === 'data') {
        const part = chunk.subarray(at, at + this.#left);
        this.content.append(part);
        this.#left -= part.length;
        at += part.length;
        if (this.#left === 0) this.#chunk = 'data-end';
        continue;
      }
      this.#frame(chunk[at++] as number);
      if (++this.#overhead > HTTP_LIMIT) this.#state = 'malformed';
    }
  }

  #frame(byte: number): void {
    switch (this.#chunk) {
      case 'size':
        this.#sizeByte(byte);
        return;
      case 'extension':
        if (byte === LF) this.#sizeEnds();
        return;
      case 'size-lf':
        if (byte === LF) this.#sizeEnds();
        else this.#state = 'malformed';
        return;
      case 'data-end':
        if (byte === CR) this.#chunk = 'data-lf';
        else if (byte === LF) this.#nextChunk();
        else this.#state = 'malformed';
        return;
      case 'data-lf':
        if (byte === LF) this.#nextChunk();
        else this.#state = 'malformed';
        return;
      case 'trailer':
        if (byte === LF) this.#state = 'complete';
        else if (byte === CR) this.#chunk = 'last-lf';
        else if (isTokenByte(byte)) this.#chunk = 'trailer-name';
        else this.#state = 'malformed';
        return;
      case 'trailer-name':
        if (byte === COLON) this.#chunk = 'trailer-value';
        else if (!isTokenByte(byte)) this.#state = 'malformed';
        return;
      case 'trailer-value':
        if (byte === LF) this.#chunk = 'trailer';
        else if (byte === CR) this.#chunk = 'trailer-lf';
        return;
      case 'trailer-lf':
        if (byte === LF) this.#chunk = 'trailer';
        else this.#state = 'malformed';
        return;
      case 'last-lf':
        this.#state = byte === LF ? 'complete' : 'malformed';
        return;
      default:
        return;
    }
  }

  #sizeByte(byte: number): void {
    const digit = hexDigit(byte);
    if (digit >= 0) {
      this.#left = this.#left * 16 + digit;
      if (++this.#digits > 8) this.#state = 'malformed';
    } else if (this.#digits === 0) this.#state = 'malformed';
    else if (byte === LF) this.#sizeEnds();
    else if (byte === CR) this.#chunk = 'size-lf';
    else if (byte === 0x3b || byte === 0x20 || byte === 0x09) this.#chunk = 'extension';
    else this.#state = 'malformed';
  }

  #sizeEnds(): void {
    this.#chunk = this.#left === 0 ? 'trailer' : 'data';
  }

  #nextChunk(): void {
    this.#chunk = 'size';
    this.#digits = 0;
    this.#left = 0;
  }
}

function hexDigit(byte: number): number {
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
  const lower = byte | 0x20;
  return lower >= 0x61 && lower <= 0x66 ? lower - 0x57 : -1;
}
