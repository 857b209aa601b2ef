/**
 * The model: what a configuration means, as plain data (structured-cloneable: no functions, no class instances), with
 * defaults already resolved. Every duration is in milliseconds; `undefined` means "not set", 0 is HAProxy's "no limit".
 */

import type { ConditionModel, LogFormatModel } from '../expressions/model.ts';
import type { FastcgiProgram } from '../protocols/fastcgi-request.ts';
import type { AddressFamily } from '../system/address-family.ts';
import type { KeepAliveProbes } from '../system/socket-options.ts';
import type { CheckModel } from './check-model.ts';
import type { EmailAlertModel } from './email-alert-model.ts';
import type { FrontendModel } from './frontend-model.ts';
import type { Place } from './place.ts';
import type { ServerModel } from './server-model.ts';

export type * from './check-model.ts';
export type * from './email-alert-model.ts';
export type * from './frontend-model.ts';
export type * from './server-model.ts';

export interface Model {
  readonly global: GlobalModel;
  /** In declaration order, `defaults` left out. */
  readonly proxies: readonly ProxyModel[];
}

export type Mode = 'tcp' | 'http';

/** An address as the configuration gives it; names are resolved once at start, into `resolved`. */
export interface AddressModel {
  readonly family: AddressFamily;
  /** IP in its usual form, or the path/name of a Unix socket. `0.0.0.0` and `::` stand for every address. */
  readonly host: string;
  /** 0 for Unix sockets, and for a server without a port (it then uses the port the client connected to). */
  readonly port: number;
  /** `server s host:+100`: the port is this much away from the client's destination port (`port` is then the offset). */
  readonly portIsOffset?: boolean;
  /** The name that was written where an IP was not (`localhost`), for `show servers state` and messages. */
  readonly name?: string;
  /** `bind fd@N`: an inherited descriptor that is bound to this address already, and need only be listened on. */
  readonly fd?: number;
}

export interface GlobalModel {
  readonly maxconn?: number;
  readonly daemon: boolean;
  readonly pidfile?: string;
  readonly chroot?: string;
  readonly user?: string;
  readonly group?: string;
  readonly uid?: number;
  readonly gid?: number;
  readonly node?: string;
  readonly description?: string;
  readonly nbthread?: number;
  readonly ulimitN?: number;
  /** False after `no strict-limits`: too few open files are no reason not to start. */
  readonly strictLimits?: boolean;
  readonly hardStopAfter?: number;
  /** Percent, 0 to 50. */
  readonly spreadChecks: number;
  readonly maxSpreadChecks?: number;
  readonly zeroWarning: boolean;
  readonly quiet: boolean;
  /** `noreuseport`: no SO_REUSEPORT on listening sockets. */
  readonly noReusePort?: boolean;
  readonly logTag?: string;
  /** `log-send-hostname [name]`; empty: the machine's name. */
  readonly logSendHostname?: string;
  /** `log` lines of the global section; proxies with `log global` hold a copy of them. */
  readonly logs: readonly LogTargetModel[];
  readonly statsSockets: readonly StatsSocketModel[];
  /** Milliseconds; HAProxy's default is 10 s. */
  readonly statsTimeout: number;
  readonly statsMaxconn: number;
  /** `insecure-fork-wanted` and `external-check` allow external checks. */
  readonly externalCheck: boolean;
}

export interface StatsSocketModel {
  readonly address: AddressModel;
  readonly level: 'user' | 'operator' | 'admin';
  /** Permission bits (0o600); absent: 0o777 less the umask. */
  readonly mode?: number;
  readonly uid?: number;
  readonly gid?: number;
  /** `expose-fd listeners`. */
  readonly exposeFd: boolean;
  readonly place: Place;
  /** The address as written, for messages and `show cli sockets`. */
  readonly text: string;
}

export type LogFormat = 'rfc3164' | 'rfc5424' | 'raw' | 'short' | 'timed' | 'priority' | 'iso' | 'local';

export interface LogTargetModel {
  readonly target:
    | { readonly kind: 'udp'; readonly host: string; readonly port: number }
    | { readonly kind: 'unix'; readonly path: string }
    | { readonly kind: 'fd'; readonly fd: number };
  readonly format: LogFormat;
  /** No format was written: it is `local`, and `log-send-hostname` makes it `rfc3164` (configuration manual, `log`). */
  readonly formatIsDefault?: boolean;
  /** Datagrams are cut to this many bytes. */
  readonly maxLength: number;
  /** 0-23. */
  readonly facility: number;
  /** 0-7: less severe (higher) messages are not sent. */
  readonly level: number;
  /** 0-7: more severe messages are sent as this level. */
  readonly minLevel: number;
  readonly place: Place;
}

export interface Timeouts {
  readonly client?: number;
  readonly server?: number;
  readonly connect?: number;
  readonly queue?: number;
  readonly tunnel?: number;
  readonly clientFin?: number;
  readonly serverFin?: number;
  readonly check?: number;
  readonly httpRequest?: number;
  readonly httpKeepAlive?: number;
  readonly tarpit?: number;
}

export interface ProxyModel {
  readonly kind: 'frontend' | 'backend' | 'listen';
  readonly name: string;
  /** Position in `Model.proxies`. */
  readonly index: number;
  /** The `iid` column; set by the reader (`id N`, else counted as HAProxy 3.4 does: the first user proxy is 2). */
  readonly iid: number;
  readonly place: Place;
  readonly mode: Mode;
  readonly disabled: boolean;
  readonly description?: string;
  readonly timeouts: Timeouts;
  readonly log: ProxyLogModel;
  /** Present for frontend and listen. */
  readonly frontend?: FrontendModel;
  /** Present for backend and listen. */
  readonly backend?: BackendModel;
  /** Present when `stats enable` or another `stats` keyword makes the proxy answer with the stats page. */
  readonly statsPage?: StatsPageModel;
  /** Present for backend and listen whose servers' events are mailed. */
  readonly emailAlert?: EmailAlertModel;
}

export interface ProxyLogModel {
  readonly targets: readonly LogTargetModel[];
  /** `http` on a proxy in mode tcp has already become `tcp` (with HAProxy's warning). */
  readonly line: 'default' | 'tcp' | 'http';
  readonly dontLogNull: boolean;
  readonly dontLogNormal: boolean;
  readonly logAsap: boolean;
  readonly separateErrors: boolean;
  readonly logHealthChecks: boolean;
  readonly tag?: string;
}

export type BalanceAlgorithm = 'roundrobin' | 'static-rr' | 'leastconn' | 'first' | 'source' | 'random';

export interface BackendModel {
  readonly balance: BalanceAlgorithm;
  /** `balance random(n)`: how many servers are drawn; 2 unless written. */
  readonly randomDraws: number;
  /** `hash-type consistent` (source). */
  readonly hashConsistent: boolean;
  readonly servers: readonly ServerModel[];
  /** Resolved: written, or 10 % of the maxconn of the frontends that reach it (at least 1). */
  readonly fullconn: number;
  readonly retries: number;
  /** `option redispatch [interval]`: 0 off; -1 on the last retry (no interval); n: every n retries. */
  readonly redispatch: number;
  readonly allBackups: boolean;
  /** `option abortonclose`: a client that has sent FIN does not wait for a server, whatever it sent before. */
  readonly abortOnClose: boolean;
  readonly check: CheckModel;
  /** `use-fcgi-app`: the program that checks over FastCGI ask for. */
  readonly fastcgi?: FastcgiProgram;
  /** `unique-id-format`, where a check asks for it. */
  readonly uniqueId?: LogFormatModel;
  readonly tcpKeepAlive: boolean;
  /** `srvtcpka-cnt` and its kin, in seconds; they say something with `tcpKeepAlive` only. */
  readonly keepAliveProbes?: KeepAliveProbes;
  /** `option nolinger`: servers are closed by RST, as soon as their client has ended. */
  readonly noLinger?: boolean;
  /** `option tcp-smart-connect`. */
  readonly smartConnect?: boolean;
}

/** Where connections to a server come from. */
export interface SourceModel {
  /** Absent: any address. With `usesrc` it counts where there is no client, in checks. */
  readonly address?: AddressModel;
  /** Last port of a range that begins with the port of `address`; one connection a port. */
  readonly lastPort?: number;
  readonly interface?: string;
  /** `client`: the client's address and port; `clientip`: its address; else an address that need not be ours. */
  readonly useSource?: 'client' | 'clientip' | AddressModel;
}

/** What `stats ...` lines of a proxy say. */
export interface StatsPageModel {
  readonly uri: string;
  readonly realm?: string;
  /** `user:password` pairs. */
  readonly auth: readonly (readonly [user: string, password: string])[];
  /** Seconds. */
  readonly refresh?: number;
  readonly hideVersion: boolean;
  readonly showNode: boolean;
  readonly showLegends: boolean;
  readonly showDesc: boolean;
  /** `stats show-desc <text>`; absent: the description of `global`. */
  readonly description?: string;
  readonly scope: readonly string[];
  /** `stats admin if TRUE`: everybody may change servers. */
  readonly admin: boolean;
  /** `stats admin` with other conditions: whoever makes a request of which one holds may. */
  readonly adminIf?: readonly ConditionModel[];
}
