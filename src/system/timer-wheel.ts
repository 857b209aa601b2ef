/**
 * Many timers at little cost: a ring of slots, each a linked list. A timer fires with its slot, never before its time and
 * at most one slot's width after it. A timer due in more than one round of the ring stays where it is until its round comes.
 * The host asks for `next` and calls `advance`; times are monotonic ms.
 */

export interface WheelTimer {
  cancel(): void;
}

/** A slot's width in ms unless another is wished for, and the number of slots (a power of two). A round is 16 s. */
const WIDTH = 16;
const SLOTS = 1024;

const nothing = () => {};

class Entry implements WheelTimer {
  fire: () => void;
  /** The slot since the beginning of time in which it fires. */
  readonly tick: number;
  wheel: TimerWheel | undefined;
  before: Entry | undefined;
  after: Entry | undefined;

  constructor(fire: () => void, tick: number, wheel: TimerWheel) {
    this.fire = fire;
    this.tick = tick;
    this.wheel = wheel;
  }

  cancel(): void {
    this.wheel?.remove(this);
  }
}

export class TimerWheel {
  readonly #heads: (Entry | undefined)[] = new Array<Entry | undefined>(SLOTS).fill(undefined);
  readonly #width: number;
  /** The last tick that was fired. */
  #tick: number;
  #size = 0;

  /** `width`: of a slot, in ms. */
  constructor(now: number, width = WIDTH) {
    this.#width = width;
    this.#tick = Math.floor(now / width);
  }

  get size(): number {
    return this.#size;
  }

  /** Fires once at `due` or up to a slot later. */
  add(due: number, fire: () => void): WheelTimer {
    const tick = Math.max(this.#tick + 1, Math.ceil(due / this.#width));
    const entry = new Entry(fire, tick, this);
    const slot = tick & (SLOTS - 1);
    const head = this.#heads[slot];
    entry.after = head;
    if (head !== undefined) head.before = entry;
    this.#heads[slot] = entry;
    this.#size += 1;
    return entry;
  }

  /** The moment of the first slot ahead with anything in it (perhaps of a later round); undefined when the wheel is empty. */
  get next(): number | undefined {
    if (this.#size === 0) return undefined;
    for (let ahead = 1; ahead <= SLOTS; ahead++) {
      const tick = this.#tick + ahead;
      if (this.#heads[tick & (SLOTS - 1)] !== undefined) return tick * this.#width;
    }
    return undefined;
  }

  /** Fires what is due, slot by slot. */
  advance(now: number): void {
    const last = Math.floor(now / this.#width);
    // After a long sleep one look at each slot is enough.
    if (last - this.#tick > SLOTS) this.#tick = last - SLOTS;
    while (this.#tick < last) {
      this.#tick += 1;
      this.#fireSlot(this.#tick & (SLOTS - 1), last);
    }
  }

  clear(): void {
    for (let slot = 0; slot < SLOTS; slot++) {
      for (let entry = this.#heads[slot]; entry !== undefined; entry = entry.after) entry.wheel = undefined;
      this.#heads[slot] = undefined;
    }
    this.#size = 0;
  }

  /** Called by a timer's `cancel`. */
  remove(entry: Entry): void {
    const { before, after } = entry;
    entry.wheel = undefined;
    // Cut off from its neighbours and its owner: an entry that is dead, but old, would keep all of them from the minor collector.
    entry.before = undefined;
    entry.after = undefined;
    entry.fire = nothing;
    if (before !== undefined) before.after = after;
    else this.#heads[entry.tick & (SLOTS - 1)] = after;
    if (after !== undefined) after.before = before;
    this.#size -= 1;
  }

  /** The due timers are taken off first: what they start or cancel cannot disturb the walk. */
  #fireSlot(slot: number, last: number): void {
    const head = this.#heads[slot];
    if (head === undefined) return;
    const due: Entry[] = [];
    for (let entry: Entry | undefined = head; entry !== undefined; entry = entry.after) {
      if (entry.tick <= last) due.push(entry);
    }
    const errors: unknown[] = [];
    // The list has the newest first; those of the same slot fire as they were started.
    for (let at = due.length - 1; at >= 0; at--) {
      const entry = due[at];
      if (entry?.wheel === undefined) continue;
      const { fire } = entry;
      this.remove(entry);
      try {
        fire();
      } catch (error) {
        // A bug of one timer's owner must not take the time from the others.
        errors.push(error);
      }
    }
    if (errors.length > 0) throw errors[0];
  }
}
