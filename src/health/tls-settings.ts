/** The TLS side of checks: one secure context for every set of settings, each CA file read once. */
import { constants } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { isIP } from 'node:net';
import { join } from 'node:path';
import {
  type ConnectionOptions,
  createSecureContext,
  DEFAULT_CIPHERS,
  rootCertificates,
  type SecureContext,
} from 'node:tls';
import { isAuthorityFile } from '../config/ca-file.ts';
import { readPair } from '../config/certificate-pair.ts';
import type { ServerCheckModel } from '../config/model.ts';
import { nameTest } from './peer-name.ts';

/** What is spoken before TLS 1.3 where only its suites are chosen. */
const OLDER_CIPHERS = DEFAULT_CIPHERS.split(':')
  .filter((name) => !name.startsWith('TLS_'))
  .join(':');

export class TlsSettings {
  readonly #contexts = new Map<string, SecureContext>();
  readonly #authorities = new Map<string, string[]>();

  /**
   * What `tls.connect` needs for checks of this server, besides the socket. Throws when the CA file cannot be read or the
   * ciphers mean nothing (the configuration was read before, so the file must have changed since).
   */
  optionsFor(
    check: ServerCheckModel,
    sni: string | undefined = check.sni,
    alpn: readonly string[] | undefined = check.alpn,
  ): ConnectionOptions {
    const required = check.verify === 'required';
    return {
      secureContext: this.#context(check, required),
      rejectUnauthorized: required,
      ...(alpn === undefined ? {} : { ALPNProtocols: [...alpn] }),
      checkServerIdentity: nameTest(check.verifyhost, sni),
      // Node would refuse an address as a server name.
      ...(sni === undefined || isIP(sni) !== 0 ? {} : { servername: sni }),
    };
  }

  #context(check: ServerCheckModel, required: boolean): SecureContext {
    const { sslMinVersion, sslMaxVersion, certificate, withoutTickets, curves, sigalgs } = check;
    const crlFile = required ? check.crlFile : undefined;
    const caFile = required ? check.caFile : undefined;
    // Node reads the suites of TLS 1.3 and the ciphers of the versions before from one list.
    const { ciphersuites, ciphers: older = ciphersuites === undefined ? undefined : OLDER_CIPHERS } = check;
    const ciphers = [ciphersuites, older].filter((list) => list !== undefined).join(':');
    const versions = [sslMinVersion, sslMaxVersion];
    const choices = [ciphers, curves, sigalgs, withoutTickets];
    const key = JSON.stringify([caFile, crlFile, certificate, ...versions, ...choices]);
    const known = this.#contexts.get(key);
    if (known !== undefined) return known;
    const context = createSecureContext({
      ...(caFile === undefined ? {} : { ca: this.#authority(caFile) }),
      ...(crlFile === undefined ? {} : { crl: revocationLists(readFileSync(crlFile, 'utf8')) }),
      ...(certificate === undefined ? {} : readPair(certificate)),
      ...(sslMinVersion === undefined ? {} : { minVersion: sslMinVersion }),
      ...(sslMaxVersion === undefined ? {} : { maxVersion: sslMaxVersion }),
      ...(ciphers === '' ? {} : { ciphers }),
      ...(curves === undefined ? {} : { ecdhCurve: curves }),
      ...(sigalgs === undefined ? {} : { sigalgs }),
      ...(withoutTickets === true ? { secureOptions: constants.SSL_OP_NO_TICKET } : {}),
    });
    this.#contexts.set(key, context);
    return context;
  }

  #authority(path: string): string[] {
    const known = this.#authorities.get(path);
    if (known !== undefined) return known;
    const certificates = readAuthority(path);
    this.#authorities.set(path, certificates);
    return certificates;
  }
}

/** Every list of a text, as PEM; Node reads but the first. */
export function revocationLists(text: string): string[] {
  return text.match(/-----BEGIN X509 CRL-----[\s\S]*?-----END X509 CRL-----/g) ?? [text];
}

/** A file of certificates, a directory of such files, or the system's own (`@system-ca`: those that Node carries). */
function readAuthority(path: string): string[] {
  if (path === '@system-ca') return [...rootCertificates];
  if (!statSync(path).isDirectory()) return [readFileSync(path, 'utf8')];
  return readdirSync(path)
    .filter((name) => /\.(?:pem|crt|cer)$/.test(name) && isAuthorityFile(join(path, name)))
    .map((name) => readFileSync(join(path, name), 'utf8'));
}
