/** Brings servers up, at once or with `slowstart`, in steps of a second. */
import type { Clock, Timer, Timers } from './clock.ts';
import type { ServerEntry } from './server-entry.ts';
import { Oper } from './server-record.ts';
import { SLOWSTART_STEP, slowstartShare, WEIGHT_SCALE } from './slow-start.ts';
import type { StateBoard } from './state-board.ts';
import { hasDynamicWeights } from './weight-rules.ts';

export class WarmUp {
  readonly #board: StateBoard;
  readonly #clock: Clock;
  readonly #timers: Timers;
  readonly #running = new Map<ServerEntry, { readonly timer: Timer; since: number }>();

  constructor(board: StateBoard, clock: Clock, timers: Timers) {
    this.#board = board;
    this.#clock = clock;
    this.#timers = timers;
  }

  /** Running at once, or in steps with slowstart. */
  begin(entry: ServerEntry): void {
    this.cancel(entry);
    this.useWeight(entry);
    entry.oper = Oper.running;
    if (entry.model.slowstart <= 0) return;
    entry.oper = Oper.starting;
    this.#warm(entry, this.#clock.monotonic());
  }

  /** The weight it is to have counts, or sixteenths of it. */
  useWeight(entry: ServerEntry, share = WEIGHT_SCALE): void {
    entry.share = share;
    entry.effectiveWeight = entry.userWeight * share;
  }

  /** The time it has been coming up counts from now on: it began or ceased to drain (measured). */
  again(entry: ServerEntry): void {
    const warming = this.#running.get(entry);
    if (warming !== undefined) warming.since = this.#clock.monotonic();
  }

  #warm(entry: ServerEntry, since: number): void {
    const elapsed = this.#clock.monotonic() - since;
    const left = entry.model.slowstart - elapsed;
    this.useWeight(
      entry,
      hasDynamicWeights(entry.proxy) ? slowstartShare(elapsed, entry.model.slowstart) : WEIGHT_SCALE,
    );
    const timer = this.#timers.startTimer(Math.max(1, Math.min(SLOWSTART_STEP, left)), () => this.#step(entry));
    this.#running.set(entry, { timer, since });
  }

  #step(entry: ServerEntry): void {
    const { since = 0 } = this.#running.get(entry) ?? {};
    if (this.#clock.monotonic() - since < entry.model.slowstart) {
      this.#warm(entry, since);
      this.#board.publish(entry);
      return;
    }
    this.#running.delete(entry);
    this.useWeight(entry);
    entry.oper = Oper.running;
    entry.lastChange = this.#clock.monotonic();
    const { proxy, model: server } = entry;
    this.#board.publish(entry, () => {
      const surroundings = this.#board.surroundings(entry, 'backend');
      const via = entry.tracked?.path;
      const wasDraining = entry.draining;
      this.#board.report({ kind: 'up', proxy, server, surroundings, reason: undefined, via, wasDraining });
    });
  }

  /** The server is no longer coming up; its share stays as it is. */
  cancel(entry: ServerEntry): void {
    this.#running.get(entry)?.timer.cancel();
    this.#running.delete(entry);
  }

  /** Cancels every timer. */
  close(): void {
    for (const { timer } of this.#running.values()) timer.cancel();
    this.#running.clear();
  }
}
