/**
 * Reads the head of an HTTP/1 response byte by byte, so that it makes no difference how the bytes were split, and says at
 * the first wrong byte that it is none. What is accepted was observed on HAProxy 2.6: CR LF or bare LF, blank lines before
 * the status line, folded header lines, any status of digits, no reason; not a header without a colon, a bare CR or a
 * contradictory length.
 */
import { HTTP_LIMIT } from './bounded-buffer.ts';
import { readConnection } from './connection-header.ts';

export type BodyFraming =
  | { readonly kind: 'length'; readonly length: number }
  | { readonly kind: 'chunked' | 'to-end' };

type State =
  | 'start'
  | 'start-lf'
  | 'version'
  | 'before-status'
  | 'status'
  | 'before-reason'
  | 'reason'
  | 'status-lf'
  | 'line'
  | 'name'
  | 'value'
  | 'value-lf'
  | 'last-lf'
  | 'done'
  | 'malformed';

const CR = 0x0d;
const LF = 0x0a;
const SP = 0x20;
const TAB = 0x09;
const COLON = 0x3a;
/** `tune.http.maxhdr` 101 counts the status line's slot too. */
const MAX_HEADERS = 100;
/** A length with more digits than this cannot be meant. */
const MAX_LENGTH_DIGITS = 15;

export class HttpResponseHead {
  #state: State = 'start';
  #read = 0;
  #headers = 0;
  #version = '';
  #status = '';
  readonly #reason: number[] = [];
  #name = '';
  #value = '';
  #length: number | undefined;
  #chunked = false;
  readonly #lines: (readonly [name: string, value: string])[] = [];

  get state(): 'reading' | 'done' | 'malformed' {
    return this.#state === 'done' || this.#state === 'malformed' ? this.#state : 'reading';
  }

  /** The status as it was written: digits, usually three. */
  get status(): string {
    return this.#status;
  }

  /** `1.1` */
  get version(): string {
    return this.#version.slice('HTTP/'.length);
  }

  get code(): number {
    return Number(this.#status);
  }

  get reason(): Buffer {
    return Buffer.from(this.#reason);
  }

  /** Names in lower case; values without the blanks around them, one character a byte. */
  get headers(): readonly (readonly [name: string, value: string])[] {
    // The length of a body in chunks is none.
    return this.#chunked ? this.#lines.filter(([name]) => name !== 'content-length') : this.#lines;
  }

  /** Another answer follows this one (1xx, but for 101). */
  get interim(): boolean {
    return this.code >= 100 && this.code < 200 && this.code !== 101;
  }

  /** How the bytes after the head are to be read, by what the head says (the request's method is the caller's affair). */
  get framing(): BodyFraming {
    if (this.#status === '204' || this.#status === '304' || this.interim) return { kind: 'length', length: 0 };

    if (this.#chunked) return { kind: 'chunked' };
    return this.#length === undefined ? { kind: 'to-end' } : { kind: 'length', length: this.#length };
  }

  /** Takes bytes until the head ends, and returns how many it took. */
  push(chunk: Uint8Array): number {
    let at = 0;
    while (at < chunk.length && this.state === 'reading') {
      this.#byte(chunk[at++] as number);
      if (++this.#read >= HTTP_LIMIT && this.state === 'reading') this.#state = 'malformed';
    }
    return at;
  }

  #byte(byte: number): void {
    switch (this.#state) {
      case 'start':
        if (byte === CR) this.#state = 'start-lf';
        if (byte === CR || byte === LF) return;
        this.#state = 'version';
        this.#versionByte(byte);
        return;
      case 'start-lf':
        this.#state = byte === LF ? 'start' : 'malformed';
        return;
      case 'version':
        this.#versionByte(byte);
        return;
      case 'before-status':
        if (byte === SP || byte === TAB) return;
        this.#state = 'status';
        this.#statusByte(byte);
        return;
      case 'status':
        this.#statusByte(byte);
        return;
      case 'before-reason':
        if (byte === SP || byte === TAB) return;
        this.#state = 'reason';
        this.#reasonByte(byte);
        return;
      case 'reason':
        this.#reasonByte(byte);
        return;
      case 'status-lf':
      case 'value-lf':
        this.#state = byte === LF ? 'line' : 'malformed';
        return;
      case 'line':
        this.#lineStart(byte);
        return;
      case 'name':
        this.#nameByte(byte);
        return;
      case 'value':
        if (byte === CR) this.#state = 'value-lf';
        else if (byte === LF) this.#state = 'line';
        else if (this.#name !== '') this.#value += String.fromCharCode(byte);
        return;
      case 'last-lf':
        this.#state = byte === LF ? 'done' : 'malformed';
        return;
      default:
        return;
    }
  }

  #versionByte(byte: number): void {
    if (byte === SP || byte === TAB) {
      this.#state = /^(?:HTTP|RTSP)\/\d\.\d$/.test(this.#version) ? 'before-status' : 'malformed';
      return;
    }
    const capital = byte >= 0x41 && byte <= 0x5a;
    if (capital || (byte >= 0x2e && byte <= 0x39)) {
      // A ninth character can only make it worse, so nothing is collected beyond it.
      if (this.#version.length < 9) this.#version += String.fromCharCode(byte);
    } else this.#state = 'malformed';
  }

  #statusByte(byte: number): void {
    if (byte >= 0x30 && byte <= 0x39) {
      if (this.#status.length < 9) this.#status += String.fromCharCode(byte);
      return;
    }
    if (this.#status === '') this.#state = 'malformed';
    else if (byte === SP || byte === TAB) this.#state = 'before-reason';
    else if (byte === CR) this.#state = 'status-lf';
    else this.#state = byte === LF ? 'line' : 'malformed';
  }

  #reasonByte(byte: number): void {
    if (byte === CR) this.#state = 'status-lf';
    else if (byte === LF) this.#state = 'line';
    else if (this.#reason.length < 128) this.#reason.push(byte);
  }

  /** The first byte of a line: the end of the head, a folded value, or a new header. */
  #lineStart(byte: number): void {
    if ((byte === SP || byte === TAB) && this.#headers > 0) {
      this.#state = 'value';
      return;
    }
    if (!this.#takeHeader()) this.#state = 'malformed';
    else if (byte === CR) this.#state = 'last-lf';
    else if (byte === LF) this.#state = 'done';
    else if (++this.#headers > MAX_HEADERS) this.#state = 'malformed';
    else {
      this.#state = 'name';
      this.#nameByte(byte);
    }
  }

  #nameByte(byte: number): void {
    if (isTokenByte(byte)) {
      this.#name += String.fromCharCode(byte);
      return;
    }
    if (byte !== COLON || this.#name === '') {
      this.#state = 'malformed';
      return;
    }
    this.#name = this.#name.toLowerCase();
    this.#state = 'value';
  }

  /** Judges the header that has just been completed; false: the message contradicts itself. */
  #takeHeader(): boolean {
    const name = this.#name;
    const value = this.#value.replace(/^[ \t]+|[ \t]+$/g, '');
    this.#name = '';
    this.#value = '';
    if (name === 'connection') this.#takeConnection(value);
    else if (name !== '') this.#lines.push([name, value]);
    if (name === 'content-length') return value.split(',').every((part) => this.#takeLength(part.trim()));
    if (name !== 'transfer-encoding' || value === '') return true;
    // Chunked is the only coding that a check asks for, and it may be applied once.
    if (this.#chunked || value.toLowerCase() !== 'chunked') return false;
    this.#chunked = true;
    return true;
  }

  /** What says only whether the connection stays is for whoever holds it; rules do not see it (measured). */
  #takeConnection(value: string): void {
    const { rest } = readConnection(value);
    if (rest !== undefined) this.#lines.push(['connection', rest]);
  }

  #takeLength(text: string): boolean {
    if (!/^\d+$/.test(text) || text.replace(/^0+/, '').length > MAX_LENGTH_DIGITS) return false;
    const length = Number(text);
    if (this.#length !== undefined && this.#length !== length) return false;
    this.#length = length;
    return true;
  }
}

/** RFC 9110, `tchar`. */
export function isTokenByte(byte: number): boolean {
  if ((byte >= 0x61 && byte <= 0x7a) || (byte >= 0x41 && byte <= 0x5a) || (byte >= 0x30 && byte <= 0x39)) return true;
  return byte > 0x20 && byte < 0x7f && "!#$%&'*+-.^_`|~".includes(String.fromCharCode(byte));
}
