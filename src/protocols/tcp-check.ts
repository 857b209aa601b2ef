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

  get silence(): 'L4TOUT' | 'L6TOUT' | 'L7TOUT' {
    const step = this.#steps[this.#at];
    return (step?.kind === 'expect' ? step.outcome.timeoutStatus : undefined) ?? 'L7TOUT';
  }

  get ending(): 'reset' | 'orderly' {
    return this.#justSent ? 'orderly' : 'reset';
  }

  opened(secured: boolean): Reply {
    this.#begun = true;
    this.#secured = secured;
    this.#ended = false;
    this.#received.clear();
    if (this.#steps[this.#at]?.kind === 'connect') this.#at++;
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
    for (; this.#at < this.#steps.length; this.#at++) {
      const step = this.#steps[this.#at] as TcpCheckStep;
      if (step.kind === 'connect') return withSent(out, { reconnect: step.connection() });
      if (step.kind === 'send') {
        const data = step.data();
        if (data === undefined) {
          const text = `tcp-check send : failed to build log-format string at step ${this.#at + 1}`;
          return withSent(out, verdictWith('L7RSP', 0, text));
        }
        // Nothing to send leaves what has come.
        if (data.length === 0) continue;
        out.push(data);
        this.#received.clear();
        this.#justSent = true;
      } else if (step.kind === 'action') {
        step.run();
      } else if (step.kind === 'expect') {
        this.#justSent = false;
        const outcome = this.#expect(step);
        if (outcome !== 'passed') return withSent(out, outcome);
      }
    }
    return withSent(out, this.#success());
  }

  #expect(step: TcpCheckExpect): Reply | 'passed' {
    const { length, full } = this.#received;
    if (length === 0) {
      if (!this.#ended) return WAIT;
      const comment = this.#comment();
      const text = `TCPCHK got an empty response at step ${this.#at + 1}`;
      return refusedWith(step.outcome, 'L7RSP', 0, text, comment === undefined ? '' : ` comment: '${comment}'`);
    }
    const enough = step.minRecv !== undefined && length >= step.minRecv;
    const last = this.#ended || full;
    if (step.minRecv !== undefined && !enough && !last) return WAIT;
    const matches = step.matches(this.#received.bytes);
    if (typeof matches === 'string') {
      const comment = this.#comment();
      return verdictWith('L7RSP', 0, `${matches}${comment === undefined ? '' : ` comment: ${comment}`}`);
    }
    if (matches && !step.negate) return 'passed';
    if (!matches && !enough && !last) return WAIT;
    if (!matches && step.negate) return 'passed';
    const comment = this.#comment();
    const problem = matches ? 'matched unwanted content' : 'did not match content';
    const text = `TCPCHK ${problem} ${step.quoted} at step ${this.#at + 1}`;
    return refusedWith(step.outcome, 'L7RSP', 0, text, comment === undefined ? '' : ` comment: ${comment}`);
  }

  #success(): Reply {
    const last = this.#steps.findLast((step) => step.kind === 'expect');
    const talked = this.#steps.some((step) => step.kind === 'send' || step.kind === 'expect');
    if (talked) return passedWith(last?.outcome, 0, '(tcp-check)');
    const connects = this.#steps.some((step) => step.kind === 'connect');
    return { verdict: { status: this.#secured ? 'L6OK' : 'L4OK', text: connects ? '(tcp-check)' : '' } };
  }

  /** The step's own comment, or that of a `tcp-check comment` right before it. */
  #comment(): string | undefined {
    const own = this.#steps[this.#at]?.comment;
    if (own !== undefined) return own;
    const before = this.#steps[this.#at - 1];
    return before?.kind === 'comment' ? before.comment : undefined;
  }
}

function withSent(sent: readonly Uint8Array[], reply: Reply): Reply {
  return sent.length === 0 ? reply : { ...reply, send: Buffer.concat(sent) };
}
