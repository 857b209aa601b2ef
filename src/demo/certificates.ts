/** An authority and certificates for services, made on the spot: keys by Node, certificates by node-forge. */
import { generateKeyPair, randomBytes } from 'node:crypto';
import { isIP } from 'node:net';
import { promisify } from 'node:util';
import forge from 'node-forge';

const newKeyPair = promisify(generateKeyPair);

const BITS = 2048;
const HOUR = 3_600_000;
/** A demonstration that runs longer than this has certificates that are no longer accepted. */
const LIFETIME = 30 * 24 * HOUR;

/** A certificate and its private key as PEM. */
export interface Certificate {
  readonly cert: string;
  readonly key: string;
}

export interface Authority {
  /** PEM, what `ca-file` wants. Its private key is gone with the object. */
  readonly cert: string;
  /** Signs a certificate for a server. `names` are host names and IP addresses. */
  issue(commonName: string, names: readonly string[]): Promise<Certificate>;
}

interface Keys {
  readonly publicKey: string;
  readonly privateKey: string;
}

/** Node's key pairs come from OpenSSL, in a thread: a hundred times faster than forge's own. */
function newKeys(): Promise<Keys> {
  return newKeyPair('rsa', {
    modulusLength: BITS,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
}

interface Subject {
  readonly commonName: string;
  readonly publicKey: string;
  readonly issuer: string;
  readonly extensions: readonly object[];
}

function signed(subject: Subject, signer: forge.pki.rsa.PrivateKey): string {
  const certificate = forge.pki.createCertificate();
  certificate.publicKey = forge.pki.publicKeyFromPem(subject.publicKey);
  const serial = randomBytes(12);
  // A serial number is positive (RFC 5280), and has no zeros in front.
  serial[0] = (serial[0]! & 0x7f) | 0x40;
  certificate.serialNumber = serial.toString('hex');
  // An hour back, for clocks that are a little late.
  certificate.validity.notBefore = new Date(Date.now() - HOUR);
  certificate.validity.notAfter = new Date(Date.now() + LIFETIME);
  certificate.setSubject([{ shortName: 'CN', value: subject.commonName }]);
  certificate.setIssuer([{ shortName: 'CN', value: subject.issuer }]);
  certificate.setExtensions([...subject.extensions]);
  certificate.sign(signer, forge.md.sha256.create());
  return forge.pki.certificateToPem(certificate);
}

const DNS_NAME = 2;
const IP_ADDRESS = 7;

function alternativeName(name: string): object {
  return isIP(name) === 0 ? { type: DNS_NAME, value: name } : { type: IP_ADDRESS, ip: name };
}

/** Makes an authority that no machine trusts but those that are told to. */
export async function createAuthority(commonName: string): Promise<Authority> {
  const keys = await newKeys();
  const signer = forge.pki.privateKeyFromPem(keys.privateKey);
  const own = {
    commonName,
    publicKey: keys.publicKey,
    issuer: commonName,
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
      { name: 'subjectKeyIdentifier' },
    ],
  };
  return {
    cert: signed(own, signer),
    async issue(serverName, names) {
      const { publicKey, privateKey } = await newKeys();
      const server = {
        commonName: serverName,
        publicKey,
        issuer: commonName,
        extensions: [
          { name: 'basicConstraints', cA: false, critical: true },
          { name: 'keyUsage', digitalSignature: true, keyEncipherment: true, critical: true },
          { name: 'extKeyUsage', serverAuth: true },
          { name: 'subjectAltName', altNames: names.map(alternativeName) },
        ],
      };
      return { cert: signed(server, signer), key: privateKey };
    },
  };
}
