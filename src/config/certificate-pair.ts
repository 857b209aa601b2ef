/** A certificate and its key, as `crt` names them: one file, or the key in a second one called the same and `.key`. */
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readdirSync, statSync } from 'node:fs';
import { errorCode, systemErrorText } from '../system/error-text.ts';
import { readUpTo } from './bounded-read.ts';

/** Far more than a chain of certificates takes. */
const MAX_BYTES = 1 << 20;

const KEY = /-----BEGIN (?:[A-Z]+ )?PRIVATE KEY-----/;

/** A name under `crt-base` or `ca-base`; absolute names stand for themselves. */
export function pathUnder(base: string | undefined, name: string): string {
  return base === undefined || name.startsWith('/') ? name : `${base}/${name}`;
}

/** The text of the file and, where it holds no key, of the one beside it. Throws what reading throws. */
export function readPair(path: string): { readonly cert: string; readonly key: string } {
  const cert = textOf(path);
  return { cert, key: KEY.test(cert) ? cert : textOf(`${path}.key`) };
}

/** What is wrong with the file, in HAProxy's words; undefined when it can be used. */
export function pairProblem(path: string): string | undefined {
  let cert: string;
  try {
    if (statSync(path).isDirectory()) return `unable to stat SSL certificate from file '${path}' : Success.`;
    cert = textOf(path);
  } catch (error) {
    return `unable to stat SSL certificate from file '${path}' : ${systemErrorText(errorCode(error))}.`;
  }
  const certificate = firstCertificate(cert);
  if (certificate === undefined) return `unable to load certificate from file '${path}'.`;
  const noKey = `No Private Key found in '${path}.key'.`;
  try {
    const { key } = readPair(path);
    if (!KEY.test(key)) return noKey;
    if (certificate.checkPrivateKey(createPrivateKey(key))) return undefined;
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return noKey;
  }
  return `inconsistencies between private key and certificate loaded '${path}'.`;
}

/** How many files of a directory hold certificates; undefined when it is no directory. */
export function countCertificates(path: string): number | undefined {
  try {
    if (!statSync(path).isDirectory()) return undefined;
    return readdirSync(path).filter((name) => pairProblem(`${path}/${name}`) === undefined).length;
  } catch {
    return undefined;
  }
}

/** What is wrong with a file of `crt-list`, whose lines begin with the name of a certificate. */
export function certificateListProblem(path: string, base: string | undefined): string | undefined {
  let list: string;
  try {
    list = textOf(path);
  } catch (error) {
    return `cannot open file '${path}' : ${systemErrorText(errorCode(error))}`;
  }
  for (const line of list.split('\n')) {
    const name = line.trim().split(/\s/)[0]!;
    if (name === '' || name.startsWith('#')) continue;
    const problem = pairProblem(pathUnder(base, name));
    if (problem !== undefined) return problem;
  }
  return undefined;
}

function textOf(path: string): string {
  return readUpTo(path, MAX_BYTES)?.toString('latin1') ?? '';
}

function firstCertificate(pem: string): X509Certificate | undefined {
  try {
    return new X509Certificate(pem);
  } catch {
    return undefined;
  }
}
