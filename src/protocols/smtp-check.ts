import { CollectingCheck, emptyResponse, verdict } from './collecting-check.ts';
import { type Reply, WAIT } from './dialogue.ts';
import { serverText } from './server-text.ts';

/** Every line of a reply but the last has a hyphen behind its code. */
const WHOLE_REPLY = /^(?:2\d\d-[^\r]*\r\n)*2\d\d[ \r]/;

/** `option smtpchk`: banner, hello, QUIT, each to be answered with a 2xx (observed, HAProxy 2.6). */
export class SmtpCheck extends CollectingCheck {
  readonly ending = 'orderly';
  readonly #hello: string;
  #phase: 'banner' | 'hello' | 'quit' = 'banner';

  /** `hello`: the line sent after the banner, `HELO localhost` unless configured. */
  constructor(hello: string) {
    super();
    this.#hello = hello;
  }

  opened(): Reply {
    return WAIT;
  }

  protected judge(answer: Buffer, last: boolean): Reply | undefined {
    switch (this.#phase) {
      case 'banner':
        return this.#banner(answer, last);
      case 'hello':
        if (WHOLE_REPLY.test(answer.toString('latin1'))) return this.#say('quit', 'QUIT');
        return last ? wrong(answer, 5) : undefined;
      case 'quit':
        if (answer.length < 4 && !last) return undefined;
        if (/^2\d\d[- \r]/.test(answer.toString('latin1'))) return verdict('L7OK', textOf(answer), codeOf(answer));
        return wrong(answer, 7);
    }
  }

  #banner(answer: Buffer, last: boolean): Reply | undefined {
    if (answer.length === 0) return last ? verdict('L7RSP', emptyResponse(2)) : undefined;
    if (answer.length < 4 && !last) return undefined;
    if (!/^\d{3}[ \r]/.test(answer.toString('latin1'))) return verdict('L7RSP', serverText(answer));
    if (answer[0] !== 0x32) return wrong(answer, 2);
    return this.#say('hello', this.#hello);
  }

  #say(phase: 'hello' | 'quit', line: string): Reply {
    this.#phase = phase;
    this.answer.clear();
    return { send: Buffer.from(`${line}\r\n`) };
  }
}

function wrong(answer: Buffer, step: number): Reply {
  return verdict('L7STS', answer.length === 0 ? emptyResponse(step) : textOf(answer), codeOf(answer));
}

/** The first digits of a reply, at most three; 0 where there are none. */
function codeOf(answer: Buffer): number {
  return Number(/^\d{1,3}/.exec(answer.toString('latin1'))?.[0] ?? 0);
}

/** What follows the digits. */
function textOf(answer: Buffer): string {
  return serverText(answer.subarray(4)).trimStart();
}
