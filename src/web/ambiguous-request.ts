/** Requests that Node's parser lets through though two readers could take them for two different things. */
import type { IncomingMessage } from 'node:http';

/**
 * Whether HAProxy would refuse it where Node does not (observed): a request without a version, several hosts that
 * differ, or an address with another host than the header `Host`.
 */
export function isAmbiguous({ httpVersionMajor, rawHeaders, url = '' }: IncomingMessage): boolean {
  if (httpVersionMajor < 1) return true;
  const absolute = /^([a-z][a-z0-9+.-]*):\/\/([^/?#;]*)/i.exec(url);
  const defaultPort = absolute?.[1]?.toLowerCase() === 'https' ? ':443' : ':80';
  const plain = (host: string) => host.toLowerCase().replace(new RegExp(`${defaultPort}$`), '');
  let wanted = absolute === null ? undefined : plain(absolute[2] ?? '');
  for (let at = 0; at < rawHeaders.length; at += 2) {
    if (rawHeaders[at]?.toLowerCase() !== 'host') continue;
    const host = plain(rawHeaders[at + 1] ?? '');
    if (wanted !== undefined && wanted !== host) return true;
    wanted = host;
  }
  return false;
}
