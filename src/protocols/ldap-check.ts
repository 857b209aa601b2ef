import { CollectingCheck, emptyResponse, verdict } from './collecting-check.ts';
import type { Reply } from './dialogue.ts';

/** Message 1, an anonymous simple bind with version 3 (RFC 4511), in BER. */
const BIND_REQUEST = Buffer.from('300c020101600702010304008000', 'hex');
/** The shortest answer to it: every length in one byte, both strings empty. */
const SHORTEST = 14;
const RESULT_CODES = 'See RFC: http://tools.ietf.org/html/rfc4511#section-4.1.9';

/** `option ldap-check`: an anonymous bind must be answered with a bind response, and with success. */
export class LdapCheck extends CollectingCheck {
  readonly ending = 'reset';

  opened(): Reply {
    return { send: BIND_REQUEST };
  }

  protected judge(answer: Buffer, last: boolean): Reply | undefined {
    if (answer.length === 0) return last ? verdict('L7RSP', emptyResponse(2)) : undefined;
    if (answer.length < SHORTEST && !last) return undefined;
    const code = isCut(answer) ? 'incomplete' : bindResult(answer);
    if (code === 'incomplete') return last ? verdict('L7RSP') : undefined;
    if (code === 'wrong') return verdict('L7RSP', 'Not LDAPv3 protocol');
    return code === 0 ? verdict('L7OK', 'Success', 0) : verdict('L7STS', RESULT_CODES, code);
  }
}

/** The message says that it is longer than what has come. */
function isCut(answer: Buffer): boolean {
  const start = skipHeader(answer, 0, 0x30);
  if (start < 0) return false;
  const length = start === 2 ? (answer[1] ?? 0) : Number(`0x0${answer.toString('hex', 2, start)}`);
  return answer.length < Math.max(SHORTEST, start + length);
}

/** The result code of a bind response to message 1. */
function bindResult(answer: Buffer): number | 'wrong' | 'incomplete' {
  let at = skipHeader(answer, 0, 0x30);
  if (at < 0) return 'wrong';
  if (answer.length < at + SHORTEST - 2) return 'incomplete';
  for (const byte of [0x02, 0x01, 0x01]) if (answer[at++] !== byte) return at > answer.length ? 'incomplete' : 'wrong';
  if (at >= answer.length) return 'incomplete';
  at = skipHeader(answer, at, 0x61);
  if (at < 0) return 'wrong';
  for (const byte of [0x0a, 0x01]) if (answer[at++] !== byte) return at > answer.length ? 'incomplete' : 'wrong';
  return answer[at] ?? 'incomplete';
}

/** Index after a tag and its length, in the short form or the long one of up to four bytes; -1 for another tag. */
function skipHeader(answer: Buffer, at: number, tag: number): number {
  if (answer[at] !== tag) return -1;
  const length = answer[at + 1] ?? 0;
  if (length < 0x80) return at + 2;
  return length > 0x84 || length === 0x80 ? -1 : at + 2 + (length & 0x7f);
}
