/** What words on a `server` line say that HAProxy never had, though guides show them (`check uri /healthz`). */
import type { Span } from './place.ts';

/** The words as written; the backend's directives are made of them once all its servers are known. Structured-cloneable. */
export interface InventedCheck {
  /** The first of the words, for messages: the line it is on need not be the server's (`default-server`). */
  readonly first: { readonly text: string; readonly span: Span };
  /** Every one of them. */
  readonly spans: readonly Span[];
  readonly method?: string;
  readonly uri?: string;
  readonly version?: string;
  /** What follows `http-check expect`. */
  readonly expect?: readonly string[];
  /** What follows `timeout check`. */
  readonly timeout?: string;
}
