/**
 * A check's talk with a server, without I/O: bytes and the end of the stream go in, bytes to send and a verdict come out.
 * Whoever holds the connection (src/health) adds time limits, connection errors and the closing.
 */

/** How a talk came out. `text` is what `last_chk` shows: one line, at most 127 bytes. */
export interface Verdict {
  readonly status: 'CHECKED' | 'L4OK' | 'L4CON' | 'L6OK' | 'L6RSP' | 'L7OK' | 'L7OKC' | 'L7STS' | 'L7RSP' | 'SOCKERR';
  readonly code?: number;
  readonly text: string;
  /** What an agent wants besides. */
  readonly orders?: AgentOrders;
}

/** What an agent asks for, as it wrote it; whoever obeys says what is wrong with a weight or a limit. */
export interface AgentOrders {
  readonly state?: 'ready' | 'drain' | 'maint';
  /** `50%` of the configured weight. */
  readonly weight?: string;
  /** Digits; 0: no limit. */
  readonly maxconn?: string;
  /** There was a word that means nothing beside these numbers, which is told rather than what is wrong with them. */
  readonly unclear?: true;
}

/** Where the next connection goes; what is absent is as the server line says. */
export interface ConnectionWish {
  readonly port?: number;
  readonly address?: {
    readonly family: 'ipv4' | 'ipv6' | 'unix' | 'abns';
    readonly host: string;
    readonly port: number;
  };
  readonly tls?: boolean;
  readonly sni?: string;
  /** Protocols to offer. */
  readonly alpn?: readonly string[];
  /** A PROXY header goes before everything else. */
  readonly sendProxy?: boolean;
  /** Through the SOCKS4 proxy of the server line, where it has one. */
  readonly viaSocks4?: boolean;
  /** Nothing will be said over it: the server's program need not notice. */
  readonly quiet?: boolean;
}

/** What to do after an event. Nothing set: wait. `send` goes out before a verdict or a new connection. */
export interface Reply {
  readonly send?: Uint8Array;
  readonly verdict?: Verdict;
  /** Close this connection as `ending` says and open another; `opened` follows. */
  readonly reconnect?: ConnectionWish;
}

export interface Dialogue {
  /** Present when the talk itself says where its first connection goes. */
  readonly first?: ConnectionWish | undefined;
  /** What a silent server is called. */
  readonly silence: 'L4TOUT' | 'L6TOUT' | 'L7TOUT';
  /** How the connection is closed when it is done with: RST, or FIN once everything is sent. */
  readonly ending: 'reset' | 'orderly';
  /** The connection stands. `secured`: TLS was spoken on the way, and `protocol` is what both sides agreed to speak over it. */
  opened(secured: boolean, protocol?: string): Reply;
  received(chunk: Uint8Array): Reply;
  /** The server will send no more. */
  ended(): Reply;
  /** The connection was reset: a verdict or a new connection where what has come is enough for it. */
  reset?(): Reply;
  /** What `last_chk` says of a server that fell silent, where it is not `where()`. */
  silenceText?(): string;
  /** Where the talk stands, to be appended to the text of a connection error or a timeout; usually empty. */
  where(): string;
}

export const WAIT: Reply = {};
