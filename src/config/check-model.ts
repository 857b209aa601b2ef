/** Checks in the model: what is sent to servers, and what is expected of them. */
import type { LogFormatModel, SampleModel } from '../expressions/model.ts';
import type { VariableCondition } from '../expressions/run/variables.ts';
import type { CheckProtocol } from '../protocols/http-check.ts';
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
  | { readonly kind: 'pgsql'; readonly user: string }
  | { readonly kind: 'spop' };

/** A rule that keeps or forgets something between the others. Names are whole (`check.path`). */
export type CheckActionModel =
  | {
      readonly kind: 'set-var';
      readonly name: string;
      readonly conditions: readonly VariableCondition[];
      readonly value: SampleModel;
    }
  | {
      readonly kind: 'set-var-fmt';
      readonly name: string;
      readonly conditions: readonly VariableCondition[];
      readonly value: LogFormatModel;
    }
  | { readonly kind: 'unset-var'; readonly name: string };

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
  /** What is to be put together when the request is made; the texts above then stand for it as they were written. */
  readonly forms?: HttpRequestForms;
  readonly actions?: readonly HttpActionModel[];
}

/** Log-format strings of a request. `headers` by their place in the list. */
export interface HttpRequestForms {
  readonly uri?: LogFormatModel;
  readonly headers?: Readonly<Record<number, LogFormatModel>>;
  readonly body?: LogFormatModel;
}

/** `passed`: how many expectations of its round have passed when it runs; -1: before the request; -2: before the connection. */
export interface HttpActionModel {
  readonly passed: number;
  readonly action: CheckActionModel;
}

/** One request of several, and what its answer must be. */
export interface HttpRoundModel
  extends Pick<HttpCheckModel, 'method' | 'uri' | 'version' | 'headers' | 'body' | 'expect' | 'forms' | 'actions'> {
  readonly connection: CheckConnectionModel;
  /** Nothing follows the connection: it only has to come about. */
  readonly silent?: boolean;
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
  /** What an HTTP check speaks; absent: what the handshake chose. */
  readonly protocol?: CheckProtocol;
  readonly sendProxy?: boolean;
  /** Ends in order, not by RST. */
  readonly linger?: boolean;
  /** Through the SOCKS4 proxy of the server line, where it has one. */
  readonly viaSocks4?: boolean;
  /** `port` as an expression. */
  readonly portSample?: SampleModel;
}

/** How an expectation's outcome is shown, where the rule says so. */
export interface ExpectOutcome {
  /** `last_chk` instead of the usual text. */
  readonly onSuccess?: string;
  readonly onError?: string;
  readonly okStatus?: 'L4OK' | 'L6OK' | 'L7OK' | 'L7OKC';
  readonly errorStatus?: 'L4CON' | 'L6RSP' | 'L7RSP' | 'L7STS' | 'L7OKC';
  readonly timeoutStatus?: 'L4TOUT' | 'L6TOUT' | 'L7TOUT';
  /** What is to be put together or asked for when it comes out; the texts above then stand for it as they were written. */
  readonly forms?: {
    readonly onSuccess?: LogFormatModel;
    readonly onError?: LogFormatModel;
    readonly statusCode?: SampleModel;
  };
}

/** A text and how it is compared. */
export interface TextMatchModel {
  readonly how: 'str' | 'beg' | 'end' | 'sub' | 'reg';
  /** Of `reg`: a source for `compilePattern`. */
  readonly text: string;
  /** The text is put together when it is compared. */
  readonly format?: LogFormatModel;
}

export interface HttpExpectModel extends ExpectOutcome {
  readonly negate: boolean;
  readonly match: /** Inclusive ranges of status codes. */
    | { readonly kind: 'status'; readonly ranges: readonly (readonly [from: number, to: number])[] }
    /** `pattern` is a source for JavaScript's RegExp; `text` is what was written, where that is something else. */
    | { readonly kind: 'rstatus' | 'rstring'; readonly pattern: string; readonly text?: string }
    | { readonly kind: 'string'; readonly text: string; readonly format?: LogFormatModel }
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

export type TcpCheckRule =
  | (CheckConnectionModel & { readonly kind: 'connect'; readonly comment?: string })
  /** `data` is base64 so that it stays printable; `binary` says which keyword wrote it. */
  | { readonly kind: 'send'; readonly data: string; readonly binary: boolean; readonly comment?: string }
  | { readonly kind: 'send-lf'; readonly format: LogFormatModel; readonly binary: boolean; readonly comment?: string }
  | (TcpExpectModel & {
      readonly kind: 'expect';
      readonly type: 'string' | 'rstring' | 'binary' | 'rbinary';
      /** string/binary: base64 of the bytes; rstring/rbinary: the regex source. */
      readonly pattern: string;
      /** As written, for messages. */
      readonly text: string;
    })
  | (TcpExpectModel & { readonly kind: 'expect-lf'; readonly format: LogFormatModel; readonly binary: boolean })
  | { readonly kind: 'comment'; readonly comment: string }
  | CheckActionModel;

interface TcpExpectModel extends ExpectOutcome {
  readonly negate: boolean;
  readonly minRecv?: number;
  readonly comment?: string;
}
