/** Servers in the model, with what judges them. */
import type { CheckProtocol } from '../protocols/http-check.ts';
import type { CheckModel } from './check-model.ts';
import type { AddressModel, SourceModel } from './model.ts';
import type { Place } from './place.ts';

/** `up` and `down` change with the first check, the others as in the midst of operation. */
export type InitState = 'fully-up' | 'up' | 'down' | 'fully-down';

export interface ServerModel {
  readonly name: string;
  /** `id N`, else counted from 1 in the backend: the `sid` column. */
  readonly id: number;
  readonly idForced: boolean;
  readonly address: AddressModel;
  /** `init-addr none`: no address was found (its `host` is empty); the server starts in maintenance (`MAINT (resolution)`). */
  readonly unresolved?: boolean;
  readonly place: Place;
  /** 0-256. */
  readonly weight: number;
  readonly backup: boolean;
  readonly disabled: boolean;
  /** 0: no limit. */
  readonly maxconn: number;
  readonly minconn: number;
  /** 0: no limit. */
  readonly maxqueue: number;
  readonly slowstart: number;
  /** `init-state`: what a checked server is at start and when it leaves maintenance, before any check; absent: `up`. */
  readonly initState?: InitState;
  readonly shutdownSessionsOnDown: boolean;
  readonly shutdownBackupSessionsOnUp: boolean;
  readonly cookie?: string;
  /** That of the server, else that of its backend. */
  readonly source?: SourceModel;
  /** `tcp-ut`: ms; absent: the system's choice. */
  readonly userTimeout?: number;
  readonly check: ServerCheckModel;
  /** `agent-check`. */
  readonly agent?: AgentModel;
  /** Where it would be asked, whether there is one or not. */
  readonly agentPlace?: AgentPlace;
  /** `observe layer4` of a checked server. */
  readonly observe?: ObserveModel;
  /** `track backend/server`, resolved: proxy index and server index. */
  readonly track?: { readonly proxy: number; readonly server: number };
}

/** A program on the server that says how it is. */
export interface AgentModel {
  readonly inter: number;
  /** `agent-send`: base64 of the bytes. */
  readonly send?: string;
}

/** Where an agent listens. */
export interface AgentPlace {
  /** `agent-addr`, else `addr`; absent: at the server's own. Its port says nothing. */
  readonly address?: AddressModel;
  /** `agent-port`, else `port`; 0: the server's own. */
  readonly port: number;
}

/** Errors of traffic that count as checks do. */
export interface ObserveModel {
  /** `error-limit`: how many in a row. */
  readonly limit: number;
  readonly action: 'fastinter' | 'fail-check' | 'sudden-death' | 'mark-down';
}

export interface ServerCheckModel {
  readonly enabled: boolean;
  readonly inter: number;
  readonly fastinter?: number;
  readonly downinter?: number;
  readonly rise: number;
  readonly fall: number;
  /** Checks go here instead of the server's address. Never leaks into the data path. */
  readonly address?: AddressModel;
  /** `port`, which counts before the one of `address`. */
  readonly port?: number;
  readonly ssl: boolean;
  readonly verify: 'none' | 'required';
  /** Absolute or relative path as the process opens it (ca-base applied); the reader has seen that it holds certificates. */
  readonly caFile?: string;
  readonly verifyhost?: string;
  readonly sni?: string;
  /** `socks4`: the proxy that checks may go through. */
  readonly socks4?: AddressModel;
  /** `check-via-socks4`. */
  readonly viaSocks4?: boolean;
  /** `healthcheck`: what is said and expected instead of what the backend says. */
  readonly own?: CheckModel;
  /** `check-sni-auto`: the Host of an HTTP check is sent as the name, where no other is written. */
  readonly sniAuto?: boolean;
  /** `check-alpn`. */
  readonly alpn?: readonly string[];
  /** `check-proto`: what HTTP checks speak; absent: what the handshake chose. */
  readonly protocol?: CheckProtocol;
  /** `check-send-proxy`; or `send-proxy` and its kin, where checks go to the server's own address. */
  readonly sendProxy?: boolean;
  /** PROXY headers of checks are of version 2, and what is in them. */
  readonly proxyHeaderV2?: { readonly ssl: boolean; readonly crc32c: boolean };
  /** `crt`: certificate and key to show to the server. */
  readonly certificate?: string;
  readonly crlFile?: string;
  readonly sslMinVersion?: 'TLSv1' | 'TLSv1.1' | 'TLSv1.2' | 'TLSv1.3';
  readonly sslMaxVersion?: 'TLSv1' | 'TLSv1.1' | 'TLSv1.2' | 'TLSv1.3';
  readonly ciphers?: string;
  readonly ciphersuites?: string;
  /** Names of OpenSSL with `:` between them. */
  readonly curves?: string;
  readonly sigalgs?: string;
  /** `no-ssl-reuse`: no check resumes the TLS session of another. */
  readonly freshSessions?: boolean;
  /** `no-tls-tickets`: up to TLS 1.2 no session ticket is asked for. */
  readonly withoutTickets?: boolean;
}
