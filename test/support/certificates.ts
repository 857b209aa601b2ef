/**
 * X.509 certificates made on the spot, so that tests need nothing but Node: an authority and what it signs, with the
 * names and the dates a test asks for. P-256 keys, ECDSA with SHA-256, version 3 (RFC 5280), DER written by hand.
 */
import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign, X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';

function der(tag: number, ...parts: readonly Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  const size = content.length;
  if (size < 0x80) return Buffer.concat([Buffer.from([tag, size]), content]);
  const bytes: number[] = [];
  for (let rest = size; rest > 0; rest >>= 8) bytes.unshift(rest & 0xff);
  return Buffer.concat([Buffer.from([tag, 0x80 | bytes.length, ...bytes]), content]);
}

const sequence = (...parts: readonly Buffer[]) => der(0x30, ...parts);
const setOf = (...parts: readonly Buffer[]) => der(0x31, ...parts);
const octets = (content: Buffer) => der(0x04, content);
const boolean = (value: boolean) => der(0x01, Buffer.from([value ? 0xff : 0]));

function objectId(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number);
  const bytes = [first * 40 + second];
  for (const arc of rest) {
    const groups = [arc & 0x7f];
    for (let value = arc >> 7; value > 0; value >>= 7) groups.unshift((value & 0x7f) | 0x80);
    bytes.push(...groups);
  }
  return der(0x06, Buffer.from(bytes));
}

/** GeneralizedTime, `YYYYMMDDHHMMSSZ`; UTCTime where RFC 5280 asks for it (years before 2050). */
function time(date: Date): Buffer {
  const text = date.toISOString().replace(/[-:T]/g, '').slice(0, 14);
  return date.getUTCFullYear() < 2050
    ? der(0x17, Buffer.from(`${text.slice(2)}Z`, 'latin1'))
    : der(0x18, Buffer.from(`${text}Z`, 'latin1'));
}

const COMMON_NAME = '2.5.4.3';
const ECDSA_SHA256 = '1.2.840.10045.4.3.2';

function name(commonName: string): Buffer {
  return sequence(setOf(sequence(objectId(COMMON_NAME), der(0x0c, Buffer.from(commonName, 'utf8')))));
}

function address(host: string): Buffer {
  if (isIP(host) === 4) return Buffer.from(host.split('.').map(Number));
  const [head = '', tail] = host.split('::');
  const left = head === '' ? [] : head.split(':');
  const right = tail === undefined || tail === '' ? [] : tail.split(':');
  const middle = tail === undefined ? [] : new Array<string>(8 - left.length - right.length).fill('0');
  const words = [...left, ...middle, ...right].map((word) => Number.parseInt(word, 16));
  return Buffer.from(words.flatMap((word) => [word >> 8, word & 0xff]));
}

/** An extension: its id, whether it is critical, and its value (wrapped in an OCTET STRING here). */
function extension(id: string, critical: boolean, value: Buffer): Buffer {
  return sequence(objectId(id), ...(critical ? [boolean(true)] : []), octets(value));
}

function pem(label: string, content: Buffer): string {
  const lines = content.toString('base64').match(/.{1,64}/g) ?? [];
  return `-----BEGIN ${label}-----\n${lines.join('\n')}\n-----END ${label}-----\n`;
}

/** A certificate with its private key, both as PEM. */
export interface Certificate {
  readonly cert: string;
  readonly key: string;
}

export interface CertificateOptions {
  readonly commonName: string;
  /** Host names and IP addresses of the subject alternative name; none when absent. */
  readonly names?: readonly string[];
  /** Default: a day ago. */
  readonly notBefore?: Date;
  /** Default: in a year. */
  readonly notAfter?: Date;
}

type Lifetime = Pick<CertificateOptions, 'notBefore' | 'notAfter'>;

export interface Authority extends Certificate {
  /** Signs a server certificate. */
  issue(options: CertificateOptions): Certificate;
  /** An authority below this one. */
  authorize(commonName: string): Authority;
  /** A list of certificates it takes back, as PEM. `notAfter`: when the next one is due, a year from now by default. */
  revoke(revoked: readonly Certificate[], notAfter?: Date): string;
}

const DAY = 86_400_000;

interface Signer {
  readonly commonName: string;
  readonly key: KeyObject;
}

function certificate(
  options: CertificateOptions,
  signer: Signer | undefined,
  authority = signer === undefined,
): Certificate & { keyObject: KeyObject } {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
  const spki = publicKey.export({ type: 'spki', format: 'der' });
  const serial = randomBytes(12);
  serial[0] = (serial[0]! & 0x7f) | 0x40;
  const extensions = [
    extension('2.5.29.19', true, sequence(...(authority ? [boolean(true)] : []))),
    // keyCertSign and cRLSign for an authority, digitalSignature for a server.
    extension('2.5.29.15', true, der(0x03, Buffer.from(authority ? [1, 0x06] : [7, 0x80]))),
    extension('2.5.29.14', false, octets(createHash('sha1').update(spki).digest())),
  ];
  if (options.names !== undefined && options.names.length > 0) {
    const entries = options.names.map((entry) =>
      isIP(entry) === 0 ? der(0x82, Buffer.from(entry, 'latin1')) : der(0x87, address(entry)),
    );
    extensions.push(extension('2.5.29.17', false, sequence(...entries)));
  }
  const algorithm = sequence(objectId(ECDSA_SHA256));
  const body = sequence(
    der(0xa0, der(0x02, Buffer.from([2]))),
    der(0x02, serial),
    algorithm,
    name(signer?.commonName ?? options.commonName),
    sequence(
      time(options.notBefore ?? new Date(Date.now() - DAY)),
      time(options.notAfter ?? new Date(Date.now() + 365 * DAY)),
    ),
    name(options.commonName),
    spki,
    der(0xa3, sequence(...extensions)),
  );
  const signature = sign('sha256', body, signer?.key ?? privateKey);
  const whole = sequence(body, algorithm, der(0x03, Buffer.concat([Buffer.from([0]), signature])));
  return {
    cert: pem('CERTIFICATE', whole),
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    keyObject: privateKey,
  };
}

/** A revocation list, version 1 (RFC 5280, 5.1). */
function revocationList(revoked: readonly Certificate[], signer: Signer, notAfter: Date): string {
  const now = new Date(Date.now() - DAY);
  const entries = revoked.map(({ cert }) =>
    sequence(der(0x02, Buffer.from(new X509Certificate(cert).serialNumber, 'hex')), time(now)),
  );
  const algorithm = sequence(objectId(ECDSA_SHA256));
  const body = sequence(
    algorithm,
    name(signer.commonName),
    time(now),
    time(notAfter),
    ...(entries.length === 0 ? [] : [sequence(...entries)]),
  );
  const signature = sign('sha256', body, signer.key);
  return pem('X509 CRL', sequence(body, algorithm, der(0x03, Buffer.concat([Buffer.from([0]), signature]))));
}

/** A self-signed authority; `cert` is what `ca-file` wants. */
export function createAuthority(commonName = 'Test Authority', lifetime: Lifetime = {}): Authority {
  return authorityOf(commonName, certificate({ commonName, ...lifetime }, undefined));
}

function authorityOf(commonName: string, own: ReturnType<typeof certificate>): Authority {
  const signer = { commonName, key: own.keyObject };
  return {
    cert: own.cert,
    key: own.key,
    issue: (options) => {
      const { cert, key } = certificate(options, signer);
      return { cert, key };
    },
    authorize: (name) => authorityOf(name, certificate({ commonName: name }, signer, true)),
    revoke: (revoked, notAfter = new Date(Date.now() + 365 * DAY)) => revocationList(revoked, signer, notAfter),
  };
}
