/** The bytes of an HTTP check's request (observed, HAProxy 2.6): names in lower case, no Host unless it was asked for. */

export interface HttpCheckRequest {
  readonly method: string;
  readonly uri: string;
  readonly version: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body?: string | undefined;
}

/** Framing belongs to the request as sent, not to the configuration. */
const OWN = new Set(['content-length', 'transfer-encoding', 'connection']);

/** Builds the request. `state` is the value of `x-haproxy-server-state`, present with `http-check send-state`. */
export function httpCheckRequest(request: HttpCheckRequest, state?: string): Buffer {
  const version = /^HTTP\/[2-9]/.test(request.version) ? 'HTTP/1.1' : request.version;
  const head = [request.method, request.uri, version].filter((part) => part !== '').join(' ');
  const lines = [head];
  let namesConnection = false;
  for (const [name, value] of request.headers) {
    const lower = name.toLowerCase();
    if (lower === 'connection') namesConnection = true;
    if (!OWN.has(lower)) lines.push(`${lower}: ${value}`);
  }
  if (state !== undefined) lines.push(`x-haproxy-server-state: ${state}`);
  const body = Buffer.from(request.body ?? '', 'utf8');
  if (body.length > 0) lines.push(`content-length: ${body.length}`);
  if (!namesConnection && /^HTTP\/1\.[1-9]/.test(version)) lines.push('connection: close');
  return Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'utf8'), body]);
}
