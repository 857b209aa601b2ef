// biome-ignore-all lint/suspicious/noTemplateCurlyInString: addresses hold variables that are meant for the reader
import { describe, expect, it } from 'vitest';
import {
  type AddressEnvironment,
  type AddressRules,
  parseAddress,
  splitAddresses,
} from '../../../src/config/address.ts';
import { addressNames } from '../../../src/config/address-names.ts';
import { addressModel, chooseAddress, lookupHost, resolveHosts } from '../../../src/config/address-resolution.ts';
import type { Line } from '../../../src/config/keyword.ts';

const listen: AddressRules = { kind: 'listen' };
const server: AddressRules = { kind: 'server' };
const plain: AddressRules = { kind: 'plain' };

/** `host port[-lastPort]`, with the family in front where it is not an IP address or a name. */
function summary(text: string, rules: AddressRules, env?: AddressEnvironment): string {
  const address = parseAddress(text, rules, env);
  if (!address.ok) return address.message;
  const { family, only, host, isName, port, lastPort, portIsOffset } = address.parts;
  const ports = port === lastPort ? `${portIsOffset ? '+' : ''}${port}` : `${port}-${lastPort}`;
  return [family === 'ip' ? '' : family, only ?? '', isName ? `name:${host}` : host || 'any', ports]
    .filter((part) => part !== '')
    .join(' ');
}

describe('addresses to listen on', () => {
  it.each([
    ['127.0.0.1:9001', '127.0.0.1 9001'],
    ['127.0.0.1:9001-9003', '127.0.0.1 9001-9003'],
    ['127.0.0.1:9001-9001', '127.0.0.1 9001'],
    ['127.0.0.1:9001-9003a', '127.0.0.1 9001-9003'],
    ['127.0.0.1:80a', '127.0.0.1 80'],
    ['127.0.0.1:80e3', '127.0.0.1 80'],
    ['127.0.0.1:00080', '127.0.0.1 80'],
    [':9001', 'any 9001'],
    ['*:9001', 'any 9001'],
    ['ipv4@:9001', '4 any 9001'],
    ['ipv4@*:9001', '4 any 9001'],
    ['ipv6@*:9001', '6 any 9001'],
    ['tcp4@127.0.0.1:9001', '4 127.0.0.1 9001'],
    [':::9001', ':: 9001'],
    ['::1:9001', '::1 9001'],
    ['[::]:9001', ':: 9001'],
    ['[::1]:9001', '::1 9001'],
    ['[1.2.3.4]:9001', '1.2.3.4 9001'],
    ['localhost:9001', 'name:localhost 9001'],
    ['ipv6@localhost:9001', '6 name:localhost 9001'],
    ['::9001', 'name:: 9001'],
    ['::1', 'name:: 1'],
    ['[::1:9001', 'name:[::1 9001'],
    ['1.2.3:9001', 'name:1.2.3 9001'],
    ['fe80::1%lo:9001', 'name:fe80::1%lo 9001'],
    ['/tmp/x.sock', 'unix /tmp/x.sock 0'],
    ['unix@/tmp/x.sock', 'unix /tmp/x.sock 0'],
    ['unix@x.sock', 'unix x.sock 0'],
    ['stream+unix@/tmp/x', 'unix /tmp/x 0'],
    ['abns@foo', 'abns foo 0'],
    ['', "'' resolves to an empty address (environment variable missing?)"],
    ['9001', "missing port specification in '9001'"],
    ['*', "missing port specification in '*'"],
    [':', "missing port specification in ':'"],
    ['ipv4@', "missing port specification in 'ipv4@'"],
    ['x.sock', "missing port specification in 'x.sock'"],
    ['127.0.0.1:', "missing port specification in '127.0.0.1:'"],
    ['[::1]', "missing port specification in '[::1]'"],
    ['127.0.0.1:0', "invalid port '0'"],
    ['127.0.0.1:70000', "invalid port '70000'"],
    ['127.0.0.1:9001-', "invalid port ''"],
    ['127.0.0.1:9001-70000', "invalid port '70000'"],
    ['127.0.0.1:0-10', "invalid port '0'"],
    ['127.0.0.1:99999999999', "invalid port '99999999999'"],
    ['127.0.0.1:9012-9010', "invalid port range '9012-9010'"],
    ['127.0.0.1:-9001', "port offset not permitted here in '127.0.0.1:-9001'"],
    ['127.0.0.1:+5', "port offset not permitted here in '127.0.0.1:+5'"],
    ['127.0.0.1:http', "invalid character 'h' in port number 'http' in '127.0.0.1:http'"],
    ['udp@127.0.0.1:9001', "dgram-type address not acceptable in 'udp@127.0.0.1:9001'"],
    ['fd@x', "file descriptor 'x' is not a valid integer in 'fd@x'"],
    [`/${'a'.repeat(97)}`, `socket path '/${'a'.repeat(97)}' too long (max 97)`],
    [
      'quic4@127.0.0.1:9001',
      "unsupported stream protocol for datagram family 2 address 'quic4@127.0.0.1:9001'; " +
        'QUIC is not compiled in if this is what you were looking for.',
    ],
  ])('%s', (text, expected) => {
    expect(summary(text, listen)).toBe(expected);
  });

  it('takes a descriptor where something listens', () => {
    expect(parseAddress('fd@3', listen)).toMatchObject({ ok: true, parts: { family: 'fd', host: '3' } });
  });

  it('knows addresses hapax cannot use yet', () => {
    expect(parseAddress('sockpair@3', listen)).toMatchObject({ ok: false, unsupported: true });
  });
});

describe('addresses of servers', () => {
  it.each([
    ['127.0.0.1', '127.0.0.1 0'],
    ['127.0.0.1:', '127.0.0.1 0'],
    ['127.0.0.1:0', '127.0.0.1 0'],
    ['127.0.0.1:65535', '127.0.0.1 65535'],
    ['127.0.0.1:+100', '127.0.0.1 +100'],
    ['127.0.0.1:-100', '127.0.0.1 +-100'],
    ['::1:80', '::1 80'],
    ['::ffff:1.2.3.4:80', '::ffff:1.2.3.4 80'],
    ['[::1]', '::1 0'],
    [':80', 'any 80'],
    ['*', 'any 0'],
    ['*:+1', 'any +1'],
    ['a_b:80', 'name:a_b 80'],
    ['foo@bar:80', 'name:foo@bar 80'],
    ['127.0.0.1:80:90', 'name:127.0.0.1:80 90'],
    ['256.1.1.1:80', 'name:256.1.1.1 80'],
    ['[localhost]:80', 'name:localhost 80'],
    ['ipv4@::1:80', '4 name:::1 80'],
    ['ipv6@127.0.0.1:80', '6 name:127.0.0.1 80'],
    ['127.0.0.1:80-90', "port range not permitted here in '127.0.0.1:80-90'"],
    ['127.0.0.1:65536', "invalid port '65536'"],
    ['127.0.0.1:abc', "invalid character 'a' in port number 'abc' in '127.0.0.1:abc'"],
    ['https://example.com', "invalid character '/' in port number '//example.com' in 'https://example.com'"],
    ['fd@3', "a file descriptor is not acceptable here in 'fd@3'"],
  ])('%s', (text, expected) => {
    expect(summary(text, server)).toBe(expected);
  });
});

describe('addresses of checks', () => {
  it.each([
    ['127.0.0.1', '127.0.0.1 0'],
    ['127.0.0.1:80', '127.0.0.1 80'],
    ['127.0.0.1:+90', "port offset not permitted here in '127.0.0.1:+90'"],
    ['127.0.0.1:90-91', "port range not permitted here in '127.0.0.1:90-91'"],
    ['127.0.0.1:99999', "invalid port '99999'"],
  ])('%s', (text, expected) => {
    expect(summary(text, plain)).toBe(expected);
  });
});

describe('variables in addresses', () => {
  const env = { IP: '127.0.0.1', PORT: '8080', NAME: 'www' };
  it.each([
    ['$IP:$PORT', '127.0.0.1 8080'],
    ['${IP}:${PORT}', '127.0.0.1 8080'],
    [':$PORT-$PORT', 'any 8080'],
    ['${NAME}x:80', 'name:wwwx 80'],
    ['${NOPE}:80', 'any 80'],
    ['/run/$PORT.sock', 'unix /run/8080.sock 0'],
    ['${IP', "missing port specification in '${IP'"],
    ['${IP}:a$PORT', "invalid character 'a' in port number 'a8080' in '${IP}:a$PORT'"],
    ['$NOPE', "'$NOPE' resolves to an empty address (environment variable missing?)"],
    [':$NOPE', "missing port specification in ':$NOPE'"],
  ])('%s', (text, expected) => {
    expect(summary(text, listen, env)).toBe(expected);
  });
});

it('splits lists at commas and forgives the last one', () => {
  expect(splitAddresses('a:1,b:2')).toEqual(['a:1', 'b:2']);
  expect(splitAddresses('a:1,')).toEqual(['a:1']);
  expect(splitAddresses('a:1,,b:2')).toEqual(['a:1', '', 'b:2']);
  expect(splitAddresses('')).toEqual(['']);
});

describe('names', () => {
  function line(text: string): Line {
    const words = text.split(' ').map((word) => ({ text: word, span: { file: 'f', line: 1, start: 0, end: 0 } }));
    return { file: 'f', number: 1, words, prefix: undefined };
  }

  it.each([
    ['bind a.example:80,127.0.0.1:81,b.example:82-84', ['a.example', 'b.example']],
    ['server s a.example:80 check addr b.example', ['a.example', 'b.example']],
    ['server s a.example:80 init-addr none', []],
    ['server s a.example:80 init-addr 127.0.0.1', []],
    ['server s a.example:80 init-addr last,libc,none', ['a.example']],
    ['server-template s 3 a.example:80', ['a.example']],
    ['stats socket a.example:80 level admin', ['a.example']],
    ['default-server addr a.example', ['a.example']],
    ['bind :80', []],
    ['bind', []],
    ['server s 127.0.0.1:80', []],
    ['server s 127.01.0.1:80', ['127.01.0.1']],
    ['mode tcp', []],
  ])('%s', (text, names) => {
    expect(addressNames(line(text))).toEqual(names);
  });

  it('asks once for each', async () => {
    const asked: string[] = [];
    const hosts = await resolveHosts(['a', 'b', 'a'], async (name) => {
      asked.push(name);
      return { ok: false, code: 'ENOTFOUND' };
    });
    expect(asked).toEqual(['a', 'b']);
    expect([...hosts.keys()]).toEqual(['a', 'b']);
  });

  it('prefers IPv4, unless there is none or IPv6 is asked for', () => {
    const six = { address: '::1', family: 6 } as const;
    const four = { address: '127.0.0.1', family: 4 } as const;
    const both = { ok: true, addresses: [six, four] } as const;
    expect(chooseAddress(both)?.host).toBe('127.0.0.1');
    expect(chooseAddress(both, 6)?.host).toBe('::1');
    expect(chooseAddress({ ok: true, addresses: [six] })?.host).toBe('::1');
    expect(chooseAddress({ ok: true, addresses: [six] }, 4)).toBeUndefined();
    expect(chooseAddress(undefined)).toBeUndefined();
  });

  it('keeps the name beside the address', () => {
    const address = parseAddress('www:+5', server);
    if (!address.ok) throw new Error(address.message);
    const hosts = new Map([['www', { ok: true, addresses: [{ address: '127.0.0.1', family: 4 as const }] } as const]]);
    expect(addressModel(address.parts, hosts)).toEqual({
      family: 'ipv4',
      host: '127.0.0.1',
      port: 5,
      portIsOffset: true,
      name: 'www',
    });
  });

  it("asks the system's resolver, which knows localhost and not what is reserved", async () => {
    const known = await lookupHost('localhost');
    expect(known.ok && known.addresses.map((one) => one.address)).toContain('127.0.0.1');
    expect(await lookupHost('<no-such-host>.invalid')).toMatchObject({ ok: false });
  });
});
