/** Administrative state: maintenance and drain, a server's own and inherited. */
import { type AdminStep, adminInherited, adminSteps } from './admin-change.ts';
import { initialHealth } from './check-health.ts';
import type { AdminNote } from './server-control.ts';
import type { ServerEntry } from './server-entry.ts';
import { DRAIN, Oper } from './server-record.ts';
import type { StateBoard } from './state-board.ts';
import type { WarmUp } from './warm-up.ts';

export class AdministrativeState {
  readonly #board: StateBoard;
  readonly #warmUp: WarmUp;

  constructor(board: StateBoard, warmUp: WarmUp) {
    this.#board = board;
    this.#warmUp = warmUp;
  }

  /** Gives the server these `Admin` bits, and its trackers what they inherit. `via`: whom the change came from. */
  change(entry: ServerEntry, after: number, via: string | undefined, note?: AdminNote): void {
    const before = entry.admin;
    if (before === after) return;
    const steps = adminSteps(before, after);
    entry.admin = after;
    for (const step of steps) this.#step(entry, step, before, via, note);
    for (const tracker of entry.trackers) {
      this.change(tracker, adminInherited(tracker.admin, after), entry.path);
    }
  }

  #step(entry: ServerEntry, step: AdminStep, before: number, via: string | undefined, note?: AdminNote): void {
    const { proxy, model: server } = entry;
    const now = this.#board.now();
    switch (step.kind) {
      case 'enters-maintenance':
        this.#enterMaintenance(entry, before, via);
        return;
      case 'leaves-maintenance': {
        const check = entry.ownCheck;
        if (check !== undefined) check.health = initialHealth(check, server.initState);
        // `init-state down`, its agent or whom it tracks may keep it stopped until they say otherwise.
        const { tracked } = entry;
        const to = tracked?.oper ?? (entry.healthy ? Oper.running : Oper.stopped);
        if (to === Oper.running || to === Oper.starting) {
          entry.downtime += now - entry.lastChange;
          entry.lastChange = now;
          this.#warmUp.begin(entry);
        } else {
          entry.oper = to;
          this.#warmUp.useWeight(entry);
        }
        const { forced, draining } = step;
        const up = entry.oper !== Oper.stopped;
        this.#board.publish(entry, () =>
          this.#board.report({ kind: 'leaves-maintenance', proxy, server, forced, up, draining }),
        );
        return;
      }
      case 'enters-drain':
      case 'leaves-drain': {
        const up = entry.oper !== Oper.stopped;
        if (!up || step.kind === 'leaves-drain') entry.downtime += now - entry.lastChange;
        entry.lastChange = now;
        this.#warmUp.again(entry);
        this.#board.publish(entry, () => {
          if (step.kind === 'leaves-drain') this.#board.report({ kind: 'leaves-drain', proxy, server, up });
          else {
            const surroundings = this.#board.surroundings(entry, up ? 'backend' : 'server');
            this.#board.report({ kind: 'drain', proxy, server, surroundings, via, up, note });
          }
        });
        return;
      }
      case 'remains': {
        const holder = step.own ? undefined : entry.tracked?.path;
        this.#board.report({ kind: 'remains', in: step.in, proxy, server, via: holder });
      }
    }
  }

  #enterMaintenance(entry: ServerEntry, before: number, via: string | undefined): void {
    const { proxy, model: server } = entry;
    const now = this.#board.now();
    if (entry.ownCheck !== undefined) entry.ownCheck.health = 0;
    if (entry.oper === Oper.stopped) {
      this.#board.publish(entry, () => this.#board.report({ kind: 'maintenance-while-down', proxy, server, via }));
      return;
    }
    entry.uncheckedHealth = 0;
    const wasDraining = (before & DRAIN) !== 0;
    this.#warmUp.cancel(entry);
    if (wasDraining) entry.downtime += now - entry.lastChange;
    const wasStopping = entry.oper === Oper.stopping;
    entry.oper = Oper.stopped;
    entry.lastChange = now;
    entry.downs++;
    this.#board.publish(entry, () => {
      const surroundings = this.#board.surroundings(entry, 'server');
      const event = { kind: 'maintenance', proxy, server, surroundings, via } as const;
      this.#board.report({ ...event, wasDraining: wasDraining || wasStopping });
    });
    this.#board.cutSessions(entry);
  }
}
