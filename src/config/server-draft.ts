import type { CheckProtocol } from '../protocols/http-check.ts';
import type { AddressParts } from './address.ts';
import type { InventedCheck } from './invented-check.ts';
import type { AddressModel, InitState, Mode, ObserveModel, SourceModel } from './model.ts';
import type { Place, Span } from './place.ts';

export type TlsVersion = 'SSLv3' | 'TLSv1' | 'TLSv1.1' | 'TLSv1.2' | 'TLSv1.3';

/** One way of `init-addr`, in the order they are tried. */
export type InitialAddressMethod = 'last' | 'libc' | 'none' | { readonly ip: string };

/** What a server has beside its name and address: what `default-server` gives to the servers after it. Structured-cloneable. */
export interface ServerSettings {
  weight: number;
  backup: boolean;
  disabled: boolean;
  maxconn: number;
  minconn: number;
  maxqueue: number;
  slowstart: number;
  initState?: InitState;
  /** `ssl`: traffic to the server is to be encrypted. */
  ssl?: boolean;
  /** `proto`. */
  protocol?: CheckProtocol | 'none';
  shutdownSessionsOnDown: boolean;
  shutdownBackupSessionsOnUp: boolean;
  cookie?: string;
  /** `redir`, which works in mode http alone. */
  redirectPrefix?: string;
  /** `track`, as written. */
  track?: { readonly text: string; readonly span: Span };
  /** Empty: HAProxy's own order (last, libc). */
  initAddr: readonly InitialAddressMethod[];
  /** `observe`, which needs `check` to mean anything. */
  observe?: 'layer4' | 'layer7';
  onError: ObserveModel['action'];
  errorLimit: number;
  agent: AgentSettings;
  source?: SourceDraft;
  /** `tcp-ut`: ms; 0 and absent: the system's choice. */
  userTimeout?: number;
  /** `tfo`: no effect, but HAProxy warns about it. */
  fastOpen: boolean;
  check: CheckSettings;
  /** What words HAProxy does not have say about the check. */
  invented?: InventedCheck;
}

/** `source`, with what can only be judged when the section's mode is known. */
export interface SourceDraft extends SourceModel {
  /** `usesrc hdr_ip(name)`, which acts in mode http alone. */
  readonly header?: string;
  readonly span: Span;
}

/** What is said about the program that is asked on the server. */
export interface AgentSettings {
  enabled: boolean;
  inter: number;
  /** `agent-addr`; absent: the server's own. */
  address?: AddressModel;
  /** `agent-port`; absent: not written. */
  port?: number;
  /** Base64 of the bytes. */
  send?: string;
}

/** What was asked of the PROXY header. `other`: something that headers of checks have no place for. */
export type ProxyHeaderFact = 'v1' | 'v2' | 'ssl' | 'cn' | 'crc32c' | 'other';

/** The parameters of a server that say how it is checked. */
export interface CheckSettings {
  enabled: boolean;
  inter: number;
  fastinter?: number;
  downinter?: number;
  rise: number;
  fall: number;
  /** `addr`; its port counts only where `port` says none. */
  address?: AddressModel;
  /** `port`; 0 and absent: the server's own. */
  port?: number;
  ssl: boolean;
  /** Absent: `required`, unless the global section says `ssl-server-verify none`. */
  verify?: 'none' | 'required';
  /** As the process opens it. */
  caFile?: string;
  verifyhost?: string;
  sni?: string;
  /** `socks4`, and where it stands. */
  socks4?: { readonly address: AddressModel; readonly span: Span };
  /** `check-via-socks4`. */
  viaSocks4?: boolean;
  /** `check-sni-auto`. */
  sniAuto?: boolean;
  /** `healthcheck`: the section that says how this server is checked. */
  section?: { readonly text: string; readonly span: Span };
  alpn?: readonly string[];
  /** `check-proto`. */
  protocol?: CheckProtocol | 'none';
  sendProxy?: boolean;
  /** `send-proxy` and its kin: the last that asked for something, and where it stands. Never without a fact. */
  proxyHeader?: { readonly facts: readonly ProxyHeaderFact[]; readonly keyword: string; readonly span: Span };
  /** `crt`, as the process opens it. */
  certificate?: string;
  crlFile?: string;
  minVersion?: TlsVersion;
  maxVersion?: TlsVersion;
  /** `no-tlsv10` and the like. */
  withoutVersions: readonly TlsVersion[];
  ciphers?: string;
  ciphersuites?: string;
  curves?: string;
  sigalgs?: string;
  /** `no-ssl-reuse`. */
  freshSessions?: boolean;
  /** `no-tls-tickets`. */
  withoutTickets?: boolean;
}

/** One server (or, while a `default-server` line is read, the servers that follow it). */
export interface ServerDraft {
  /** `default-server` for such a line. Changed where it is not the section's only one of that name. */
  name: string;
  readonly isDefault: boolean;
  /** The mode of the section where the line stands; a later line may change it. */
  readonly mode: Mode;
  /** Of a `server-template` line, which numbers its names. */
  readonly numbered: boolean;
  readonly address: AddressParts | undefined;
  readonly place: Place;
  readonly span: Span;
  /** Earlier servers of the section. */
  readonly siblings: readonly ServerDraft[];
  settings: ServerSettings;
  /** `id N`. */
  id?: number;
  /** What `track` means, filled in when every section is known. */
  tracked?: { readonly proxy: number; readonly server: number };
}

/** What `default-server` lines have said so far. */
export type ServerDefaults = ServerSettings;

/** The port of the agent; one that is not said to listen elsewhere is asked where checks go (measured). 0: none is known. */
export function agentPort({ agent, check }: Pick<ServerSettings, 'agent' | 'check'>): number {
  return agent.port ?? check.port ?? 0;
}

/** A copy to write to. What `agent` and `check` hold is replaced and never written to, as are the other values. */
export function copyServerSettings(settings: ServerSettings): ServerSettings {
  return { ...settings, agent: { ...settings.agent }, check: { ...settings.check } };
}

/** HAProxy's own defaults. */
export function newServerDefaults(): ServerDefaults {
  return {
    weight: 1,
    backup: false,
    disabled: false,
    maxconn: 0,
    minconn: 0,
    maxqueue: 0,
    slowstart: 0,
    shutdownSessionsOnDown: false,
    shutdownBackupSessionsOnUp: false,
    initAddr: [],
    fastOpen: false,
    onError: 'fail-check',
    errorLimit: 10,
    agent: { enabled: false, inter: 2000 },
    check: { enabled: false, inter: 2000, rise: 2, fall: 3, ssl: false, withoutVersions: [] },
  };
}

export { type CheckDraft, newCheckDraft } from './check-draft.ts';
