/**
 * Where every log line of the program meets its targets. Lives in the control thread. A target that is absent, full or
 * unreachable costs its own lines (they are counted) and nothing else.
 */
import { hostname } from 'node:os';
import type { LogTargetModel, Model } from '../config/model.ts';
import type { Console } from './console.ts';
import type { EventLine } from './event-line.ts';
import { LogClock } from './log-clock.ts';
import { logMessage } from './log-message.ts';
import type { LogRingReader } from './log-ring.ts';
import { DescriptorTarget, type LogTransport, UnixTarget, udpTransport } from './log-transport.ts';

/** Named as HAProxy names itself, so that the rules of a syslog daemon that look for it go on working. */
const DEFAULT_TAG = 'haproxy';

export interface LogHubOptions {
  readonly model: Model;
  /** Where the console half of events goes; absent: nowhere. */
  readonly console?: Console;
  readonly pid?: number;
  /** Wall clock ms with a fraction; replaced by tests. */
  readonly now?: () => number;
  /** hapax's own log, told once a target that cannot be served. */
  readonly warn?: (message: string) => void;
}

interface Route {
  readonly target: LogTargetModel;
  readonly transport: LogTransport;
}

interface ProxyRoutes {
  readonly tag: string;
  readonly routes: readonly Route[];
}

export class LogHub {
  readonly #proxies: readonly ProxyRoutes[];
  readonly #transports: LogTransport[] = [];
  readonly #hostname: string | undefined;
  readonly #pid: number;
  readonly #now: () => number;
  readonly #console: Console | undefined;
  #ring: LogRingReader | undefined;

  constructor(options: LogHubOptions) {
    const { model } = options;
    const warn = options.warn ?? (() => {});
    this.#pid = options.pid ?? process.pid;
    this.#now = options.now ?? new LogClock().now;
    this.#console = options.console;
    const sendHostname = model.global.logSendHostname;
    this.#hostname = sendHostname === '' ? hostname() : sendHostname;
    const shared = new Map<string, LogTransport>();
    const transport = (target: LogTargetModel): LogTransport => {
      const where = target.target;
      // One UDP socket a family and one Unix socket serve all targets; a descriptor is its own.
      const key =
        where.kind === 'udp'
          ? `udp${where.host.includes(':') ? 6 : 4}`
          : `${where.kind}${where.kind === 'fd' ? where.fd : ''}`;
      let found = shared.get(key);
      if (found === undefined) {
        if (where.kind === 'udp') found = udpTransport(where.host.includes(':') ? 'ipv6' : 'ipv4', warn);
        else if (where.kind === 'unix') found = new UnixTarget(warn);
        else found = new DescriptorTarget(where.fd);
        shared.set(key, found);
        this.#transports.push(found);
      }
      return found;
    };
    this.#proxies = model.proxies.map((proxy) => ({
      tag: proxy.log.tag ?? model.global.logTag ?? DEFAULT_TAG,
      routes: proxy.log.targets.map((target) => ({ target, transport: transport(target) })),
    }));
  }

  /** Lines lost so far: in the ring, and at targets that did not take them. */
  get dropped(): number {
    let sum = this.#ring?.dropped ?? 0;
    for (const transport of this.#transports) sum += transport.dropped;
    return sum;
  }

  /** Reads traffic lines from a ring whenever there are some. */
  attach(ring: LogRingReader): void {
    this.#ring = ring;
    ring.listen(this.line);
  }

  /** Sends a line to the targets of the proxy with this index. */
  readonly line = (proxy: number, level: number, text: Uint8Array): void => {
    const entry = this.#proxies[proxy];
    if (entry === undefined || entry.routes.length === 0) return;
    const context = { tag: entry.tag, pid: this.#pid, hostname: this.#hostname, now: this.#now() };
    for (const { target, transport } of entry.routes) {
      const message = logMessage(target, level, text, context);
      if (message !== undefined) transport.send(target, message);
    }
  };

  /** An `EventSink`: the line to the proxy's targets, its console half to stderr. */
  readonly event = (event: EventLine): void => {
    // What sessions have said before stands before it.
    this.flush();
    if (event.console !== undefined) this.#console?.show(event.console.tag, event.console.text);
    if (event.text !== '') this.line(event.proxy, event.level, Buffer.from(event.text));
  };

  /** Takes what is in the ring now. */
  flush(): void {
    this.#ring?.drain(this.line);
  }

  /** Sends what is left (for at most `limit` ms) and closes every target. */
  async close(limit = 500): Promise<void> {
    this.flush();
    this.#ring?.close();
    await Promise.all(this.#transports.map((transport) => transport.close(limit)));
  }
}
