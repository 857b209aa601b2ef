/** The model of a frontend: the sockets it listens on, and the rules that decide over its connections. */
import type { ConditionModel, LogFormatModel } from '../expressions/model.ts';
import type { KeepAliveProbes } from '../system/socket-options.ts';
import type { AddressModel } from './model.ts';
import type { Place } from './place.ts';

export interface FrontendModel {
  readonly listeners: readonly ListenerModel[];
  readonly maxconn: number;
  /** Index into `Model.proxies` of the backend (itself for a listen with servers); absent: no backend at all. */
  readonly defaultBackend?: number;
  readonly backlog?: number;
  /** `option socket-stats`: one row a listener in `show stat`. */
  readonly socketStats: boolean;
  /** `rate-limit sessions`. */
  readonly rateLimit: number;
  /** `monitor-uri`, accepted on stats-only HTTP frontends. */
  readonly monitorUri?: string;
  /** `monitor fail`: when one of them holds, the answer at `monitorUri` is 503. */
  readonly monitorFail?: readonly ConditionModel[];
  readonly tcpKeepAlive: boolean;
  /** `clitcpka-cnt` and its kin, in seconds; they say something with `tcpKeepAlive` only. */
  readonly keepAliveProbes?: KeepAliveProbes;
  /** `option nolinger`: clients are closed by RST. */
  readonly noLinger?: boolean;
  /** `option tcp-smart-accept`. */
  readonly smartAccept?: boolean;
  /** `tcp-request` and `use_backend` with conditions; absent: every connection goes to `defaultBackend` unasked. */
  readonly rules?: FrontendRulesModel;
}

/** What decides over a connection, in this order; the first rule that applies ends its list. */
export interface FrontendRulesModel {
  /** `tcp-request connection`, as it is accepted. */
  readonly connection: readonly TcpRuleModel[];
  /** `tcp-request session`. */
  readonly session: readonly TcpRuleModel[];
  /** `tcp-request content`, on what the client sends first. */
  readonly content: readonly TcpRuleModel[];
  /** How long the content rules may wait for more, ms. */
  readonly inspectDelay: number;
  /** `use_backend`; where none applies, `defaultBackend` is taken. */
  readonly switching: readonly SwitchRuleModel[];
}

export interface TcpRuleModel {
  readonly action: 'accept' | 'reject';
  /** Absent: always. */
  readonly condition?: ConditionModel;
}

export interface SwitchRuleModel {
  /** Absent: always. */
  readonly condition?: ConditionModel;
  /** Index into `Model.proxies`, or the name of the backend, made for every connection. */
  readonly backend: number | LogFormatModel;
}

/** One socket to listen on: a `bind` line with several addresses or a port range gives several of them. */
export interface ListenerModel {
  readonly address: AddressModel;
  /** `name x`. */
  readonly name?: string;
  /** The `sid` column of its row: from 1 in the proxy, or `id N`. */
  readonly id: number;
  readonly maxconn: number;
  readonly backlog?: number;
  /** `v6only`/`v4v6`; absent: the system's choice. */
  readonly v6only?: boolean;
  readonly interface?: string;
  readonly transparent?: boolean;
  /** Negative: so much less than what each connection agreed on. */
  readonly mss?: number;
  /** `tcp-ut`: ms; absent: the system's choice. */
  readonly userTimeout?: number;
  readonly deferAccept?: boolean;
  /** `tfo`. */
  readonly fastOpen?: boolean;
  /** Unix sockets: mode, owner. */
  readonly mode?: number;
  readonly uid?: number;
  readonly gid?: number;
  readonly place: Place;
}
