/** Connections of checks: where they go, what is told of them, and how they are let go. */
import type { ConnectionOptions, TLSSocket } from 'node:tls';
import type { AddressModel } from '../config/model.ts';

/** Where a check goes. `tls`: what `tls.connect` needs; absent for plain TCP. */
export interface DialTarget {
  readonly address: AddressModel;
  readonly tls: ConnectionOptions | undefined;
  /** Where an IP connection comes from; port 0: any. Absent: the kernel chooses. It fails if it is of the other family. */
  readonly source?: { readonly host: string; readonly port: number };
  /** The network interface that an IP connection takes (Linux). One that cannot be had is passed over, as in HAProxy. */
  readonly interface?: string;
  /** Nothing will be said: on Linux the server's program need not notice (plain TCP alone). */
  readonly quiet?: boolean;
  /** A PROXY header goes first, before TLS begins: these bytes, or one of version 1. */
  readonly sendProxy?: boolean | Uint8Array;
  /** Where the TLS session is kept for the next connection to the same place. */
  readonly session?: TlsSessionPlace;
  /** A SOCKS4 proxy that is asked for the connection. */
  readonly through?: AddressModel;
}

/** The last TLS session with a server: resumed by the next check, which spares both sides most of a handshake. */
export interface TlsSessionPlace {
  session: Buffer | undefined;
}

/** What became of a connection. After `failed` nothing follows, and after `release` nothing at all. */
export interface DialHandler {
  /** The TCP connection (or the Unix one) stands; with TLS the handshake begins. */
  connected(): void;
  /** The connection to a SOCKS4 proxy stands, and it has been asked for the one to the server. */
  tunnelling?(): void;
  /** The TLS handshake is done and the certificate accepted. `protocol`: what was agreed upon to be spoken (ALPN). */
  secured(protocol?: string): void;
  received(chunk: Buffer): void;
  /** The server will send no more. */
  ended(): void;
  failed(failure: DialFailure): void;
  /** The handshake is over and certificates are there to be looked at, whatever becomes of them next. For who wants to show it. */
  negotiated?(session: TLSSocket): void;
  /** A PROXY header has been sent. For who wants to show it. */
  introduced?(header: Uint8Array): void;
}

export interface DialFailure {
  /** Name of the errno, or Node's name for an error of TLS. */
  readonly code: string;
  /** The certificate is good but not for this server; the text says against what it was held. */
  readonly mismatch: string | undefined;
  /** The address to come from could not be had; nothing was tried. */
  readonly source?: true;
  /** What a SOCKS4 proxy did instead of letting us through. */
  readonly proxy?: string;
  /** In the words of Node or OpenSSL, where there was an error. */
  readonly reason?: string;
}

export interface Call {
  send(bytes: Uint8Array): void;
  /** Lets go: RST where the system allows, or FIN after what was sent. No callback follows. */
  release(how: 'reset' | 'orderly'): void;
}

export interface Dialer {
  dial(target: DialTarget, handler: DialHandler): Call;
}
