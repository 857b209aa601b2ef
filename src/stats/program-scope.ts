/** What conditions and formats can know of the program around them. */
import { hostname } from 'node:os';
import type { Model, ProxyModel } from '../config/model.ts';
import type { BackendFigures, ProxyFigures, RuleScope, ServerFigures } from '../expressions/run/context.ts';
import { type SharedTable, Word } from '../servers/shared-table.ts';
import { PROCESS_SLOT, type Slots } from '../servers/slots.ts';
import { Counter, type CounterBlock } from './counters.ts';

/** Where the figures are; a `RuntimeView` is fit. */
export interface FigureSource {
  readonly model: Model;
  readonly slots: Slots;
  readonly table: SharedTable;
  /** Rates are the sums of these blocks. */
  readonly counters: readonly CounterBlock[];
  /** Monotonic ms, the clock of the counters. */
  now(): number;
  /** ms since the epoch. */
  wallClock(): number;
}

/** The program as it is seen from one of its proxies. */
export class ProgramScope implements RuleScope {
  readonly proxyName: string;
  readonly proxyId: number;
  readonly defaultBackendName: string;
  readonly hostname = hostname();
  readonly environment = process.env;
  readonly #source: FigureSource;
  readonly #proxy: ProxyModel;

  constructor(source: FigureSource, proxy: ProxyModel) {
    this.#source = source;
    this.#proxy = proxy;
    this.proxyName = proxy.name;
    this.proxyId = proxy.iid;
    const standard = proxy.frontend?.defaultBackend;
    this.defaultBackendName = standard === undefined ? '' : (source.model.proxies[standard]?.name ?? '');
  }

  frontend(name: string): ProxyFigures | undefined {
    const proxy = this.#find(name, (each) => each.frontend !== undefined);
    return proxy && this.#figures(this.#source.slots.frontend[proxy.index] as number);
  }

  backend(name: string): BackendFigures | undefined {
    const proxy = this.#find(name, (each) => each.backend !== undefined);
    if (proxy?.backend === undefined) return undefined;
    const { backend, index } = proxy;
    const { table, slots } = this.#source;
    const own = slots.backend[index] as number;
    const servers = slots.servers[index] ?? [];
    const active = servers.filter((_, at) => !backend.servers[at]?.backup);
    const backups = servers.filter((_, at) => backend.servers[at]?.backup);
    const usable = (of: readonly number[]) => of.reduce((sum, slot) => sum + (isUsable(table, slot) ? 1 : 0), 0);
    return {
      ...this.#figures(own),
      queued: () => servers.reduce((sum, slot) => sum + table.get(slot, Word.queued), table.get(own, Word.queued)),
      usableServers: () => usable(active) || Math.min(usable(backups), backend.allBackups ? backups.length : 1),
    };
  }

  server(name: string): ServerFigures | undefined {
    const slash = name.lastIndexOf('/');
    const owner = this.#find(slash < 0 ? '' : name.slice(0, slash), (each) => each.backend !== undefined);
    const at = owner?.backend?.servers.findIndex((server) => server.name === name.slice(slash + 1)) ?? -1;
    const slot = owner === undefined ? undefined : this.#source.slots.servers[owner.index]?.[at];
    if (slot === undefined) return undefined;
    const { table } = this.#source;
    return {
      ...this.#figures(slot),
      queued: () => table.get(slot, Word.queued),
      isUp: () => table.get(slot, Word.stopped) === 0,
    };
  }

  processConnections(): number {
    return this.#source.table.get(PROCESS_SLOT, Word.current);
  }

  wallClock(): number {
    return this.#source.wallClock();
  }

  /** `''` is the proxy itself. */
  #find(name: string, fits: (proxy: ProxyModel) => boolean): ProxyModel | undefined {
    if (name === '') return fits(this.#proxy) ? this.#proxy : undefined;
    return this.#source.model.proxies.find((proxy) => proxy.name === name && fits(proxy));
  }

  #figures(slot: number): ProxyFigures {
    const { table, counters } = this.#source;
    return {
      sessions: () => table.get(slot, Word.current),
      sessionRate: () => {
        const now = this.#source.now();
        return counters.reduce((sum, block) => sum + Math.trunc(block.rate(slot, Counter.sessionRate, now)), 0);
      },
    };
  }
}

function isUsable(table: SharedTable, slot: number): boolean {
  return table.get(slot, Word.usable) === 1 && table.get(slot, Word.effectiveWeight) > 0;
}
