/**
 * The first message of a TLS client (RFC 8446, section 4.1.2; RFC 6066 for server names, RFC 7301 for ALPN), read without
 * decrypting anything: what a proxy may know of a connection it passes through.
 */

export type ClientHello =
  /** So far it may be one. */
  | { readonly kind: 'incomplete' }
  /** It is something else, or broken. */
  | { readonly kind: 'other' }
  | {
      readonly kind: 'hello';
      /** The handshake's `legacy_version` (0x0303 for TLS 1.2 and 1.3). */
      readonly version: number;
      /** As sent, one byte a character; undefined where none was. */
      readonly serverName: string | undefined;
      /** The protocols offered, joined by commas. */
      readonly alpn: string | undefined;
      /** The supported elliptic curves extension is there. */
      readonly hasCurves: boolean;
      /** 0: no session ticket extension, 1: an empty one, 2: it holds a ticket. */
      readonly sessionTicket: 0 | 1 | 2;
    };

const INCOMPLETE: ClientHello = { kind: 'incomplete' };
const OTHER: ClientHello = { kind: 'other' };

const HANDSHAKE = 0x16;
const CLIENT_HELLO = 1;
const RECORD_HEADER = 5;
const HANDSHAKE_HEADER = 4;
/** A record holds no more plaintext (RFC 8446, section 5.1). */
const MAX_RECORD = 16384;
/** A message spread over more records than fit in here is not waited for. */
const MAX_MESSAGE = 16384;

const EXTENSION = { serverName: 0, curves: 10, alpn: 16, sessionTicket: 35 } as const;

/** Reads what `bytes` begin with; called again with more bytes, it says the same or more. */
export function readClientHello(bytes: Uint8Array): ClientHello {
  const message = handshakeMessage(bytes);
  if (message === INCOMPLETE || message === OTHER) return message as ClientHello;
  return readBody(message as Uint8Array);
}

/** The body of the handshake message, put together from its records. */
function handshakeMessage(bytes: Uint8Array): Uint8Array | ClientHello {
  const parts: Uint8Array[] = [];
  let gathered = 0;
  let wanted = -1;
  for (let at = 0; ; ) {
    if (at < bytes.length && bytes[at] !== HANDSHAKE) return OTHER;
    if (at + 1 < bytes.length && bytes[at + 1] !== 3) return OTHER;
    if (at + RECORD_HEADER > bytes.length) return INCOMPLETE;
    const length = u16(bytes, at + 3);
    if (length === 0 || length > MAX_RECORD) return OTHER;
    const part = bytes.subarray(at + RECORD_HEADER, at + RECORD_HEADER + length);
    parts.push(part);
    gathered += part.length;
    if (parts[0]!.length > 0 && parts[0]![0] !== CLIENT_HELLO) return OTHER;
    if (wanted < 0 && gathered >= HANDSHAKE_HEADER) {
      const head = join(parts, HANDSHAKE_HEADER);
      wanted = HANDSHAKE_HEADER + (((head[1] as number) << 16) | u16(head, 2));
      if (wanted > MAX_MESSAGE) return OTHER;
    }
    if (wanted >= 0 && gathered >= wanted) return join(parts, wanted).subarray(HANDSHAKE_HEADER);
    if (part.length < length) return INCOMPLETE;
    at += RECORD_HEADER + length;
  }
}

function join(parts: readonly Uint8Array[], length: number): Uint8Array {
  if ((parts[0]?.length ?? 0) >= length) return parts[0]!.subarray(0, length);
  return Buffer.concat(parts).subarray(0, length);
}

function readBody(body: Uint8Array): ClientHello {
  // version, random, session id, cipher suites, compression methods
  if (body.length < 35) return OTHER;
  const version = u16(body, 0);
  if (version >> 8 !== 3) return OTHER;
  let at = 34;
  at += 1 + (body[at] as number);
  if (at + 2 > body.length) return OTHER;
  at += 2 + u16(body, at);
  if (at + 1 > body.length) return OTHER;
  at += 1 + (body[at] as number);
  const hello = {
    kind: 'hello' as const,
    version,
    serverName: undefined as string | undefined,
    alpn: undefined as string | undefined,
    hasCurves: false,
    sessionTicket: 0 as 0 | 1 | 2,
  };
  if (at === body.length) return hello;
  if (at + 2 > body.length) return OTHER;
  const end = at + 2 + u16(body, at);
  if (end > body.length) return OTHER;
  for (at += 2; at < end; ) {
    if (at + 4 > end) return OTHER;
    const type = u16(body, at);
    const length = u16(body, at + 2);
    if (at + 4 + length > end) return OTHER;
    const data = body.subarray(at + 4, at + 4 + length);
    if (type === EXTENSION.serverName) hello.serverName = serverName(data);
    else if (type === EXTENSION.alpn) hello.alpn = protocols(data);
    else if (type === EXTENSION.curves) hello.hasCurves = true;
    else if (type === EXTENSION.sessionTicket) hello.sessionTicket = length === 0 ? 1 : 2;
    at += 4 + length;
  }
  return hello;
}

/** The first host name of the list. */
function serverName(data: Uint8Array): string | undefined {
  for (let at = 2; at + 3 <= data.length; ) {
    const length = u16(data, at + 1);
    if (at + 3 + length > data.length) return undefined;
    if (data[at] === 0) return latin1(data.subarray(at + 3, at + 3 + length));
    at += 3 + length;
  }
  return undefined;
}

function protocols(data: Uint8Array): string | undefined {
  const names: string[] = [];
  for (let at = 2; at < data.length; ) {
    const length = data[at] as number;
    if (at + 1 + length > data.length) return undefined;
    names.push(latin1(data.subarray(at + 1, at + 1 + length)));
    at += 1 + length;
  }
  return names.join(',');
}

function u16(bytes: Uint8Array, at: number): number {
  return ((bytes[at] as number) << 8) | (bytes[at + 1] as number);
}

function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
}
