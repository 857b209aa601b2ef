/** `stats auth`: HTTP basic authentication. */
import { createHash, timingSafeEqual } from 'node:crypto';

type Account = readonly [user: string, password: string];

/**
 * Whether an Authorization header names one of the accounts. Every account is compared, over digests of equal length, so
 * that the time taken tells nothing.
 */
export function isAuthorized(accounts: readonly Account[], header: string | undefined): boolean {
  const encoded = /^basic +([A-Za-z0-9+/]+)={0,2} *$/i.exec(header ?? '')?.[1];
  if (encoded === undefined) return false;
  const bytes = Buffer.from(encoded, 'base64');
  // Node passes over a letter too many.
  if (bytes.toString('base64').replace(/=+$/, '') !== encoded) return false;
  const given = digest(bytes);
  let found = false;
  for (const [user, password] of accounts) {
    if (timingSafeEqual(given, digest(Buffer.from(`${user}:${password}`)))) found = true;
  }
  return found;
}

function digest(bytes: Buffer): Buffer {
  return createHash('sha256').update(bytes).digest();
}
