/** `option tcp-check`: connect, send and expect, rule by rule. Texts and rules observed on HAProxy 2.6. */
import { BoundedBuffer } from './bounded-buffer.ts';
import { type ConnectionWish, type Dialogue, type Reply, WAIT } from './dialogue.ts';
import { passedWith, verdictWith } from './expect-outcome.ts';
import type { TcpCheckExpect, TcpCheckStep } from './tcp-check-steps.ts';

export class TcpCheck implements Dialogue {
  readonly first: ConnectionWish | undefined;
  readonly #steps: readonly TcpCheckStep[];
  readonly #received = new BoundedBuffer();
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
    const first = steps.find((step) => step.kind !== 'comment');
    this.first = first?.kind === 'connect' ? first.connection : undefined;
    if (first?.kind === 'connect') this.#at = steps.indexOf(first);
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
      if (step.kind === 'connect') return withSent(out, { reconnect: step.connection });
      if (step.kind === 'send') {
        out.push(step.data);
        this.#received.clear();
        this.#justSent = true;
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
      return refuse(step, text, comment === undefined ? '' : ` comment: '${comment}'`);
    }
    const enough = step.minRecv !== undefined && length >= step.minRecv;
    const last = this.#ended || full;
    if (step.minRecv !== undefined && !enough && !last) return WAIT;
    const matches = step.matches(this.#received.bytes);
    if (matches && !step.negate) return 'passed';
    if (!matches && !enough && !last) return WAIT;
    if (!matches && step.negate) return 'passed';
    const comment = this.#comment();
    const problem = matches ? 'matched unwanted content' : 'did not match content';
    const text = `TCPCHK ${problem} ${step.quoted} at step ${this.#at + 1}`;
    return refuse(step, text, comment === undefined ? '' : ` comment: ${comment}`);
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

function refuse({ outcome }: TcpCheckExpect, text: string, comment: string): Reply {
  return verdictWith(outcome.errorStatus ?? 'L7RSP', 0, `${outcome.onError ?? text}${comment}`);
}

function withSent(sent: readonly Uint8Array[], reply: Reply): Reply {
  return sent.length === 0 ? reply : { ...reply, send: Buffer.concat(sent) };
}
