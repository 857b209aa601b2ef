import type { Model } from '../config/model.ts';

/**
 * Slot numbers: every row of `show stat` (frontend, listener, server, backend) has one. A slot indexes the shared table
 * and every counter block alike, and never moves while its owner lives.
 */
export interface Slots {
  /** Slot of the frontend side of proxy `i`, or -1. */
  readonly frontend: readonly number[];
  /** Slot of the backend side of proxy `i`, or -1. */
  readonly backend: readonly number[];
  /** Slots of the servers of proxy `i`, in declaration order. */
  readonly servers: readonly (readonly number[])[];
  /** Slots of the listeners of proxy `i`, in declaration order. */
  readonly listeners: readonly (readonly number[])[];
  /** How many slots there are; slot 0 is the process itself. */
  readonly count: number;
}

/** The slot of the whole process: its current connections (`actconn`), its connection and session rates. */
export const PROCESS_SLOT = 0;

/** Gives every part of the model its slot, in the order of the rows of `show stat`. The same model gives the same slots. */
export function assignSlots(model: Model): Slots {
  let next = PROCESS_SLOT + 1;
  const frontend: number[] = [];
  const backend: number[] = [];
  const servers: number[][] = [];
  const listeners: number[][] = [];
  for (const proxy of model.proxies) {
    frontend.push(proxy.frontend ? next++ : -1);
    listeners.push((proxy.frontend?.listeners ?? []).map(() => next++));
    servers.push((proxy.backend?.servers ?? []).map(() => next++));
    backend.push(proxy.backend ? next++ : -1);
  }
  return { frontend, backend, servers, listeners, count: next };
}
