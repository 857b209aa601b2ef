/** What running expressions see: the session at hand, and the program around it. */
import type { ClientHello } from '../../protocols/tls-client-hello.ts';
import type { Variables } from './variables.ts';

/** One connection while its rules run. */
export interface RuleContext {
  /** IP address, or `unix`. */
  readonly clientHost: string;
  readonly clientPort: number;
  readonly localHost: string;
  readonly localPort: number;
  /** The listener: its id and, where it has one, its name. */
  readonly listenerId: number;
  readonly listenerName: string;
  /** What the client has sent so far; valid until the current callback returns. */
  request(): Uint8Array;
  /** What these bytes are as TLS. */
  clientHello(): ClientHello;
  /** No more is waited for: the delay is over, the client has ended, or the room for its bytes is full. */
  readonly final: boolean;
  /** Set by a fetch that could not say yet, because bytes are missing that may come. */
  incomplete: boolean;
  /** Absent where rules cannot keep anything. */
  readonly variables?: Variables;
  /** Who serves, once that is decided. */
  readonly backend?: Named;
  readonly server?: ChosenServer | undefined;
  /** Where the connection to the server goes. */
  readonly serverEnd?: { readonly host: string; readonly port: number } | undefined;
  /** What `unique-id-format` makes of this check, always the same; undefined where none is written. */
  uniqueId?(): string | undefined;
  /** What the server has sent and nobody has taken; absent where answers are not looked at. */
  response?(): Uint8Array | undefined;
  /** The head of an HTTP answer, once it is there, and what there is of its body. */
  answer?(): HttpAnswer | undefined;
}

export interface Named {
  readonly id: number;
  readonly name: string;
}

export interface ChosenServer extends Named {
  /** An IP address, or a path. */
  readonly host: string;
  readonly port: number;
}

export interface HttpAnswer {
  readonly code: number;
  /** `1.1` */
  readonly version: string;
  /** Names in lower case, values one character a byte. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: Uint8Array;
}

/** Figures of the program; the names are those of the configuration, `''` the proxy the expression stands in. */
export interface RuleScope {
  readonly proxyName: string;
  readonly proxyId: number;
  readonly defaultBackendName: string;
  frontend(name: string): ProxyFigures | undefined;
  backend(name: string): BackendFigures | undefined;
  /** `backend/server` or `server`. */
  server(name: string): ServerFigures | undefined;
  /** Connections of the process. */
  processConnections(): number;
  /** Milliseconds since the epoch. */
  wallClock(): number;
  readonly hostname: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

export interface ProxyFigures {
  sessions(): number;
  /** New sessions in the last second. */
  sessionRate(): number;
}

export interface BackendFigures extends ProxyFigures {
  /** Sessions waiting, for any of its servers or for one of them. */
  queued(): number;
  usableServers(): number;
}

export interface ServerFigures extends ProxyFigures {
  queued(): number;
  isUp(): boolean;
}
