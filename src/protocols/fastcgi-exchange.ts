/**
 * One request over FastCGI, without I/O: records go in, the answer comes out in the form of HTTP/1, so that it is judged by
 * the same code. What is taken for an answer was observed on HAProxy 2.6: the program's head says its status in a `Status`
 * header, wherever it stands, and else it is 302 with a `Location` or 200; records of other requests and of kinds that are
 * not asked for say nothing; a refusal without an answer (END_REQUEST alone) is waited for as silence is.
 */
import { HTTP_LIMIT } from './bounded-buffer.ts';
import { type FastcgiRequest, RECORD, REQUEST_ID, valuesQuestion } from './fastcgi-request.ts';
import { HttpResponseHead } from './http-response-head.ts';

/** What bytes from the server led to. */
export interface FastcgiStep {
  readonly send: Uint8Array | undefined;
  /** The head in the form of HTTP/1, then the content: as much of both as is new. */
  readonly answer: Uint8Array;
  readonly ended: boolean;
  /** What came cannot be dealt with. */
  readonly failed: boolean;
  /** What came is no answer. */
  readonly unanswered: boolean;
}

const RECORD_HEAD = 8;
const VERSION = 1;
const NOTHING = Buffer.alloc(0);
/** Read in front of a program's head, which has no status line of its own. */
const STATUS_LINE = Buffer.from('HTTP/1.1 200 OK\r\n', 'latin1');

export class FastcgiExchange {
  readonly #request: Uint8Array;
  /** The server was asked what it can do, and has not said. */
  #asking: boolean;
  /** Not yet a whole record. */
  #unread: Buffer = NOTHING;
  /** Nothing that comes is looked at: it is no FastCGI, or nothing is asked. */
  #foreign: boolean;
  readonly #head = new HttpResponseHead();
  /** The head as far as it has come. */
  #written: Buffer[] = [];
  #answered = false;
  #ended = false;
  #failed = false;
  #unanswered = false;

  constructor({ bytes, getValues, withdrawn }: FastcgiRequest) {
    this.#request = bytes;
    this.#asking = getValues;
    this.#foreign = withdrawn;
    this.#head.push(STATUS_LINE);
  }

  /** An end in the midst of a record is waited out (measured). */
  get endSaysNothing(): boolean {
    return !this.#foreign && this.#unread.length > 0;
  }

  opening(): Uint8Array {
    return this.#asking ? valuesQuestion() : this.#request;
  }

  received(chunk: Uint8Array): FastcgiStep {
    let send: Uint8Array | undefined;
    const answer: Uint8Array[] = [];
    if (!this.#foreign) this.#unread = Buffer.concat([this.#unread, chunk]);
    while (this.#unread.length > 0 && !this.#ended && !this.#failed && !this.#unanswered) {
      if (this.#unread[0] !== VERSION) {
        this.#foreign = true;
        this.#unread = NOTHING;
        this.#failed = this.#asking;
        break;
      }
      if (this.#unread.length < RECORD_HEAD) break;
      const length = this.#unread.readUInt16BE(4);
      const end = RECORD_HEAD + length + (this.#unread[6] as number);
      if (this.#unread.length < end) break;
      const type = this.#unread[1] as number;
      const id = this.#unread.readUInt16BE(2);
      const content = this.#unread.subarray(RECORD_HEAD, RECORD_HEAD + length);
      this.#unread = this.#unread.subarray(end);
      if (this.#asking) {
        this.#asking = false;
        if (type === RECORD.values && id === 0) send = this.#request;
        else this.#failed = true;
      } else if (id === REQUEST_ID) answer.push(this.#take(type, content));
    }
    return {
      send,
      answer: Buffer.concat(answer),
      ended: this.#ended,
      failed: this.#failed,
      unanswered: this.#unanswered,
    };
  }

  /** What of the answer a record of the request holds. */
  #take(type: number, content: Buffer): Uint8Array {
    if (type === RECORD.end || (type === RECORD.stdout && content.length === 0)) {
      if (this.#answered) this.#ended = true;
      else this.#unanswered = this.#written.length > 0;
      return NOTHING;
    }
    if (type !== RECORD.stdout) return NOTHING;
    if (this.#answered) return content;
    const taken = this.#head.push(content);
    this.#written.push(content.subarray(0, taken));
    if (this.#head.state === 'reading') return NOTHING;
    const head = this.#head.state === 'done' ? this.#statusLine() : undefined;
    const size = this.#written.reduce((sum, part) => sum + part.length, 0);
    if (head === undefined) {
      if (size >= HTTP_LIMIT - STATUS_LINE.length) this.#failed = true;
      else this.#unanswered = true;
      return NOTHING;
    }
    this.#answered = true;
    return Buffer.concat([head, ...this.#written, content.subarray(taken)]);
  }

  /** The last `Status` counts; undefined where it says none. */
  #statusLine(): Buffer | undefined {
    const { headers } = this.#head;
    const status = headers.findLast(([name]) => name === 'status')?.[1];
    const moved = headers.some(([name]) => name === 'location');
    const [, code, reason] =
      /^(\d+)(?:[ \t]+(.*))?$/.exec(status ?? (moved ? '302 Moved Temporarily' : '200 OK')) ?? [];
    return code === undefined ? undefined : Buffer.from(`HTTP/1.1 ${code} ${reason ?? ''}\r\n`, 'latin1');
  }
}
