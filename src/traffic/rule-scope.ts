import { hostname } from 'node:os';
import type { Model, ProxyModel } from '../config/model.ts';
import type { BackendFigures, ProxyFigures, RuleScope, ServerFigures } from '../expressions/run/context.ts';
import { Word } from '../servers/shared-table.ts';
import { PROCESS_SLOT, type Slots } from '../servers/slots.ts';
import { Counter } from '../stats/counters.ts';
import type { Backend } from './backend.ts';
import type { Ledger } from './session-account.ts';

/** What the rules of one proxy can know of the program. Rates are those of this thread. */
export class ProxyScope implements RuleScope {
  readonly proxyName: string;
  readonly proxyId: number;
  readonly defaultBackendName: string;
  readonly hostname = hostname();
  readonly environment = process.env;
  readonly #proxy: ProxyModel;
  readonly #model: Model;
  readonly #slots: Slots;
  readonly #ledger: Ledger;
  readonly #backends: ReadonlyMap<number, Backend>;

  constructor(proxy: ProxyModel, model: Model, slots: Slots, ledger: Ledger, backends: ReadonlyMap<number, Backend>) {
    this.#proxy = proxy;
    this.#model = model;
    this.#slots = slots;
    this.#ledger = ledger;
    this.#backends = backends;
    this.proxyName = proxy.name;
    this.proxyId = proxy.iid;
    const standard = proxy.frontend?.defaultBackend;
    this.defaultBackendName = standard === undefined ? '' : (model.proxies[standard]?.name ?? '');
  }

  frontend(name: string): ProxyFigures | undefined {
    const proxy = this.#find(name, (each) => each.frontend !== undefined);
    return proxy && this.#figures(this.#slots.frontend[proxy.index] as number);
  }

  backend(name: string): BackendFigures | undefined {
    const proxy = this.#find(name, (each) => each.backend !== undefined);
    const backend = proxy && this.#backends.get(proxy.index);
    if (proxy === undefined || backend === undefined) return undefined;
    const { table } = this.#ledger;
    const slots = [backend.slot, ...backend.servers.map((server) => server.slot)];
    return {
      ...this.#figures(backend.slot),
      queued: () => slots.reduce((sum, slot) => sum + table.get(slot, Word.queued), 0),
      usableServers: () => {
        backend.refresh();
        return backend.usableCount;
      },
    };
  }

  server(name: string): ServerFigures | undefined {
    const slash = name.lastIndexOf('/');
    const owner = this.#find(slash < 0 ? '' : name.slice(0, slash), (each) => each.backend !== undefined);
    const at = owner?.backend?.servers.findIndex((server) => server.name === name.slice(slash + 1)) ?? -1;
    const slot = owner === undefined ? undefined : this.#slots.servers[owner.index]?.[at];
    if (slot === undefined) return undefined;
    const { table } = this.#ledger;
    return {
      ...this.#figures(slot),
      queued: () => table.get(slot, Word.queued),
      isUp: () => table.get(slot, Word.stopped) === 0,
    };
  }

  processConnections(): number {
    return this.#ledger.table.get(PROCESS_SLOT, Word.current);
  }

  wallClock(): number {
    return this.#ledger.wallClock();
  }

  /** `''` is the proxy itself. */
  #find(name: string, fits: (proxy: ProxyModel) => boolean): ProxyModel | undefined {
    if (name === '') return fits(this.#proxy) ? this.#proxy : undefined;
    return this.#model.proxies.find((proxy) => proxy.name === name && fits(proxy));
  }

  #figures(slot: number): ProxyFigures {
    const { table, counters } = this.#ledger;
    return {
      sessions: () => table.get(slot, Word.current),
      sessionRate: () => Math.trunc(counters.rate(slot, Counter.sessionRate, this.#ledger.wallClock())),
    };
  }
}
