/** What a TLS session shows of itself and of the server. */
import type { PeerCertificate, TLSSocket } from 'node:tls';

export interface TlsFacts {
  readonly version: string;
  readonly cipher: string;
  readonly alpn: string | undefined;
  /** Of the server's certificate; absent when there was none. */
  readonly certificate:
    | {
        readonly subject: string;
        readonly names: string | undefined;
        readonly from: string;
        readonly to: string;
      }
    | undefined;
  /** Subjects from the server's certificate up, and who issued the last. */
  readonly chain: readonly string[];
}

/** More certificates than this are no chain. */
const LONGEST_CHAIN = 10;

export function tlsFacts(session: TLSSocket): TlsFacts {
  const certificate = session.getPeerCertificate(true);
  // An empty object where the server has shown none.
  const shown = Object.keys(certificate ?? {}).length > 0;
  const { alpnProtocol } = session;
  return {
    version: session.getProtocol() ?? 'unknown version',
    cipher: session.getCipher()?.standardName ?? 'unknown cipher',
    alpn: typeof alpnProtocol === 'string' ? alpnProtocol : undefined,
    certificate: shown
      ? {
          subject: nameOf(certificate.subject),
          names: certificate.subjectaltname,
          from: certificate.valid_from,
          to: certificate.valid_to,
        }
      : undefined,
    chain: shown ? chainOf(certificate) : [],
  };
}

function chainOf(certificate: PeerCertificate & { issuerCertificate?: PeerCertificate }): string[] {
  const chain: string[] = [];
  let each: (PeerCertificate & { issuerCertificate?: PeerCertificate }) | undefined = certificate;
  while (each !== undefined && chain.length < LONGEST_CHAIN) {
    chain.push(nameOf(each.subject));
    const above: PeerCertificate | undefined = each.issuerCertificate;
    const selfSigned = above?.fingerprint256 === each.fingerprint256;
    if (above === undefined || selfSigned) {
      if (!selfSigned) chain.push(`${nameOf(each.issuer)} (not sent)`);
      break;
    }
    each = above;
  }
  return chain;
}

/** `CN=a, O=b`, as much of it as there is. */
function nameOf(name: object | undefined): string {
  const parts = Object.entries(name ?? {}).flatMap(([key, value]) =>
    [value].flat().map((each: unknown) => `${key}=${String(each)}`),
  );
  return parts.length === 0 ? '(no name)' : parts.join(', ');
}
