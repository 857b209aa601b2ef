/**
 * Counters of one thread: a record of float64 words a slot (exact up to 2^53). Only the owning thread writes, everyone
 * reads; statistics sum the blocks of all threads. Times are milliseconds, moments of the monotonic clock that all threads share, unless a name says otherwise.
 */

/** Words of a record, the same for every kind of row; a word that makes no sense for a kind stays 0. */
export const Counter = {
  /** Cumulated sessions (`stot`). */
  sessions: 0,
  /** Bytes received from clients. */
  bytesIn: 1,
  /** Bytes sent to clients. */
  bytesOut: 2,
  deniedRequests: 3,
  deniedResponses: 4,
  requestErrors: 5,
  connectErrors: 6,
  responseErrors: 7,
  retries: 8,
  redispatches: 9,
  /** Times chosen by load balancing (`lbtot`). */
  chosen: 10,
  clientAborts: 11,
  serverAborts: 12,
  /** Cumulated connections (`conn_tot`, frontends). */
  connections: 13,
  /** Connection attempts to servers (`connect`). */
  connectAttempts: 14,
  /** Monotonic second of the last session; 0: never. */
  lastSessionSecond: 15,
  /** Sums behind the averages (see `average`), in the order of the maxima below. */
  queueTimeAverage: 16,
  connectTimeAverage: 17,
  responseTimeAverage: 18,
  totalTimeAverage: 19,
  queueTimeMax: 20,
  connectTimeMax: 21,
  responseTimeMax: 22,
  totalTimeMax: 23,
  requests: 24,
  intercepted: 25,
  deniedConnections: 26,
  deniedSessions: 27,
  internalErrors: 28,
  /** Answers by class (`hrsp_1xx` ...), proxies in mode http. */
  responses1xx: 29,
  responses2xx: 30,
  responses3xx: 31,
  responses4xx: 44,
  responses5xx: 45,
  responsesOther: 46,
  /** Bytes sent to clients through a pipe; of the process's slot only. */
  spliced: 47,
  /** Session rate: four words (start of the period in ms, count in it, count in the one before, highest rate). */
  sessionRate: 32,
  /** Connection rate, likewise. */
  connectionRate: 36,
  /** Request rate, likewise. */
  requestRate: 40,
} as const;
export type Counter = (typeof Counter)[keyof typeof Counter];

const WORDS_PER_SLOT = 48;
/** ms that a rate is over. */
const PERIOD = 1000;
const MAX_BYTES = 256 * 1024 * 1024;
/** HAProxy's averages slide over the last 1024 sessions (configuration manual, `qtime`). */
const AVERAGE_WINDOW = 1024;

/** Words that `clear counters` sets to 0: every highest value. */
const MAXIMA = [
  Counter.queueTimeMax,
  Counter.connectTimeMax,
  Counter.responseTimeMax,
  Counter.totalTimeMax,
  Counter.sessionRate + 3,
  Counter.connectionRate + 3,
  Counter.requestRate + 3,
];
const AVERAGES = [
  Counter.queueTimeAverage,
  Counter.connectTimeAverage,
  Counter.responseTimeAverage,
  Counter.totalTimeAverage,
];
/** Words that only ever grow; `clear counters all` is a baseline that reading subtracts, so no writer is disturbed. */
const CUMULATED = Object.values(Counter).filter((word) => {
  const others = [Counter.lastSessionSecond, Counter.sessionRate, Counter.connectionRate, Counter.requestRate];
  return ![...MAXIMA, ...AVERAGES, ...others].includes(word);
});

export class CounterBlock {
  readonly buffer: SharedArrayBuffer;
  /** The raw words, for a hot path that adds by index: `words[offset(slot) + Counter.bytesIn] += n`. */
  readonly words: Float64Array;
  /** What `get` subtracts since `clear('all')` was called on this view; shorter than `words` once the block has grown. */
  #baseline: Float64Array | undefined;

  private constructor(buffer: SharedArrayBuffer) {
    this.buffer = buffer;
    // A view that follows the buffer's growth costs thirty times as much at every access; whoever grows it attaches anew.
    this.words = new Float64Array(buffer, 0, buffer.byteLength / 8);
  }

  static create(slots: number): CounterBlock {
    return new CounterBlock(new SharedArrayBuffer(slots * WORDS_PER_SLOT * 8, { maxByteLength: MAX_BYTES }));
  }

  static attach(buffer: SharedArrayBuffer): CounterBlock {
    return new CounterBlock(buffer);
  }

  /** Index of the slot's first word in `words`. */
  offset(slot: number): number {
    return slot * WORDS_PER_SLOT;
  }

  get(slot: number, counter: Counter): number {
    const index = slot * WORDS_PER_SLOT + counter;
    return (this.words[index] as number) - (this.#baseline?.[index] ?? 0);
  }

  set(slot: number, counter: Counter, value: number): void {
    this.words[slot * WORDS_PER_SLOT + counter] = value;
  }

  add(slot: number, counter: Counter, amount: number): void {
    const index = slot * WORDS_PER_SLOT + counter;
    this.words[index] = (this.words[index] as number) + amount;
  }

  /**
   * Counts one event of a rate at `now` (monotonic ms) and keeps the highest rate seen. A period is one second and
   * begins with the first event after silence, so that a burst shows whole for a second (measured on HAProxy).
   */
  tick(slot: number, rate: RateCounter, now: number): void {
    const base = slot * WORDS_PER_SLOT + rate;
    const words = this.words;
    const age = now - (words[base] as number);
    if (age >= 2 * PERIOD || age < 0) {
      words[base] = now;
      words[base + 1] = 0;
      words[base + 2] = 0;
    } else if (age >= PERIOD) {
      words[base] = (words[base] as number) + PERIOD;
      words[base + 2] = words[base + 1] as number;
      words[base + 1] = 0;
    }
    words[base + 1] = (words[base + 1] as number) + 1;
    const current = slidingRate(words, base, now);
    if (current > (words[base + 3] as number)) words[base + 3] = current;
  }

  /** Events of a rate in the second before `now` (monotonic ms), estimated from two one-second counts. */
  rate(slot: number, rate: RateCounter, now: number): number {
    return slidingRate(this.words, slot * WORDS_PER_SLOT + rate, now);
  }

  rateMax(slot: number, rate: RateCounter): number {
    return this.words[slot * WORDS_PER_SLOT + rate + 3] as number;
  }

  /**
   * Adds a finished session's time to an average and keeps the maximum, which stands four words after it. The word is a
   * sum over the last 1024 sessions: plain at first, then sliding. As HAProxy's figures show (measured), the number of
   * sessions is the slot's `chosen`, so a session that came to its server through a queue adds to the sum alone.
   */
  average(slot: number, average: AverageCounter, value: number): void {
    const base = slot * WORDS_PER_SLOT;
    const index = base + average;
    const words = this.words;
    const sum = words[index] as number;
    const full = (words[base + Counter.chosen] as number) > AVERAGE_WINDOW;
    words[index] = full ? sum + value - sum / AVERAGE_WINDOW : sum + value;
    const max = index + 4;
    if (value > (words[max] as number)) words[max] = value;
  }

  /**
   * `clear counters`: for the control thread. `maxima` sets the highest values to 0; `all` also starts every sum anew as
   * far as this view reads them. Rates run on, they are of the last second anyway.
   */
  clear(what: 'maxima' | 'all'): void {
    const words = this.words;
    const all = what === 'all';
    if (all) this.#baseline = new Float64Array(words.length);
    for (let base = 0; base < words.length; base += WORDS_PER_SLOT) {
      for (const word of MAXIMA) words[base + word] = 0;
      if (!all) continue;
      for (const word of AVERAGES) words[base + word] = 0;
      words[base + Counter.lastSessionSecond] = 0;
      for (const word of CUMULATED) (this.#baseline as Float64Array)[base + word] = words[base + word] as number;
    }
  }
}

/** An average over all threads, in ms, rounded up as HAProxy's `qtime`, `ctime`, `rtime` and `ttime` are; 0 before any session. */
export function averageOf(blocks: readonly CounterBlock[], slot: number, average: AverageCounter): number {
  let sum = 0;
  let sessions = 0;
  for (const block of blocks) {
    sum += block.get(slot, average);
    sessions += Math.min(block.get(slot, Counter.chosen), AVERAGE_WINDOW);
  }
  return Math.ceil(sum / Math.max(1, sessions));
}

export type RateCounter = typeof Counter.sessionRate | typeof Counter.connectionRate | typeof Counter.requestRate;
export type AverageCounter =
  | typeof Counter.queueTimeAverage
  | typeof Counter.connectTimeAverage
  | typeof Counter.responseTimeAverage
  | typeof Counter.totalTimeAverage;

/** The period under way, and of the one before the share that is not a second old. */
function slidingRate(words: Float64Array, base: number, now: number): number {
  const age = now - (words[base] as number);
  if (age >= 2 * PERIOD || age < 0) return 0;
  const over = age >= PERIOD;
  const current = over ? 0 : (words[base + 1] as number);
  const past = (over ? words[base + 1] : words[base + 2]) as number;
  // A single event is not rounded away: it shows until it is certainly over.
  if (current === 0 && past <= 1) return past;
  return current + Math.floor((past * (PERIOD - (age % PERIOD))) / PERIOD);
}
