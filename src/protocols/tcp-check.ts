/** `option tcp-check`: connect, send and expect, rule by rule. Texts and rules observed on HAProxy 2.6. */
import { BoundedBuffer } from './bounded-buffer.ts';
import { type ConnectionWish, type Dialogue, type Reply, WAIT } from './dialogue.ts';
import { passedWith, refusedWith, verdictWith } from './expect-outcome.ts';
import type { TcpCheckExpect, TcpCheckStep } from './tcp-check-steps.ts';

export class TcpCheck implements Dialogue {
  readonly #steps: readonly TcpCheckStep[];
  readonly #received = new BoundedBuffer();
  /** How many steps stand before the first `connect`. */
  #ahead = 0;
  /** Index of the step under way. */
  #at = 0;
  /** False until the first connection stands, when no rule asked for it. */
  #begun = false;
  #ended = false;
  #secured = false;
  /** The last thing done was to send: an RST now could overtake it. */
  #justSent = false;
  /** The connection ends in order whatever becomes of it. */
  #orderly = false;
  /** The server has reset the connection: nothing can be sent any more. */
  #broken = false;

  constructor(steps: readonly TcpCheckStep[]) {
    this.#steps = steps;
    const first = steps.findIndex((step) => step.kind !== 'comment' && step.kind !== 'action');
    const step = steps[first];
    if (step?.kind !== 'connect') return;
    this.#at = first;
    this.#ahead = first;
  }

  /** Asked once: what stands before the first `connect` happens now. */
  get first(): ConnectionWish | undefined {
    const step = this.#steps[this.#at];
    if (step?.kind !== 'connect') return undefined;
    for (const before of this.#steps.slice(0, this.#ahead)) if (before.kind === 'action') before.run();
    return step.connection();
  }

  /** What has come since something was last sent. */
  get bytes(): Buffer {
    return this.#received.bytes;
  }

  /** How many steps are done. */
  get done(): number {
    return this.#at;
  }

  get silence(): 'L4TOUT' | 'L6TOUT' | 'L7TOUT' {
    const step = this.#steps[this.#at];
    return (step?.kind === 'expect' ? step.outcome.timeoutStatus : undefined) ?? 'L7TOUT';
  }

  get ending(): 'reset' | 'orderly' {
    return this.#justSent || this.#orderly ? 'orderly' : 'reset';
  }

  opened(secured: boolean): Reply {
    this.#begun = true;
    this.#secured = secured;
    this.#ended = false;
    this.#broken = false;
    this.#received.clear();
    const step = this.#steps[this.#at];
    this.#orderly = step?.kind === 'connect' && step.orderly;
    this.#justSent = step?.kind === 'connect' && step.speaks;
    if (step?.kind === 'connect') this.#at++;
    return this.#proceed();
  }

  received(chunk: Uint8Array): Reply {
    this.#received.append(chunk);
    return this.#proceed();
  }

  ended(): Reply {
    this.#ended = true;
    return this.#proceed();
  }

  /** What has come is judged as if the server had closed in order (measured). */
  reset(): Reply {
    this.#broken = true;
    const waits = this.#steps[this.#at]?.kind === 'expect';
    return waits && this.#received.length > 0 ? this.ended() : WAIT;
  }

  where(): string {
    const step = this.#steps[this.#at];
    if (step === undefined || (!this.#begun && step.kind !== 'connect')) {
      return ' at initial connection step of tcp-check';
    }
    const comment = this.#comment();
    return ` at step ${this.#at + 1} of tcp-check (${step.label})${comment === undefined ? '' : ` comment: '${comment}'`}`;
  }

  /** Goes on from the step under way until one has to wait. */
  #proceed(): Reply {
    const out: Uint8Array[] = [];
    // The first of the steps that passed with what has come and are asked again when more comes.
    let again: number | undefined;
    for (; this.#at < this.#steps.length; this.#at++) {
      const step = this.#steps[this.#at] as TcpCheckStep;
      if (step.kind === 'connect') return withSent(out, { reconnect: step.connection() });
      if (step.kind === 'send') {
        // What was read is gone before what is to be sent is made.
        this.#received.clear();
        const data = step.data();
        if (data === undefined) {
          const text = `tcp-check send : failed to build log-format string at step ${this.#at + 1}`;
          return withSent(out, verdictWith('L7RSP', 0, text));
        }
        if (this.#broken) return BROKEN;
        again = undefined;
        if (data.length === 0) continue;
        out.push(data);
        this.#justSent = true;
      } else if (step.kind === 'action') {
        step.run();
      } else if (step.kind === 'expect') {
        this.#justSent = false;
        const outcome = this.#expect(step);
        if (outcome === 'passed for now') again ??= this.#at;
        else if (outcome !== 'passed') {
          if (outcome === WAIT) this.#at = again ?? this.#at;
          return withSent(out, outcome);
        }
      }
    }
    return withSent(out, this.#success());
  }

  #expect(step: TcpCheckExpect): Reply | 'passed' | 'passed for now' {
    const { length, full } = this.#received;
    if (length === 0) {
      if (!this.#ended) return WAIT;
      const comment = this.#comment();
      const text = `TCPCHK got an empty response at step ${this.#at + 1}`;
      const status = step.outcome.errorStatus ?? 'L7RSP';
      return verdictWith(status, 0, `${text}${comment === undefined ? '' : ` comment: '${comment}'`}`);
    }
    const enough = step.minRecv !== undefined && length >= Math.max(step.minRecv, step.least());
    const last = this.#ended || full;
    if (step.minRecv !== undefined && !enough && !last) return WAIT;
    const matches = step.matches(this.#received.bytes);
    if (typeof matches === 'string') {
      const comment = this.#comment();
      return verdictWith('L7RSP', 0, `${matches}${comment === undefined ? '' : ` comment: ${comment}`}`);
    }
    if (matches && !step.negate) return 'passed';
    if (!matches && !enough && !last) return WAIT;
    if (!matches && step.negate) return last ? 'passed' : 'passed for now';
    const comment = this.#comment();
    const problem = matches ? 'matched unwanted content' : 'did not match content';
    const text = `TCPCHK ${problem} ${step.quoted} at step ${this.#at + 1}`;
    return refusedWith(step.outcome, 'L7RSP', 0, text, comment === undefined ? '' : ` comment: ${comment}`);
  }

  #success(): Reply {
    const last = this.#steps.findLast((step) => step.kind !== 'comment' && step.kind !== 'action');
    if (last === undefined || last.kind === 'connect') {
      const text = last === undefined ? '' : '(tcp-check)';
      return { verdict: { status: this.#secured ? 'L6OK' : 'L4OK', text } };
    }
    return passedWith(last.kind === 'expect' ? last.outcome : undefined, 0, '(tcp-check)');
  }

  /** The step's own comment, or that of a `tcp-check comment` before it; between two expectations may stand others (measured). */
  #comment(): string | undefined {
    const step = this.#steps[this.#at];
    if (step?.comment !== undefined) return step.comment;
    const earlier = this.#steps.slice(0, this.#at);
    const before = step?.kind === 'expect' ? earlier.findLast(({ kind }) => kind !== 'expect') : earlier.at(-1);
    return before?.kind === 'comment' ? before.comment : undefined;
  }
}

/** There was something to be sent over a connection that is none any more. */
const BROKEN: Reply = { send: Buffer.alloc(0) };

function withSent(sent: readonly Uint8Array[], reply: Reply): Reply {
  return sent.length === 0 ? reply : { ...reply, send: Buffer.concat(sent) };
}
