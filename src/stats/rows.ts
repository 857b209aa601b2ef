/** The rows of `show stat`: who is shown, in which order, with which values. */
import type { ProxyModel } from '../config/model.ts';
import type { BackendRecord, ServerRecord } from '../servers/server-record.ts';
import type { FieldDefinition, FieldValue, RowKind } from './field.ts';
import { inMaintenance, isDown } from './fields/state.ts';
import { FIELDS } from './fields.ts';
import type { RuntimeView } from './runtime-view.ts';

export type { FieldValue, RowKind } from './field.ts';

export interface Selection {
  /** Proxy id; -1: all. */
  readonly iid: number;
  /** Bit mask of row kinds: 1 frontend, 2 backend, 4 server, 8 listener; -1: all. */
  readonly types: number;
  /** Server or listener id; -1: all. A frontend or backend row has id 0. */
  readonly sid: number;
  /** Leaves out servers that are DOWN or in maintenance. */
  readonly up: boolean;
  /** Leaves out servers in maintenance. */
  readonly noMaint: boolean;
  /** Addresses, cookies and algorithms are shown (operator and admin level). */
  readonly addresses: boolean;
  /** Only these proxies (`stats scope`); absent: all. */
  readonly proxies?: (name: string) => boolean;
}

export const EVERYTHING: Selection = { iid: -1, types: -1, sid: -1, up: false, noMaint: false, addresses: true };

export const KIND_BIT = { frontend: 1, backend: 2, server: 4, listener: 8 } as const satisfies Record<RowKind, number>;

export interface Row {
  readonly kind: RowKind;
  readonly proxy: ProxyModel;
  readonly iid: number;
  readonly sid: number;
  /** On rows of servers. */
  readonly server?: ServerRecord;
  /** One a field, in the order of `FIELDS`. */
  readonly values: readonly FieldValue[];
}

/**
 * Reads every selected row: proxies in declaration order, and inside a proxy FRONTEND, listeners (with
 * `option socket-stats`), servers, BACKEND. A proxy that is `disabled` has no rows.
 */
export function collectRows(view: RuntimeView, selection: Selection = EVERYTHING): Row[] {
  return [...readRows(view, selection)];
}

/** The same rows one by one, each read when it is asked for: who writes thousands can let others work in between. */
export function* readRows(view: RuntimeView, selection: Selection = EVERYTHING): Generator<Row, void, undefined> {
  const reader = new RowReader(view, selection);
  for (const proxy of view.model.proxies) {
    if (proxy.disabled) continue;
    if (selection.iid !== -1 && selection.iid !== proxy.iid) continue;
    if (selection.proxies !== undefined && !selection.proxies(proxy.name)) continue;
    yield* reader.frontend(proxy);
    const backend = view.backends[proxy.index];
    if (backend !== undefined) yield* reader.backend(proxy, backend);
  }
}

class RowReader {
  readonly #view: RuntimeView;
  readonly #selection: Selection;
  readonly #now: number;

  constructor(view: RuntimeView, selection: Selection) {
    this.#view = view;
    this.#selection = selection;
    this.#now = view.now();
  }

  *frontend(proxy: ProxyModel): Generator<Row, void, undefined> {
    const frontend = proxy.frontend;
    if (frontend === undefined) return;
    if (this.#wanted('frontend', 0)) {
      const row = { ...this.#context(proxy, this.#view.slots.frontend[proxy.index]), frontend };
      yield rowOf('frontend', proxy, 0, (field) => field.frontend?.(row));
    }
    if (!frontend.socketStats) return;
    for (const [index, listener] of frontend.listeners.entries()) {
      if (!this.#wanted('listener', listener.id)) continue;
      const row = { ...this.#context(proxy, this.#view.slots.listeners[proxy.index]?.[index]), listener };
      yield rowOf('listener', proxy, listener.id, (field) => field.listener?.(row));
    }
  }

  *backend(proxy: ProxyModel, backend: BackendRecord): Generator<Row, void, undefined> {
    const { up, noMaint } = this.#selection;
    for (const server of backend.servers) {
      if (!this.#wanted('server', server.model.id)) continue;
      if ((up && isDown(server)) || (noMaint && inMaintenance(server))) continue;
      const row = { ...this.#context(proxy, server.slot), server };
      yield { ...rowOf('server', proxy, server.model.id, (field) => field.server?.(row)), server };
    }
    if (!this.#wanted('backend', 0)) return;
    const row = { ...this.#context(proxy, backend.slot), backend, filtered: up || noMaint };
    yield rowOf('backend', proxy, 0, (field) => field.backend?.(row));
  }

  #wanted(kind: RowKind, sid: number): boolean {
    const { types, sid: wanted } = this.#selection;
    return (types === -1 || (types & KIND_BIT[kind]) !== 0) && (wanted === -1 || wanted === sid);
  }

  #context(proxy: ProxyModel, slot = -1) {
    return { view: this.#view, proxy, slot, now: this.#now, addresses: this.#selection.addresses };
  }
}

function rowOf(kind: RowKind, proxy: ProxyModel, sid: number, get: (field: FieldDefinition) => FieldValue): Row {
  return { kind, proxy, iid: proxy.iid, sid, values: FIELDS.map((field) => oneLine(get(field))) };
}

/** Texts come from servers and files too: a line break inside one must not make a second line of a dump. */
function oneLine(value: FieldValue): FieldValue {
  return typeof value === 'string' ? value.replace(/[\r\n]+/g, ' ') : value;
}
