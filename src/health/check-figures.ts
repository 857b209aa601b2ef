/** What expressions in a check's rules can know of servers and backends. */
import { hostname } from 'node:os';
import type { ProxyModel } from '../config/model.ts';
import type { BackendFigures, ProxyFigures, RuleScope, ServerFigures } from '../expressions/run/context.ts';
import { type BackendRecord, MAINTENANCE, Oper } from '../servers/server-record.ts';
import type { ServerRegistry } from '../servers/server-registry.ts';

/** Of a check that is run outside a proxy only the servers beside it are known, as they are at the start. */
export class CheckScope implements RuleScope {
  readonly proxyName: string;
  readonly proxyId: number;
  readonly defaultBackendName = '';
  readonly hostname = hostname();
  readonly environment = process.env;
  readonly #proxy: ProxyModel;
  readonly #registry: ServerRegistry | undefined;
  readonly #now: () => number;

  /** `now`: wall clock ms. */
  constructor(proxy: ProxyModel, registry?: ServerRegistry, now: () => number = Date.now) {
    this.#proxy = proxy;
    this.proxyName = proxy.name;
    this.proxyId = proxy.iid;
    this.#registry = registry;
    this.#now = now;
  }

  /** Checks know nothing of frontends. */
  frontend(): ProxyFigures | undefined {
    return undefined;
  }

  backend(name: string): BackendFigures | undefined {
    const registry = this.#registry;
    const record = this.#find(name);
    if (record === undefined || registry === undefined) return undefined;
    const loads = () => record.servers.map((server) => registry.load(server));
    return {
      sessions: () => loads()[0]?.backendSessions ?? 0,
      sessionRate: () => 0,
      queued: () => loads().reduce((sum, load) => sum + load.queued, 0),
      usableServers: () => {
        if (record.activeCount > 0) return record.activeCount;
        return record.proxy.backend?.allBackups === true ? record.backupCount : Math.min(record.backupCount, 1);
      },
    };
  }

  server(name: string): ServerFigures | undefined {
    const registry = this.#registry;
    const slash = name.lastIndexOf('/');
    const proxy = slash < 0 ? '' : name.slice(0, slash);
    const own = name.slice(slash + 1);
    if (registry === undefined) return this.#atStart(proxy, own);
    const server = this.#find(proxy)?.servers.find(({ model }) => model.name === own);
    if (server === undefined) return undefined;
    return {
      sessions: () => registry.load(server).sessions,
      sessionRate: () => 0,
      queued: () => registry.load(server).queued,
      isUp: () => server.oper !== Oper.stopped && (server.admin & MAINTENANCE) === 0,
    };
  }

  /** A server of the check's own backend before anything has happened. */
  #atStart(proxy: string, name: string): ServerFigures | undefined {
    if (proxy !== '' && proxy !== this.proxyName) return undefined;
    const model = this.#proxy.backend?.servers.find((each) => each.name === name);
    if (model === undefined) return undefined;
    const up = !model.disabled && model.unresolved !== true && !model.initState?.endsWith('down');
    return { sessions: () => 0, sessionRate: () => 0, queued: () => 0, isUp: () => up };
  }

  processConnections(): number {
    return 0;
  }

  wallClock(): number {
    return this.#now();
  }

  /** `''` is the check's own backend. */
  #find(name: string): BackendRecord | undefined {
    const backends = this.#registry?.backends ?? [];
    return backends.find(
      (each) => each !== undefined && (name === '' ? each.proxy === this.#proxy : each.proxy.name === name),
    );
  }
}
