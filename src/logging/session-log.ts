/** Writes the traffic lines of a thread: `Connect from ...`, and the line of `option tcplog`. Runs in that thread. */
import type { Model, ProxyLogModel, ProxyModel } from '../config/model.ts';
import { Level } from './event-line.ts';
import { LogDate } from './log-date.ts';
import type { LogRingWriter } from './log-ring.ts';
import type { SessionLog, SessionRecord } from './session-record.ts';

interface ProxySettings {
  readonly name: string;
  readonly mode: string;
  readonly log: ProxyLogModel;
}

/** `127.0.0.1:41196 [21/Nov/2026:01:57:23.958] fe be/s 1/0/0 5 -- 1/1/0/0/0 0/0` (measured; fields as in the manual, 8.2.2). */
export function tcpLogLine(record: SessionRecord, date: string, logAsap: boolean): string {
  const plus = logAsap ? '+' : '';
  return (
    `${record.clientHost}:${record.clientPort} [${date}] ${record.frontendName} ` +
    `${record.backendName}/${record.serverName} ` +
    `${record.queueTime}/${record.connectTime}/${plus}${record.totalTime} ${plus}${record.bytesOut} ` +
    `${record.termination} ${record.actConn}/${record.frontendConn}/${record.backendConn}/${record.serverConn}/` +
    `${record.redispatched ? '+' : ''}${record.retries} ${record.serverQueue}/${record.backendQueue}`
  );
}

/** `Connect from 127.0.0.1:37538 to 127.0.0.1:26019 (fe/TCP)`. */
export function connectLine(record: SessionRecord, mode: string): string {
  return (
    `Connect from ${record.clientHost}:${record.clientPort} to ${record.localHost}:${record.localPort} ` +
    `(${record.frontendName}/${mode === 'http' ? 'HTTP' : 'TCP'})`
  );
}

/** Hands the lines of sessions to the ring. Does nothing for proxies without a log target. */
export class RingSessionLog implements SessionLog {
  readonly #ring: LogRingWriter;
  readonly #date = new LogDate();
  readonly #proxies: readonly (ProxySettings | undefined)[];

  constructor(model: Model, ring: LogRingWriter) {
    this.#ring = ring;
    this.#proxies = model.proxies.map((proxy: ProxyModel) =>
      proxy.log.targets.length > 0 ? { name: proxy.name, mode: proxy.mode, log: proxy.log } : undefined,
    );
  }

  isSilent(proxy: number): boolean {
    return this.#proxies[proxy] === undefined;
  }

  begun(record: SessionRecord): void {
    const proxy = this.#proxies[record.frontend];
    if (proxy === undefined || proxy.log.line !== 'default') return;
    this.#ring.write(record.frontend, Level.info, connectLine(record, proxy.mode));
  }

  trouble(proxy: number, level: Level, text: string): void {
    if (this.#proxies[proxy] !== undefined) this.#ring.write(proxy, level, text);
  }

  ended(record: SessionRecord): void {
    const proxy = this.#proxies[record.frontend];
    if (proxy === undefined || proxy.log.line === 'default') return;
    const { log } = proxy;
    // A session is null for HAProxy when the client sent nothing, whatever the server said (measured).
    if (log.dontLogNull && record.bytesIn === 0) return;
    const normal = record.termination === '--' && record.retries === 0 && !record.redispatched;
    if (log.dontLogNormal && normal) return;
    const level = log.separateErrors && !normal ? Level.err : Level.info;
    this.#ring.write(record.frontend, level, tcpLogLine(record, this.#date.accept(record.acceptedAt), log.logAsap));
  }
}
