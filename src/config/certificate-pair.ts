/** A file with a certificate and its key, as `crt` of a server names one. */
import { createSecureContext } from 'node:tls';
import { getSystemErrorMap } from 'node:util';
import { readUpTo } from './bounded-read.ts';

/** Far more than a chain of certificates takes. */
const MAX_BYTES = 1 << 20;

/** What is wrong with the file, in HAProxy's words where it has some; undefined when it can be used. */
export function pairProblem(path: string): string | undefined {
  let pem: string;
  try {
    pem = readUpTo(path, MAX_BYTES)?.toString('latin1') ?? '';
  } catch (error) {
    const errno = error instanceof Error ? (error as NodeJS.ErrnoException).errno : undefined;
    const reason = (errno === undefined ? undefined : getSystemErrorMap().get(errno)?.[1]) ?? String(error);
    return `unable to stat SSL certificate from file '${path}' : ${reason.charAt(0).toUpperCase()}${reason.slice(1)}.`;
  }
  if (!pem.includes('-----BEGIN CERTIFICATE-----')) return `unable to load certificate from file '${path}'.`;
  try {
    createSecureContext({ cert: pem, key: pem });
    return undefined;
  } catch {
    return `inconsistencies between private key and certificate loaded '${path}'.`;
  }
}
