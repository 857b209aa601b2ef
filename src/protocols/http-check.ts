/** An HTTP check: one request, and a judgement on the answer as soon as it can be made. */
import { type Dialogue, type Reply, WAIT } from './dialogue.ts';
import { passedWith, refusedWith, unreadableWith, verdictWith } from './expect-outcome.ts';
import { FastcgiExchange } from './fastcgi-exchange.ts';
import type { FastcgiRequest } from './fastcgi-request.ts';
import { HttpBody } from './http-body.ts';
import type { HttpExpectation } from './http-expectation.ts';
import { HttpResponseHead } from './http-response-head.ts';
import { Http2Exchange, type Http2Request } from './http2-exchange.ts';
import { serverText } from './server-text.ts';

export interface HttpCheckOptions {
  /** The bytes of `httpCheckRequest`, or what makes them when they are sent. */
  readonly request: Uint8Array | (() => Uint8Array);
  /** The same for HTTP/2. Absent: only HTTP/1 is spoken. */
  readonly http2Request?: () => Http2Request;
  /** The same for FastCGI. */
  readonly fastcgiRequest?: () => FastcgiRequest;
  /** What is spoken; absent: what was agreed upon in the handshake. */
  readonly protocol?: CheckProtocol | undefined;
  /** Nothing is asked: the connection only has to come about. */
  readonly silent?: boolean;
  /** The connection ends in order, not by RST. */
  readonly linger?: boolean;
  /** How many rules stand before this request's connection. */
  readonly rulesBefore?: number;
  /** A HEAD request: no body follows whatever the head says. */
  readonly bodiless: boolean;
  /** Empty: any 2xx or 3xx passes. */
  readonly expect: readonly HttpExpectation[];
  /** 404 only takes the server out of balancing (`disable-on-404`, while the server is up, which counts when it comes). */
  readonly condition404: boolean;
  /** Run in their order, each once, when so many expectations have passed; -1: before the request is made. */
  readonly actions?: readonly { readonly passed: number; readonly run: () => void }[];
  /** The body may be asked for though no expectation is about it. */
  readonly keepsBody?: boolean;
}

/** What an HTTP check can speak. */
export type CheckProtocol = 'h1' | 'h2' | 'fcgi';

/** A request that is not sent as HTTP/1, and its answer in the form of HTTP/1. */
interface Exchange {
  opening(): Uint8Array;
  received(chunk: Uint8Array): {
    readonly send: Uint8Array | undefined;
    readonly answer: Uint8Array;
    readonly ended: boolean;
    readonly failed: boolean;
    readonly unanswered?: boolean;
  };
  /** A server that closes now is waited for to the end (measured). */
  readonly endSaysNothing: boolean;
}

/** What is no HTTP/2 is called, and a stream that was reset (measured). */
const UNUSABLE: Reply = { verdict: { status: 'SOCKERR', text: '' } };

export class HttpCheck implements Dialogue {
  /** All expectations have passed. */
  passed = false;
  readonly #options: HttpCheckOptions;
  readonly #head = new HttpResponseHead();
  #body: HttpBody | undefined;
  /** What came together with the head is all that is looked at. */
  #whole = false;
  /** Present where HTTP/2 or FastCGI is spoken. */
  #frames: Exchange | undefined;
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

  get ending(): 'reset' | 'orderly' {
    return this.#options.linger === true ? 'orderly' : 'reset';
  }

  /** `agreed`: what the handshake chose. */
  opened(secured?: boolean, agreed?: string): Reply {
    this.#act(-1);
    if (this.#options.silent === true) {
      this.#act(0);
      return { verdict: { status: secured === true ? 'L6OK' : 'L4OK', text: '(tcp-check)' } };
    }
    const { request, http2Request, fastcgiRequest, protocol = agreed } = this.#options;
    if (protocol === 'h2' && http2Request !== undefined) this.#frames = new Http2Exchange(http2Request());
    if (protocol === 'fcgi' && fastcgiRequest !== undefined) this.#frames = new FastcgiExchange(fastcgiRequest());
    const send = this.#frames?.opening() ?? (typeof request === 'function' ? request() : request);
    this.#act(0);
    return { send };
  }

  /** How many expectations have passed. */
  get done(): number {
    return this.#rule;
  }

  /** The answer as far as it is known: nothing before its head is whole. */
  get answer(): { readonly head: HttpResponseHead; readonly body: Buffer } | undefined {
    return this.#body === undefined ? undefined : { head: this.#head, body: this.#body.content.bytes };
  }

  received(chunk: Uint8Array): Reply {
    if (this.#frames === undefined) return this.#take(chunk);
    const { send, answer, ended, failed, unanswered } = this.#frames.received(chunk);
    let reply = answer.length === 0 ? WAIT : this.#take(answer);
    if (reply.verdict === undefined && ended && this.#body !== undefined) reply = this.#judge(this.#body, true);
    if (reply.verdict === undefined && failed) reply = UNUSABLE;
    if (reply.verdict === undefined && unanswered) reply = this.#unanswered();
    return send === undefined ? reply : { ...reply, send };
  }

  #take(chunk: Uint8Array): Reply {
    let rest = chunk;
    if (this.#body === undefined) {
      rest = chunk.subarray(this.#head.push(chunk));
      if (this.#head.state === 'malformed') return this.#frames === undefined ? this.#unreadable() : UNUSABLE;
      if (this.#head.state === 'reading') return WAIT;
      let head = this.#head;
      // What came together with an interim answer must be the next one: the body that counts is its own.
      while (this.#frames === undefined && head.interim && rest.length > 0) {
        head = new HttpResponseHead();
        rest = rest.subarray(head.push(rest));
        if (head.state === 'malformed') return this.#unreadable();
      }
      const tunnel = head.code === 101;
      const bodiless = head.state === 'reading' || (this.#options.bodiless && !tunnel);
      // Behind 101 comes no HTTP any more, and behind an interim answer no end is waited for.
      this.#whole = tunnel || head !== this.#head;
      const framing = tunnel ? ({ kind: 'to-end' } as const) : head.framing;
      this.#body = new HttpBody(bodiless ? { kind: 'length', length: 0 } : framing);
    }
    if (this.#needsBody()) this.#body.push(rest);
    return this.#judge(this.#body, this.#whole);
  }

  ended(): Reply {
    if (this.#body !== undefined) return this.#judge(this.#body, true);
    if (this.#frames === undefined) return this.#unreadable();
    return this.#frames.endSaysNothing ? WAIT : this.#unanswered();
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
    // Nothing else is then expected.
    const conditional = code === 404 && condition404;
    if (!conditional && expect.length === 0 && (code < 200 || code > 399)) return this.#wrongStatus();
    // The first of the rules that passed with what has come and are asked again when more comes.
    let again: number | undefined;
    for (; this.#rule < expect.length; this.#rule++, this.#act(this.#rule)) {
      const rule = expect[this.#rule] as HttpExpectation;
      if (conditional) continue;
      const outcome = rule.looksAt === 'body' ? this.#judgeBody(rule, body, ended) : this.#judgeHead(rule);
      if (outcome === 'passed') continue;
      if (outcome === 'passed for now') {
        again ??= this.#rule;
        continue;
      }
      if (outcome === WAIT) this.#rule = again ?? this.#rule;
      return outcome;
    }
    this.passed = true;
    // Where the last rule is none that expects something, its code is not shown (measured).
    const trailing = expect.length > 0 && this.#options.actions?.at(-1)?.passed === expect.length;
    if (conditional && !trailing) return { verdict: { status: 'L7OKC', code, text: '' } };
    return passedWith(expect.at(-1), trailing ? 0 : code, '');
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

  #judgeBody(rule: HttpExpectation, body: HttpBody, ended: boolean): Reply | 'passed' | 'passed for now' {
    if (body.state === 'malformed') return this.#unreadable();
    const { length } = body.content;
    const { minRecv } = rule;
    const reading = !ended && body.state === 'reading';
    if (reading && length < (minRecv ?? 0)) return WAIT;
    const enough = minRecv !== undefined && length > 0 && length >= rule.least();
    const open = reading && !enough;
    const matches = length > 0 && rule.matches(body.content.bytes.toString('latin1'), open);
    if (typeof matches === 'string') return this.#unjudged(matches);
    if (matches) {
      return rule.negate ? this.#mismatch('HTTP check matched unwanted content') : 'passed';
    }
    if (open) return WAIT;
    if (length === 0) return this.#mismatch('HTTP content check could not find a response body');
    if (!rule.negate) return this.#mismatch('HTTP content check did not match');
    return reading ? 'passed for now' : 'passed';
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

  #unreadable(): Reply {
    return unreadableWith(this.#options.expect[this.#rule], this.#comment());
  }

  /** Of HTTP/2 and FastCGI. */
  #unanswered(): Reply {
    const { expect, actions = [], rulesBefore = 0 } = this.#options;
    const earlier = actions.filter(({ passed }) => passed <= 0).length;
    const comment = expect[0]?.comment;
    // The connection is rule 0, the request 1.
    const text = `TCPCHK got an empty response at step ${rulesBefore + 2 + earlier}`;
    return verdictWith('L7RSP', 0, comment === undefined ? text : `${text} comment: '${comment}'`);
  }

  #comment(): string {
    const comment = this.#options.expect[this.#rule]?.comment;
    return comment === undefined ? '' : ` comment: ${comment}`;
  }
}
