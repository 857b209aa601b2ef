import { CollectingCheck, emptyResponse, verdict } from './collecting-check.ts';
import type { Reply } from './dialogue.ts';
import { serverText } from './server-text.ts';

/** Version 3.0 of the protocol. */
const PROTOCOL = 0x00030000;
/** An authentication request without data: type, length, kind. */
const SHORTEST = 9;
/** What a server can ask for first: nothing, Kerberos, a password in one of three ways, SCM, GSSAPI, SSPI, SASL (measured). */
const REQUESTS: ReadonlySet<number> = new Set([0, 2, 3, 4, 5, 6, 7, 9, 10]);
/** No request is longer. */
const LONGEST = 255;

/** `option pgsql-check`: a start-up message must be answered with a request to authenticate. */
export class PgsqlCheck extends CollectingCheck {
  readonly ending = 'orderly';
  readonly #user: string;

  constructor(user: string) {
    super();
    this.#user = user;
  }

  opened(): Reply {
    const parameters = Buffer.from(`user\0${this.#user}\0\0`);
    const head = Buffer.alloc(8);
    head.writeUInt32BE(head.length + parameters.length, 0);
    head.writeUInt32BE(PROTOCOL, 4);
    return { send: Buffer.concat([head, parameters]) };
  }

  protected judge(answer: Buffer, last: boolean): Reply | undefined {
    if (answer.length === 0) return last ? verdict('L7RSP', emptyResponse(3)) : undefined;
    if (answer.length < SHORTEST && !last) return undefined;
    const type = String.fromCharCode(answer[0] as number);
    if (type === 'R' && isRequest(answer)) return verdict('L7OK', 'PostgreSQL server is ok', 0);
    // The first field of an error is its severity: type byte, then the word.
    if (type === 'E') return verdict('L7RSP', serverText(answer.subarray(6)));
    return verdict('L7STS', 'PostgreSQL unknown error', 0);
  }
}

function isRequest(answer: Buffer): boolean {
  return answer.length >= SHORTEST && answer.readUInt32BE(1) <= LONGEST && REQUESTS.has(answer.readUInt32BE(5));
}
