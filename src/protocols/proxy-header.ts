/** The PROXY protocol's headers for a connection of our own. */

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

const SIGNATURE = Buffer.from('\r\n\r\n\0\r\nQUIT\n', 'latin1');
/** Version 2, command LOCAL; and no address follows. */
const LOCAL = Buffer.of(0x20, 0x00);
/** Type 0x20, five bytes: no TLS on the way from the client, nothing verified. */
const WITHOUT_TLS = Buffer.of(0x20, 0, 5, 0, 0, 0, 0, 0);
/** Type 3, four bytes. */
const CHECKSUM = Buffer.of(3, 0, 4, 0, 0, 0, 0);

/**
 * Version 2 for a connection that stands for nobody. `ssl`: says that no client spoke TLS; `crc32c`: holds the checksum
 * of the whole header, itself taken as zero. The order is HAProxy's (measured).
 */
export function proxyHeaderV2({ ssl, crc32c }: { readonly ssl: boolean; readonly crc32c: boolean }): Buffer {
  const rest = Buffer.concat([crc32c ? CHECKSUM : Buffer.alloc(0), ssl ? WITHOUT_TLS : Buffer.alloc(0)]);
  const header = Buffer.concat([SIGNATURE, LOCAL, Buffer.of(0, rest.length), rest]);
  if (crc32c) header.writeUInt32BE(crc32cOf(header), SIGNATURE.length + LOCAL.length + 2 + 3);
  return header;
}

/** Castagnoli's CRC, bit by bit: a few bytes once for each server. */
function crc32cOf(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0x82f63b78 : crc >>> 1;
  }
  return ~crc >>> 0;
}
