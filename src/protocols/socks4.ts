/** What a SOCKS4 proxy is asked and answers (https://www.openssh.com/txt/socks4.protocol). */

/** The user id HAProxy gives (observed). */
const USER = 'HAProxy';

/** Version, code and six bytes that say nothing. */
export const SOCKS4_REPLY = 8;

const GRANTED = 90;

/** Asks for a connection to an IPv4 address; undefined: SOCKS4 knows no other. */
export function socks4Request(host: string, port: number): Buffer | undefined {
  const bytes = host.split('.').map(Number);
  if (bytes.length !== 4 || bytes.some((byte) => !Number.isInteger(byte) || byte < 0 || byte > 255)) return undefined;
  return Buffer.concat([Buffer.of(4, 1, port >> 8, port & 0xff, ...bytes), Buffer.from(`${USER}\0`, 'latin1')]);
}

/** Whether a whole reply lets us through. Its first byte is not looked at, as HAProxy does not. */
export function socks4Granted(reply: Uint8Array): boolean {
  return reply[1] === GRANTED;
}
