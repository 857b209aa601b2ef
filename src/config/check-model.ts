/** Checks in the model: what is sent to servers, and what is expected of them. */
import type { TcpCheckSource } from '../protocols/tcp-check-steps.ts';
import type { AddressModel } from './model.ts';

/** What a health check of this backend says and expects. */
export type CheckModel =
  /** Connection only (and the TLS handshake with check-ssl). `explicit`: `option tcp-check` was written. */
  | { readonly kind: 'connect'; readonly explicit: boolean }
  | HttpCheckModel
  | TcpCheckModel
  /** A program decides. `path` is its PATH; empty: none. */
  | { readonly kind: 'external'; readonly command: string; readonly path: string }
  | { readonly kind: 'ssl-hello' }
  | { readonly kind: 'mysql'; readonly user?: string; readonly version: 'pre-41' | 'post-41' }
  | { readonly kind: 'ldap' }
  | { readonly kind: 'redis' }
  | { readonly kind: 'smtp'; readonly hello: string }
  | { readonly kind: 'pgsql'; readonly user: string };

export interface HttpCheckModel {
  readonly kind: 'http';
  readonly method: string;
  readonly uri: string;
  /** `HTTP/1.0` unless written. */
  readonly version: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body?: string;
  /** Empty: any 2xx or 3xx passes. */
  readonly expect: readonly HttpExpectModel[];
  /** `http-check connect`, where one was written. */
  readonly connection?: CheckConnectionModel;
  /** The rounds after the first one, each with a connection of its own. */
  readonly next?: readonly HttpRoundModel[];
  readonly disableOn404: boolean;
  readonly sendState: boolean;
}

/** One request of several, and what its answer must be. */
export interface HttpRoundModel
  extends Pick<HttpCheckModel, 'method' | 'uri' | 'version' | 'headers' | 'body' | 'expect'> {
  readonly connection: CheckConnectionModel;
}

/** What a `connect` rule says; what is absent is as on the server line. */
export interface CheckConnectionModel {
  readonly port?: number;
  readonly address?: AddressModel;
  /** False without `ssl`, whatever the server line says; absent with `default`. */
  readonly ssl?: boolean;
  readonly sni?: string;
  /** Protocols to offer. */
  readonly alpn?: readonly string[];
  readonly sendProxy?: boolean;
}

/** How an expectation's outcome is shown, where the rule says so. */
export interface ExpectOutcome {
  /** `last_chk` instead of the usual text. */
  readonly onSuccess?: string;
  readonly onError?: string;
  readonly okStatus?: 'L4OK' | 'L6OK' | 'L7OK' | 'L7OKC';
  readonly errorStatus?: 'L4CON' | 'L6RSP' | 'L7RSP' | 'L7STS';
  readonly timeoutStatus?: 'L4TOUT' | 'L6TOUT' | 'L7TOUT';
}

/** A text and how it is compared. */
export interface TextMatchModel {
  readonly how: 'str' | 'beg' | 'end' | 'sub' | 'reg';
  /** Of `reg`: the source of a RegExp. */
  readonly text: string;
}

export interface HttpExpectModel extends ExpectOutcome {
  readonly negate: boolean;
  readonly match: /** Inclusive ranges of status codes. */
    | { readonly kind: 'status'; readonly ranges: readonly (readonly [from: number, to: number])[] }
    /** `pattern` is a PCRE-style regex source that compiled with JavaScript's RegExp when the file was read. */
    | { readonly kind: 'rstatus'; readonly pattern: string }
    | { readonly kind: 'string'; readonly text: string }
    | { readonly kind: 'rstring'; readonly pattern: string }
    /** `hdr` looks at each of the values parted by commas, `fhdr` at whole lines. */
    | { readonly kind: 'hdr' | 'fhdr'; readonly name: TextMatchModel; readonly value?: TextMatchModel };
  /** Bytes of the body to wait for. */
  readonly minRecv?: number;
  readonly comment?: string;
}

/** `option tcp-check` with rules, run in order; step numbers in messages count from 1 over every rule. */
export interface TcpCheckModel {
  readonly kind: 'tcp';
  readonly rules: readonly TcpCheckRule[];
}

export type TcpCheckRule = TcpCheckSource;
