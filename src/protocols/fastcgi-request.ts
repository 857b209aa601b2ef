/**
 * The bytes of an HTTP check's request over FastCGI, without I/O: its records, and the parameters a program gets (observed,
 * HAProxy 2.6, whose `set-param` and `pass-header` say nothing to checks).
 */
import { compilePattern } from '../patterns/pattern.ts';
import type { HttpCheckRequest } from './http-check-request.ts';

/** What a `fcgi-app` section says of a program. */
export interface FastcgiProgram {
  readonly docroot: string;
  /** Appended to a path that ends with a slash. */
  readonly index?: string;
  /** A source for `compilePattern` whose groups are the script and, where there is a second one, what follows it in the path. */
  readonly pathInfo?: string;
  /** The server is asked to leave the connection open. */
  readonly keepConnection: boolean;
  /** The server is first asked what it can do. */
  readonly getValues: boolean;
}

/** Where the request goes; `host` is an address, or `unix`. */
export interface FastcgiPlace {
  readonly host: string;
  readonly port: number;
}

export interface FastcgiRequest {
  readonly bytes: Uint8Array;
  /** The server is first asked what it can do. */
  readonly getValues: boolean;
  /** The bytes take the request back: no answer is one. */
  readonly withdrawn: boolean;
}

/** Puts a request over FastCGI; the arguments are those of `httpCheckRequest`. */
export type FastcgiForm = (request: HttpCheckRequest, state?: string, encoding?: 'utf8' | 'latin1') => FastcgiRequest;

export const RECORD = { begin: 1, abort: 2, end: 3, params: 4, stdin: 5, stdout: 6, getValues: 9, values: 10 } as const;
/** The one request. */
export const REQUEST_ID = 1;
/** Of the content of one record: a multiple of 8, as records are best aligned. */
const MAX_CONTENT = 65_528;
const VERSION = 1;
const RESPONDER = 1;
const KEEP_CONNECTION = 1;
/** Framing is the record's affair, not the request's. */
const FRAMING = new Set(['content-length', 'transfer-encoding']);

export function record(type: number, content: Uint8Array, id: number = REQUEST_ID): Buffer {
  return Buffer.concat([
    Buffer.of(VERSION, type, id >> 8, id & 255, content.length >> 8, content.length & 255, 0, 0),
    content,
  ]);
}

/** Names and values, their lengths before them: one byte, or four for those above 127. */
export function pairs(parameters: readonly (readonly [name: string, value: string])[]): Buffer {
  const length = (size: number) => {
    if (size < 128) return Buffer.of(size);
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32BE(size + 0x8000_0000);
    return bytes;
  };
  return Buffer.concat(
    parameters.flatMap(([name, value]) => {
      const texts = [Buffer.from(name, 'latin1'), Buffer.from(value, 'latin1')] as const;
      return [length(texts[0].length), length(texts[1].length), ...texts];
    }),
  );
}

/** What is asked of a server under `option get-values`. */
export function valuesQuestion(): Buffer {
  const names = ['FCGI_MAX_REQS', 'FCGI_MPXS_CONNS'];
  return record(RECORD.getValues, pairs(names.map((name) => [name, ''])), 0);
}

/**
 * The request, in records. A path no program can be found by (`*`, or a line break in it under a pattern) is taken back at
 * once. `state` is the value of `x-haproxy-server-state`; `encoding` as for `httpCheckRequest`; `software` names this program.
 */
export function fastcgiRequest(
  request: HttpCheckRequest,
  program: FastcgiProgram,
  place: FastcgiPlace,
  software: string,
  state?: string,
  encoding: 'utf8' | 'latin1' = 'utf8',
): FastcgiRequest {
  const { getValues } = program;
  const latin1 = (text: string) => (encoding === 'latin1' ? text : Buffer.from(text, 'utf8').toString('latin1'));
  const begin = record(
    RECORD.begin,
    Buffer.of(0, RESPONDER, program.keepConnection ? KEEP_CONNECTION : 0, 0, 0, 0, 0, 0),
  );
  const uri = latin1(request.uri);
  const names = scriptOf(uri, program);
  if (names === undefined) {
    const bytes = Buffer.concat([begin, record(RECORD.abort, Buffer.alloc(0))]);
    return { bytes, getValues, withdrawn: true };
  }
  const body = Buffer.from(request.body ?? '', encoding);
  const parameters: (readonly [string, string])[] = [];
  let host: string | undefined;
  let connection = false;
  for (const [name, value] of request.headers) {
    const lower = name.toLowerCase();
    if (FRAMING.has(lower) || (lower === 'te' && value.toLowerCase() !== 'trailers')) continue;
    if (lower === 'host') host = latin1(value);
    if (lower === 'connection') connection = true;
    parameters.push([parameterOf(latin1(name)), latin1(value)]);
  }
  if (state !== undefined) parameters.push([parameterOf('x-haproxy-server-state'), latin1(state)]);
  if (!connection) parameters.push(['HTTP_CONNECTION', 'close']);
  const announced = body.length > 0 || !/^(?:OPTIONS|GET|HEAD|DELETE|TRACE)$/.test(request.method);
  if (announced) parameters.push(['CONTENT_LENGTH', String(body.length)]);
  const { script, rest } = names;
  const query = /\?(.+)$/s.exec(uri)?.[1];
  const docroot = latin1(program.docroot);
  parameters.push(
    ['GATEWAY_INTERFACE', 'CGI/1.1'],
    ['DOCUMENT_ROOT', docroot],
    ['SCRIPT_NAME', script],
    ...(rest === '' ? [] : [['PATH_INFO', rest] as const]),
    ['REQUEST_URI', uri],
    ['REQUEST_METHOD', request.method],
    ...(query === undefined ? [] : [['QUERY_STRING', query] as const]),
    ['SERVER_NAME', host ?? place.host],
    ['SERVER_PORT', String(place.port)],
    ['SERVER_PROTOCOL', /^HTTP\/1\.[1-9]|^HTTP\/[2-9]/.test(request.version) ? 'HTTP/1.1' : 'HTTP/1.0'],
    ['REMOTE_PORT', '0'],
    ['SCRIPT_FILENAME', `${docroot}${script}`],
    ...(rest === '' ? [] : [['PATH_TRANSLATED', `${docroot}${rest}`] as const]),
    ...(announced ? [] : [['CONTENT_LENGTH', '0'] as const]),
    ['SERVER_SOFTWARE', software],
  );
  const bytes = Buffer.concat([begin, ...stream(RECORD.params, pairs(parameters)), ...stream(RECORD.stdin, body)]);
  return { bytes, getValues, withdrawn: false };
}

/** A stream's records; an empty one ends it. */
function stream(type: number, bytes: Uint8Array): Buffer[] {
  const records: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += MAX_CONTENT)
    records.push(record(type, bytes.subarray(at, at + MAX_CONTENT)));
  return [...records, record(type, Buffer.alloc(0))];
}

/** `Content-Type` is CONTENT_TYPE, `X-Foo` HTTP_X_FOO. */
function parameterOf(header: string): string {
  const name = header.toUpperCase().replace(/[^A-Z0-9]/g, '_');
  return name === 'CONTENT_TYPE' ? name : `HTTP_${name}`;
}

/** The script a URI means, and what follows it in the path; undefined where it means none. */
function scriptOf(
  uri: string,
  { index, pathInfo }: FastcgiProgram,
): { readonly script: string; readonly rest: string } | undefined {
  const written = uri.replace(/^[a-z][a-z0-9+.-]*:\/\/[^/?#]*/i, '').replace(/[?#].*$/s, '');
  if (!written.startsWith('/')) return undefined;
  const path = written.replace(/%([0-9a-f]{2})/gi, (_, digits: string) => String.fromCharCode(parseInt(digits, 16)));
  if (pathInfo !== undefined && /[\n\0]/.test(path)) return undefined;
  const found = pathInfo === undefined ? undefined : compilePattern(pathInfo).groups(path);
  const script = found?.[1] ?? path;
  return { script: script.endsWith('/') ? `${script}${index ?? ''}` : script, rest: found?.[2] ?? '' };
}
