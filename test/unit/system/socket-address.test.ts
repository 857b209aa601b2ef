import { describe, expect, it } from 'vitest';
import { AF_INET, AF_INET6, AF_UNIX } from '../../../src/system/linux-numbers.ts';
import { ADDRESS_ROOM, decodeAddress, encodeAddress, ipv6Text } from '../../../src/system/socket-address.ts';
import { linuxProblem, syscalls } from '../../../src/system/syscalls.ts';

const problem = linuxProblem();
if (problem !== undefined) process.stderr.write(`SKIPPED addresses of Linux: ${problem}\n`);

describe.runIf(problem === undefined)('a struct sockaddr', () => {
  const calls = syscalls()!;

  it.each([
    ['ipv4', '127.0.0.1', 80],
    ['ipv4', '255.255.255.255', 65_535],
    ['ipv6', '::', 1],
    ['ipv6', '::1', 443],
    ['ipv6', 'fe80::1:2', 8080],
    ['ipv6', '2001:db8::ff00:42:8329', 53],
    ['ipv6', '2001:db8:0:1:1:1:1:1', 53],
    ['ipv6', '1:2:3:4:5:6:7:8', 53],
    ['ipv6', '1::', 53],
    ['ipv6', '::ffff:192.0.2.1', 53],
  ] as const)('of %s %s:%i is read as it was written', (family, host, port) => {
    const memory = encodeAddress(calls, { family, host, port });
    expect(memory?.bytes[0]).toBe(family === 'ipv4' ? AF_INET : AF_INET6);
    expect(memory?.bytes.length).toBe(family === 'ipv4' ? 16 : 28);
    expect(decodeAddress(memory!)).toEqual({ host, port });
  });

  it('of an address in another form is read in the usual one', () => {
    const memory = encodeAddress(calls, { family: 'ipv6', host: '2001:DB8:0:0:0:0:0:1', port: 1 });
    expect(decodeAddress(memory!)?.host).toBe('2001:db8::1');
    const mapped = encodeAddress(calls, { family: 'ipv6', host: '::ffff:7f00:1', port: 1 });
    expect(decodeAddress(mapped!)?.host).toBe('::ffff:127.0.0.1');
  });

  it('has the number of a zone', () => {
    expect(encodeAddress(calls, { family: 'ipv6', host: 'fe80::1%3', port: 1 })?.words[6]).toBe(3);
    const loopback = encodeAddress(calls, { family: 'ipv6', host: 'fe80::1%lo', port: 1 });
    expect(loopback?.words[6]).toBeGreaterThan(0);
  });

  it('of a path ends with one zero; an abstract name fills the field', () => {
    const path = encodeAddress(calls, { family: 'unix', host: '/tmp/x', port: 0 });
    expect([...path!.bytes]).toEqual([AF_UNIX, 0, ...Buffer.from('/tmp/x'), 0]);
    const name = encodeAddress(calls, { family: 'abns', host: 'x', port: 0 });
    expect(name?.bytes.length).toBe(110);
    expect([...name!.bytes.subarray(0, 5)]).toEqual([AF_UNIX, 0, 0, 'x'.charCodeAt(0), 0]);
    expect(decodeAddress(path!)).toBeUndefined();
  });

  it('is not made of what is none', () => {
    expect(encodeAddress(calls, { family: 'ipv4', host: '127.0.0.1', port: 65_536 })).toBeUndefined();
    expect(encodeAddress(calls, { family: 'ipv4', host: '127.0.0.1', port: -1 })).toBeUndefined();
    expect(encodeAddress(calls, { family: 'ipv4', host: '1.2.3', port: 1 })).toBeUndefined();
    expect(encodeAddress(calls, { family: 'ipv6', host: 'x::1', port: 1 })).toBeUndefined();
    expect(encodeAddress(calls, { family: 'unix', host: 'x'.repeat(108), port: 0 })).toBeUndefined();
  });

  it('comes back from the kernel the same', () => {
    const fd = calls.socket(AF_INET);
    const room = calls.memory(ADDRESS_ROOM);
    expect(calls.bind(fd, encodeAddress(calls, { family: 'ipv4', host: '127.0.0.7', port: 0 })!)).toBe(0);
    expect(calls.localAddress(fd, room)).toBe(0);
    expect(decodeAddress(room)).toEqual({ host: '127.0.0.7', port: expect.any(Number) });
    expect(room.words.at(-1)).toBe(16);
    calls.close(fd);
  });
});

describe('the text of an IPv6 address', () => {
  it('shortens the first of the longest runs of zeros, and none of one group', () => {
    expect(ipv6Text([0, 0, 0, 0, 0, 0, 0, 0])).toBe('::');
    expect(ipv6Text([1, 0, 0, 2, 0, 0, 0, 3])).toBe('1:0:0:2::3');
    expect(ipv6Text([1, 0, 0, 2, 3, 0, 0, 4])).toBe('1::2:3:0:0:4');
    expect(ipv6Text([1, 0, 2, 3, 4, 5, 6, 7])).toBe('1:0:2:3:4:5:6:7');
  });
});
