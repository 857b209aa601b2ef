import { describe, expect, it } from 'vitest';
import { proxyHeaderV1, proxyHeaderV2 } from '../../../src/protocols/proxy-header.ts';

const SIGNATURE = '0d0a0d0a000d0a515549540a';

describe('a PROXY header of version 1', () => {
  it.each([
    ['127.0.0.1', '127.0.0.2', 'PROXY TCP4 127.0.0.1 127.0.0.2 5 6\r\n'],
    ['::1', '::2', 'PROXY TCP6 ::1 ::2 5 6\r\n'],
  ])('names %s and %s', (from, to, text) => {
    expect(proxyHeaderV1({ host: from, port: 5 }, { host: to, port: 6 }).toString()).toBe(text);
  });

  it('knows no addresses of a Unix socket', () => {
    expect(proxyHeaderV1(undefined, undefined).toString()).toBe('PROXY UNKNOWN\r\n');
  });
});

/** As HAProxy 2.6.12 sends them with checks. */
describe('a PROXY header of version 2', () => {
  it.each([
    [false, false, '20000000'],
    [true, false, '200000082000050000000000'],
    [false, true, '20000007030004a9b87e8f'],
    [true, true, '2000000f030004889da1df2000050000000000'],
  ])('with TLS facts %s, with a checksum %s', (ssl, crc32c, rest) => {
    expect(proxyHeaderV2({ ssl, crc32c }).toString('hex')).toBe(`${SIGNATURE}${rest}`);
  });
});
