import { CollectingCheck, emptyResponse, verdict } from './collecting-check.ts';
import { type Reply, WAIT } from './dialogue.ts';
import { serverText } from './server-text.ts';

const HEADER = 4;
const ERROR = 0xff;

export interface MysqlCheckOptions {
  /** Absent: only the server's greeting is looked at. */
  readonly user?: string | undefined;
  readonly version: 'pre-41' | 'post-41';
}

/** `option mysql-check`: a greeting, and with a user a login without password that must not be refused. */
export class MysqlCheck extends CollectingCheck {
  readonly ending = 'orderly';
  readonly #options: MysqlCheckOptions;

  constructor(options: MysqlCheckOptions) {
    super();
    this.#options = options;
  }

  opened(): Reply {
    const { user, version } = this.#options;
    return user === undefined ? WAIT : { send: login(user, version) };
  }

  protected judge(answer: Buffer, last: boolean): Reply | undefined {
    const wantsLogin = this.#options.user !== undefined;
    if (answer.length === 0) return last ? verdict('L7RSP', emptyResponse(wantsLogin ? 3 : 2)) : undefined;
    const greeting = packet(answer, 0);
    if (greeting === undefined) return last ? verdict('L7RSP') : undefined;
    if (greeting[0] === ERROR) return refused(greeting);
    if (!wantsLogin) return verdict('L7OK', versionOf(greeting), 0);
    const result = packet(answer, HEADER + greeting.length);
    if (result === undefined) return last ? verdict('L7RSP') : undefined;
    return result[0] === ERROR ? refused(result) : verdict('L7OK', versionOf(greeting), 0);
  }
}

/** The version a greeting tells: behind the number of the protocol, up to a NUL. */
function versionOf(greeting: Buffer): string {
  return serverText(greeting.subarray(1));
}

/** The payload of the packet at `at`, once it is complete. */
function packet(answer: Buffer, at: number): Buffer | undefined {
  if (answer.length < at + HEADER) return undefined;
  const length = answer.readUIntLE(at, 3);
  if (answer.length < at + HEADER + length) return undefined;
  return answer.subarray(at + HEADER, at + HEADER + length);
}

/** An error packet: 0xff, a code of two bytes, a message. */
function refused(payload: Buffer): Reply {
  const code = payload.length >= 3 ? payload.readUInt16LE(1) : 0;
  return verdict('L7STS', serverText(payload.subarray(3)), code);
}

/** A login for `user` without a password, and the order to quit right behind it. */
function login(user: string, version: MysqlCheckOptions['version']): Buffer {
  const name = Buffer.from(`${user}\0`);
  const none = Buffer.of(0);
  const payload =
    version === 'pre-41'
      ? // Capabilities (2 bytes), largest packet (3), name, password.
        Buffer.concat([Buffer.of(0x00, 0x80, 0x00, 0x00, 0x01), name, none])
      : // Capabilities (4 bytes), largest packet (4), character set utf8, 23 unused, name, password.
        Buffer.concat([Buffer.of(0, 0x82, 0, 0, 0, 0x80, 0, 1, 0x21), Buffer.alloc(23), name, none]);
  const head = Buffer.alloc(HEADER);
  head.writeUIntLE(payload.length, 0, 3);
  head[3] = 1;
  return Buffer.concat([head, payload, Buffer.of(1, 0, 0, 0, 1)]);
}
