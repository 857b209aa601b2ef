/** Serves the statistics over HTTP on one listener of a proxy in mode http whose only work is `stats`. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { ListenerModel, ProxyModel } from '../config/model.ts';
import { Counter, type CounterBlock } from '../stats/counters.ts';
import { overFrontends } from '../stats/info-fields.ts';
import { ProcessMeter } from '../stats/process-meter.ts';
import type { RuntimeView } from '../stats/runtime-view.ts';
import { errorCode } from '../system/error-text.ts';
import { listenOnPath } from '../system/listening-path.ts';
import { SessionCounters } from './session-counters.ts';
import { answerRequest, type StatsSite } from './stats-request.ts';
import { internalError, rawError, type WebResponse } from './web-response.ts';

/** HAProxy's buffer: request line and headers must fit. */
const MAX_HEAD = 16_384;
const BACKLOG = 128;
/** How often Node looks for requests that are late, ms. */
const LATENESS_CHECK = 1000;
/** A client that does not take its answer is closed after this, where the configuration has no `timeout client`, ms. */
const DEFAULT_TIMEOUT = 60_000;

export interface StatsListenerOptions {
  readonly model: ListenerModel;
  readonly proxy: ProxyModel;
  readonly view: RuntimeView;
  /** The control thread's own block (one of `view.counters`): this listener is its only other writer. */
  readonly counters: CounterBlock;
}

export class StatsListener {
  readonly #options: StatsListenerOptions;
  readonly #server: Server;
  readonly #counters: SessionCounters;
  readonly #site: StatsSite;
  readonly #sockets = new Set<Socket>();

  constructor(options: StatsListenerOptions) {
    const { model, proxy, view, counters } = options;
    this.#options = options;
    const { frontend, backend, listeners } = view.slots;
    const index = proxy.frontend?.listeners.indexOf(model) ?? -1;
    this.#counters = new SessionCounters(view, counters, {
      frontend: frontend[proxy.index] ?? -1,
      listener: listeners[proxy.index]?.[index] ?? -1,
      backend: backend[proxy.index] ?? -1,
    });
    this.#site = { view, proxy, meter: new ProcessMeter(() => overFrontends(view, Counter.bytesOut)) };
    this.#server = this.#createServer();
  }

  #createServer(): Server {
    const { timeouts, frontend } = this.#options.proxy;
    const { client = 0, httpRequest, httpKeepAlive } = timeouts;
    const timeout = client || DEFAULT_TIMEOUT;
    const server = createServer({
      maxHeaderSize: MAX_HEAD,
      headersTimeout: httpRequest ?? timeout,
      requestTimeout: httpRequest ?? timeout,
      keepAliveTimeout: httpKeepAlive ?? httpRequest ?? timeout,
      connectionsCheckingInterval: LATENESS_CHECK,
    });
    server.timeout = timeout;
    if (frontend !== undefined && frontend.maxconn > 0) server.maxConnections = frontend.maxconn;
    server.on('connection', (socket) => this.#accepted(socket));
    server.on('request', (request, response) => this.#answer(request, response));
    server.on('clientError', (error, socket) => this.#refuse(error, socket as Socket));
    // Neither a tunnel nor another protocol can be had here.
    server.on('connect', (_request, socket: Socket) => this.#refuse(new Error('CONNECT'), socket));
    return server;
  }

  /** Opens the socket. Returns undefined, or the errno's name (`EADDRINUSE`). */
  async open(): Promise<string | undefined> {
    const { address, v6only, backlog = BACKLOG, ...owner } = this.#options.model;
    try {
      if (address.family === 'unix') await listenOnPath(this.#server, address.host, { ...owner, backlog });
      else {
        this.#server.listen(
          address.family === 'abns'
            ? { path: `\0${address.host}`, backlog }
            : {
                host: address.host,
                port: address.port,
                backlog,
                ...(v6only === undefined ? {} : { ipv6Only: v6only }),
              },
        );
        await once(this.#server, 'listening');
      }
    } catch (error) {
      this.#server.on('error', () => {});
      this.#server.close();
      return errorCode(error);
    }
    // Accepting failed for want of something (EMFILE): the client is lost, the listener goes on.
    this.#server.on('error', () => {});
    this.#site.meter.start();
    return undefined;
  }

  /** The real port (where 0 was asked for); 0 for Unix sockets and before `open`. */
  get port(): number {
    const address = this.#server.address();
    return typeof address === 'object' ? (address?.port ?? 0) : 0;
  }

  /** Stops listening; requests under way finish. Resolves when no connection is left. */
  async drain(): Promise<void> {
    this.#site.meter.stop();
    if (!this.#server.listening) return;
    const closed = once(this.#server, 'close');
    // Node ends idle connections with it.
    this.#server.close();
    await closed;
  }

  /** Closes everything at once. Safe to call twice. */
  async close(): Promise<void> {
    const drained = this.drain();
    for (const socket of this.#sockets) socket.destroy();
    await drained;
  }

  #accepted(socket: Socket): void {
    this.#sockets.add(socket);
    this.#counters.opened(socket);
    socket.on('error', () => {});
    socket.once('close', () => {
      this.#sockets.delete(socket);
      this.#counters.closed(socket);
    });
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const answer = this.#decide(request);
    // A body has no meaning here; it is read away so that the next request can be found.
    request.on('error', () => {});
    request.resume();
    response.on('error', () => {});
    response.sendDate = false;
    const hasBody = 'content-length' in request.headers || 'transfer-encoding' in request.headers;
    if (answer.close === true || hasBody || !this.#server.listening) response.shouldKeepAlive = false;
    const body = Buffer.from(answer.body);
    const headers = [...answer.headers, ['content-length', String(body.length)] as const];
    response.writeHead(answer.status, headers.flat());
    // Also told when the client left before it had everything.
    response.once('close', () => this.#counters.answered(request.socket, answer));
    response.end(request.method === 'HEAD' ? undefined : body);
  }

  #decide(request: IncomingMessage): WebResponse {
    try {
      return answerRequest(this.#site, {
        method: request.method ?? 'GET',
        target: request.url ?? '/',
        authorization: request.headers.authorization,
      });
    } catch {
      // A bug of ours in a page must not end the proxy.
      return internalError;
    }
  }

  /** Bytes that are no request: HAProxy's page, and the end. */
  #refuse(error: Error, socket: Socket): void {
    const code = errorCode(error);
    if (!socket.writable || code === 'ECONNRESET' || code === 'EPIPE') {
      socket.destroy();
      return;
    }
    const status = code === 'ERR_HTTP_REQUEST_TIMEOUT' ? 408 : 400;
    this.#counters.refused(status);
    socket.end(rawError(status), () => socket.destroy());
  }
}
