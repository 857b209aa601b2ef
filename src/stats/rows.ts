/** The rows of `show stat`. */
import type { RuntimeView } from './runtime-view.ts';

export type RowKind = 'frontend' | 'backend' | 'server' | 'listener';

/** One value of a row: undefined is EMPTY, which is not the same as 0 or ''. */
export type FieldValue = number | string | undefined;

export interface Selection {
  /** Proxy id; -1: all. */
  readonly iid: number;
  /** Bit mask of row kinds: 1 frontend, 2 backend, 4 server, 8 listener; -1: all. */
  readonly types: number;
  /** Server or listener id; -1: all. */
  readonly sid: number;
  /** Leaves out servers that are DOWN or in maintenance. */
  readonly up: boolean;
  /** Leaves out servers in maintenance. */
  readonly noMaint: boolean;
  /** Addresses and cookies are shown (operator and admin level, and the web page with `stats show-legends`). */
  readonly addresses: boolean;
  /** Only these proxies (`stats scope`); absent: all. */
  readonly proxies?: (name: string) => boolean;
}

export const EVERYTHING: Selection = { iid: -1, types: -1, sid: -1, up: false, noMaint: false, addresses: true };

export interface Row {
  readonly kind: RowKind;
  readonly iid: number;
  readonly sid: number;
  /** One a field, in the order of `FIELDS`. */
  readonly values: readonly FieldValue[];
}

export declare function collectRows(view: RuntimeView, selection?: Selection): Row[];
