/** Where a connection within a sequence goes; what is absent is as the target and the checker's options say. */
import type { ConnectionWish } from '../protocols/dialogue.ts';
import { list, optionalFlag, optionalText, portNumber, record } from './arguments.ts';

export interface ConnectStep {
  readonly port?: number | undefined;
  readonly tls?: boolean | undefined;
  /** The name sent to the server and held against its certificate. */
  readonly sni?: string | undefined;
  /** Protocols to offer. */
  readonly alpn?: readonly string[] | undefined;
  /** Says first who we are, in a PROXY header. */
  readonly sendProxy?: boolean | undefined;
}

/** Throws TypeError or RangeError for what cannot be meant. */
export function wishOfStep(step: ConnectStep, at: string): ConnectionWish {
  const { port, tls, sni, alpn, sendProxy } = record(at, step);
  optionalFlag(`${at}.tls`, tls);
  optionalText(`${at}.sni`, sni);
  optionalFlag(`${at}.sendProxy`, sendProxy);
  if (alpn !== undefined) for (const each of list(`${at}.alpn`, alpn)) optionalText(`${at}.alpn[]`, each);
  return {
    ...(port === undefined ? {} : { port: portNumber(`${at}.port`, port) }),
    ...(tls === undefined ? {} : { tls }),
    ...(sni === undefined ? {} : { sni }),
    ...(alpn === undefined ? {} : { alpn }),
    ...(sendProxy === undefined ? {} : { sendProxy }),
  };
}
