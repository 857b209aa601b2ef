/** The PROXY protocol's header, version 1, for a connection of our own. */

export interface ProxiedEnd {
  readonly host: string;
  readonly port: number;
}

/** From `source` to `target`, two addresses of one family; anything else is UNKNOWN. */
export function proxyHeaderV1(source: ProxiedEnd | undefined, target: ProxiedEnd | undefined): Buffer {
  if (source === undefined || target === undefined) return Buffer.from('PROXY UNKNOWN\r\n');
  const family = source.host.includes(':') ? 'TCP6' : 'TCP4';
  return Buffer.from(`PROXY ${family} ${source.host} ${target.host} ${source.port} ${target.port}\r\n`);
}
