/** What each `expect` of an HTTP check saw. */
import type { HttpCheckModel, HttpExpectModel, TextMatchModel } from '../config/check-model.ts';
import { FastcgiExchange } from '../protocols/fastcgi-exchange.ts';
import { HttpBody } from '../protocols/http-body.ts';
import type { HttpHeaders } from '../protocols/http-expectation.ts';
import { HttpResponseHead } from '../protocols/http-response-head.ts';
import { Http2Exchange } from '../protocols/http2-exchange.ts';
import { type Progress, ruleState } from './progress.ts';
import { byteCount, readable, readablePattern, readableText } from './readable-bytes.ts';

/** The request of one connection of a check, or undefined where there are fewer. */
export function roundOf(check: HttpCheckModel, round: number) {
  return round === 0 ? check : check.next?.[round - 1];
}

export interface SeenRound {
  /** Which of several requests. */
  readonly round: number;
  readonly progress: Progress;
  /** How the whole check came out. */
  readonly status: string;
  readonly received: Buffer;
}

/** A line for each expectation, as the check itself judged it. */
export function describeExpectations(
  check: HttpCheckModel,
  { round, progress, status, received }: SeenRound,
): string[] {
  const { expect = [], method = '' } = roundOf(check, round) ?? {};
  const passed = round < progress.round ? expect.length : progress.passed;
  const answer = framedAnswer(received) ?? received;
  const head = new HttpResponseHead();
  const rest = answer.subarray(head.push(answer));
  if (head.state !== 'done')
    return [`nothing: ${answer.length === 0 ? 'there was no answer' : 'this is not a whole head of HTTP'}`];
  if (check.disableOn404 && head.code === 404 && status === 'L7OKC') {
    return ["404 under 'disable-on-404': the server takes no new sessions"];
  }
  if (expect.length === 0) {
    const good = head.code >= 200 && head.code <= 399;
    return [`any 2xx or 3xx: saw ${head.status}, ${good ? 'passed' : 'NOT passed'}`];
  }
  const body = new HttpBody(method.toUpperCase() === 'HEAD' ? { kind: 'length', length: 0 } : head.framing);
  body.push(rest);
  return expect.map((rule, index) => {
    const state = ruleState(index, passed, status);
    const saw = sawText(rule, head, body.content.bytes);
    return `${describeRule(rule)}: ${state === 'not reached' ? '' : `saw ${saw}, `}${state}`;
  });
}

function sawText({ match }: HttpExpectModel, head: HttpResponseHead, body: Buffer): string {
  switch (match.kind) {
    case 'status':
    case 'rstatus':
      return head.status;
    case 'hdr':
    case 'fhdr':
      return headersText(match.name, head.headers);
    default:
      return body.length === 0 ? 'no body' : `${byteCount(body.length)} "${readable(body, 80)}"`;
  }
}

function headersText({ how, text }: TextMatchModel, headers: HttpHeaders): string {
  if (how !== 'str') return `${headers.length} headers`;
  const found = headers.filter(([name]) => name === text.toLowerCase()).map(([, value]) => readableText(value));
  return found.length === 0 ? 'no such header' : found.map((value) => `"${value.slice(0, 80)}"`).join(', ');
}

const NO_REQUEST = { bytes: new Uint8Array(0), getValues: false, withdrawn: false };

/** An answer that came over HTTP/2 or FastCGI, as HTTP/1 would have it; undefined: it did not. */
export function framedAnswer(received: Buffer): Buffer | undefined {
  // Every record of FastCGI begins with 1; in text there is no such byte.
  if (received[0] === 1) return Buffer.from(new FastcgiExchange(NO_REQUEST).received(received).answer);
  return http2Answer(received);
}

/** The same of HTTP/2 alone. */
export function http2Answer(received: Buffer): Buffer | undefined {
  // The first frame is one of SETTINGS; in text there is no such byte.
  if (received[3] !== 4) return undefined;
  return Buffer.from(new Http2Exchange({ fields: [], body: Buffer.alloc(0) }).received(received).answer);
}

function matchText({ how, text }: TextMatchModel): string {
  return how === 'reg' ? readablePattern(text) : readableText(text);
}

const HOW = { str: '', beg: ' -m beg', end: ' -m end', sub: ' -m sub', reg: ' -m reg' } as const;

function describeRule({ negate, match, minRecv, comment }: HttpExpectModel): string {
  const not = negate ? '! ' : '';
  const least = minRecv === undefined ? '' : ` (from ${byteCount(minRecv)})`;
  const remark = comment === undefined ? '' : ` (${readableText(comment)})`;
  return `${not}${describeMatch(match)}${least}${remark}`;
}

function describeMatch(match: HttpExpectModel['match']): string {
  switch (match.kind) {
    case 'status':
      return `status ${match.ranges.map(([from, to]) => (from === to ? from : `${from}-${to}`)).join(',')}`;
    case 'hdr':
    case 'fhdr': {
      const { name, value } = match;
      const held = value === undefined ? '' : ` value${HOW[value.how]} ${matchText(value)}`;
      return `${match.kind} name${HOW[name.how]} ${matchText(name)}${held}`;
    }
    case 'string':
      return `string${match.format === undefined ? '' : '-lf'} ${readableText(match.text)}`;
    default:
      return `${match.kind} ${readablePattern(match.text ?? match.pattern)}`;
  }
}
