/**
 * Whether a request that changes something may have been made by another site's page in the browser of somebody who may.
 * Browsers send the password along with such requests, too; so what they say about the origin decides. Tools send none of
 * these headers and are believed: whoever can send bytes of his own choice needs no browser to do it for him.
 */
export interface OriginHeaders {
  readonly host: string | undefined;
  readonly origin: string | undefined;
  readonly referer: string | undefined;
  /** `Sec-Fetch-Site`; browsers send it over TLS and to the own machine only. */
  readonly fetchSite: string | undefined;
}

/** True for tools, and for browsers whose page came from here. */
export function isSameOrigin({ host, origin, referer, fetchSite }: OriginHeaders): boolean {
  if (fetchSite !== undefined) return fetchSite === 'same-origin' || fetchSite === 'none';
  // `null` is what pages in sandboxes and from files send.
  if (origin !== undefined) return isFrom(origin, host);
  if (referer !== undefined) return isFrom(referer, host);
  return true;
}

/** Host and port are compared; the scheme is not, as TLS may have ended in front of us. */
function isFrom(page: string, host: string | undefined): boolean {
  if (host === undefined) return false;
  try {
    const from = new URL(page);
    return from.host !== '' && from.host === new URL(`${from.protocol}//${host}`).host;
  } catch {
    return false;
  }
}
