import type {
  CheckConnectionModel,
  HttpActionModel,
  HttpExpectModel,
  HttpRequestForms,
  TcpCheckRule,
} from './model.ts';

/** The kinds of check `option ...` chooses between; the last one written counts. */
export type CheckKind =
  | { readonly kind: 'connect' }
  | { readonly kind: 'http' }
  | { readonly kind: 'tcp' }
  | { readonly kind: 'external' }
  | { readonly kind: 'ssl-hello' }
  | { readonly kind: 'mysql'; readonly user?: string; readonly version: 'pre-41' | 'post-41' }
  | { readonly kind: 'ldap' }
  | { readonly kind: 'redis' }
  | { readonly kind: 'smtp'; readonly hello: string }
  | { readonly kind: 'pgsql'; readonly user: string }
  | { readonly kind: 'spop' };

/** What `option httpchk` and `http-check send` say about the request; absent fields have HAProxy's defaults. */
export interface HttpRequestDraft {
  /** Written by `http-check send`: a later `option httpchk` then changes only what it names. */
  explicit: boolean;
  method?: string;
  uri?: string;
  version?: string;
  headers: readonly (readonly [name: string, value: string])[];
  body?: string;
  forms?: HttpRequestForms;
}

/** What the check keywords of a section have said so far. Structured-cloneable, as `defaults` hand it on. */
export interface CheckDraft {
  selected: CheckKind;
  request?: HttpRequestDraft;
  /** The request of the `defaults` section, when rules of the section itself have taken the place of its rules. */
  inheritedRequest?: HttpRequestDraft;
  expect: HttpExpectModel[];
  /** Of the round under way. */
  actions: HttpActionModel[];
  /** `http-check comment`, for an expectation right behind it. */
  comment?: string;
  /** The number of the last HTTP rule, as messages count them. */
  lastHttpRule: number;
  /** `http-check connect` of the round under way. */
  connection?: CheckConnectionModel;
  /** `external-check command` and `path`. */
  externalCommand?: string;
  externalPath?: string;
  /** Rounds that a later `http-check connect` has closed. */
  rounds: {
    readonly connection: CheckConnectionModel;
    readonly request: HttpRequestDraft;
    readonly expect: readonly HttpExpectModel[];
    readonly actions: readonly HttpActionModel[];
  }[];
  /** `http-check` rules were written while another kind of check was chosen, and none was chosen since. */
  unusedHttpRules: boolean;
  /** The same for `tcp-check` rules. */
  unusedTcpRules: boolean;
  disableOn404: boolean;
  sendState: boolean;
  tcpRules: TcpCheckRule[];
}

export function newCheckDraft(): CheckDraft {
  return {
    selected: { kind: 'connect' },
    expect: [],
    actions: [],
    rounds: [],
    lastHttpRule: 0,
    unusedHttpRules: false,
    unusedTcpRules: false,
    disableOn404: false,
    sendState: false,
    tcpRules: [],
  };
}
