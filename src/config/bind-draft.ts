import type { AddressModel } from './model.ts';
import type { Place, Span } from './place.ts';

/** One `bind` or `stats socket` line: its sockets, and what its parameters say about all of them. */
export interface BindDraft {
  /** The addresses as written, for messages. */
  readonly text: string;
  readonly place: Place;
  readonly span: Span;
  /** One a socket: lists and port ranges are already taken apart. */
  readonly sockets: readonly AddressModel[];
  /** Earlier `bind` lines of the section. */
  readonly siblings: readonly BindDraft[];
  name?: string;
  id?: number;
  /** 0: no limit of its own. */
  maxconn: number;
  backlog?: number;
  v6only?: boolean;
  interface?: string;
  transparent?: boolean;
  mss?: number;
  /** ms; 0: the system's choice. */
  userTimeout?: number;
  deferAccept?: boolean;
  fastOpen?: boolean;
  /** Permission bits of Unix sockets. */
  mode?: number;
  uid?: number;
  gid?: number;
  /** `ssl` and what belongs to it: files that could be read, and whether clients must show a certificate. */
  ssl: boolean;
  certificates: number;
  caFile?: string;
  verify?: string;
  strictSni?: boolean;
  /** `stats socket` only. */
  level: 'user' | 'operator' | 'admin';
  exposeFd: boolean;
}

/** A line before its parameters are read. */
export function newBindDraft(
  text: string,
  span: Span,
  sockets: readonly AddressModel[],
  siblings: readonly BindDraft[],
): BindDraft {
  const place = { file: span.file, line: span.line };
  return {
    text,
    place,
    span,
    sockets,
    siblings,
    maxconn: 0,
    ssl: false,
    certificates: 0,
    level: 'operator',
    exposeFd: false,
  };
}
