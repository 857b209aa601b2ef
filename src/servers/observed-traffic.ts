/** `observe layer4`: so many failed connections of traffic in a row, and the server's health is moved as `on-error` says. */
import { afterFailure } from './check-health.ts';
import type { OperationalState } from './operational-state.ts';
import type { ServerEntry } from './server-entry.ts';
import type { Finding } from './server-event.ts';
import { publishCheck } from './shared-check.ts';
import { type SharedTable, Word } from './shared-table.ts';
import type { StateBoard } from './state-board.ts';

export class ObservedTraffic {
  readonly #board: StateBoard;
  readonly #operational: OperationalState;
  readonly #table: SharedTable;
  #closed = false;

  constructor(board: StateBoard, operational: OperationalState, table: SharedTable) {
    this.#board = board;
    this.#operational = operational;
    this.#table = table;
  }

  /** Acts whenever a traffic thread has counted up to the limit once more. */
  watch(entry: ServerEntry): void {
    if (entry.model.observe !== undefined) void this.#follow(entry);
  }

  close(): void {
    this.#closed = true;
  }

  async #follow(entry: ServerEntry): Promise<void> {
    let seen = this.#table.get(entry.slot, Word.limitReached);
    while (!this.#closed) {
      const wait = this.#table.changed(entry.slot, Word.limitReached, seen);
      if (wait !== undefined) await wait;
      if (this.#closed) return;
      const now = this.#table.get(entry.slot, Word.limitReached);
      if (now !== seen) this.#act(entry);
      seen = now;
    }
  }

  #act(entry: ServerEntry): void {
    const { observe } = entry.model;
    // Also while the checks themselves are switched off (measured).
    const check = entry.ownCheck;
    if (observe === undefined || check === undefined || entry.inMaintenance) return;
    entry.observedFailures = (entry.observedFailures ?? 0) + 1;
    if (observe.action !== 'fastinter') {
      // One above what a single failure leaves of it.
      if (observe.action === 'sudden-death' && check.health > check.rise) check.health = check.rise + 1;
      if (observe.action === 'mark-down' && check.health > check.rise) check.health = check.rise;
      this.#fail(entry, observe.limit);
      publishCheck(entry);
    }
    this.#board.hurry(entry);
  }

  /** As a failed check, which has no code and took no time. */
  #fail(entry: ServerEntry, limit: number): void {
    const check = entry.ownCheck;
    if (check === undefined) return;
    const text = `Detected ${limit} consecutive errors, last one was: L4 unsuccessful connection`;
    const finding: Finding = { status: 'HANA', text };
    if (check.health > 0) check.failures++;
    check.health = afterFailure(check.health, check);
    check.status = 'HANA';
    check.code = undefined;
    check.text = text;
    this.#board.tellCheck(entry, check, finding);
    this.#operational.follow(entry, check, 'failed', entry.proxy.log.logHealthChecks ? undefined : finding);
  }
}
