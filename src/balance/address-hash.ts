/**
 * A number for an IP address, 0 to 2^32-1. IPv4: the address itself (as measured on HAProxy 2.6 through `balance source`).
 * IPv6: its four 32-bit words, folded. Anything else (a Unix socket's client) is one client: 0.
 */
export function hashAddress(host: string): number {
  if (!host.includes(':')) return ipv4Number(host);
  const tail = host.slice(host.lastIndexOf(':') + 1);
  const mapped = tail.includes('.');
  // ::ffff:1.2.3.4 is the client that IPv4 shows as 1.2.3.4.
  if (mapped && /^::ffff:/i.test(host)) return ipv4Number(tail);
  const groups = ipv6Groups(host);
  let hash = 0;
  for (let at = 0; at < 8; at += 2) {
    hash ^= (((groups[at] ?? 0) << 16) | (groups[at + 1] ?? 0)) >>> 0;
  }
  return hash >>> 0;
}

function ipv4Number(host: string): number {
  let value = 0;
  let part = 0;
  for (let at = 0; at < host.length; at++) {
    const code = host.charCodeAt(at);
    if (code === 0x2e) {
      value = value * 256 + part;
      part = 0;
    } else if (code >= 0x30 && code <= 0x39) part = part * 10 + code - 0x30;
    else return 0;
  }
  return value * 256 + part;
}

/** The eight 16-bit groups, `::` filled in; a zone (`%eth0`) is left out. */
function ipv6Groups(host: string): number[] {
  const [head = '', tail] = host.replace(/%.*$/, '').split('::');
  const before = parseGroups(head);
  if (tail === undefined) return before;
  const after = parseGroups(tail);
  return [...before, ...new Array<number>(Math.max(0, 8 - before.length - after.length)).fill(0), ...after];
}

function parseGroups(text: string): number[] {
  if (text === '') return [];
  return text.split(':').flatMap((group) => {
    if (!group.includes('.')) return [Number.parseInt(group, 16) || 0];
    const value = ipv4Number(group);
    return [Math.floor(value / 65_536), value % 65_536];
  });
}
