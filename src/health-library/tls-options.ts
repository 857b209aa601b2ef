/** TLS for checkers that are not told by a haproxy.cfg. */
import { X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import { type ConnectionOptions, createSecureContext, type SecureContext, type SecureVersion } from 'node:tls';
import { revocationLists } from '../health/tls-settings.ts';
import { list, notOfKind, optionalFlag, optionalText, record } from './arguments.ts';

export interface TlsOptions {
  /** Any certificate will do. */
  readonly skipVerify?: boolean | undefined;
  /** The name sent to the server and held against its certificate; default: the target's ip, which is sent where it is a name. */
  readonly serverName?: string | undefined;
  /** Certificates of the authorities to trust, as PEM, instead of those Node carries. */
  readonly ca?: string | readonly string[] | undefined;
  /** Lists of revoked certificates, as PEM. */
  readonly crl?: string | undefined;
  /** Our own certificate and those it was issued by, as PEM, for servers that ask; with its `key`. */
  readonly cert?: string | undefined;
  /** The key of `cert`, as PEM. */
  readonly key?: string | undefined;
  /** `TLSv1.2`, `TLSv1.3`, ... */
  readonly minVersion?: SecureVersion | undefined;
  readonly maxVersion?: SecureVersion | undefined;
  /** As OpenSSL lists them. */
  readonly ciphers?: string | undefined;
  /** Protocols to offer. */
  readonly alpn?: readonly string[] | undefined;
}

/** What one connection wants otherwise than the others. */
export interface TlsWish {
  readonly sni?: string | undefined;
  readonly alpn?: readonly string[] | undefined;
}

/** The TLS of one checker: its certificates are read once. */
export class TlsClient {
  readonly #options: TlsOptions;
  #context: SecureContext | undefined;

  /** Throws TypeError for options of the wrong kind, and for certificates, keys, versions and ciphers that OpenSSL does not take. */
  constructor(options: TlsOptions | true) {
    this.#options = options === true ? {} : record('tls', options);
    const { skipVerify, serverName, ca, alpn, ...texts } = this.#options;
    optionalFlag('tls.skipVerify', skipVerify);
    optionalText('tls.serverName', serverName);
    for (const [name, value] of Object.entries(texts)) optionalText(`tls.${name}`, value);
    if (alpn !== undefined) for (const each of list('tls.alpn', alpn)) optionalText('tls.alpn[]', each);
    if (ca !== undefined) for (const each of authorities(ca)) readAuthority(each);
    if ((texts.cert === undefined) !== (texts.key === undefined))
      throw new TypeError('tls.cert and tls.key go together');
    // What Node trusts by itself is read when it is needed first.
    if (ca !== undefined || Object.values(texts).some((value) => value !== undefined)) this.#secureContext();
  }

  /** What `tls.connect` wants for a connection to `host`. */
  connectionOptions(host: string, { sni, alpn = this.#options.alpn }: TlsWish = {}): ConnectionOptions {
    const { skipVerify = false } = this.#options;
    const name = sni ?? this.#options.serverName ?? host;
    return {
      host: name,
      rejectUnauthorized: !skipVerify,
      // Node would refuse an address as a server name.
      ...(isIP(name) === 0 ? { servername: name } : {}),
      ...(alpn === undefined ? {} : { ALPNProtocols: [...alpn] }),
      secureContext: this.#secureContext(),
    };
  }

  #secureContext(): SecureContext {
    const { ca, crl, cert, key, minVersion, maxVersion, ciphers } = this.#options;
    try {
      this.#context ??= createSecureContext({
        ...(ca === undefined ? {} : { ca: authorities(ca) }),
        ...(crl === undefined ? {} : { crl: revocationLists(crl) }),
        ...(cert === undefined ? {} : { cert }),
        ...(key === undefined ? {} : { key }),
        ...(minVersion === undefined ? {} : { minVersion }),
        ...(maxVersion === undefined ? {} : { maxVersion }),
        ...(ciphers === undefined ? {} : { ciphers }),
      });
    } catch (error) {
      throw new TypeError(`TLS cannot be set up with these options: ${(error as Error).message}`, { cause: error });
    }
    return this.#context;
  }
}

/** The TLS of an option that may also be true, false or absent. */
export function tlsClient(tls: TlsOptions | boolean | undefined): TlsClient | undefined {
  return tls === undefined || tls === false ? undefined : new TlsClient(tls);
}

function authorities(ca: string | readonly string[]): string[] {
  return Array.isArray(ca) ? [...ca] : [ca as string];
}

/** Node takes anything for authorities, and then trusts none. */
function readAuthority(pem: string): void {
  try {
    if (typeof pem === 'string') new X509Certificate(pem);
    else throw new TypeError('no string');
  } catch (error) {
    throw new TypeError(notOfKind('tls.ca', 'certificates as PEM', pem).message, { cause: error });
  }
}
