import { BoundedBuffer } from './bounded-buffer.ts';
import { type Dialogue, type Reply, type Verdict, WAIT } from './dialogue.ts';

/** Common ground of the small dialogues: they collect what the server says and look at it after every piece. */
export abstract class CollectingCheck implements Dialogue {
  readonly silence: 'L6TOUT' | 'L7TOUT' = 'L7TOUT';
  abstract readonly ending: 'reset' | 'orderly';
  protected readonly answer = new BoundedBuffer();

  abstract opened(): Reply;

  received(chunk: Uint8Array): Reply {
    this.answer.append(chunk);
    return this.judge(this.answer.bytes, this.answer.full) ?? WAIT;
  }

  ended(): Reply {
    return this.judge(this.answer.bytes, true) ?? WAIT;
  }

  /** What has come is judged as if the server had closed in order (measured). */
  reset(): Reply {
    return this.answer.length === 0 ? WAIT : this.ended();
  }

  where(): string {
    return '';
  }

  /** Judges what has come so far; `last`: no more will come. `undefined` waits, which is no answer when `last` is set. */
  protected abstract judge(answer: Buffer, last: boolean): Reply | undefined;
}

export function verdict(status: Verdict['status'], text = '', code?: number): Reply {
  return { verdict: code === undefined ? { status, text } : { status, text, code } };
}

/** The server closed where step `step` of the check waited for an answer. */
export function emptyResponse(step: number): string {
  return `TCPCHK got an empty response at step ${step}`;
}
