/** What stands in a line: the line keeps its own links in the waiter, so that waiting allocates nothing. */
export interface Waiter {
  waitingIn: WaitingLine | undefined;
  waitingBefore: Waiter | undefined;
  waitingAfter: Waiter | undefined;
  /** What the line's `served` was when the waiter came. */
  waitingSince: number;
}

/** A queue in order of arrival from which anyone may step out. */
export class WaitingLine<T extends Waiter = Waiter> {
  #first: Waiter | undefined;
  #last: Waiter | undefined;
  #length = 0;
  #served = 0;

  get length(): number {
    return this.#length;
  }

  get first(): T | undefined {
    return this.#first as T | undefined;
  }

  add(waiter: T): void {
    waiter.waitingIn = this as unknown as WaitingLine;
    waiter.waitingSince = this.#served;
    waiter.waitingBefore = this.#last;
    waiter.waitingAfter = undefined;
    if (this.#last === undefined) this.#first = waiter;
    else this.#last.waitingAfter = waiter;
    this.#last = waiter;
    this.#length++;
  }

  /** Takes a waiter out without serving it; returns its place: 1 + how many were served while it waited. */
  remove(waiter: T): number {
    const { waitingBefore, waitingAfter } = waiter;
    if (waitingBefore === undefined) this.#first = waitingAfter;
    else waitingBefore.waitingAfter = waitingAfter;
    if (waitingAfter === undefined) this.#last = waitingBefore;
    else waitingAfter.waitingBefore = waitingBefore;
    waiter.waitingIn = undefined;
    waiter.waitingBefore = undefined;
    waiter.waitingAfter = undefined;
    this.#length--;
    return this.#served - waiter.waitingSince + 1;
  }

  /** Takes a waiter out because its turn has come; returns the same. */
  serve(waiter: T): number {
    const place = this.remove(waiter);
    this.#served++;
    return place;
  }
}
