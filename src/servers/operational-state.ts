/** Operational state: what checks do to a server, and to those that track it. */
import { fullHealth, isUp, type Thresholds } from './check-health.ts';
import type { ChangeSource, ForcedHealth } from './server-control.ts';
import type { ServerEntry } from './server-entry.ts';
import type { Finding } from './server-event.ts';
import { type CheckStatus, Oper } from './server-record.ts';
import type { StateBoard } from './state-board.ts';
import type { WarmUp } from './warm-up.ts';

export type Verdict = 'passed' | 'conditional' | 'failed';

export function verdictOf(status: CheckStatus): Verdict {
  switch (status) {
    case 'L4OK':
    case 'L6OK':
    case 'L7OK':
    case 'PROCOK':
      return 'passed';
    case 'L7OKC':
      return 'conditional';
    default:
      return 'failed';
  }
}

export class OperationalState {
  readonly #board: StateBoard;
  readonly #warmUp: WarmUp;

  constructor(board: StateBoard, warmUp: WarmUp) {
    this.#board = board;
    this.#warmUp = warmUp;
  }

  /** Moves the operational state as the result of this check asks, be it the server's or its agent's. */
  follow(
    entry: ServerEntry,
    heard: Thresholds & { health: number },
    verdict: Verdict,
    reason: Finding | undefined,
  ): void {
    if (verdict === 'failed') {
      if (!isUp(heard.health, heard) && entry.oper !== Oper.stopped) this.#stop(entry, reason, undefined);
      return;
    }
    // It has not passed often enough, or the other one has something against it; not if that is switched off (measured).
    if (!entry.healthy) return;
    if (verdict === 'conditional') {
      if (entry.oper !== Oper.stopping) this.#leave(entry, reason, undefined);
    } else if (verdict === 'passed' && (entry.oper === Oper.stopped || entry.oper === Oper.stopping)) {
      this.#start(entry, reason, undefined);
    }
  }

  /** Moves it by hand; its checks go on from there. In maintenance its health alone is set. */
  force(entry: ServerEntry, health: ForcedHealth, from: ChangeSource): void {
    const check = entry.ownCheck;
    if (check !== undefined) check.health = health === 'down' ? 0 : fullHealth(check);
    else entry.uncheckedHealth = health === 'down' ? 0 : fullHealth(entry.model.check);
    this.move(entry, health, from);
  }

  /** Moves it by hand, whatever its checks have found. */
  move(entry: ServerEntry, health: ForcedHealth, from: ChangeSource): void {
    if (entry.inMaintenance) return;
    const { oper } = entry;
    if (health === 'down') {
      if (oper !== Oper.stopped) this.#stop(entry, undefined, undefined, from);
    } else if (health === 'stopping') {
      if (oper !== Oper.stopping) this.#leave(entry, undefined, undefined, from);
    } else if (oper === Oper.stopped || oper === Oper.stopping) this.#start(entry, undefined, undefined, from);
  }

  #stop(entry: ServerEntry, reason: Finding | undefined, via: string | undefined, from?: ChangeSource): void {
    const wasDraining = entry.draining || entry.oper === Oper.stopping;
    const now = this.#board.now();
    this.#warmUp.cancel(entry);
    if (entry.draining) entry.downtime += now - entry.lastChange;
    entry.oper = Oper.stopped;
    entry.lastChange = now;
    entry.downs++;
    this.#board.publish(entry, () => {
      const surroundings = this.#board.surroundings(entry, 'server');
      const { proxy, model: server } = entry;
      this.#board.report({ kind: 'down', proxy, server, surroundings, reason, via, wasDraining, from });
      this.#board.mentionDrain(entry);
    });
    this.#board.cutSessions(entry);
    for (const tracker of entry.trackers) {
      if (!tracker.inMaintenance && tracker.oper !== Oper.stopped) this.#stop(tracker, undefined, entry.path);
    }
  }

  /** Takes no new sessions any more, but the present ones go on (`NOLB`). */
  #leave(entry: ServerEntry, reason: Finding | undefined, via: string | undefined, from?: ChangeSource): void {
    const wasDraining = entry.draining;
    const now = this.#board.now();
    this.#warmUp.cancel(entry);
    if (entry.oper === Oper.stopped || entry.draining) entry.downtime += now - entry.lastChange;
    entry.oper = Oper.stopping;
    entry.lastChange = now;
    this.#board.publish(entry, () => {
      const surroundings = this.#board.surroundings(entry, 'backend');
      const { proxy, model: server } = entry;
      this.#board.report({ kind: 'stopping', proxy, server, surroundings, reason, via, wasDraining, from });
      this.#board.mentionDrain(entry);
    });
    for (const tracker of entry.trackers) {
      if (!tracker.inMaintenance && tracker.oper !== Oper.stopping) this.#leave(tracker, undefined, entry.path);
    }
  }

  #start(entry: ServerEntry, reason: Finding | undefined, via: string | undefined, from?: ChangeSource): void {
    const wasDraining = entry.draining;
    const now = this.#board.now();
    if (entry.oper === Oper.stopped || entry.draining) entry.downtime += now - entry.lastChange;
    entry.lastChange = now;
    this.#warmUp.begin(entry);
    this.#board.publish(entry, () => {
      const surroundings = this.#board.surroundings(entry, 'backend');
      const { proxy, model: server } = entry;
      this.#board.report({ kind: 'up', proxy, server, surroundings, reason, via, wasDraining, from });
      this.#board.mentionDrain(entry);
    });
    this.#board.cutBackupSessions(entry);
    for (const tracker of entry.trackers) {
      const running = tracker.oper === Oper.running || tracker.oper === Oper.starting;
      if (!tracker.inMaintenance && !running) this.#start(tracker, undefined, entry.path);
    }
  }
}
