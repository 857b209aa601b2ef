import { CollectingCheck, emptyResponse, verdict } from './collecting-check.ts';
import type { Reply } from './dialogue.ts';
import { serverText } from './server-text.ts';

/** `option redis-check`: PING must be answered with PONG; another answer is judged when the server closes. */
export class RedisCheck extends CollectingCheck {
  readonly ending = 'reset';

  opened(): Reply {
    return { send: Buffer.from('*1\r\n$4\r\nPING\r\n') };
  }

  protected judge(answer: Buffer, last: boolean): Reply | undefined {
    if (answer.includes('+PONG\r\n')) return verdict('L7OK', 'Redis server is ok', 0);
    if (!last) return undefined;
    return verdict('L7STS', answer.length === 0 ? emptyResponse(2) : serverText(answer), 0);
  }
}
