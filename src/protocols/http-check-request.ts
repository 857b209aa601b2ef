/** The bytes of an HTTP check's request (observed, HAProxy 2.6): names in lower case, no Host unless it was asked for. */
import { readConnection } from './connection-header.ts';
import type { Field } from './hpack.ts';
import type { Http2Request } from './http2-exchange.ts';

export interface HttpCheckRequest {
  readonly method: string;
  readonly uri: string;
  readonly version: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body?: string | undefined;
}

/** Framing belongs to the request as sent, not to the configuration. */
const OWN = new Set(['content-length', 'transfer-encoding']);

/** What HTTP/2 has no use for. */
const HTTP_1_ONLY = new Set(['connection', 'keep-alive', 'proxy-connection', 'upgrade']);

/** Methods whose requests need not say that they have no body; they are told apart by case. */
const BODILESS = new Set(['OPTIONS', 'GET', 'HEAD', 'DELETE']);

/**
 * Builds the request. `state` is the value of `x-haproxy-server-state`, present with `http-check send-state`; `encoding` is
 * `latin1` where texts are given one character a byte.
 */
export function httpCheckRequest(
  request: HttpCheckRequest,
  state?: string,
  encoding: 'utf8' | 'latin1' = 'utf8',
): Buffer {
  const later = /^HTTP\/(?:1\.[1-9]|[2-9])/.test(request.version);
  const version = later ? 'HTTP/1.1' : request.version;
  let host: string | undefined;
  // Who says anything of the connection wants to keep it, unless it says the contrary.
  let keep = false;
  let close = false;
  let upgrade = false;
  const lines: string[] = [];
  for (const [name, value] of request.headers) {
    const lower = name.toLowerCase();
    if (lower === 'host') host = value;
    if (lower === 'connection') {
      const words = readConnection(value);
      keep = true;
      close ||= words.close;
      upgrade ||= words.upgrade;
      if (words.rest !== undefined) lines.push(`connection: ${words.rest}`);
    } else if (!OWN.has(lower) && (lower !== 'te' || value.toLowerCase() === 'trailers'))
      lines.push(`${lower}: ${value}`);
  }
  const { method } = request;
  const uri = host === undefined ? request.uri : withAuthority(request.uri, host);
  lines.unshift([method, uri, version].filter((part) => part !== '').join(' '));
  if (state !== undefined) lines.push(`x-haproxy-server-state: ${state}`);
  const body = Buffer.from(request.body ?? '', encoding);
  if (body.length > 0 || !BODILESS.has(method)) lines.push(`content-length: ${body.length}`);
  // What the version means by itself is not said.
  const persistent = keep && !close;
  if (persistent !== later && !upgrade) lines.push(`connection: ${persistent ? 'keep-alive' : 'close'}`);
  // A body was promised and came out empty.
  const chunked = request.body === '' && later && BODILESS.has(method);
  if (chunked) lines.push('transfer-encoding: chunked');
  const end = chunked && method !== 'HEAD' ? '0\r\n\r\n' : '';
  const head = Buffer.from(`${lines.join('\r\n')}\r\n\r\n${end}`, encoding);
  // What follows CONNECT would be for whom it leads to.
  return method === 'CONNECT' ? head : Buffer.concat([head, body]);
}

/**
 * The same request over HTTP/2 (observed, HAProxy 2.6): no field says what only a connection of HTTP/1 needs, the scheme
 * is https where the URI names none, and Host stays Host unless the URI names an authority. `encoding` is for the body.
 */
export function http2CheckRequest(
  request: HttpCheckRequest,
  state?: string,
  encoding: 'utf8' | 'latin1' = 'utf8',
): Http2Request {
  const latin1 = (text: string) => (encoding === 'latin1' ? text : Buffer.from(text, 'utf8').toString('latin1'));
  const { method } = request;
  const named = request.headers.map(([name, value]) => [name.toLowerCase(), value] as const);
  const host = named.find(([name]) => name === 'host')?.[1];
  const whole = /^([a-z][a-z0-9+.-]*):\/\/([^/?#]*)(.*)$/i.exec(request.uri);
  const authority = method === 'CONNECT' ? (host ?? request.uri) : whole === null ? undefined : (host ?? whole[2]);
  const fields: Field[] = [[':method', method]];
  if (method !== 'CONNECT') fields.push([':scheme', whole?.[1] ?? 'https']);
  if (authority !== undefined) fields.push([':authority', latin1(authority)]);
  if (method !== 'CONNECT') fields.push([':path', latin1(whole === null ? request.uri : whole[3] || '/')]);
  for (const [name, value] of named) {
    if (OWN.has(name) || HTTP_1_ONLY.has(name) || (name === 'host' && authority !== undefined)) continue;
    if (name !== 'te' || value.toLowerCase() === 'trailers') fields.push([latin1(name), latin1(value)]);
  }
  if (state !== undefined) fields.push(['x-haproxy-server-state', latin1(state)]);
  const body = Buffer.from(request.body ?? '', encoding);
  if (body.length > 0 || !BODILESS.has(method)) fields.push(['content-length', String(body.length)]);
  return { fields, body };
}

/** The authority a URI names, or is, gives way to the Host header (observed). */
function withAuthority(uri: string, host: string): string {
  if (/^[/*]/.test(uri)) return uri;
  const whole = /^([a-z][a-z0-9+.-]*:\/\/(?:[^@/?]*@)?)[^/?#]*/i;
  return whole.test(uri) ? uri.replace(whole, (_, before: string) => `${before}${host}`) : host;
}
