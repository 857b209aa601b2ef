/** Requests that Node's parser lets through though two readers could take them for two different things. */
import type { IncomingMessage } from 'node:http';

/** What llhttp 8 of Node 20.19 takes and later ones, and HAProxy, do not: letters above 127 written as they are. */
const UNWRITTEN = /[^\x21-\x7e]/;

/**
 * Whether HAProxy would refuse it where Node does not, or not in every version (observed): a request without a version,
 * an address with letters that are written with %, a space in a header's name, several hosts that differ, or an address
 * with another host than the header `Host`.
 */
export function isAmbiguous({
  httpVersionMajor,
  rawHeaders,
  url = '',
}: Pick<IncomingMessage, 'httpVersionMajor' | 'rawHeaders' | 'url'>): boolean {
  if (httpVersionMajor < 1 || UNWRITTEN.test(url)) return true;
  const absolute = /^([a-z][a-z0-9+.-]*):\/\/([^/?#;]*)/i.exec(url);
  const defaultPort = absolute?.[1]?.toLowerCase() === 'https' ? ':443' : ':80';
  const plain = (host: string) => host.toLowerCase().replace(new RegExp(`${defaultPort}$`), '');
  let wanted = absolute === null ? undefined : plain(absolute[2] ?? '');
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = rawHeaders[at]?.toLowerCase() ?? '';
    if (name.includes(' ')) return true;
    if (name !== 'host') continue;
    const host = plain(rawHeaders[at + 1] ?? '');
    if (wanted !== undefined && wanted !== host) return true;
    wanted = host;
  }
  return false;
}
