import { CollectingCheck, emptyResponse, verdict } from './collecting-check.ts';
import type { Reply } from './dialogue.ts';

/** Every suite of SSLv3 and of RFC 3268 that the reference offers. */
const CIPHER_SUITES = [...range(0x01, 0x1b), ...range(0x2f, 0x3a)];
/** Content types of the record layer, RFC 5246. */
const ALERT = 0x15;
const HANDSHAKE = 0x16;
/** A record's header: type, version, length. */
const RECORD_HEADER = 5;

/** `option ssl-hello-chk`: an SSLv3 hello must be answered by a record of TLS, be it an alert. Nothing is negotiated. */
export class SslHelloCheck extends CollectingCheck {
  override readonly silence = 'L6TOUT';
  readonly ending = 'reset';
  readonly #seconds: number;

  /** `now`: wall clock ms, sent in the hello's random. */
  constructor(now: number) {
    super();
    this.#seconds = Math.floor(now / 1000);
  }

  opened(): Reply {
    return { send: clientHello(this.#seconds) };
  }

  protected judge(answer: Buffer, last: boolean): Reply | undefined {
    if (answer.length < RECORD_HEADER && !last) return undefined;
    if (answer.length === 0) return verdict('L6RSP', emptyResponse(2));
    // The first byte of a record that was cut is enough (measured).
    return verdict(answer[0] === ALERT || answer[0] === HANDSHAKE ? 'L6OK' : 'L6RSP');
  }
}

function clientHello(seconds: number): Buffer {
  const random = Buffer.alloc(32);
  random.writeUInt32BE(seconds >>> 0, 0);
  random.write('HAPROXYSSLCHK\nHAPROXYSSLCHK\n', 4, 'latin1');
  const suites = Buffer.alloc(CIPHER_SUITES.length * 2);
  CIPHER_SUITES.forEach((suite, index) => {
    suites.writeUInt16BE(suite, index * 2);
  });
  const length = Buffer.alloc(2);
  length.writeUInt16BE(suites.length);
  // Version SSLv3, no session, one compression method: none.
  const body = Buffer.concat([Buffer.of(3, 0), random, Buffer.of(0), length, suites, Buffer.of(1, 0)]);
  return Buffer.concat([record(body.length + 4), Buffer.of(1, 0, 0, body.length), body]);
}

function record(length: number): Buffer {
  const header = Buffer.of(HANDSHAKE, 3, 0, 0, 0);
  header.writeUInt16BE(length, 3);
  return header;
}

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from + 1 }, (_, index) => from + index);
}
