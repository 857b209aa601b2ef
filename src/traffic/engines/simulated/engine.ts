/**
 * The engine of the session tests: no sockets, no waiting, the same order every time. Time moves only in `advance`;
 * `run` lets everything happen that needs no time. Peers are driven by the test.
 *
 *     const engine = new SimulatedEngine();
 *     const web = engine.serve('10.0.0.1:80', { accepted: (peer) => { peer.onData = () => peer.send('pong').end(); } });
 *     service.start();                             // something under test that listens on 127.0.0.1:8080 ...
 *     const client = engine.dial('127.0.0.1:8080').send('ping');
 *     engine.run();
 *     client.text;                                 // 'pong'
 *     client.events;                               // ['data pong', 'end']
 *     web.last.text;                               // 'ping'
 *     web.script = { connect: 'refuse' };          // from now on: 'refuse', 'blackhole', { failure, code }, delay, ...
 *     engine.advance(1000);                        // a second passes, timers fire in order
 *     engine.openConnections;                      // 0 when nothing leaked
 */
import type { AddressModel } from '../../../config/model.ts';
import { isIp } from '../../../system/address-family.ts';
import type {
  ConnectHandler,
  Connection,
  ConnectOptions,
  Endpoint,
  Engine,
  EngineListener,
  EngineTimer,
  ListenHandler,
  ListenOptions,
  PendingConnect,
  Relay,
  RelayHandler,
  RelayOptions,
} from '../../engine.ts';
import { SimulatedConnection } from './connection.ts';
import { SimulatedListener } from './listener.ts';
import { SimulatedPeer } from './peer.ts';
import { SimulatedRelay } from './relay.ts';
import { type ConnectOutcome, ScriptedServer, type ServerScript } from './scripted-server.ts';
import { VirtualClock } from './virtual-clock.ts';
import { WireEnd } from './wire.ts';

const DEFAULT_WINDOW = 65_536;
const NO_TIMER: EngineTimer = { cancel: () => {} };

export interface DialOptions {
  /** The client's address; default 192.0.2.1 and a port of its own. */
  readonly from?: Endpoint;
  /** Bytes the client's receive buffer holds; default 64 KB. */
  readonly window?: number;
}

/** `1.2.3.4:80`, `[::1]:80`, `unix:/path` or `abns:name`. */
function parseEndpoint(text: string): Endpoint {
  if (text.startsWith('unix:') || text.startsWith('abns:')) return { host: text, port: 0 };
  const colon = text.lastIndexOf(':');
  return { host: text.slice(0, colon).replace(/^\[|\]$/g, ''), port: Number(text.slice(colon + 1)) };
}

function keyOf(address: AddressModel): Endpoint {
  if (!isIp(address.family)) {
    return { host: `${address.family}:${address.host}`, port: 0 };
  }
  return { host: address.host, port: address.port };
}

const key = (endpoint: Endpoint) => `${endpoint.host}|${endpoint.port}`;
const isPath = (endpoint: Endpoint) => /^(unix|abns):/.test(endpoint.host);
/** What a connection shows: sockets with a path have `unix` as their host. */
const shown = (endpoint: Endpoint): Endpoint => (isPath(endpoint) ? { host: 'unix', port: 0 } : endpoint);

export class SimulatedEngine implements Engine {
  readonly name = 'simulated';
  readonly clock: VirtualClock;
  readonly #listeners = new Map<string, SimulatedListener>();
  readonly #servers = new Map<string, ScriptedServer>();
  readonly #taken = new Map<string, string>();
  readonly #connections = new Set<SimulatedConnection>();
  readonly #relays = new Set<SimulatedRelay>();
  #nextPort = 40_000;
  #closed = false;

  /** `wallStart`: ms since the epoch when the simulation begins. */
  constructor(wallStart = Date.UTC(2026, 0, 1)) {
    this.clock = new VirtualClock(wallStart);
  }

  now(): number {
    return this.clock.now();
  }

  wallClock(): number {
    return this.clock.wallClock();
  }

  post(task: () => void): void {
    this.clock.post(() => this.#closed || task());
  }

  startTimer(delay: number, fire: () => void): EngineTimer {
    return this.#closed ? NO_TIMER : this.clock.startTimer(delay, fire);
  }

  /** Lets everything happen that needs no time. */
  run(): void {
    this.clock.run();
  }

  /** Lets `ms` pass. */
  advance(ms: number): void {
    this.clock.advance(ms);
  }

  /** Connections in the engine's hands: accepted (or waiting to be) and connected, not yet closed. */
  get openConnections(): number {
    return this.#connections.size;
  }

  get activeTimers(): number {
    return this.clock.activeTimers;
  }

  /** A server that can be connected to. `address`: `10.0.0.1:80`, `[::1]:80`, `unix:/path`, `abns:name`. */
  serve(address: string, script: ServerScript = {}): ScriptedServer {
    const endpoint = parseEndpoint(address);
    const server = new ScriptedServer(endpoint, script);
    this.#servers.set(key(endpoint), server);
    return server;
  }

  /** Listening on the address fails from now on, with an errno's name. */
  occupy(address: string, code = 'EADDRINUSE'): void {
    this.#taken.set(key(parseEndpoint(address)), code);
  }

  /** A client that connects to a listener; refused (it sees a RST) when nobody listens there. */
  dial(address: string, options: DialOptions = {}): SimulatedPeer {
    const to = parseEndpoint(address);
    const from = options.from ?? (isPath(to) ? to : { host: '192.0.2.1', port: this.#nextPort++ });
    const [near, far] = WireEnd.pair(this.clock, DEFAULT_WINDOW, options.window ?? DEFAULT_WINDOW);
    const peer = new SimulatedPeer(far, shown(from), shown(to));
    const listener = this.#listenerFor(to);
    if (listener === undefined) near.reset();
    else listener.arrive(this.#connection(near, shown(to), shown(from)));
    return peer;
  }

  listen(options: ListenOptions, handler: ListenHandler): EngineListener {
    const wanted = keyOf(options.address);
    const endpoint = isPath(wanted) || wanted.port !== 0 ? wanted : { host: wanted.host, port: this.#nextPort++ };
    const id = key(endpoint);
    const listener = new SimulatedListener(this.clock, options.backlog, handler, () => {
      if (this.#listeners.get(id) === listener) this.#listeners.delete(id);
    });
    const code = this.#taken.get(id) ?? (this.#listeners.has(id) ? 'EADDRINUSE' : undefined);
    if (code === undefined) this.#listeners.set(id, listener);
    this.post(() => {
      if (code !== undefined) handler.failed(code);
      else if (!listener.closed) handler.listening(shown(endpoint));
    });
    return listener;
  }

  connect(options: ConnectOptions, handler: ConnectHandler): PendingConnect {
    const endpoint = keyOf(options.address);
    const server = this.#servers.get(key(endpoint));
    const outcome: ConnectOutcome = server === undefined ? 'refuse' : server.attempt();
    let over = false;
    const finish = (report: () => void) => {
      if (over || this.#closed) return;
      over = true;
      deadline?.cancel();
      report();
    };
    const settle = () =>
      finish(() => {
        if (outcome === 'refuse') handler.failed('refused', 'ECONNREFUSED');
        else if (typeof outcome === 'object') handler.failed(outcome.failure, outcome.code);
        else if (server !== undefined) this.#establish(server, endpoint, handler);
      });
    const deadline =
      options.timeout > 0
        ? this.startTimer(options.timeout, () => finish(() => handler.failed('timeout', 'ETIMEDOUT')))
        : undefined;
    const delay = server?.script.delay ?? 0;
    const answer = outcome === 'blackhole' ? undefined : delay > 0 ? this.startTimer(delay, settle) : this.post(settle);
    return {
      abort: () => {
        over = true;
        deadline?.cancel();
        answer?.cancel();
      },
    };
  }

  relay(client: Connection, server: Connection, options: RelayOptions, handler: RelayHandler): Relay {
    if (!(client instanceof SimulatedConnection) || !(server instanceof SimulatedConnection)) {
      throw new TypeError('relay: connections of another engine');
    }
    const relay = new SimulatedRelay(this.clock, client, server, options, {
      ended: (end) => {
        this.#relays.delete(relay);
        handler.ended(end);
      },
    });
    this.#relays.add(relay);
    return relay;
  }

  close(): void {
    this.#closed = true;
    for (const listener of [...this.#listeners.values()]) listener.close();
    for (const relay of this.#relays) relay.drop();
    this.#relays.clear();
    for (const connection of [...this.#connections]) connection.reset();
    this.clock.clearTimers();
  }

  #connection(end: WireEnd, local: Endpoint, remote: Endpoint): SimulatedConnection {
    const connection = new SimulatedConnection(this.clock, end, local, remote, (gone) =>
      this.#connections.delete(gone),
    );
    this.#connections.add(connection);
    return connection;
  }

  #listenerFor(to: Endpoint): SimulatedListener | undefined {
    return (
      this.#listeners.get(key(to)) ??
      this.#listeners.get(key({ host: to.host.includes(':') ? '::' : '0.0.0.0', port: to.port })) ??
      this.#listeners.get(key({ host: '::', port: to.port }))
    );
  }

  #establish(server: ScriptedServer, endpoint: Endpoint, handler: ConnectHandler): void {
    const here = { host: '192.0.2.100', port: this.#nextPort++ };
    const [near, far] = WireEnd.pair(this.clock, DEFAULT_WINDOW, server.script.window ?? DEFAULT_WINDOW);
    const peer = new SimulatedPeer(far, shown(endpoint), here);
    server.peers.push(peer);
    handler.connected(this.#connection(near, here, shown(endpoint)));
    server.script.accepted?.(peer);
  }
}
