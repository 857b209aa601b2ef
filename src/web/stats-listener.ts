/** Serves the statistics over HTTP on one listener of a proxy in mode http that has no servers to forward to. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { ListenerModel, ProxyModel } from '../config/model.ts';
import type { ServerControl } from '../servers/server-control.ts';
import { Counter, type CounterBlock } from '../stats/counters.ts';
import { overFrontends } from '../stats/info-fields.ts';
import { ProcessMeter } from '../stats/process-meter.ts';
import type { RuntimeView } from '../stats/runtime-view.ts';
import { errorCode } from '../system/error-text.ts';
import { abstractPath, listenOnPath } from '../system/listening-path.ts';
import { isAmbiguous } from './ambiguous-request.ts';
import { readForm } from './form-body.ts';
import type { RequestEnd } from './request-conditions.ts';
import { sendResponse } from './response-writer.ts';
import { SessionCounters } from './session-counters.ts';
import { answerRequest, type PendingForm } from './stats-request.ts';
import { type StatsSite, statsSite } from './stats-site.ts';
import { internalError, rawError, type WebResponse } from './web-response.ts';

/** HAProxy's buffer: request line and headers must fit. */
const MAX_HEAD = 16_384;
const BACKLOG = 128;
/** How often Node looks for requests that are late, ms. */
const LATENESS_CHECK = 1000;
/** Requests a client may send ahead on one connection while it has not had its answers. */
const MAX_AHEAD = 100;
/** A client that does not take its answer is closed after this, where the configuration has no `timeout client`, ms. */
const DEFAULT_TIMEOUT = 60_000;

export interface StatsListenerOptions {
  readonly model: ListenerModel;
  readonly proxy: ProxyModel;
  readonly view: RuntimeView;
  /** What `stats admin` changes servers through. */
  readonly control: ServerControl;
  /** The control thread's own block (one of `view.counters`): this listener is its only other writer. */
  readonly counters: CounterBlock;
}

export class StatsListener {
  readonly #options: StatsListenerOptions;
  readonly #server: Server;
  readonly #counters: SessionCounters;
  readonly #site: StatsSite;
  /** Every open connection with the requests of it that are not answered. */
  readonly #sockets = new Map<Socket, { waiting: number; last: Promise<void> }>();

  constructor(options: StatsListenerOptions) {
    const { model, proxy, view, control, counters } = options;
    this.#options = options;
    const { frontend, backend, listeners } = view.slots;
    const index = proxy.frontend?.listeners.indexOf(model) ?? -1;
    this.#counters = new SessionCounters(view, counters, {
      frontend: frontend[proxy.index] ?? -1,
      listener: listeners[proxy.index]?.[index] ?? -1,
      backend: backend[proxy.frontend?.defaultBackend ?? proxy.index] ?? -1,
    });
    const meter = new ProcessMeter(() => overFrontends(view, Counter.bytesOut));
    this.#site = statsSite({ view, control, meter, frontend: proxy });
    this.#server = this.#createServer();
  }

  #createServer(): Server {
    const { timeouts, frontend } = this.#options.proxy;
    const { client = 0, httpRequest, httpKeepAlive } = timeouts;
    const timeout = client || DEFAULT_TIMEOUT;
    const server = createServer({
      maxHeaderSize: MAX_HEAD,
      // Old monitoring scripts send HTTP/1.1 without Host, and HAProxy answers them.
      requireHostHeader: false,
      headersTimeout: httpRequest ?? timeout,
      requestTimeout: httpRequest ?? timeout,
      keepAliveTimeout: httpKeepAlive ?? httpRequest ?? timeout,
      connectionsCheckingInterval: LATENESS_CHECK,
    });
    server.timeout = timeout;
    if (frontend !== undefined && frontend.maxconn > 0) server.maxConnections = frontend.maxconn;
    server.on('connection', (socket) => this.#accepted(socket));
    server.on('request', (request, response) => this.#enqueue(request, response));
    server.on('clientError', (error, socket) => this.#refuse(error, socket as Socket));
    // Neither a tunnel nor another protocol can be had here.
    server.on('connect', (_request, socket: Socket) => this.#refuse(new Error('CONNECT'), socket));
    return server;
  }

  /** Opens the socket. Returns undefined, or the errno's name (`EADDRINUSE`). */
  async open(): Promise<string | undefined> {
    const { address, v6only, backlog = BACKLOG, ...owner } = this.#options.model;
    try {
      if (address.family === 'unix' && address.fd === undefined)
        await listenOnPath(this.#server, address.host, { ...owner, backlog });
      else {
        this.#server.listen(
          address.fd !== undefined
            ? { fd: address.fd, backlog }
            : address.family === 'abns'
              ? { path: abstractPath(address.host), backlog }
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
    for (const socket of this.#sockets.keys()) socket.destroy();
    await drained;
  }

  #accepted(socket: Socket): void {
    this.#sockets.set(socket, { waiting: 0, last: Promise.resolve() });
    this.#counters.opened(socket);
    socket.on('error', () => {});
    socket.once('close', () => {
      this.#sockets.delete(socket);
      this.#counters.closed(socket);
    });
  }

  /** One request of a connection after the other: a client that sends many at once gets no more work done at once. */
  #enqueue(request: IncomingMessage, response: ServerResponse): void {
    request.on('error', () => {});
    response.on('error', () => {});
    const queue = this.#sockets.get(request.socket);
    if (queue === undefined) return;
    if (++queue.waiting > MAX_AHEAD) {
      request.socket.destroy();
      return;
    }
    queue.last = queue.last.then(async () => {
      if (!request.socket.destroyed) await this.#serve(request, response);
      queue.waiting--;
    });
  }

  /** Resolves when the answer is out, so that the next finds the socket free, or when the client is gone. */
  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const closed = new Promise<void>((resolve) => {
      response.once('close', resolve);
    });
    await this.#answer(request, response);
    await closed;
  }

  /** Never rejects. */
  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    response.sendDate = false;
    if (isAmbiguous(request)) {
      this.#refuse(new Error('ambiguous'), request.socket);
      return;
    }
    let answer = this.#decide(request);
    if ('finish' in answer) {
      const body = await readForm(request);
      if (body.kind === 'gone') return;
      answer = this.#finish(answer, body.kind === 'whole' ? body.text : undefined);
    } else if ('content-length' in request.headers || 'transfer-encoding' in request.headers) {
      // A body has no meaning here, and nobody waits for its end.
      response.shouldKeepAlive = false;
    }
    // What is left of a body is read away, so that the client gets to read its answer.
    request.resume();
    const given = answer;
    if (given.close === true || !this.#server.listening) response.shouldKeepAlive = false;
    this.#counters.answering(given);
    // Also told when the client left before it had everything.
    response.once('close', () => this.#counters.answered(request.socket, given));
    await sendResponse(request, response, given);
  }

  #decide(request: IncomingMessage): WebResponse | PendingForm {
    const { authorization, host, origin, referer } = request.headers;
    const fetchSite = request.headers['sec-fetch-site'];
    try {
      return answerRequest(this.#site, {
        method: request.method ?? 'GET',
        target: request.url ?? '/',
        authorization,
        host,
        origin,
        referer,
        fetchSite: Array.isArray(fetchSite) ? fetchSite.join() : fetchSite,
        client: endOf(request.socket.remoteAddress, request.socket.remotePort),
        local: endOf(request.socket.localAddress, request.socket.localPort),
      });
    } catch {
      // A bug of ours in a page must not end the proxy.
      return internalError;
    }
  }

  #finish(form: PendingForm, body: string | undefined): WebResponse {
    try {
      return form.finish(body);
    } catch {
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

/** IPv4 on an IPv6 listener is IPv4. */
function endOf(address: string | undefined, port: number | undefined): RequestEnd {
  return { host: address?.replace(/^::ffff:(?=[\d.]+$)/, '') ?? 'unix', port: port ?? 0 };
}
