import type { Engine } from './engine.ts';
import type { Ledger } from './session-account.ts';
import type { SessionLines } from './session-lines.ts';

/** What every session of a thread shares. */
export interface SessionContext {
  readonly engine: Engine;
  readonly ledger: Ledger;
  readonly lines: SessionLines;
}
