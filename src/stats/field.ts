/** What a field of `show stat` is made of: one object a column, and the row it is read from. */
import type { FrontendModel, ListenerModel, ProxyModel } from '../config/model.ts';
import type { BackendRecord, ServerRecord } from '../servers/server-record.ts';
import type { Word } from '../servers/shared-table.ts';
import { type AverageCounter, averageOf, type Counter, type RateCounter } from './counters.ts';
import type { RuntimeView } from './runtime-view.ts';

export type RowKind = 'frontend' | 'backend' | 'server' | 'listener';

/** One value of a row: undefined is EMPTY, which is not the same as 0 or ''. */
export type FieldValue = number | string | undefined;

export type FieldType = 's32' | 'u32' | 'u64' | 'str';

interface RowContext {
  readonly view: RuntimeView;
  readonly proxy: ProxyModel;
  readonly slot: number;
  /** Monotonic ms, one moment for the whole dump. */
  readonly now: number;
  /** Addresses and cookies are for clients of operator and admin level. */
  readonly addresses: boolean;
}

export interface FrontendRow extends RowContext {
  readonly frontend: FrontendModel;
}

export interface ListenerRow extends RowContext {
  readonly listener: ListenerModel;
}

export interface ServerRow extends RowContext {
  readonly server: ServerRecord;
}

export interface BackendRow extends RowContext {
  readonly backend: BackendRecord;
  /** `up` or `no-maint` was asked for: the status then counts servers. */
  readonly filtered: boolean;
}

export type AnyRow = RowContext;

/** How each kind of row gets its value; a kind that is missing leaves the column empty. */
export interface Getters {
  readonly frontend?: (row: FrontendRow) => FieldValue;
  readonly listener?: (row: ListenerRow) => FieldValue;
  readonly server?: (row: ServerRow) => FieldValue;
  readonly backend?: (row: BackendRow) => FieldValue;
}

/** A field without its name, which the table gives it. */
export interface FieldBody extends Getters {
  readonly type: FieldType;
  /** Origin, nature, scope and persistence letters of the typed output, by row kind where they differ. */
  readonly tag: string | { readonly backend: string; readonly others: string };
  /** For `desc`. */
  readonly description: string;
}

export interface FieldDefinition extends FieldBody {
  readonly name: string;
}

/** The tag of a field on one kind of row. */
export function tagOf(field: FieldBody, kind: RowKind): string {
  if (typeof field.tag === 'string') return field.tag;
  return kind === 'backend' ? field.tag.backend : field.tag.others;
}

type Getter = (row: AnyRow) => FieldValue;

/** The same getter for several kinds of row: `f`, `l`, `s`, `b` in any combination. */
export function on(kinds: string, get: Getter): Getters {
  return {
    ...(kinds.includes('f') ? { frontend: get } : {}),
    ...(kinds.includes('l') ? { listener: get } : {}),
    ...(kinds.includes('s') ? { server: get } : {}),
    ...(kinds.includes('b') ? { backend: get } : {}),
  };
}

export const zero: Getter = () => 0;

/** A cumulated counter, summed over the threads. */
export function count(counter: Counter): Getter {
  return (row) => total(row, counter);
}

export function total(row: AnyRow, counter: Counter): number {
  let sum = 0;
  for (const block of row.view.counters) sum += block.get(row.slot, counter);
  return sum;
}

/** The highest value any thread has seen. */
export function highest(counter: Counter): Getter {
  return (row) => {
    let max = 0;
    for (const block of row.view.counters) max = Math.max(max, block.get(row.slot, counter));
    return max;
  };
}

export function gauge(word: Word): Getter {
  return (row) => row.view.table.get(row.slot, word);
}

export function rate(counter: RateCounter): Getter {
  return (row) => row.view.counters.reduce((sum, block) => sum + block.rate(row.slot, counter, row.now), 0);
}

/** With several threads the sum of their highest rates: an upper bound. */
export function rateMax(counter: RateCounter): Getter {
  return (row) => row.view.counters.reduce((sum, block) => sum + block.rateMax(row.slot, counter), 0);
}

export function average(counter: AverageCounter): Getter {
  return (row) => averageOf(row.view.counters, row.slot, counter);
}

/** Wraps a getter so that only proxies in mode http have a value. */
export function inHttp(get: Getter): Getter {
  return (row) => (row.proxy.mode === 'http' ? get(row) : undefined);
}

/** Whole seconds since a moment of the same clock, never negative. */
export function secondsSince(now: number, moment: number): number {
  return Math.max(0, Math.floor((now - moment) / 1000));
}
