/** A traffic service on the simulated engine: a model from a few words, its log lines, its counters. */
import type {
  BackendModel,
  FrontendModel,
  Model,
  ProxyModel,
  ServerModel,
  Timeouts,
} from '../../../src/config/model.ts';
import type { SessionLog, SessionRecord } from '../../../src/logging/session-record.ts';
import { SharedTable, Word } from '../../../src/servers/shared-table.ts';
import { assignSlots, PROCESS_SLOT, type Slots } from '../../../src/servers/slots.ts';
import { averageOf, Counter, CounterBlock } from '../../../src/stats/counters.ts';
import { SimulatedEngine } from '../../../src/traffic/engines/simulated/engine.ts';
import type { SimulatedPeer } from '../../../src/traffic/engines/simulated/peer.ts';
import type { ScriptedServer, ServerScript } from '../../../src/traffic/engines/simulated/scripted-server.ts';
import type { TrafficSetup } from '../../../src/traffic/traffic-handle.ts';
import { TrafficService, type TrafficStarted } from '../../../src/traffic/traffic-service.ts';

const PLACE = { file: 'test', line: 1, start: 0, end: 0 };
const ADDRESS = '127.0.0.1:8080';

export interface LabOptions {
  readonly servers?: readonly (Partial<ServerModel> & { readonly script?: ServerScript })[];
  readonly timeouts?: Timeouts;
  readonly backend?: Partial<BackendModel>;
  readonly frontend?: Partial<FrontendModel>;
  readonly log?: Partial<ProxyModel['log']>;
  readonly maxconn?: number;
  readonly listeners?: number;
  /** A frontend that has no backend to send its clients to. */
  readonly withoutBackend?: boolean;
  /** Addresses that cannot be listened on. */
  readonly occupied?: readonly string[];
}

function serverModel(at: number, options: Partial<ServerModel>): ServerModel {
  return {
    name: String.fromCharCode(65 + at),
    id: at + 1,
    idForced: false,
    address: { family: 'ipv4', host: `10.0.0.${at + 1}`, port: 80 },
    place: PLACE,
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
    ...options,
  };
}

export function buildModel(options: LabOptions, port = 8080): Model {
  const frontend: FrontendModel = {
    listeners: Array.from({ length: options.listeners ?? 1 }, (_, at) => ({
      address: { family: 'ipv4', host: '127.0.0.1', port: port === 0 ? 0 : port + at },
      id: at + 1,
      maxconn: 0,
      place: PLACE,
    })),
    maxconn: 2000,
    socketStats: false,
    rateLimit: 0,
    tcpKeepAlive: false,
    ...(options.withoutBackend === true ? {} : { defaultBackend: 0 }),
    ...options.frontend,
  };
  const backend: BackendModel = {
    balance: 'roundrobin',
    randomDraws: 2,
    hashConsistent: false,
    servers: (options.servers ?? [{}]).map(({ script: _, ...server }, at) => serverModel(at, server)),
    fullconn: 200,
    retries: 3,
    redispatch: 0,
    allBackups: false,
    abortOnClose: false,
    check: { kind: 'connect', explicit: false },
    tcpKeepAlive: false,
    ...options.backend,
  };
  const proxy: ProxyModel = {
    kind: 'listen',
    name: 'web',
    index: 0,
    iid: 2,
    place: PLACE,
    mode: 'tcp',
    disabled: false,
    timeouts: { connect: 400, client: 900, server: 900, queue: 400, ...options.timeouts },
    log: {
      targets: [],
      line: 'tcp',
      dontLogNull: false,
      dontLogNormal: false,
      logAsap: false,
      separateErrors: false,
      logHealthChecks: false,
      ...options.log,
    },
    frontend,
    ...(options.withoutBackend === true ? {} : { backend }),
  };
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
    },
    proxies: [proxy],
  };
}

/** Shared memory for a model, with every server ready for traffic. */
export function buildSetup(model: Model, maxconn = 0): TrafficSetup & { table: SharedArrayBuffer } {
  const slots = assignSlots(model);
  const table = SharedTable.create(slots.count);
  const counters = CounterBlock.create(slots.count);
  for (const proxy of model.proxies) {
    for (const [at, slot] of (slots.servers[proxy.index] ?? []).entries()) {
      const server = proxy.backend?.servers[at];
      if (server === undefined) continue;
      table.set(slot, Word.usable, server.disabled || server.weight === 0 ? 0 : 1);
      table.set(slot, Word.effectiveWeight, server.weight * 16);
      table.set(slot, Word.maxconn, server.maxconn);
      table.set(slot, Word.maxqueue, server.maxqueue);
    }
  }
  const logRing = new SharedArrayBuffer(1024);
  return { model, slots, table: table.buffer, counters: counters.buffer, logRing, maxconn, strict: false };
}

/** Keeps what is said of sessions, as the tail of HAProxy's tcplog line. */
export class RecordedLog implements SessionLog {
  readonly begunRecords: SessionRecord[] = [];
  readonly records: SessionRecord[] = [];

  begun(record: SessionRecord): void {
    this.begunRecords.push({ ...record });
  }

  ended(record: SessionRecord): void {
    this.records.push({ ...record });
  }

  get lines(): string[] {
    return this.records.map(
      (r) =>
        `${r.backendName}/${r.serverName} ${r.queueTime}/${r.connectTime}/${r.totalTime} ${r.bytesOut} ${r.termination} ` +
        `${r.actConn}/${r.frontendConn}/${r.backendConn}/${r.serverConn}/${r.redispatched ? '+' : ''}${r.retries} ` +
        `${r.serverQueue}/${r.backendQueue}`,
    );
  }

  /** The line of the only session so far. */
  get line(): string {
    if (this.lines.length !== 1) throw new Error(`${this.lines.length} lines: ${this.lines.join('; ')}`);
    return this.lines[0] as string;
  }
}

/** The figures of one row, as `show stat` names them. */
export interface Figures {
  stot: number;
  scur: number;
  smax: number;
  qcur: number;
  qmax: number;
  bin: number;
  bout: number;
  econ: number;
  eresp: number;
  wretr: number;
  wredis: number;
  lbtot: number;
  connect: number;
  cli_abrt: number;
  srv_abrt: number;
  qtime: number;
  ctime: number;
  ttime: number;
}

export class Lab {
  readonly engine = new SimulatedEngine();
  readonly log = new RecordedLog();
  readonly slots: Slots;
  readonly table: SharedTable;
  readonly counters: CounterBlock;
  readonly service: TrafficService;
  readonly servers: ScriptedServer[];
  started: TrafficStarted | undefined;

  constructor(options: LabOptions = {}) {
    const model = buildModel(options);
    const setup = buildSetup(model, options.maxconn);
    this.slots = setup.slots;
    this.table = SharedTable.attach(setup.table);
    this.counters = CounterBlock.attach(setup.counters);
    this.servers = (options.servers ?? [{}]).map((server, at) =>
      this.engine.serve(`10.0.0.${at + 1}:80`, server.script ?? {}),
    );
    for (const address of options.occupied ?? []) this.engine.occupy(address);
    this.service = new TrafficService(this.engine, setup, this.log);
    this.service.start((outcome) => {
      this.started = outcome;
    });
    this.engine.run();
  }

  dial(options: Parameters<SimulatedEngine['dial']>[1] = {}, address = ADDRESS): SimulatedPeer {
    return this.engine.dial(address, options);
  }

  /** Dials and lets everything happen that needs no time. */
  connect(address = ADDRESS): SimulatedPeer {
    const peer = this.dial({}, address);
    this.engine.run();
    return peer;
  }

  get frontendSlot(): number {
    return this.slots.frontend[0] as number;
  }

  get backendSlot(): number {
    return this.slots.backend[0] as number;
  }

  serverSlot(at: number): number {
    return this.slots.servers[0]?.[at] as number;
  }

  listenerSlot(at: number): number {
    return this.slots.listeners[0]?.[at] as number;
  }

  figures(slot: number): Figures {
    const count = (counter: Counter) => this.counters.get(slot, counter);
    return {
      stot: count(Counter.sessions),
      scur: this.table.get(slot, Word.current),
      smax: this.table.get(slot, Word.currentMax),
      qcur: this.table.get(slot, Word.queued),
      qmax: this.table.get(slot, Word.queuedMax),
      bin: count(Counter.bytesIn),
      bout: count(Counter.bytesOut),
      econ: count(Counter.connectErrors),
      eresp: count(Counter.responseErrors),
      wretr: count(Counter.retries),
      wredis: count(Counter.redispatches),
      lbtot: count(Counter.chosen),
      connect: count(Counter.connectAttempts),
      cli_abrt: count(Counter.clientAborts),
      srv_abrt: count(Counter.serverAborts),
      qtime: averageOf([this.counters], slot, Counter.queueTimeAverage),
      ctime: averageOf([this.counters], slot, Counter.connectTimeAverage),
      ttime: averageOf([this.counters], slot, Counter.totalTimeAverage),
    };
  }

  /** Changes a server's state words and tells traffic, as the server registry does. */
  setServer(at: number, words: { usable?: boolean; drained?: boolean; weight?: number; maxconn?: number }): void {
    const slot = this.serverSlot(at);
    if (words.usable !== undefined) {
      this.table.set(slot, Word.usable, words.usable ? 1 : 0);
      this.table.set(slot, Word.stopped, words.usable ? 0 : 1);
    }
    if (words.drained !== undefined) this.table.set(slot, Word.usable, words.drained ? 0 : 1);
    if (words.weight !== undefined) this.table.set(slot, Word.effectiveWeight, words.weight * 16);
    if (words.maxconn !== undefined) this.table.set(slot, Word.maxconn, words.maxconn);
    this.table.add(slot, Word.generation, 1);
    this.table.add(this.backendSlot, Word.generation, 1);
    this.service.serverChanged(slot);
    this.engine.run();
  }

  /** Every gauge of every row, by slot; all 0 when nobody is there any more. */
  get gauges(): number[] {
    const gauges: number[] = [];
    for (let slot = PROCESS_SLOT; slot < this.slots.count; slot++) {
      gauges.push(
        this.table.get(slot, Word.current),
        this.table.get(slot, Word.queued),
        this.table.get(slot, Word.places),
      );
    }
    return gauges;
  }
}

/** Only the figures that are not 0. */
export function nonZero(figures: Figures): Partial<Figures> {
  return Object.fromEntries(Object.entries(figures).filter(([, value]) => value !== 0));
}
