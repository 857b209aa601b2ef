import type { ProxyModel } from '../config/model.ts';
import type { ServerEntry } from './server-entry.ts';
import type { BackendRecord } from './server-record.ts';
import { WEIGHT_SCALE } from './slow-start.ts';

/** A backend's own state, counted from its servers after each change. */
export class BackendEntry implements BackendRecord {
  readonly slot: number;
  readonly proxy: ProxyModel;
  readonly servers: readonly ServerEntry[];
  down = false;
  downs = 0;
  lastChange: number;
  downtime = 0;
  activeCount = 0;
  backupCount = 0;
  weight = 0;

  constructor(slot: number, proxy: ProxyModel, servers: readonly ServerEntry[], now: number) {
    this.slot = slot;
    this.proxy = proxy;
    this.servers = servers;
    this.lastChange = now;
  }

  /** Counts the usable servers. A backend without servers is never down: it has nothing to lose. */
  count(): void {
    this.activeCount = 0;
    this.backupCount = 0;
    let active = 0;
    let backup = 0;
    const everyBackup = this.proxy.backend?.allBackups === true;
    for (const server of this.servers) {
      if (!server.usable) continue;
      const weight = server.effectiveWeight;
      if (!server.model.backup) {
        this.activeCount++;
        active += weight;
      } else {
        this.backupCount++;
        if (everyBackup || this.backupCount === 1) backup += weight;
      }
    }
    this.weight = Math.ceil((this.activeCount > 0 ? active : backup) / WEIGHT_SCALE);
    this.down = this.servers.length > 0 && this.activeCount + this.backupCount === 0;
  }

  /** Counts again at `now` (monotonic ms) and says whether the backend has just lost its last server. */
  recount(now: number): boolean {
    const was = this.down;
    this.count();
    if (was === this.down) return false;
    if (was) this.downtime += now - this.lastChange;
    else this.downs++;
    this.lastChange = now;
    return this.down;
  }
}
