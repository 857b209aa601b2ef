/** A check in words. */
import type { CheckModel, HttpCheckModel, HttpExpectModel } from '../config/model.ts';
import { HttpBody } from '../protocols/http-body.ts';
import { compileExpectation } from '../protocols/http-expectation.ts';
import { HttpResponseHead } from '../protocols/http-response-head.ts';
import { Http2Exchange } from '../protocols/http2-exchange.ts';
import { readable, readableText } from './readable-bytes.ts';

export function describeCheck(check: CheckModel, tls: boolean): string {
  const over = tls ? ' over TLS' : '';
  switch (check.kind) {
    case 'connect':
      return tls ? 'a TLS handshake' : 'a TCP connection';
    case 'http':
      return `HTTP${over}, ${check.method} ${check.uri} ${check.version}`.trimEnd();
    case 'tcp':
      return `tcp-check with ${check.rules.length} rules${over}`;
    case 'external':
      return 'a program (external-check)';
    default:
      return `${check.kind} check${over}`;
  }
}

/** What each `expect` of an HTTP check saw in `received`, a line each. */
export function describeExpectations(check: HttpCheckModel, bytes: Buffer): string[] {
  const received = http2Answer(bytes) ?? bytes;
  const head = new HttpResponseHead();
  const rest = received.subarray(head.push(received));
  if (head.state !== 'done')
    return [`nothing: ${received.length === 0 ? 'there was no answer' : 'this is not a whole head of HTTP'}`];
  const body = new HttpBody(check.method.toUpperCase() === 'HEAD' ? { kind: 'length', length: 0 } : head.framing);
  body.push(rest);
  if (check.expect.length === 0) {
    const passes = head.code >= 200 && head.code <= 399;
    return [`any 2xx or 3xx: saw ${head.status}, ${passes ? 'passed' : 'NOT passed'}`];
  }
  return check.expect.map((rule) => {
    const { looksAt, negate, matches, matchesHeaders } = compileExpectation(rule);
    const matched =
      looksAt === 'headers'
        ? matchesHeaders(head.headers)
        : matches(looksAt === 'status' ? head.status : body.content.bytes.toString('latin1'), false);
    const saw =
      looksAt === 'headers'
        ? `${head.headers.length} headers`
        : looksAt === 'status'
          ? head.status
          : `${body.content.length} bytes "${readable(body.content.bytes, 80)}"`;
    return `${describeRule(rule)}: saw ${saw}, ${matched !== negate ? 'passed' : 'NOT passed'}`;
  });
}

/** An answer that came over HTTP/2, as HTTP/1 would have it; undefined: it did not. */
export function http2Answer(received: Buffer): Buffer | undefined {
  // The first frame is one of SETTINGS; in text there is no such byte.
  if (received[3] !== 4) return undefined;
  return Buffer.from(new Http2Exchange({ fields: [], body: Buffer.alloc(0) }).received(received).answer);
}

function describeRule({ negate, match }: HttpExpectModel): string {
  const not = negate ? '! ' : '';
  switch (match.kind) {
    case 'status':
      return `${not}status ${match.ranges.map(([from, to]) => (from === to ? from : `${from}-${to}`)).join(',')}`;
    case 'hdr':
    case 'fhdr':
      return `${not}${match.kind} ${match.name.text}${match.value === undefined ? '' : ` ${readableText(match.value.text)}`}`;
    case 'string':
      return `${not}string ${readableText(match.text)}`;
    default:
      return `${not}${match.kind} ${readableText(match.pattern)}`;
  }
}
