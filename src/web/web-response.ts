/** What is answered, as plain data, and the pages that are the same for everyone. */
import { STATUS_CODES } from 'node:http';

export interface WebResponse {
  readonly status: number;
  /** In the order they are sent; the length and `connection` are added when sending. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  /** Whole, or in pieces that are made while it is sent; then its length is not known before. */
  readonly body: string | (() => Iterable<string>);
  /** Answered by hapax itself (`intercepted`), not in place of a server. */
  readonly intercepted: boolean;
  /** Close the connection after it. */
  readonly close?: boolean;
}

/** HAProxy's error pages, byte for byte. */
const SENTENCES: Readonly<Record<number, readonly [title: string, sentence: string]>> = {
  200: ['OK', 'Service ready.'],
  400: ['Bad request', 'Your browser sent an invalid request.'],
  401: ['Unauthorized', 'You need a valid user and password to access this content.'],
  408: ['Request Time-out', "Your browser didn't send a complete request in time."],
  500: ['Internal Server Error', 'An internal server error occurred.'],
  503: ['Service Unavailable', 'No server is available to handle this request.'],
};

const PLAIN_HEADERS = [
  ['cache-control', 'no-cache'],
  ['content-type', 'text/html'],
] as const;

export function fixedPage(status: keyof typeof SENTENCES): string {
  const [title, sentence] = SENTENCES[status] ?? [STATUS_CODES[status] ?? '', ''];
  return `<html><body><h1>${status} ${title}</h1>\n${sentence}\n</body></html>\n`;
}

/** `monitor-uri`. */
export const serviceReady: WebResponse = {
  status: 200,
  headers: PLAIN_HEADERS,
  body: fixedPage(200),
  intercepted: true,
};

/** `monitor-uri` when `monitor fail` says so. */
export const monitorFailed: WebResponse = {
  status: 503,
  headers: PLAIN_HEADERS,
  body: fixedPage(503),
  intercepted: true,
};

/** A request that is for no page would go to a server, and there is none. */
export const noServer: WebResponse = { status: 503, headers: PLAIN_HEADERS, body: fixedPage(503), intercepted: false };

export const internalError: WebResponse = {
  status: 500,
  headers: PLAIN_HEADERS,
  body: fixedPage(500),
  intercepted: true,
  close: true,
};

/** The form's answer: the page again, with word of what was done. */
export function seeOther(location: string, close = false): WebResponse {
  return {
    status: 303,
    headers: [
      ['cache-control', 'no-cache'],
      ['content-type', 'text/plain'],
      ['location', location],
    ],
    body: '',
    intercepted: true,
    close,
  };
}

export function unauthorized(realm: string): WebResponse {
  // As bytes of UTF-8, which is what HAProxy sends; nothing that would end the header line.
  const quoted = Buffer.from(realm.replace(/\p{Cc}/gu, ' '))
    .toString('latin1')
    .replace(/[\\"]/g, '\\$&');
  return {
    status: 401,
    headers: [...PLAIN_HEADERS, ['www-authenticate', `Basic realm="${quoted}"`]],
    body: fixedPage(401),
    intercepted: true,
    close: true,
  };
}

/** What is sent for bytes that are no request, with HAProxy's headers. */
export function rawError(status: 400 | 408): string {
  const title = SENTENCES[status]?.[0];
  const body = fixedPage(status);
  return (
    `HTTP/1.1 ${status} ${title}\r\nContent-length: ${body.length}\r\nCache-Control: no-cache\r\n` +
    `Connection: close\r\nContent-Type: text/html\r\n\r\n${body}`
  );
}
