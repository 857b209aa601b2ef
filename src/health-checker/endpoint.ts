/** The HTTP side: any request of any path is answered by a round of checks. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { RoundResult } from './check-outcome.ts';
import type { RoundSharing } from './round-sharing.ts';

/** ms a client may take to send its request, and how often that is looked after. */
const REQUEST_TIMEOUT = 10_000;
const TIMEOUT_ROUND = 1000;
/**
 * ms a connection may lie idle between two requests: longer than load balancers keep theirs or pause between questions, so
 * that none is asked on a connection that is being closed.
 */
const IDLE_TIMEOUT = 620_000;

const BAD_REQUEST = '400 Bad Request';
/** What Node could not read, by the code of its error. */
const REFUSALS: Readonly<Record<string, string>> = {
  HPE_HEADER_OVERFLOW: '431 Request Header Fields Too Large',
  ERR_HTTP_REQUEST_TIMEOUT: '408 Request Timeout',
};

export interface EndpointOptions {
  readonly rounds: RoundSharing;
  /** After every round that was answered from; a shared one is told once. */
  onRound(result: RoundResult): void;
  onProblem(problem: string): void;
}

export class Endpoint {
  readonly #server: Server;
  readonly #options: EndpointOptions;
  readonly #told = new WeakSet<RoundResult>();

  constructor(options: EndpointOptions) {
    this.#options = options;
    this.#server = createServer({
      requestTimeout: REQUEST_TIMEOUT,
      headersTimeout: REQUEST_TIMEOUT,
      connectionsCheckingInterval: TIMEOUT_ROUND,
      keepAliveTimeout: IDLE_TIMEOUT,
      // HAProxy's own checks over HTTP/1.1 send none unless they are told to.
      requireHostHeader: false,
    });
    // Who has said all there is to say may still want to hear the answer. (Node knows this property, its types do not.)
    Object.assign(this.#server, { httpAllowHalfOpen: true });
    const answer = (request: IncomingMessage, response: ServerResponse) => void this.#answer(request, response);
    this.#server.on('request', answer);
    // Whatever a client expects before it sends its body: it is not wanted.
    this.#server.on('checkContinue', answer);
    this.#server.on('checkExpectation', answer);
    this.#server.on('clientError', (error: NodeJS.ErrnoException, socket: Socket) => {
      const refusal = REFUSALS[error.code ?? ''] ?? BAD_REQUEST;
      if (socket.writable) socket.end(`HTTP/1.1 ${refusal}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
      else socket.destroy();
    });
  }

  /** Listens, and returns the address. Rejects with the error of the system. */
  listen(host: string, port: number): Promise<{ readonly host: string; readonly port: number }> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen({ host, port, backlog: 4096 }, () => {
        this.#server.off('error', reject);
        // Out of descriptors, say: the next connection may have more luck.
        this.#server.on('error', (error) => this.#options.onProblem(error.message));
        const address = this.#server.address();
        resolve(
          typeof address === 'object' && address !== null
            ? { host: address.address, port: address.port }
            : { host, port },
        );
      });
    });
  }

  /** Ends with every connection closed; their checks are given up. */
  close(): Promise<void> {
    return new Promise((resolve) => {
      this.#server.close(() => resolve());
      this.#server.closeAllConnections();
    });
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    response.on('error', () => {});
    request.on('error', () => {});
    request.resume();
    const gone = new AbortController();
    response.once('close', () => gone.abort());
    let result: RoundResult;
    try {
      result = await this.#options.rounds.ask(gone.signal);
    } catch (error) {
      if (gone.signal.aborted) return;
      this.#options.onProblem(error instanceof Error ? error.message : String(error));
      response.writeHead(500).end();
      return;
    }
    if (!this.#told.has(result)) {
      this.#told.add(result);
      this.#options.onRound(result);
    }
    const body = bodyOf(result);
    const headers = {
      'content-type': 'text/plain; charset=utf-8',
      'content-length': Buffer.byteLength(body),
      'cache-control': 'no-store',
    };
    if (result.passed) response.writeHead(200, 'OK', headers);
    else response.writeHead(504, 'Gateway Not Found', headers);
    response.end(request.method === 'HEAD' ? undefined : body);
  }
}

/** `OK`, or what failed; then a line for each check. */
function bodyOf({ passed, checks }: RoundResult): string {
  const lines = checks.map((each) => {
    const reason = each.reason.replaceAll(/[\p{Cc}]+/gu, ' ');
    return `${each.passed ? 'pass' : 'FAIL'}  ${each.name}: ${reason} (${Math.round(each.duration)} ms)`;
  });
  return `${[passed ? 'OK' : 'At least one health check failed', ...lines].join('\n')}\n`;
}
