/**
 * The configuration under construction: what keywords write to. Everything a proxy can take over from `defaults` stands
 * in `ProxySettings`, one plain object that is structuredClone'd when a section begins; the rest belongs to one section.
 */
import type { AclModel, ConditionModel, LogFormatModel } from '../expressions/model.ts';
import type { ExpressionReference } from '../expressions/surroundings.ts';
import type { KeepAliveProbes } from '../system/socket-options.ts';
import type { BindDraft } from './bind-draft.ts';
import type { FcgiAppDraft } from './fcgi-app.ts';
import type { SectionKind } from './keyword.ts';
import type { Target } from './language-versions.ts';
import type { MailersDraft } from './mailers.ts';
import type {
  AddressModel,
  BalanceAlgorithm,
  LogTargetModel,
  Mode,
  ProxyModel,
  StatsPageModel,
  StatsSocketModel,
  Timeouts,
} from './model.ts';
import type { Place, Span } from './place.ts';
import type { CheckDraft, ServerDefaults, ServerDraft, SourceDraft } from './server-draft.ts';

export type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };

/** A word that names something elsewhere (a backend, a server), kept with its place for later messages. */
export interface Reference {
  name: string;
  span: Span;
}

/** A `use_backend` line. */
export interface SwitchDraft extends Reference {
  condition?: ConditionModel;
  /** The name is a log-format string, and made for every connection. */
  dynamic?: boolean;
  /** That string, read once the mode of the proxy is known. */
  format?: LogFormatModel;
}

/** A `use-server` line. */
export interface UseServerDraft extends Reference {
  condition: ConditionModel;
}

/** A rule of `tcp-request` or `tcp-response`. */
export interface TcpRuleDraft {
  readonly where: 'connection' | 'session' | 'content' | 'response';
  /** The first word of the rule, as written. */
  readonly action: string;
  readonly condition?: ConditionModel;
  readonly span: Span;
}

/** A name in an expression's argument, looked up once everything is read. */
export interface ReferenceDraft extends ExpressionReference {
  /** `log-format string`; empty for an ACL's. */
  readonly usedBy: string;
  readonly span: Span;
}

/** The answer of the system's resolver for one name: addresses in its order, or why there are none. */
export type HostLookup =
  | { readonly ok: true; readonly addresses: readonly { readonly address: string; readonly family: 4 | 6 }[] }
  | { readonly ok: false; readonly code: string };

export interface ConfigDraft {
  readonly global: GlobalDraft;
  /** Every `defaults` section so far, in order. `''` is the name of an anonymous one. */
  readonly defaults: ProxyDraft[];
  /** Every frontend, backend and listen so far, in order. */
  readonly proxies: ProxyDraft[];
  /** Sections hapax passes over, as `userlist admins`, with their places. */
  readonly foreign: Map<string, Place>;
  /** `mailers` sections by their names. */
  readonly mailers: Map<string, MailersDraft>;
  /** `healthcheck` sections by their names; each is read as what a backend says of its checks. */
  readonly healthchecks: Map<string, ProxyDraft>;
  /** `fcgi-app` sections by their names. */
  readonly fcgiApps: Map<string, FcgiAppDraft>;
  /** Names met in addresses, resolved before the lines are read (see address-names.ts). */
  readonly hosts: ReadonlyMap<string, HostLookup>;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly strict: boolean;
  /** Lines without effect are told of. */
  readonly notes: boolean;
  /** `--target`: the version of HAProxy the files are for. */
  readonly target?: Target | undefined;
  /** What `-n` said. */
  readonly maxconn?: number;
  /** Used where neither `-n` nor `global` gives maxconn: what the process can hold (see maxconn.ts). */
  readonly maxconnDefault: number;
}

export type GlobalDraft = Mutable<import('./model.ts').GlobalModel> & {
  logs: LogTargetModel[];
  statsSockets: StatsSocketModel[];
  caBase?: string;
  crtBase?: string;
  /** Where `maxconn` stands. */
  maxconnSpan?: Span;
  /** `ssl-server-verify none`. */
  sslServerVerifyNone: boolean;
  /** `insecure-fork-wanted`. */
  insecureFork: boolean;
  /** `ssl-default-server-options ssl-min-ver ...` and the like, for check-ssl. */
  sslDefaultServer: {
    minVersion?: 'TLSv1' | 'TLSv1.1' | 'TLSv1.2' | 'TLSv1.3';
    maxVersion?: 'TLSv1' | 'TLSv1.1' | 'TLSv1.2' | 'TLSv1.3';
    /** `no-tlsv13` and the like. */
    withoutVersions?: readonly ('TLSv1' | 'TLSv1.1' | 'TLSv1.2' | 'TLSv1.3')[];
    ciphers?: string;
    ciphersuites?: string;
    curves?: string;
    sigalgs?: string;
    freshSessions?: boolean;
    withoutTickets?: boolean;
    sniAuto?: boolean;
  };
};

export interface ProxyDraft {
  readonly kind: Exclude<SectionKind, 'global'>;
  readonly name: string;
  readonly place: Place;
  /** The section's first line, for messages about the section. */
  readonly span: Span;
  readonly settings: ProxySettings;
  /** `id N`. */
  id?: number;
  description?: string;
  /** One draft a socket: several addresses and port ranges are already taken apart. */
  readonly binds: BindDraft[];
  readonly servers: ServerDraft[];
  /** `acl` lines by their names, in order of writing. */
  readonly acls: Map<string, AclModel[]>;
  /** What the expressions of this section refer to. */
  readonly references: ReferenceDraft[];
  readonly useBackends: SwitchDraft[];
  readonly useServers: UseServerDraft[];
  readonly tcpRules: TcpRuleDraft[];
  /** `tcp-request inspect-delay` and `tcp-response inspect-delay`, ms. */
  inspectDelay?: number;
  responseInspectDelay?: number;
  /** Lines that act on HTTP requests (`http-request`, `redirect`...): they mean forwarding in mode http. */
  readonly httpRules: Reference[];
  /** `monitor fail`, those that can be run. */
  readonly monitorFail: ConditionModel[];
  /** The first rule of each kind, for warnings about their order (see rule-order.ts). */
  readonly ruleKinds: Map<string, Span>;
  /** Written in this section itself, not taken over (`mode`, `log`, ...): keyword name to place. */
  readonly written: Map<string, Span>;
  /** A `defaults` section: how other sections took it over, as the latest one or by its name. */
  taken?: { implicit?: boolean; explicit?: boolean; frontend?: boolean; backend?: boolean };
  /** The `defaults` section it took over. */
  rulesFrom?: ProxyDraft;
  /** Filled when the model is built. */
  iid: number;
  index: number;
  model?: ProxyModel;
}

/** On/off options, by their name after `option`. Absent is HAProxy's default (off). */
export type OptionFlags = Record<string, boolean | undefined>;

/** What a proxy takes over from its `defaults`. Must stay structured-cloneable. */
export interface ProxySettings {
  mode: Mode;
  disabled: boolean;
  timeouts: Mutable<Timeouts>;
  options: OptionFlags;
  maxconn?: number;
  backlog?: number;
  rateLimit: number;
  defaultBackend?: Reference;
  monitorUri?: string;
  fullconn?: number;
  retries: number;
  /** As BackendModel.redispatch. */
  redispatch: number;
  balance: BalanceAlgorithm;
  randomDraws: number;
  hashConsistent: boolean;
  /** `balance uri` and the like: roundrobin in mode tcp, with a warning. */
  balanceOverHttp: boolean;
  log: LogSettings;
  formats: FormatSettings;
  stats?: StatsSettings;
  /** `option httpchk`, `http-check`, `option tcp-check`, `tcp-check`, `option mysql-check`... */
  check: CheckDraft;
  /** `use-fcgi-app`. */
  fcgiApp?: Reference;
  /** `default-server`. */
  defaultServer: ServerDefaults;
  /** `clitcpka-cnt`, `srvtcpka-idle` and their kin; seconds, 0: the system's choice. */
  probes: { client: Mutable<KeepAliveProbes>; server: Mutable<KeepAliveProbes> };
  source?: SourceDraft;
  /** `email-alert`, as far as it was written. */
  emailAlert?: EmailAlertSettings;
  /** `cookie` of the proxy, when written: its name (it only works in mode http). */
  cookie?: string;
}

/** `email-alert` lines. */
export interface EmailAlertSettings {
  from?: string;
  to?: string;
  mailers?: Reference;
  /** 0-7. */
  level?: number;
  hostname?: string;
}

/** Log-format strings, read once the mode of their proxy is known. */
export interface FormatSettings {
  'log-format'?: Reference;
  'log-format-sd'?: Reference;
  'error-log-format'?: Reference;
  'unique-id-format'?: Reference;
  /** What `unique-id-format` says, where a check asks for it. */
  uniqueId?: LogFormatModel;
  /** The `log-format` holds nothing to write. */
  lineIsEmpty?: boolean;
}

export interface LogSettings {
  targets: LogTargetModel[];
  line: 'default' | 'tcp' | 'http';
  /** Which option chose the line, for its warning. */
  lineOption?: 'tcplog' | 'httplog' | 'httpslog';
  /** What chose the line last, as it is written: `option httplog clf`, `log-format`. */
  chosenBy?: string;
  /** Where `option httplog`/`tcplog`/`log-format` was written. */
  lineSpan?: Span;
  tag?: string;
}

export type StatsSettings = Mutable<StatsPageModel> & {
  auth: (readonly [string, string])[];
  scope: string[];
};

/** An address with what its text said beside it. */
export type AddressDraft = Mutable<AddressModel>;
