/** Who asks for a round of checks gets one; how many run at once is bounded however many ask. */
import type { RoundResult } from './check-outcome.ts';

export interface SharingOptions {
  /** One round at a time, and who asks meanwhile gets its result, though it began before they asked. */
  readonly singleflight: boolean;
  /** Without `singleflight`: the most rounds at once. Who asks beyond that shares the next round that begins. */
  readonly most: number;
  run(signal: AbortSignal): Promise<RoundResult>;
}

interface Round {
  readonly control: AbortController;
  readonly result: Promise<RoundResult>;
  /** Those who wait for it; the last one to leave ends it. */
  waiting: number;
  begin(): void;
}

export class RoundSharing {
  readonly #options: SharingOptions;
  readonly #running = new Set<Round>();
  /** Begins as soon as a running one ends. */
  #next: Round | undefined;

  constructor(options: SharingOptions) {
    this.#options = options;
  }

  /** Rounds under way. */
  get running(): number {
    return this.#running.size;
  }

  /** The result of a round. Rejects with the reason of `signal` when that is aborted; a round nobody waits for is ended. */
  ask(signal: AbortSignal): Promise<RoundResult> {
    const round = this.#roundFor();
    round.waiting++;
    return new Promise((resolve, reject) => {
      const leave = () => {
        round.waiting--;
        if (round.waiting === 0) this.#drop(round);
        reject(signal.reason);
      };
      if (signal.aborted) leave();
      else signal.addEventListener('abort', leave, { once: true });
      round.result.then(resolve, reject).finally(() => signal.removeEventListener('abort', leave));
    });
  }

  #roundFor(): Round {
    const { singleflight, most } = this.#options;
    if (singleflight) {
      for (const round of this.#running) return round;
    }
    if (this.#running.size < most) return this.#begin(this.#create());
    this.#next ??= this.#create();
    return this.#next;
  }

  #create(): Round {
    const control = new AbortController();
    let begin = () => {};
    const begun = new Promise<void>((resolve) => {
      begin = resolve;
    });
    const result = begun.then(() => this.#options.run(control.signal));
    return { control, result, waiting: 0, begin };
  }

  #begin(round: Round): Round {
    this.#running.add(round);
    const ended = () => {
      this.#running.delete(round);
      const next = this.#next;
      if (next === undefined) return;
      this.#next = undefined;
      this.#begin(next);
    };
    round.result.then(ended, ended);
    round.begin();
    return round;
  }

  #drop(round: Round): void {
    if (this.#next === round) this.#next = undefined;
    // In a single flight nobody may join a round that is being ended.
    else if (this.#options.singleflight) this.#running.delete(round);
    round.control.abort();
  }
}
