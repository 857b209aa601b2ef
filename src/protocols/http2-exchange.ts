/**
 * One request over HTTP/2, without I/O: frames (RFC 9113) go in, frames to send and the answer come out, the answer in the
 * form of HTTP/1 so that it is judged by the same code. What is taken for an answer was observed on HAProxy 2.6: the
 * request waits for the server's SETTINGS, the first HEADERS count even if they are informational, GOAWAY alone says nothing.
 */
import { HTTP_LIMIT } from './bounded-buffer.ts';
import { decodeFields, encodeFields, type Field } from './hpack.ts';
import { Http2Upload } from './http2-upload.ts';

export interface Http2Request {
  /** Pseudo header fields first, names in lower case. */
  readonly fields: readonly Field[];
  readonly body: Uint8Array;
}

/** What bytes from the server led to. */
export interface Http2Step {
  readonly send: Uint8Array | undefined;
  /** The head in the form of HTTP/1, then the content: as much of both as is new. */
  readonly answer: Uint8Array;
  /** The answer is over: by its end, or because the server cut it short. */
  readonly ended: boolean;
  /** This is no HTTP/2, or the request was turned away without an answer. */
  readonly failed: boolean;
}

const PREFACE = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 'latin1');
const FRAME_HEAD = 9;
/** What may be sent to who has not allowed more. */
const MAX_FRAME = 16_384;
const TYPE = { data: 0, headers: 1, reset: 3, settings: 4, push: 5, ping: 6, window: 8, continuation: 9 } as const;
const ACK = 1;
const END_STREAM = 1;
const END_HEADERS = 4;
const PADDED = 8;
const PRIORITY = 0x20;
/** The one stream. */
const STREAM = 1;
/** SETTINGS_ENABLE_PUSH: nothing is wanted that was not asked for. */
const OWN_SETTINGS = Buffer.of(0, 2, 0, 0, 0, 0);

export class Http2Exchange {
  readonly #request: Http2Request;
  readonly #upload: Http2Upload;
  #unread: Buffer = Buffer.alloc(0);
  /** The server has said what it can do, and was asked. */
  #asked = false;
  /** Parts of a header block that goes on. */
  #block: Buffer[] | undefined;
  #blockEnds = false;
  #answered = false;
  #ended = false;
  #failed = false;
  #out: Uint8Array[] = [];
  #answer: Uint8Array[] = [];

  constructor(request: Http2Request) {
    this.#request = request;
    this.#upload = new Http2Upload(request.body);
  }

  /** The request has not been made. */
  get endSaysNothing(): boolean {
    return !this.#asked;
  }

  /** What is said first. */
  opening(): Uint8Array {
    return Buffer.concat([PREFACE, frame(TYPE.settings, 0, 0, OWN_SETTINGS)]);
  }

  received(chunk: Uint8Array): Http2Step {
    this.#unread = Buffer.concat([this.#unread, chunk]);
    while (!this.#failed && !this.#ended && this.#unread.length >= FRAME_HEAD) {
      const length = this.#unread.readUIntBE(0, 3);
      const type = this.#unread[3] as number;
      // Settings are the first that a server says.
      if (length > MAX_FRAME || (!this.#asked && type !== TYPE.settings)) {
        this.#failed = true;
        break;
      }
      if (this.#unread.length < FRAME_HEAD + length) break;
      const flags = this.#unread[4] as number;
      const stream = this.#unread.readUInt32BE(5) & 0x7fffffff;
      const payload = this.#unread.subarray(FRAME_HEAD, FRAME_HEAD + length);
      this.#unread = this.#unread.subarray(FRAME_HEAD + length);
      if (!this.#take(type, flags, stream, payload)) this.#failed = true;
    }
    const [out, answer] = [this.#out, this.#answer];
    this.#out = [];
    this.#answer = [];
    return {
      send: out.length === 0 ? undefined : Buffer.concat(out),
      answer: Buffer.concat(answer),
      ended: this.#ended,
      failed: this.#failed,
    };
  }

  /** False: the server does not keep to the rules. */
  #take(type: number, flags: number, stream: number, payload: Buffer): boolean {
    if (this.#block !== undefined && type !== TYPE.continuation) return false;
    switch (type) {
      case TYPE.settings:
        return stream === 0 && this.#settings(flags, payload);
      case TYPE.ping:
        if (stream !== 0 || payload.length !== 8) return false;
        if ((flags & ACK) === 0) this.#out.push(frame(TYPE.ping, ACK, 0, payload));
        return true;
      case TYPE.window:
        return this.#window(stream, payload);
      case TYPE.headers:
        return stream === STREAM && this.#headers(flags, payload);
      case TYPE.continuation:
        return stream === STREAM && this.#continue(flags, payload);
      case TYPE.data:
        return stream === STREAM && this.#data(flags, payload);
      case TYPE.reset:
        // Before an answer it is none.
        this.#ended = this.#answered;
        return stream === STREAM && payload.length === 4 && this.#answered;
      case TYPE.push:
        return false;
      default:
        // GOAWAY: it closes when it has answered, or without. What is not known is to be ignored.
        return true;
    }
  }

  #settings(flags: number, payload: Buffer): boolean {
    if ((flags & ACK) !== 0) return this.#asked && payload.length === 0;
    if (payload.length % 6 !== 0 || !this.#upload.agree(payload)) return false;
    this.#out.push(frame(TYPE.settings, ACK, 0, Buffer.alloc(0)));
    if (!this.#asked) this.#ask();
    this.#sendBody();
    return true;
  }

  #ask(): void {
    this.#asked = true;
    const { fields, body } = this.#request;
    const block = encodeFields(fields);
    let type: number = TYPE.headers;
    let at = 0;
    do {
      const part = block.subarray(at, at + MAX_FRAME);
      at += part.length;
      const ends = type === TYPE.headers && body.length === 0 ? END_STREAM : 0;
      this.#out.push(frame(type, ends | (at >= block.length ? END_HEADERS : 0), STREAM, part));
      type = TYPE.continuation;
    } while (at < block.length);
  }

  #sendBody(): void {
    for (let next = this.#upload.next(); next !== undefined; next = this.#upload.next()) {
      this.#out.push(frame(TYPE.data, next.last ? END_STREAM : 0, STREAM, next.part));
    }
  }

  #window(stream: number, payload: Buffer): boolean {
    if (payload.length !== 4 || stream > STREAM) return false;
    const more = payload.readUInt32BE(0) & 0x7fffffff;
    if (more === 0 || !this.#upload.widen(stream, more)) return false;
    if (this.#asked) this.#sendBody();
    return true;
  }

  #headers(flags: number, payload: Buffer): boolean {
    const inner = withoutPadding(flags, payload, (flags & PRIORITY) === 0 ? 0 : 5);
    if (inner === undefined) return false;
    this.#block = [inner];
    this.#blockEnds = (flags & END_STREAM) !== 0;
    return (flags & END_HEADERS) === 0 || this.#blockIsWhole();
  }

  #continue(flags: number, payload: Buffer): boolean {
    if (this.#block === undefined) return false;
    if (payload.length > 0) this.#block.push(payload);
    if (this.#block.reduce((sum, part) => sum + part.length, 0) > HTTP_LIMIT) return false;
    return (flags & END_HEADERS) === 0 || this.#blockIsWhole();
  }

  #blockIsWhole(): boolean {
    const block = Buffer.concat(this.#block ?? []);
    this.#block = undefined;
    this.#ended = this.#blockEnds;
    // Trailers; or the answer after an informational one, which was taken for it.
    if (this.#answered) return true;
    const head = headOf(decodeFields(block));
    if (head === undefined) return false;
    this.#answered = true;
    this.#answer.push(head);
    return true;
  }

  #data(flags: number, payload: Buffer): boolean {
    const content = this.#answered ? withoutPadding(flags, payload, 0) : undefined;
    if (content === undefined) return false;
    this.#answer.push(content);
    this.#ended = (flags & END_STREAM) !== 0;
    if (payload.length > 0 && !this.#ended) {
      const read = Buffer.alloc(4);
      read.writeUInt32BE(payload.length);
      this.#out.push(frame(TYPE.window, 0, 0, read), frame(TYPE.window, 0, STREAM, read));
    }
    return true;
  }
}

function frame(type: number, flags: number, stream: number, payload: Uint8Array): Buffer {
  const head = Buffer.alloc(FRAME_HEAD);
  head.writeUIntBE(payload.length, 0, 3);
  head[3] = type;
  head[4] = flags;
  head.writeUInt32BE(stream, 5);
  return Buffer.concat([head, payload]);
}

/** `skip`: bytes between the length of the padding and the content. */
function withoutPadding(flags: number, payload: Buffer, skip: number): Buffer | undefined {
  const padded = (flags & PADDED) !== 0;
  const start = (padded ? 1 : 0) + skip;
  const end = payload.length - (padded ? (payload[0] ?? 0) : 0);
  return end < start ? undefined : payload.subarray(start, end);
}

/** The head as HTTP/1 would write it; undefined where the fields make none. */
function headOf(fields: readonly Field[] | undefined): Buffer | undefined {
  const [status, ...rest] = fields ?? [];
  if (status?.[0] !== ':status' || !/^\d{3}$/.test(status[1])) return undefined;
  const lines = [`HTTP/2.0 ${status[1]}`];
  for (const [name, value] of rest) {
    // Capitals, control characters, or what has a meaning in HTTP/1 alone.
    if (!/^[!#$%&'*+\-.^_`|~0-9a-z]+$/.test(name) || /[\0\r\n]/.test(value)) return undefined;
    if (/^(?:connection|keep-alive|proxy-connection|transfer-encoding|upgrade)$/.test(name)) return undefined;
    lines.push(`${name}: ${value}`);
  }
  return Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1');
}
