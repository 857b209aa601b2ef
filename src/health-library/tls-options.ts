/** TLS for checkers that are not told by a haproxy.cfg. */
import { isIP } from 'node:net';
import type { ConnectionOptions } from 'node:tls';

export interface TlsOptions {
  /** Any certificate will do. */
  readonly skipVerify?: boolean;
  /** The name sent to the server and held against its certificate; default: the target's ip, which is not sent. */
  readonly serverName?: string;
  /** Certificates of the authorities to trust, as PEM, instead of those Node carries. */
  readonly ca?: string | readonly string[];
  /** Protocols to offer, the best first (ALPN): `['h2', 'http/1.1']`. Default: none is offered. */
  readonly alpn?: readonly string[];
}

/** What `tls.connect` wants for a connection to `ip`; undefined for `false` and for nothing. */
export function connectionOptions(tls: TlsOptions | boolean | undefined, ip: string): ConnectionOptions | undefined {
  if (tls === undefined || tls === false) return undefined;
  const { skipVerify = false, serverName = ip, ca, alpn }: TlsOptions = tls === true ? {} : tls;
  return {
    host: serverName,
    rejectUnauthorized: !skipVerify,
    // Node would refuse an address as a server name.
    ...(isIP(serverName) === 0 ? { servername: serverName } : {}),
    ...(ca === undefined ? {} : { ca: typeof ca === 'string' ? ca : [...ca] }),
    ...(alpn === undefined ? {} : { ALPNProtocols: [...alpn] }),
  };
}
