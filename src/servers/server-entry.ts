import type { AddressModel, ProxyModel, ServerModel } from '../config/model.ts';
import { initialHealth, isUp } from './check-health.ts';
import { type CheckState, DRAIN, MAINTENANCE, Oper, type ServerRecord } from './server-record.ts';
import { sharePercent, WEIGHT_SCALE } from './slow-start.ts';

/** One server, changeable: only the registry writes to it, everyone else sees it as a `ServerRecord`. */
export class ServerEntry implements ServerRecord {
  readonly slot: number;
  readonly proxy: ProxyModel;
  readonly model: ServerModel;
  readonly address: AddressModel;
  /** Where its checks stand, whether they are switched on or not; absent without `check`. */
  readonly ownCheck: CheckState | undefined;
  checksEnabled = true;
  oper: Oper = Oper.running;
  admin = 0;
  userWeight: number;
  downs = 0;
  lastChange: number;
  downtime = 0;
  tracked: ServerEntry | undefined;
  readonly trackers: ServerEntry[] = [];
  /** Sixteenths of the weight in use: less than 16 while slowstart runs. */
  share = WEIGHT_SCALE;

  constructor(slot: number, proxy: ProxyModel, model: ServerModel, now: number) {
    this.slot = slot;
    this.proxy = proxy;
    this.model = model;
    this.address = model.address;
    this.userWeight = model.weight;
    this.lastChange = now;
    const { enabled, rise, fall } = model.check;
    this.ownCheck = enabled
      ? {
          status: 'INI',
          code: undefined,
          duration: undefined,
          text: '',
          running: false,
          health: initialHealth({ rise, fall }, model.initState),
          rise,
          fall,
          failures: 0,
        }
      : undefined;
    if (this.ownCheck !== undefined && !isUp(this.ownCheck.health, this.ownCheck)) this.oper = Oper.stopped;
  }

  get check(): CheckState | undefined {
    return this.checksEnabled ? this.ownCheck : undefined;
  }

  get weight(): number {
    return Math.ceil((this.userWeight * this.share) / WEIGHT_SCALE);
  }

  get throttle(): number | undefined {
    return this.oper === Oper.starting && !this.draining ? sharePercent(this.share) : undefined;
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
