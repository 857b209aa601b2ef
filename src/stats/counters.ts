/**
 * Counters of one thread: a record of float64 words a slot (exact up to 2^53). Only the owning thread writes, everyone
 * reads; statistics sum the blocks of all threads. Times are milliseconds unless a name says otherwise.
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
  /** Wall clock second of the last session; 0: never. */
  lastSessionSecond: 15,
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
  /** Session rate: four words (second, count in it, count in the one before, highest rate). */
  sessionRate: 32,
  /** Connection rate, likewise. */
  connectionRate: 36,
  /** Request rate, likewise. */
  requestRate: 40,
} as const;
export type Counter = (typeof Counter)[keyof typeof Counter];

const WORDS_PER_SLOT = 48;
const MAX_BYTES = 256 * 1024 * 1024;
/** HAProxy's averages slide over the last 1024 sessions (configuration manual, `qtime`). */
const AVERAGE_WINDOW = 1024;

export class CounterBlock {
  readonly buffer: SharedArrayBuffer;
  /** The raw words, for a hot path that adds by index: `words[offset(slot) + Counter.bytesIn] += n`. */
  readonly words: Float64Array;

  private constructor(buffer: SharedArrayBuffer) {
    this.buffer = buffer;
    this.words = new Float64Array(buffer);
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
    return this.words[slot * WORDS_PER_SLOT + counter] as number;
  }

  set(slot: number, counter: Counter, value: number): void {
    this.words[slot * WORDS_PER_SLOT + counter] = value;
  }

  add(slot: number, counter: Counter, amount: number): void {
    const index = slot * WORDS_PER_SLOT + counter;
    this.words[index] = (this.words[index] as number) + amount;
  }

  /** Counts one event of a rate at wall clock time `now` (ms) and keeps the highest rate seen. */
  tick(slot: number, rate: RateCounter, now: number): void {
    const base = slot * WORDS_PER_SLOT + rate;
    const words = this.words;
    const second = Math.floor(now / 1000);
    if (words[base] !== second) {
      words[base + 2] = words[base] === second - 1 ? (words[base + 1] as number) : 0;
      words[base] = second;
      words[base + 1] = 0;
    }
    words[base + 1] = (words[base + 1] as number) + 1;
    const current = slidingRate(words, base, now);
    if (current > (words[base + 3] as number)) words[base + 3] = current;
  }

  /** Events of a rate in the second before `now` (ms, wall clock), estimated from two one-second counts. */
  rate(slot: number, rate: RateCounter, now: number): number {
    return slidingRate(this.words, slot * WORDS_PER_SLOT + rate, now);
  }

  rateMax(slot: number, rate: RateCounter): number {
    return this.words[slot * WORDS_PER_SLOT + rate + 3] as number;
  }

  /** Moves a sliding average towards `value` and keeps the maximum, which stands four words after it. */
  average(slot: number, average: AverageCounter, value: number): void {
    const index = slot * WORDS_PER_SLOT + average;
    const words = this.words;
    const seen = words[index] as number;
    words[index] = seen + (value - seen) / AVERAGE_WINDOW;
    const max = index + 4;
    if (value > (words[max] as number)) words[max] = value;
  }
}

export type RateCounter = typeof Counter.sessionRate | typeof Counter.connectionRate | typeof Counter.requestRate;
export type AverageCounter =
  | typeof Counter.queueTimeAverage
  | typeof Counter.connectTimeAverage
  | typeof Counter.responseTimeAverage
  | typeof Counter.totalTimeAverage;

function slidingRate(words: Float64Array, base: number, now: number): number {
  const second = Math.floor(now / 1000);
  const at = words[base] as number;
  const past = at === second ? (words[base + 2] as number) : at === second - 1 ? (words[base + 1] as number) : 0;
  const current = at === second ? (words[base + 1] as number) : 0;
  const left = 1000 - (now - second * 1000);
  return current + Math.floor((past * left) / 1000);
}
