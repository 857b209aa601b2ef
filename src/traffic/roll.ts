/** One's place on a roll; to be kept by whoever is on it, and given back to leave. */
export class Membership<T> {
  member: T | undefined;
  before: Membership<T> | undefined;
  after: Membership<T> | undefined;

  constructor(member: T) {
    this.member = member;
  }
}

/**
 * Who is there, in order of arrival. A Set in which many come and go leaves a chain of outgrown tables behind; when the
 * oldest of them has grown old, everybody who ever was in it survives the minor collections. Here nothing is left of who leaves.
 */
export class Roll<T> {
  #first: Membership<T> | undefined;
  #last: Membership<T> | undefined;
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** A copy, so that members may leave meanwhile. */
  get members(): T[] {
    const members: T[] = [];
    for (let at = this.#first; at !== undefined; at = at.after) members.push(at.member as T);
    return members;
  }

  enter(member: T): Membership<T> {
    const entry = new Membership(member);
    entry.before = this.#last;
    if (this.#last === undefined) this.#first = entry;
    else this.#last.after = entry;
    this.#last = entry;
    this.#size += 1;
    return entry;
  }

  /** Does nothing for one that has left already. */
  leave(entry: Membership<T>): void {
    if (entry.member === undefined) return;
    const { before, after } = entry;
    if (before === undefined) this.#first = after;
    else before.after = after;
    if (after === undefined) this.#last = before;
    else after.before = before;
    entry.member = undefined;
    entry.before = undefined;
    entry.after = undefined;
    this.#size -= 1;
  }
}
