import type { PeerCertificate } from 'node:tls';

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
    if (certificateNames(certificate).some((pattern) => matchesName(pattern, name))) return undefined;
    return new NameMismatch(`Server presented an SSL certificate different from the ${held} one`);
  };
}

/**
 * Whether a name of a certificate covers a host name (measured on HAProxy, which is freer than Node): letter case does not
 * count, and one asterisk in the first label stands for any part of that label.
 */
export function matchesName(pattern: string, host: string): boolean {
  const wanted = host.toLowerCase();
  const held = pattern.toLowerCase();
  if (held === wanted) return true;
  const [label, rest] = splitFirst(held);
  const [hostLabel, hostRest] = splitFirst(wanted);
  const star = label.indexOf('*');
  if (star === -1 || rest === '' || rest !== hostRest) return false;
  const before = label.slice(0, star);
  const behind = label.slice(star + 1);
  return hostLabel.length >= label.length - 1 && hostLabel.startsWith(before) && hostLabel.endsWith(behind);
}

function splitFirst(name: string): [label: string, rest: string] {
  const dot = name.indexOf('.');
  return dot === -1 ? [name, ''] : [name.slice(0, dot), name.slice(dot + 1)];
}

/** The DNS names of the alternative name, and the common name even beside those. Addresses do not count. */
function certificateNames(certificate: PeerCertificate): string[] {
  const names: string[] = [];
  const entry = /([^:]+):("(?:[^"\\]|\\.)*"|[^,]*)(?:, |$)/y;
  const text = certificate.subjectaltname ?? '';
  for (let match = entry.exec(text); match !== null; match = entry.exec(text)) {
    const [, kind, value = ''] = match;
    // Node quotes a name with characters that no host name has.
    if (kind === 'DNS' && !value.startsWith('"')) names.push(value);
  }
  const common: unknown = certificate.subject?.CN;
  for (const name of Array.isArray(common) ? common : [common]) if (typeof name === 'string') names.push(name);
  return names;
}
