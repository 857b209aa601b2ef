/** One request of an HTTP check and what is expected of its answer, in the words of `http-check send` and `expect`. */
import type { HttpCheckOptions } from '../protocols/http-check.ts';
import { http2CheckRequest, httpCheckRequest } from '../protocols/http-check-request.ts';
import { compileExpectation, type HttpExpectationSource, type TextMatch } from '../protocols/http-expectation.ts';
import {
  list,
  notOfKind,
  ofKind,
  oneOf,
  optionalFlag,
  optionalText,
  record,
  singleLine,
  wholeNumber,
} from './arguments.ts';
import { type ExpectationOutcome, outcomeSource } from './expectation-outcome.ts';
import { pathFlaw, pathOf, type Target } from './target.ts';

export type HttpExpectation = ExpectationOutcome & {
  /** It must not be so. */
  readonly not?: boolean | undefined;
  /** Added to what is said of a failure. */
  readonly comment?: string | undefined;
} & (
    | {
        /** A status, an inclusive range of them, or an expression that its digits match. */
        readonly status: number | readonly [from: number, to: number] | RegExp;
      }
    | {
        /** The name of a header, in whatever case. */
        readonly header: string;
        /** Of its values, which commas part, one is this or matches this. Default: any. */
        readonly value?: string | RegExp | undefined;
        /** Commas part nothing: `fhdr` instead of `hdr`. */
        readonly whole?: boolean | undefined;
      }
    | {
        /** A text that the body holds, or an expression that it matches, one character a byte. */
        readonly body: string | RegExp;
        /** Bytes of the body to wait for before judging. */
        readonly minRecv?: number | undefined;
      }
  );

/** Expressions have no flags. */
export interface HttpRequest {
  /** Default `OPTIONS`, as `option httpchk` has it. */
  readonly method?: string | undefined;
  /** Sent as it stands. Default: the target's `healthCheckPath`. */
  readonly uri?: string | undefined;
  /** Default `HTTP/1.0`. */
  readonly version?: string | undefined;
  /** No `Host` is sent unless it is here. */
  readonly headers?: Readonly<Record<string, string>> | readonly (readonly [name: string, value: string])[] | undefined;
  readonly body?: string | undefined;
  /**
   * What is spoken: `h2` is HTTP/2, which over TLS is offered by ALPN unless `alpn` says what is, and without TLS begun at once;
   * `h1` is HTTP/1 whatever was agreed upon. Default: what ALPN chose (`alpn`), else HTTP/1.
   */
  readonly protocol?: 'h1' | 'h2' | undefined;
  /** All of them must hold; default: any 2xx or 3xx. */
  readonly expect?: readonly HttpExpectation[] | undefined;
}

/** A request ready to be sent to any target. */
export interface CompiledRequest {
  /** Why this target cannot be asked; undefined: it can. */
  flawOf(target: Target): string | undefined;
  optionsFor(target: Target): HttpCheckOptions;
}

const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;

/** Throws TypeError or RangeError for what cannot be sent in one request, or expected. */
export function compileRequest(request: HttpRequest): CompiledRequest {
  const { method = 'OPTIONS', uri, version = 'HTTP/1.0', body, protocol } = request;
  token('method', method);
  const flaw = pathFlaw('uri', optionalText('uri', uri));
  if (flaw !== undefined) throw new TypeError(flaw);
  ofKind('version', "a version such as 'HTTP/1.1'", version, (each) => /^HTTP\/\d\.\d$/.test(String(each)));
  optionalText('body', body);
  oneOf('protocol', ['h1', 'h2', undefined], protocol);
  const headers = headersOf(request.headers ?? []);
  const expect = list('expect', request.expect ?? []).map((each, index) =>
    compileExpectation(sourceOf(each, `expect[${index}]`)),
  );
  const base = { bodiless: method.toUpperCase() === 'HEAD', expect, protocol, condition404: false };
  return {
    flawOf: ({ healthCheckPath }) =>
      uri === undefined ? pathFlaw("the target's healthCheckPath", healthCheckPath) : undefined,
    optionsFor({ healthCheckPath }) {
      const sent = { method, uri: uri ?? pathOf(healthCheckPath), version, headers, body };
      return { ...base, request: httpCheckRequest(sent), http2Request: () => http2CheckRequest(sent) };
    },
  };
}

function token(name: string, value: unknown): void {
  ofKind(name, 'a word without blanks and separators', value, (each) => typeof each === 'string' && TOKEN.test(each));
}

function headersOf(headers: NonNullable<HttpRequest['headers']>): (readonly [name: string, value: string])[] {
  const pairs = Array.isArray(headers) ? headers : Object.entries(record('headers', headers));
  return pairs.map((pair, index) => {
    const [name, value] = list(`headers[${index}]`, pair);
    token(`the name of headers[${index}]`, name);
    return [name, singleLine(`the value of header ${name}`, value)] as const;
  });
}

function sourceOf(expectation: HttpExpectation, at: string): HttpExpectationSource {
  const { not, comment } = record(at, expectation);
  const base = {
    ...outcomeSource(expectation, at),
    negate: optionalFlag(`${at}.not`, not) ?? false,
    ...(optionalText(`${at}.comment`, comment) === undefined ? {} : { comment: comment as string }),
  };
  if ('status' in expectation) return { ...base, match: statusMatch(expectation.status, `${at}.status`) };
  if ('header' in expectation) {
    const { header, value, whole } = expectation;
    token(`${at}.header`, header);
    return {
      ...base,
      match: {
        kind: optionalFlag(`${at}.whole`, whole) === true ? 'fhdr' : 'hdr',
        name: { how: 'str', text: header },
        ...(value === undefined ? {} : { value: textMatch(value, `${at}.value`) }),
      },
    };
  }
  if (!('body' in expectation)) throw new TypeError(`${at} must have one of status, header and body`);
  const { body, minRecv } = expectation;
  const { how, text } = textMatch(body, `${at}.body`);
  return {
    ...base,
    match: how === 'reg' ? { kind: 'rstring', pattern: text } : { kind: 'string', text },
    ...(minRecv === undefined ? {} : { minRecv: wholeNumber(`${at}.minRecv`, minRecv, 0) }),
  };
}

function statusMatch(
  status: number | readonly [from: number, to: number] | RegExp,
  at: string,
): HttpExpectationSource['match'] {
  if (status instanceof RegExp) return { kind: 'rstatus', pattern: sourceOfExpression(status, at) };
  if (typeof status !== 'number' && (!Array.isArray(status) || status.length !== 2)) {
    throw notOfKind(at, 'a status, a range of two, or an expression', status);
  }
  const [from, to] = typeof status === 'number' ? [status, status] : (status as readonly [number, number]);
  return { kind: 'status', ranges: [[wholeNumber(at, from, 100, 999), wholeNumber(at, to, from, 999)]] };
}

function textMatch(wanted: string | RegExp, at: string): TextMatch & { readonly text: string } {
  if (wanted instanceof RegExp) return { how: 'reg', text: sourceOfExpression(wanted, at) };
  return { how: 'str', text: ofKind(at, 'a string or an expression', wanted, (each) => typeof each === 'string') };
}

/** Of an expression without flags: those would be left out. */
export function sourceOfExpression(expression: RegExp, at: string): string {
  if (expression.flags !== '') throw new TypeError(`${at} must be an expression without flags, not ${expression}`);
  return expression.source;
}
