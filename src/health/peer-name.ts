import { checkServerIdentity, type PeerCertificate } from 'node:tls';

/** The server's certificate holds another name. The message is what `last_chk` says. */
export class NameMismatch extends Error {
  override readonly name = 'NameMismatch';
}

/**
 * The name test of a check: against `verifyhost`, else against the name sent as SNI, else none (TLS alone would take any
 * certificate of a known authority, as HAProxy does).
 */
export function nameTest(
  verifyhost: string | undefined,
  sni: string | undefined,
): (host: string, certificate: PeerCertificate) => Error | undefined {
  const name = verifyhost ?? sni;
  if (name === undefined) return () => undefined;
  const held = verifyhost === undefined ? 'expected' : 'configured';
  return (_host, certificate) => {
    if (checkServerIdentity(name, certificate) === undefined) return undefined;
    return new NameMismatch(`Server presented an SSL certificate different from the ${held} one`);
  };
}
