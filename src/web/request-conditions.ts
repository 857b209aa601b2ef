/** Conditions on requests to a statistics proxy: `stats admin if`, `monitor fail if`. */
import type { ProxyModel } from '../config/model.ts';
import type { ConditionModel } from '../expressions/model.ts';
import { compileCondition } from '../expressions/run/compile.ts';
import type {
  BackendFigures,
  ProxyFigures,
  RuleContext,
  RuleScope,
  ServerFigures,
} from '../expressions/run/context.ts';
import { type ClientHello, readClientHello } from '../protocols/tls-client-hello.ts';
import { Word } from '../servers/shared-table.ts';
import { PROCESS_SLOT } from '../servers/slots.ts';
import { Counter } from '../stats/counters.ts';
import type { RuntimeView } from '../stats/runtime-view.ts';

/** One end of a request's connection: an IP address and port, or `unix` and 0. */
export interface RequestEnd {
  readonly host: string;
  readonly port: number;
}

/** Where a request came from and where it arrived. */
export interface RequestRoad {
  readonly client: RequestEnd;
  readonly local: RequestEnd;
}

/** Tells whether a condition holds for a request. */
export type RequestCondition = (road: RequestRoad) => boolean;

const NO_BYTES = new Uint8Array(0);

/** True when one of the conditions holds; undefined when there are none. */
export function anyCondition(
  models: readonly ConditionModel[] | undefined,
  view: RuntimeView,
  proxy: ProxyModel,
): RequestCondition | undefined {
  if (models === undefined || models.length === 0) return undefined;
  const scope = new ViewScope(view, proxy);
  const conditions = models.map((model) => compileCondition(model, scope));
  return (road) => {
    const context = new RequestContext(road);
    return conditions.some((condition) => condition === undefined || condition(context) === 'yes');
  };
}

/** Over HTTP nothing of the connection's first bytes is looked at. */
class RequestContext implements RuleContext {
  readonly clientHost: string;
  readonly clientPort: number;
  readonly localHost: string;
  readonly localPort: number;
  readonly listenerId = 1;
  readonly listenerName = '';
  readonly final = true;
  incomplete = false;

  constructor({ client, local }: RequestRoad) {
    this.clientHost = client.host;
    this.clientPort = client.port;
    this.localHost = local.host;
    this.localPort = local.port;
  }

  request(): Uint8Array {
    return NO_BYTES;
  }

  clientHello(): ClientHello {
    return readClientHello(NO_BYTES);
  }
}

/** The figures of the whole program, as the statistics see them. */
class ViewScope implements RuleScope {
  readonly proxyName: string;
  readonly proxyId: number;
  readonly defaultBackendName: string;
  readonly hostname: string;
  readonly environment = process.env;
  readonly #view: RuntimeView;
  readonly #proxy: ProxyModel;

  constructor(view: RuntimeView, proxy: ProxyModel) {
    this.#view = view;
    this.#proxy = proxy;
    this.proxyName = proxy.name;
    this.proxyId = proxy.iid;
    this.hostname = view.process.node;
    const standard = proxy.frontend?.defaultBackend;
    this.defaultBackendName = standard === undefined ? '' : (view.model.proxies[standard]?.name ?? '');
  }

  frontend(name: string): ProxyFigures | undefined {
    const proxy = this.#find(name, (each) => each.frontend !== undefined);
    return proxy && this.#figures(this.#view.slots.frontend[proxy.index] as number);
  }

  backend(name: string): BackendFigures | undefined {
    const proxy = this.#find(name, (each) => each.backend !== undefined);
    const record = proxy && this.#view.backends[proxy.index];
    if (record === undefined) return undefined;
    const { table } = this.#view;
    const slots = [record.slot, ...record.servers.map((server) => server.slot)];
    return {
      ...this.#figures(record.slot),
      queued: () => slots.reduce((sum, slot) => sum + table.get(slot, Word.queued), 0),
      usableServers: () => {
        const usable = record.servers.filter((server) => table.get(server.slot, Word.usable) === 1);
        const active = usable.filter((server) => !server.model.backup).length;
        if (active > 0) return active;
        return record.proxy.backend?.allBackups === true ? usable.length : Math.min(usable.length, 1);
      },
    };
  }

  server(name: string): ServerFigures | undefined {
    const slash = name.lastIndexOf('/');
    const owner = this.#find(slash < 0 ? '' : name.slice(0, slash), (each) => each.backend !== undefined);
    const servers = owner === undefined ? undefined : this.#view.backends[owner.index]?.servers;
    const slot = servers?.find(({ model }) => model.name === name.slice(slash + 1))?.slot;
    if (slot === undefined) return undefined;
    const { table } = this.#view;
    return {
      ...this.#figures(slot),
      queued: () => table.get(slot, Word.queued),
      isUp: () => table.get(slot, Word.stopped) === 0,
    };
  }

  processConnections(): number {
    return this.#view.table.get(PROCESS_SLOT, Word.current);
  }

  wallClock(): number {
    return this.#view.now();
  }

  /** `''` is the proxy itself. */
  #find(name: string, fits: (proxy: ProxyModel) => boolean): ProxyModel | undefined {
    if (name === '') return fits(this.#proxy) ? this.#proxy : undefined;
    return this.#view.model.proxies.find((proxy) => proxy.name === name && fits(proxy));
  }

  #figures(slot: number): ProxyFigures {
    const { table, counters } = this.#view;
    return {
      sessions: () => table.get(slot, Word.current),
      sessionRate: () =>
        counters.reduce((sum, block) => sum + Math.trunc(block.rate(slot, Counter.sessionRate, this.#view.now())), 0),
    };
  }
}
