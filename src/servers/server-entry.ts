import type { AddressModel, ProxyModel, ServerModel } from '../config/model.ts';
import { initialHealth, isUp } from './check-health.ts';
import { CheckRecord } from './check-record.ts';
import { DRAIN, MAINTENANCE, Oper, type ServerRecord } from './server-record.ts';
import { throttlePercent, WEIGHT_SCALE } from './slow-start.ts';

/** One server, changeable: only the registry writes to it, everyone else sees it as a `ServerRecord`. */
export class ServerEntry implements ServerRecord {
  readonly slot: number;
  readonly proxy: ProxyModel;
  /** As configured, but for what commands have changed of it. */
  model: ServerModel;
  readonly address: AddressModel;
  /** Where its checks stand, whether they are switched on or not; absent without `check`. */
  readonly ownCheck: CheckRecord | undefined;
  checksEnabled = true;
  /** What the agent says, whether it is asked or not; absent without `agent-check`. */
  readonly ownAgent: CheckRecord | undefined;
  agentEnabled = true;
  maxconn: number;
  observedFailures: number | undefined;
  oper: Oper = Oper.running;
  admin = 0;
  userWeight: number;
  downs = 0;
  lastChange: number;
  downtime = 0;
  tracked: ServerEntry | undefined;
  readonly trackers: ServerEntry[] = [];
  uncheckedHealth: number;
  /** Sixteenths of the weight that count: less than 16 while slowstart runs. */
  share = WEIGHT_SCALE;
  /** The weight in use, in sixteenths. */
  effectiveWeight: number;

  constructor(slot: number, proxy: ProxyModel, model: ServerModel, now: number) {
    this.slot = slot;
    this.proxy = proxy;
    this.model = model;
    this.address = model.address;
    this.userWeight = model.weight;
    this.effectiveWeight = model.weight * WEIGHT_SCALE;
    this.uncheckedHealth = model.check.rise;
    this.lastChange = now;
    this.maxconn = model.maxconn;
    this.observedFailures = model.observe === undefined ? undefined : 0;
    const { enabled, rise, fall } = model.check;
    this.ownCheck = enabled
      ? new CheckRecord({ rise, fall }, initialHealth({ rise, fall }, model.initState))
      : undefined;
    // An agent's word counts at once, and nothing is known to its disadvantage before it has spoken.
    this.ownAgent = model.agent === undefined ? undefined : new CheckRecord({ rise: 1, fall: 1 }, 1, 0);
    if (this.ownCheck !== undefined && !isUp(this.ownCheck.health, this.ownCheck)) this.oper = Oper.stopped;
  }

  get check(): CheckRecord | undefined {
    return this.checksEnabled ? this.ownCheck : undefined;
  }

  get agent(): CheckRecord | undefined {
    return this.agentEnabled ? this.ownAgent : undefined;
  }

  /** Neither its checks nor its agent have anything against it. */
  get healthy(): boolean {
    const { check, agent } = this;
    return (check === undefined || isUp(check.health, check)) && (agent === undefined || agent.health > 0);
  }

  get weight(): number {
    return Math.ceil(this.effectiveWeight / WEIGHT_SCALE);
  }

  get throttle(): number | undefined {
    return this.oper === Oper.starting && !this.draining ? throttlePercent(this) : undefined;
  }

  get inMaintenance(): boolean {
    return (this.admin & MAINTENANCE) !== 0;
  }

  get draining(): boolean {
    return (this.admin & DRAIN) !== 0;
  }

  /** Balancing may choose it. */
  get usable(): boolean {
    const up = this.oper === Oper.running || this.oper === Oper.starting;
    return up && (this.admin & (MAINTENANCE | DRAIN)) === 0 && this.userWeight > 0;
  }

  /** `backend/server`. */
  get path(): string {
    return `${this.proxy.name}/${this.model.name}`;
  }
}
