/** A runtime view built from a few words: models, server records and counters that a test changes by hand. */
import type {
  AddressModel,
  BackendModel,
  FrontendModel,
  ListenerModel,
  Model,
  ProxyModel,
  ServerModel,
} from '../../src/config/model.ts';
import type { PlaceChange } from '../../src/servers/check-place.ts';
import type { ServerControl } from '../../src/servers/server-control.ts';
import {
  Admin,
  type BackendRecord,
  type CheckState,
  Oper,
  type ServerRecord,
} from '../../src/servers/server-record.ts';
import { SharedTable, Word } from '../../src/servers/shared-table.ts';
import { assignSlots } from '../../src/servers/slots.ts';
import { CounterBlock } from '../../src/stats/counters.ts';
import type { RuntimeView } from '../../src/stats/runtime-view.ts';

export type Mutable<T> = { -readonly [K in keyof T]: T[K] };
const place = { file: 'test.cfg', line: 1 };

export function tcpAddress(host: string, port: number): AddressModel {
  return { family: host.includes(':') ? 'ipv6' : 'ipv4', host, port };
}

export function listener(id: number, rest: Partial<ListenerModel> = {}): ListenerModel {
  return { address: tcpAddress('127.0.0.1', 8000 + id), id, maxconn: 0, place, ...rest };
}

export function server(name: string, id: number, rest: Partial<ServerModel> = {}): ServerModel {
  return {
    name,
    id,
    idForced: false,
    address: tcpAddress('127.0.0.1', 9000 + id),
    place,
    weight: 1,
    backup: false,
    disabled: false,
    maxconn: 0,
    minconn: 0,
    maxqueue: 0,
    slowstart: 0,
    shutdownSessionsOnDown: false,
    shutdownBackupSessionsOnUp: false,
    check: { enabled: false, inter: 2000, rise: 2, fall: 3, ssl: false, verify: 'required' },
    ...rest,
  };
}

export function checkedServer(name: string, id: number, rest: Partial<ServerModel> = {}): ServerModel {
  return server(name, id, {
    check: { enabled: true, inter: 2000, rise: 2, fall: 3, ssl: false, verify: 'required' },
    ...rest,
  });
}

export type ProxyParts = Partial<Omit<ProxyModel, 'frontend' | 'backend'>> & {
  readonly name: string;
  readonly frontend?: Partial<FrontendModel>;
  readonly backend?: Partial<BackendModel>;
};

/** A model of these proxies, ids counted as the reader counts them. */
export function modelOf(proxies: readonly ProxyParts[], global: Partial<Model['global']> = {}): Model {
  return {
    global: {
      daemon: false,
      spreadChecks: 0,
      zeroWarning: false,
      quiet: false,
      logs: [],
      statsSockets: [],
      statsTimeout: 10_000,
      statsMaxconn: 10,
      externalCheck: false,
      ...global,
    },
    proxies: proxies.map((parts, index) => proxyOf(parts, index)),
  };
}

function proxyOf({ frontend, backend, ...parts }: ProxyParts, index: number): ProxyModel {
  return {
    kind: frontend && backend ? 'listen' : frontend ? 'frontend' : 'backend',
    index,
    iid: index + 2,
    place,
    mode: 'tcp',
    disabled: false,
    timeouts: {},
    log: {
      targets: [],
      line: 'default',
      dontLogNull: false,
      dontLogNormal: false,
      logAsap: false,
      separateErrors: false,
      logHealthChecks: false,
    },
    ...parts,
    ...(frontend
      ? {
          frontend: {
            listeners: [],
            maxconn: 1000,
            socketStats: false,
            rateLimit: 0,
            tcpKeepAlive: false,
            ...frontend,
          },
        }
      : {}),
    ...(backend
      ? {
          backend: {
            balance: 'roundrobin',
            randomDraws: 2,
            hashConsistent: false,
            servers: [],
            fullconn: 100,
            retries: 3,
            redispatch: 0,
            allBackups: false,
            abortOnClose: false,
            check: { kind: 'connect', explicit: false },
            tcpKeepAlive: false,
            ...backend,
          },
        }
      : {}),
  };
}

export interface TestView {
  readonly view: RuntimeView;
  /** Its only block: traffic's and the control thread's in one. */
  readonly counters: CounterBlock;
  readonly table: SharedTable;
  readonly control: ServerControl & { readonly calls: string[] };
  server(backend: string, name: string): Mutable<ServerRecord>;
  backend(name: string): Mutable<BackendRecord>;
  /** Changes fields of the server's check. */
  check(backend: string, name: string, state: Partial<CheckState>): void;
  /** Monotonic ms of the view; the records begin at 0 here, which is 1 000 000 000 s. */
  clock: { now: number };
}

export const EPOCH = 1_000_000_000_000;
/** ms between the view's two clocks. */
const WALL_AHEAD = 500_000_000_000;

/** Records as they are right after the start: usable, and checked servers at `INI`. */
export function testView(model: Model): TestView {
  const slots = assignSlots(model);
  const table = SharedTable.create(slots.count);
  const counters = CounterBlock.create(slots.count);
  const clock = { now: EPOCH };
  const paused = new Set<number>();
  const backends = model.proxies.map((proxy) => backendRecord(proxy, slots, table));
  for (const backend of backends) {
    for (const record of backend?.servers ?? []) {
      const { track } = record.model;
      if (track) (record as Mutable<ServerRecord>).tracked = backends[track.proxy]?.servers[track.server];
    }
  }
  const view: RuntimeView = {
    model,
    slots,
    table,
    counters: [counters],
    backends,
    frontendStatus: (proxy) => (paused.has(proxy) ? 'PAUSED' : 'OPEN'),
    now: () => clock.now,
    wallClock: () => clock.now + WALL_AHEAD,
    process: {
      pid: 4711,
      startedAt: EPOCH + WALL_AHEAD - 2197.101,
      runningSince: EPOCH - 2197.101,
      bootTime: 81.6,
      node: 'nodex',
      description: undefined,
      maxconn: 1000,
      fileLimit: 2040,
      engine: 'simulated',
      stopping: () => false,
      droppedLogs: () => 0,
    },
  };
  const find = (name: string) => {
    const found = backends.find((backend) => backend?.proxy.name === name);
    if (found === undefined) throw new Error(`no backend ${name}`);
    return found as Mutable<BackendRecord>;
  };
  const findServer = (backend: string, name: string) => {
    const found = find(backend).servers.find((record) => record.model.name === name);
    if (found === undefined) throw new Error(`no server ${backend}/${name}`);
    return found as Mutable<ServerRecord>;
  };
  const calls: string[] = [];
  return {
    view,
    counters,
    table,
    clock,
    control: {
      calls,
      setAdministrative(record, state) {
        calls.push(`${record.proxy.name}/${record.model.name} ${state}`);
        const bits = { ready: 0, drain: Admin.forcedDrain, maint: Admin.forcedMaint };
        (record as Mutable<ServerRecord>).admin = bits[state];
      },
      setWeight(record, weight) {
        calls.push(`${record.proxy.name}/${record.model.name} weight ${weight}`);
        (record as Mutable<ServerRecord>).userWeight = weight;
      },
      setHealth(record, health, from) {
        calls.push(`${record.proxy.name}/${record.model.name} health ${health} ${from}`);
        return record.tracked === undefined;
      },
      setHealthChecks(record, enabled) {
        calls.push(`${record.proxy.name}/${record.model.name} checks ${enabled ? 'on' : 'off'}`);
        return record.model.check.enabled && record.tracked === undefined;
      },
      setAgent(record, enabled) {
        calls.push(`${record.proxy.name}/${record.model.name} agent ${enabled ? 'on' : 'off'}`);
        return record.model.agent !== undefined;
      },
      forceAgent(record, up, from) {
        calls.push(`${record.proxy.name}/${record.model.name} agent ${up ? 'up' : 'down'} ${from}`);
        return record.agent !== undefined;
      },
      moveChecks(record, change) {
        calls.push(`${record.proxy.name}/${record.model.name} checks to ${placeText(change)}`);
      },
      moveAgent(record, change) {
        calls.push(`${record.proxy.name}/${record.model.name} agent to ${placeText(change)}`);
      },
      setAgentSend(record, bytes) {
        calls.push(`${record.proxy.name}/${record.model.name} agent told ${JSON.stringify(String(bytes))}`);
      },
      shutdownSessions(record) {
        calls.push(`${record.proxy.name}/${record.model.name} shutdown`);
      },
      setMaxconn(record, maxconn) {
        calls.push(`${record.proxy.name}/${record.model.name} maxconn ${maxconn}`);
      },
      setFrontendMaxconn(slot, maxconn) {
        calls.push(`frontend slot ${slot} maxconn ${maxconn}`);
      },
      clearCounters() {
        calls.push('clear');
      },
    },
    server: findServer,
    backend: find,
    check(backend, name, state) {
      const record = findServer(backend, name);
      if (record.check === undefined) throw new Error(`${backend}/${name} has no check`);
      record.check = { ...record.check, ...state };
    },
  };
}

function backendRecord(
  proxy: ProxyModel,
  slots: ReturnType<typeof assignSlots>,
  table: SharedTable,
): BackendRecord | undefined {
  if (proxy.backend === undefined) return undefined;
  const servers = proxy.backend.servers.map((model, index): ServerRecord => {
    const slot = slots.servers[proxy.index]?.[index] ?? -1;
    const { rise, fall, enabled } = model.check;
    table.set(slot, Word.usable, model.disabled ? 0 : 1);
    return {
      slot,
      proxy,
      model,
      address: model.address,
      oper: model.disabled ? Oper.stopped : Oper.running,
      admin: model.disabled ? Admin.forcedMaint | Admin.configMaint : 0,
      check: enabled
        ? {
            status: 'INI',
            code: undefined,
            duration: undefined,
            text: '',
            running: false,
            health: rise,
            rise,
            fall,
            failures: 0,
          }
        : undefined,
      agent: undefined,
      get ownCheck() {
        return this.check;
      },
      get ownAgent() {
        return this.agent;
      },
      uncheckedHealth: model.disabled ? 0 : rise,
      maxconn: model.maxconn,
      observedFailures: undefined,
      userWeight: model.weight,
      weight: model.weight,
      throttle: undefined,
      downs: 0,
      lastChange: EPOCH,
      downtime: 0,
      tracked: undefined,
    };
  });
  const usable = servers.filter((record) => !record.model.disabled);
  const active = usable.filter((record) => !record.model.backup);
  return {
    slot: slots.backend[proxy.index] ?? -1,
    proxy,
    servers,
    down: servers.length > 0 && usable.length === 0,
    downs: 0,
    lastChange: EPOCH,
    downtime: 0,
    activeCount: active.length,
    backupCount: usable.length - active.length,
    weight: active.reduce((sum, record) => sum + record.userWeight, 0),
  };
}

/** `host port`, `-` for what stays. */
function placeText({ address, port }: PlaceChange): string {
  return `${address?.host ?? '-'} ${port ?? '-'}`;
}
