/** What kind of socket an address is for: `abns` is Linux's abstract namespace of Unix sockets. */
export type AddressFamily = IpFamily | 'unix' | 'abns';
export type IpFamily = 'ipv4' | 'ipv6';

/** Not a Unix socket. */
export function isIp(family: AddressFamily): family is IpFamily {
  return family === 'ipv4' || family === 'ipv6';
}
