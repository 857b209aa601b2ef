import { type SharedTable, Word } from '../servers/shared-table.ts';
import { PROCESS_SLOT } from '../servers/slots.ts';
import { Counter, type CounterBlock } from '../stats/counters.ts';

/** What an engine tells of its pipes, in the process's words of the shared memories. */
export class EngineFigures {
  readonly #table: SharedTable;
  readonly #counters: CounterBlock;
  #used = 0;
  #free = 0;

  constructor(table: SharedTable, counters: CounterBlock) {
    this.#table = table;
    this.#counters = counters;
  }

  /** Other threads have pipes too: their sum is what is shown. */
  pipesChanged(used: number, free: number): void {
    if (used !== this.#used) this.#table.add(PROCESS_SLOT, Word.pipesUsed, used - this.#used);
    if (free !== this.#free) this.#table.add(PROCESS_SLOT, Word.pipesFree, free - this.#free);
    this.#used = used;
    this.#free = free;
  }

  spliced(bytes: number, up: boolean): void {
    if (!up) this.#counters.add(PROCESS_SLOT, Counter.spliced, bytes);
  }
}
