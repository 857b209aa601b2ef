/** What expressions in a check's rules can know of servers and backends. */

import type { ProxyModel } from '../config/model.ts';
import type { BackendFigures, ProxyFigures, RuleScope, ServerFigures } from '../expressions/run/context.ts';
import { type BackendRecord, MAINTENANCE, Oper } from '../servers/server-record.ts';
import type { ServerRegistry } from '../servers/server-registry.ts';

/** Of a check that is run outside a proxy nothing is known but the names. */
export class CheckScope implements RuleScope {
  readonly proxyName: string;
  readonly proxyId: number;
  readonly defaultBackendName = '';
  readonly hostname: string;
  readonly environment = process.env;
  readonly #proxy: ProxyModel;
  readonly #registry: ServerRegistry | undefined;
  readonly #now: () => number;

  /** `now`: wall clock ms. */
  constructor(proxy: ProxyModel, hostname: string, registry?: ServerRegistry, now: () => number = Date.now) {
    this.#proxy = proxy;
    this.proxyName = proxy.name;
    this.proxyId = proxy.iid;
    this.hostname = hostname;
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
    const servers = this.#find(slash < 0 ? '' : name.slice(0, slash))?.servers ?? [];
    const server = servers.find(({ model }) => model.name === name.slice(slash + 1));
    if (server === undefined || registry === undefined) return undefined;
    return {
      sessions: () => registry.load(server).sessions,
      sessionRate: () => 0,
      queued: () => registry.load(server).queued,
      isUp: () => server.oper !== Oper.stopped && (server.admin & MAINTENANCE) === 0,
    };
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
