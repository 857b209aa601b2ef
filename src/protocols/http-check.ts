/** An HTTP check: one request, and a judgement on the answer as soon as it can be made. */
import { type Dialogue, type Reply, type Verdict, WAIT } from './dialogue.ts';
import { passedWith, refusedWith, verdictWith } from './expect-outcome.ts';
import { HttpBody } from './http-body.ts';
import type { HttpExpectation } from './http-expectation.ts';
import { HttpResponseHead } from './http-response-head.ts';
import { checkText, serverText } from './server-text.ts';

export interface HttpCheckOptions {
  /** The bytes of `httpCheckRequest`, or what makes them when they are sent. */
  readonly request: Uint8Array | (() => Uint8Array);
  /** A HEAD request: no body follows whatever the head says. */
  readonly bodiless: boolean;
  /** Empty: any 2xx or 3xx passes. */
  readonly expect: readonly HttpExpectation[];
  /** 404 only takes the server out of balancing (`disable-on-404`, while the server is up). */
  readonly condition404: boolean;
  /** Run in their order, each once, when so many expectations have passed; -1: before the request is made. */
  readonly actions?: readonly { readonly passed: number; readonly run: () => void }[];
  /** The body may be asked for though no expectation is about it. */
  readonly keepsBody?: boolean;
}

export class HttpCheck implements Dialogue {
  readonly ending = 'reset';
  readonly #options: HttpCheckOptions;
  readonly #head = new HttpResponseHead();
  #body: HttpBody | undefined;
  /** Index of the rule that has not passed yet. */
  #rule = 0;
  /** How many actions have been run. */
  #acted = 0;

  /** What a silent server is called while the present rule waits for it. */
  get silence(): 'L4TOUT' | 'L6TOUT' | 'L7TOUT' {
    return this.#options.expect[this.#rule]?.timeoutStatus ?? 'L7TOUT';
  }

  constructor(options: HttpCheckOptions) {
    this.#options = options;
  }

  opened(): Reply {
    this.#act(-1);
    const { request } = this.#options;
    const send = typeof request === 'function' ? request() : request;
    this.#act(0);
    return { send };
  }

  /** The answer as far as it is known: nothing before its head is whole. */
  get answer(): { readonly head: HttpResponseHead; readonly body: Buffer } | undefined {
    return this.#body === undefined ? undefined : { head: this.#head, body: this.#body.content.bytes };
  }

  received(chunk: Uint8Array): Reply {
    let rest = chunk;
    if (this.#body === undefined) {
      rest = chunk.subarray(this.#head.push(chunk));
      if (this.#head.state === 'malformed') return this.#refuse('');
      if (this.#head.state === 'reading') return WAIT;
      const framing = this.#head.framing;
      this.#body = new HttpBody(this.#options.bodiless ? { kind: 'length', length: 0 } : framing);
    }
    if (this.#needsBody()) this.#body.push(rest);
    return this.#judge(this.#body, false);
  }

  ended(): Reply {
    return this.#body === undefined ? this.#refuse('') : this.#judge(this.#body, true);
  }

  where(): string {
    return '';
  }

  #needsBody(): boolean {
    return this.#options.keepsBody === true || this.#options.expect.some((rule) => rule.looksAt === 'body');
  }

  #judge(body: HttpBody, ended: boolean): Reply {
    const { code } = this.#head;
    const { expect, condition404 } = this.#options;
    if (code === 404 && condition404) return { verdict: { status: 'L7OKC', code, text: '' } };
    if (expect.length === 0 && (code < 200 || code > 399)) return this.#wrongStatus();
    while (this.#rule < expect.length) {
      const rule = expect[this.#rule] as HttpExpectation;
      const outcome = rule.looksAt === 'body' ? this.#judgeBody(rule, body, ended) : this.#judgeHead(rule);
      if (outcome !== 'passed') return outcome;
      this.#rule++;
      this.#act(this.#rule);
    }
    // Where the last rule is none that expects something, its code is not shown (measured).
    const trailing = expect.length > 0 && this.#options.actions?.at(-1)?.passed === expect.length;
    return trailing ? passedWith(undefined, 0, '') : passedWith(expect.at(-1), code, '');
  }

  #act(passed: number): void {
    const { actions = [] } = this.#options;
    for (; this.#acted < actions.length && actions[this.#acted]!.passed <= passed; this.#acted++) {
      actions[this.#acted]!.run();
    }
  }

  #judgeHead(rule: HttpExpectation): Reply | 'passed' {
    const matches = this.#matchesHead(rule);
    if (typeof matches === 'string') return this.#unjudged(matches);
    return matches !== rule.negate ? 'passed' : this.#wrongStatus();
  }

  #matchesHead(rule: HttpExpectation): boolean | string {
    if (rule.looksAt === 'headers') return rule.matchesHeaders(this.#head.headers);
    return rule.matches(this.#head.status, false);
  }

  #judgeBody(rule: HttpExpectation, body: HttpBody, ended: boolean): Reply | 'passed' {
    if (body.state === 'malformed') return this.#refuse('');
    const open = !ended && body.state === 'reading';
    if (open && body.content.length < rule.minRecv) return WAIT;
    const matches = body.content.length > 0 && rule.matches(body.content.bytes.toString('latin1'), open);
    if (typeof matches === 'string') return this.#unjudged(matches);
    if (matches) {
      return rule.negate ? this.#mismatch('HTTP check matched unwanted content') : 'passed';
    }
    if (open) return WAIT;
    if (body.content.length === 0) return this.#mismatch('HTTP content check could not find a response body');
    return rule.negate ? 'passed' : this.#mismatch('HTTP content check did not match');
  }

  #wrongStatus(): Reply {
    const rule = this.#options.expect[this.#rule];
    return refusedWith(rule, 'L7STS', this.#head.code, serverText(this.#head.reason), this.#comment());
  }

  #mismatch(text: string): Reply {
    const rule = this.#options.expect[this.#rule];
    return refusedWith(rule, 'L7RSP', this.#head.code, text, this.#comment());
  }

  /** What was to be expected could not be made. */
  #unjudged(text: string): Reply {
    return verdictWith('L7RSP', 0, `${text}${this.#comment()}`);
  }

  #refuse(text: string): { readonly verdict: Verdict } {
    return { verdict: { status: 'L7RSP', text: checkText(`${text}${this.#comment()}`) } };
  }

  #comment(): string {
    const comment = this.#options.expect[this.#rule]?.comment;
    return comment === undefined ? '' : ` comment: ${comment}`;
  }
}
