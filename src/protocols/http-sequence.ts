/** Several HTTP requests one after the other, each over a connection of its own; the last one decides. */
import type { ConnectionWish, Dialogue, Reply } from './dialogue.ts';
import { HttpCheck, type HttpCheckOptions } from './http-check.ts';

export interface HttpRound {
  /** Asked when it connects. */
  readonly connection: () => ConnectionWish;
  readonly options: HttpCheckOptions;
}

export class HttpSequence implements Dialogue {
  readonly first: ConnectionWish | undefined;
  readonly #rounds: readonly HttpRound[];
  #at = 0;
  #check: HttpCheck;
  /** A round has passed: its connection ends in order, the last one's by RST. */
  #between = false;

  /** At least one round. */
  constructor(rounds: readonly HttpRound[]) {
    const [first] = rounds;
    if (first === undefined) throw new RangeError('a sequence of no requests');
    this.#rounds = rounds;
    this.first = first.connection();
    this.#check = new HttpCheck(first.options);
  }

  /** The request under way and its answer. */
  get check(): HttpCheck {
    return this.#check;
  }

  /** Index of the round under way. */
  get round(): number {
    return this.#at;
  }

  get silence(): 'L4TOUT' | 'L6TOUT' | 'L7TOUT' {
    return this.#check.silence;
  }

  get ending(): 'reset' | 'orderly' {
    return this.#between ? 'orderly' : this.#check.ending;
  }

  opened(secured?: boolean, protocol?: string): Reply {
    this.#between = false;
    return this.#check.opened(secured, protocol);
  }

  received(chunk: Uint8Array): Reply {
    return this.#next(this.#check.received(chunk));
  }

  ended(): Reply {
    return this.#next(this.#check.ended());
  }

  where(): string {
    return '';
  }

  #next(reply: Reply): Reply {
    const round = this.#rounds[this.#at + 1];
    if (!this.#check.passed || round === undefined) return reply;
    this.#at++;
    this.#check = new HttpCheck(round.options);
    this.#between = true;
    return { reconnect: round.connection() };
  }
}
