import { checkServerIdentity, type PeerCertificate } from 'node:tls';

/** The server's certificate holds another name. The message is what `last_chk` says. */
export class NameMismatch extends Error {
  override readonly name = 'NameMismatch';
}

/**
 * The name test of a check: against the name sent as SNI, else against `verifyhost` (measured: SNI wins where both are
 * given), else none (TLS alone would take any certificate of a known authority, as HAProxy does).
 */
export function nameTest(
  verifyhost: string | undefined,
  sni: string | undefined,
): (host: string, certificate: PeerCertificate) => Error | undefined {
  const name = sni ?? verifyhost;
  if (name === undefined) return () => undefined;
  const held = sni === undefined ? 'configured' : 'expected';
  return (_host, certificate) => {
    if (checkServerIdentity(name, certificate) === undefined || matchesTopWildcard(name, certificate)) return undefined;
    return new NameMismatch(`Server presented an SSL certificate different from the ${held} one`);
  };
}

/** `*.example` covers `svc.example` for HAProxy; Node wants a wildcard to stand before two labels. */
function matchesTopWildcard(name: string, certificate: PeerCertificate): boolean {
  const rest = name.slice(name.indexOf('.')).toLowerCase();
  if (!rest.startsWith('.') || rest.indexOf('.', 1) !== -1) return false;
  const names = (certificate.subjectaltname ?? '').split(', ').filter((entry) => entry.startsWith('DNS:'));
  const wild = `*${rest}`;
  if (names.length === 0) return String(certificate.subject?.CN ?? '').toLowerCase() === wild;
  return names.some((entry) => entry.slice(4).toLowerCase() === wild);
}
