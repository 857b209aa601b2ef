/** Certificate authorities for checks over TLS: the file is opened and read when the configuration is loaded. */
import { X509Certificate } from 'node:crypto';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { errorCode, systemErrorText } from '../system/error-text.ts';
import { readUpTo } from './bounded-read.ts';

/** Every authority there is takes less. */
const MAX_BYTES = 1 << 26;

/** Where distributions keep the bundle that `@system-ca` stands for. */
const SYSTEM_BUNDLES = [
  '/etc/ssl/certs/ca-certificates.crt',
  '/etc/pki/tls/certs/ca-bundle.crt',
  '/etc/ssl/ca-bundle.pem',
  '/etc/ssl/cert.pem',
];

const CERTIFICATE = /-----BEGIN (?:X509 |TRUSTED )?CERTIFICATE-----[^-]+-----END (?:X509 |TRUSTED )?CERTIFICATE-----/;
const REVOCATION_LIST = /-----BEGIN X509 CRL-----/;

export type CaFile =
  | {
      readonly ok: true;
      readonly path: string;
      /** A directory: how many of its files hold certificates. */
      readonly filesInDirectory?: number;
    }
  /** `reason` is what HAProxy puts in brackets after the file's name. */
  | { readonly ok: false; readonly path: string; readonly reason: string };

/**
 * Finds the file a `ca-file` means (`base` is `ca-base`, used for relative names) and sees that it holds certificates.
 */
export function findCaFile(name: string, base: string | undefined): CaFile {
  if (name === '@system-ca') {
    return { ok: true, path: SYSTEM_BUNDLES.find((bundle) => existsSync(bundle)) ?? name };
  }
  const path = base === undefined || name.startsWith('/') ? name : `${base}/${name}`;
  try {
    if (statSync(path).isDirectory()) return { ok: true, path, filesInDirectory: countAuthorities(path) };
    const text = textOf(path);
    if (isCut(text)) return { ok: false, path, reason: 'bad end line' };
    return holdsCertificates(text) ? { ok: true, path } : { ok: false, path, reason: 'no certificate or crl found' };
  } catch (error) {
    return { ok: false, path, reason: systemErrorText(errorCode(error)) };
  }
}

/** Files with the endings HAProxy looks at that hold certificates; links named after a hash are none of them (measured). */
function countAuthorities(directory: string): number {
  const names = readdirSync(directory).filter((name) => /\.(?:pem|crt|cer|crl)$/.test(name));
  return names.filter((name) => isAuthorityFile(join(directory, name))).length;
}

/** What cannot be read, or is a directory itself, is passed over in a directory. */
export function isAuthorityFile(path: string): boolean {
  try {
    const text = textOf(path);
    return !isCut(text) && holdsCertificates(text);
  } catch {
    return false;
  }
}

/** Empty where it is far too much for certificates. */
function textOf(path: string): string {
  return readUpTo(path, MAX_BYTES)?.toString('latin1') ?? '';
}

/** Something in the file begins and does not end. */
function isCut(text: string): boolean {
  const [, ...begun] = text.split(/^-----BEGIN (?=[^\n-]+-----\s*$)/m);
  return begun.some((part) => !part.includes(`-----END ${part.slice(0, part.indexOf('-----'))}-----`));
}

function holdsCertificates(text: string): boolean {
  const first = CERTIFICATE.exec(text);
  if (first === null) return REVOCATION_LIST.test(text);
  try {
    new X509Certificate(first[0].replace(/(?:X509|TRUSTED) CERTIFICATE/g, 'CERTIFICATE'));
    return true;
  } catch {
    return false;
  }
}
