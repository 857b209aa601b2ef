/** Every option is read back from the kernel. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { libc } from '../../../src/system/libc.ts';
import { socketOptionCalls } from '../../../src/system/socket-option-calls.ts';
import {
  applyBeforeBind,
  applyBeforeConnect,
  applyBeforeListen,
  applyBeforeSource,
  applyToAccepted,
} from '../../../src/system/socket-options.ts';

const calls = socketOptionCalls();
if (calls === undefined) process.stderr.write('SKIPPED tests of socket options: no libc of Linux\n');

const [SOL_SOCKET, TCP, IP, IPV6] = [1, 6, 0, 41];
const privileged = process.getuid?.() === 0;

describe.runIf(calls !== undefined)('socket options', () => {
  let fd: number;
  const open = (family: number) =>
    libc()!.bind<[number, number, number]>('int socket(int a, int b, int c)')(family, 1, 0);
  const close = () => libc()!.bind<[number]>('int close(int fd)')(fd);
  const read = (level: number, name: number) => calls!.getOption(fd, level, name);
  /** What getsockopt writes is only as long as the text. */
  const device = () => {
    const bytes = new Uint8Array(16);
    const get = libc()!.bind<[number, number, number, Uint8Array, Uint32Array]>(
      'int getsockopt(int fd, int level, int name, _Out_ uint8_t *value, _Inout_ unsigned int *length)',
    );
    const length = new Uint32Array([16]);
    expect(get(fd, SOL_SOCKET, 25, bytes, length)).toBe(0);
    return Buffer.from(bytes.subarray(0, Math.max(0, length[0]! - 1))).toString();
  };

  beforeEach(() => {
    fd = open(2);
    expect(fd).toBeGreaterThanOrEqual(0);
  });
  afterEach(() => expect(close()).toBe(0));

  test('a listener gets what its line says, and nothing else', () => {
    const untouched = [
      read(TCP, 2),
      read(TCP, 18),
      read(TCP, 9),
      read(TCP, 23),
      read(SOL_SOCKET, 9),
      read(SOL_SOCKET, 13),
    ];
    expect(applyBeforeListen(calls!, fd, {})).toEqual([]);
    expect([
      read(TCP, 2),
      read(TCP, 18),
      read(TCP, 9),
      read(TCP, 23),
      read(SOL_SOCKET, 9),
      read(SOL_SOCKET, 13),
    ]).toEqual(untouched);
    const failures = applyBeforeListen(calls!, fd, {
      mss: 1300,
      userTimeout: 30_000,
      deferAccept: true,
      fastOpen: 77,
      noLinger: true,
      delayedAck: true,
      keepAlive: { count: 3, idle: 30, interval: 5 },
    });
    expect(failures).toEqual([]);
    expect(read(TCP, 2)).toBe(1300);
    expect(read(TCP, 18)).toBe(30_000);
    expect(read(TCP, 9)).toBe(1);
    expect(read(TCP, 23)).toBe(77);
    expect(read(TCP, 12)).toBe(0);
    expect(read(SOL_SOCKET, 13)).toBe(1);
    expect([read(SOL_SOCKET, 9), read(TCP, 6), read(TCP, 4), read(TCP, 5)]).toEqual([1, 3, 30, 5]);
  });

  test('probes without figures leave those of the system', () => {
    const system = [read(TCP, 6), read(TCP, 4), read(TCP, 5)];
    expect(applyBeforeConnect(calls!, fd, 'ipv4', { keepAlive: {} })).toBeUndefined();
    expect([read(SOL_SOCKET, 9), read(TCP, 6), read(TCP, 4), read(TCP, 5)]).toEqual([1, ...system]);
  });

  test('what the kernel refuses is named, and the rest holds', () => {
    expect(
      applyBeforeListen(calls!, fd, { mss: 70, userTimeout: 5000, keepAlive: { idle: 40_000, interval: 9 } }),
    ).toEqual([
      { option: 'mss', value: '70', code: 'EINVAL' },
      { option: 'keep-alive', value: '40000', code: 'EINVAL' },
    ]);
    expect([read(TCP, 18), read(TCP, 5)]).toEqual([5000, 9]);
    expect(applyBeforeBind(calls!, fd, 'ipv4', { interface: 'no-such-if0' })).toEqual([
      { option: 'interface', value: 'no-such-if0', code: 'ENODEV' },
    ]);
  });

  test('a socket is bound to an interface', () => {
    expect(applyBeforeBind(calls!, fd, 'ipv4', { interface: 'lo' })).toEqual([]);
    expect(device()).toBe('lo');
  });

  test('a connection must go through its interface or not at all', () => {
    expect(applyBeforeConnect(calls!, fd, 'ipv4', { interface: 'no-such-if0', userTimeout: 5 })).toEqual({
      option: 'interface',
      value: 'no-such-if0',
      code: 'ENODEV',
    });
    expect(applyBeforeConnect(calls!, fd, 'ipv4', { interface: 'lo', userTimeout: 20_000 })).toBeUndefined();
    expect([device(), read(TCP, 18)]).toEqual(['lo', 20_000]);
  });

  test('a source without a port leaves the choice to connect', () => {
    applyBeforeSource(calls!, fd, 4000);
    expect([read(SOL_SOCKET, 2), read(IP, 24)]).toEqual([1, 0]);
    applyBeforeSource(calls!, fd, 0);
    expect(read(IP, 24)).toBe(1);
  });

  test('only a negative mss is for accepted sockets', () => {
    const agreed = read(TCP, 2);
    applyToAccepted(calls!, fd, { mss: 600 });
    expect(read(TCP, 2)).toBe(agreed);
    applyToAccepted(calls!, fd, { mss: -100 });
    expect(read(TCP, 2)).toBe(agreed - 100);
    applyToAccepted(calls!, fd, { mss: -70_000 });
    expect(read(TCP, 2)).toBe(agreed - 100);
  });

  test.runIf(privileged)('with the privilege addresses may be foreign', () => {
    expect(applyBeforeBind(calls!, fd, 'ipv4', { transparent: true })).toEqual([]);
    expect(read(IP, 19)).toBe(1);
    close();
    fd = open(10);
    expect(applyBeforeConnect(calls!, fd, 'ipv6', { transparent: true })).toBeUndefined();
    expect(read(IPV6, 75)).toBe(1);
  });

  test.runIf(privileged)('without it the privilege is named', () => {
    const refused = { option: 'transparent', code: 'EPERM', privilege: 'CAP_NET_ADMIN or CAP_NET_RAW' };
    withoutNetworkPrivileges(() => {
      expect(applyBeforeBind(calls!, fd, 'ipv4', { transparent: true })).toEqual([refused]);
      // Bound to a foreign address it can still be (IP_FREEBIND).
      expect([read(IP, 19), read(IP, 15)]).toEqual([0, 1]);
      expect(applyBeforeConnect(calls!, fd, 'ipv4', { transparent: true })).toEqual(refused);
      // A socket that is bound to an interface may not be moved to another one.
      expect(applyBeforeBind(calls!, fd, 'ipv4', { interface: 'lo' })).toEqual([]);
      expect(applyBeforeBind(calls!, fd, 'ipv4', { interface: 'lo' })).toEqual([
        { option: 'interface', value: 'lo', code: 'EPERM', privilege: 'CAP_NET_RAW' },
      ]);
    });
    expect(applyBeforeConnect(calls!, fd, 'ipv4', { transparent: true })).toBeUndefined();
  });
});

/** Gives up CAP_NET_ADMIN (12) and CAP_NET_RAW (13) of this thread for a while. */
function withoutNetworkPrivileges(task: () => void): void {
  const c = libc()!;
  const header = Uint32Array.of(0x2008_0522, 0);
  const data = new Uint32Array(6);
  const get = c.bind<[Uint32Array, Uint32Array]>('int capget(uint32_t *header, _Out_ uint32_t *data)');
  const set = c.bind<[Uint32Array, Uint32Array]>('int capset(uint32_t *header, uint32_t *data)');
  expect(get(header, data)).toBe(0);
  const effective = data[0]!;
  data[0] = effective & ~(3 << 12);
  expect(set(header, data)).toBe(0);
  try {
    task();
  } finally {
    data[0] = effective;
    expect(set(header, data)).toBe(0);
  }
}
