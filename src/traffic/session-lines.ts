import type { ProxyModel } from '../config/model.ts';
import type { EventLine } from '../logging/event-line.ts';
import type { SessionLog, SessionRecord } from '../logging/session-record.ts';
import { portsExhausted, socketShortage, sourceRefused } from '../logging/trouble-lines.ts';
import { type SharedTable, Word } from '../servers/shared-table.ts';
import { PROCESS_SLOT } from '../servers/slots.ts';
import type { Backend } from './backend.ts';
import type { BackendServer } from './backend-server.ts';
import type { Endpoint } from './engine.ts';
import type { Session } from './session.ts';

/** HAProxy's name for "no server". */
const NO_SERVER = '<NOSRV>';

/** Tells the log of sessions. One record serves them all: whoever keeps it must copy it. */
export class SessionLines {
  readonly #log: SessionLog;
  readonly #table: SharedTable;
  readonly #record: SessionRecord = {
    frontend: 0,
    clientHost: '',
    clientPort: 0,
    localHost: '',
    localPort: 0,
    acceptedAt: 0,
    frontendName: '',
    backendName: '',
    serverName: '',
    queueTime: -1,
    connectTime: -1,
    totalTime: -1,
    bytesOut: 0,
    bytesIn: 0,
    termination: '--',
    actConn: 0,
    frontendConn: 0,
    backendConn: 0,
    serverConn: 0,
    retries: 0,
    redispatched: false,
    serverQueue: 0,
    backendQueue: 0,
  };

  constructor(log: SessionLog, table: SharedTable) {
    this.#log = log;
    this.#table = table;
  }

  begun(session: Session): void {
    if (session.frontend.proxy.log.line === 'default') this.#log.begun(this.#describe(session, session.acceptedAt));
  }

  /** A client could not be taken for want of something; `code` names the errno. */
  acceptFailed(proxy: ProxyModel, code: string): void {
    this.#tell(socketShortage(proxy, code, 'accept connections'));
  }

  /** A connection could not come from where the configuration wants it to. */
  sourceFailed(backend: Backend, server: BackendServer): void {
    const kind = server.model.source?.useSource === undefined ? 'source' : 'tproxy source';
    this.#tell(sourceRefused(backend.proxy, kind));
  }

  /** The machine has no port left for a connection to that server. */
  portsExhausted({ proxy }: Backend): void {
    this.#tell(portsExhausted(proxy));
  }

  #tell({ proxy, level, text }: EventLine): void {
    this.#log.trouble?.(proxy, level, text);
  }

  /** `now`: the moment its times count to; the end, or with `option logasap` the connection. */
  ended(session: Session, now: number): void {
    if (this.#log.isSilent?.(session.frontend.proxy.index) === true) return;
    this.#log.ended(this.#describe(session, now));
  }

  #describe(session: Session, now: number): SessionRecord {
    const record = this.#record;
    const { client, frontend, backend, placement, server, acceptedAt, connectedAt } = session;
    const placedAt = placement?.placedAt ?? -1;
    record.frontend = frontend.proxy.index;
    record.clientHost = client.remote.host;
    record.clientPort = portOf(client.remote, session);
    record.localHost = client.local.host;
    record.localPort = portOf(client.local, session);
    record.acceptedAt = client.openedAt;
    record.frontendName = frontend.proxy.name;
    record.backendName = backend?.proxy.name ?? frontend.proxy.name;
    record.serverName = server?.name ?? NO_SERVER;
    // HAProxy shows one more than the ms a TCP session has waited: 1 where there was no wait.
    record.queueTime = placedAt < 0 ? -1 : Math.trunc(placedAt - acceptedAt) + 1;
    record.connectTime = connectedAt < 0 ? -1 : Math.trunc(connectedAt - placedAt);
    record.totalTime = Math.trunc(now - acceptedAt);
    record.bytesIn = session.account.bytesIn;
    record.bytesOut = session.account.bytesOut;
    record.termination = session.termination;
    record.actConn = this.#table.get(PROCESS_SLOT, Word.current);
    record.frontendConn = this.#table.get(frontend.slot, Word.current);
    record.backendConn = backend === undefined ? 0 : this.#table.get(backend.slot, Word.current);
    record.serverConn = server === undefined ? 0 : this.#table.get(server.slot, Word.current);
    record.retries = session.retries;
    record.redispatched = placement?.redispatched ?? false;
    record.serverQueue = placement?.serverPlace ?? 0;
    record.backendQueue = placement?.backendPlace ?? 0;
    return record;
  }
}

/** Where there are no ports HAProxy shows the id of the listener. */
function portOf(endpoint: Endpoint, session: Session): number {
  if (endpoint.host !== 'unix') return endpoint.port;
  return session.frontend.listeners[session.listener]?.model.id ?? 0;
}
