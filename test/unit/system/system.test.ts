import { spawn } from 'node:child_process';
import { mkdtempSync, openSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DescriptorWriter } from '../../../src/system/descriptor.ts';
import { getFileLimit, raiseFileLimit, setFileLimit } from '../../../src/system/file-limit.ts';
import { errnoName, libc, libcProblem } from '../../../src/system/libc.ts';
import { dropPrivileges } from '../../../src/system/privileges.ts';
import { UnixDatagramSocket } from '../../../src/system/unix-datagram.ts';
import { bindUnixReceiver } from '../../support/unix-receiver.ts';

const native = libc() !== undefined;
if (!native) process.stderr.write(`SKIPPED tests of system calls: ${libcProblem()}\n`);

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'hapax-system-'));
});
afterAll(() => rmSync(directory, { recursive: true }));

test('errno has names', () => {
  expect(errnoName(13)).toBe('EACCES');
  expect(errnoName(99_999)).toBe('errno 99999');
});

describe('the file limit', () => {
  test('is a positive number and holds more than nothing', () => {
    const limit = getFileLimit();
    expect(limit?.soft).toBeGreaterThan(0);
    expect(limit?.hard).toBeGreaterThanOrEqual(limit!.soft);
    expect(raiseFileLimit(1)).toBeUndefined();
  });

  test.runIf(native)('can be lowered and raised again up to the hard one', () => {
    const before = getFileLimit()!;
    expect(setFileLimit({ soft: 100, hard: before.hard })).toBeUndefined();
    expect(getFileLimit()).toEqual({ soft: 100, hard: before.hard });
    expect(raiseFileLimit(200)).toBeUndefined();
    expect(getFileLimit()).toEqual({ soft: 200, hard: before.hard });
    expect(setFileLimit(before)).toBeUndefined();
    expect(getFileLimit()).toEqual(before);
  });
});

describe.runIf(native)('Unix datagrams', () => {
  test('a missing receiver and an impossible path are answered by name', () => {
    const socket = UnixDatagramSocket.open()!;
    expect(socket.send(join(directory, 'nobody'), Buffer.from('x'))).toBe('ENOENT');
    expect(socket.send(`/${'x'.repeat(200)}`, Buffer.from('x'))).toBe('ENAMETOOLONG');
    socket.close();
    expect(socket.send(join(directory, 'nobody'), Buffer.from('x'))).toBe('EBADF');
    socket.close();
  });

  test('a receiver gets every datagram whole, and a full queue never blocks', () => {
    const path = join(directory, 'receiver');
    const receiver = bindUnixReceiver(path);
    const socket = UnixDatagramSocket.open()!;
    expect(receiver.receive()).toBeUndefined();
    expect(socket.send(path, Buffer.from('first'))).toBeUndefined();
    expect(receiver.receive()).toBe('first');
    let result: string | undefined;
    for (let i = 0; i < 100_000 && result === undefined; i++) result = socket.send(path, Buffer.alloc(500));
    expect(result).toBe('EAGAIN');
    socket.close();
    receiver.close();
  });
});

describe.runIf(native)('descriptors', () => {
  test('a pipe nobody reads drops lines instead of blocking', async () => {
    // The child holds the other end and never reads.
    const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1e6)'], {
      stdio: ['pipe', 'ignore', 'ignore'],
    });
    const stdin = child.stdin as unknown as { _handle: { fd: number } };
    const writer = new DescriptorWriter(stdin._handle.fd);
    const line = Buffer.alloc(1000, 0x61);
    let written = 0;
    while (written < 10_000 && writer.write(line)) written++;
    expect(written).toBeGreaterThan(3);
    expect(written).toBeLessThan(10_000);
    child.kill('SIGKILL');
    await new Promise((resolve) => child.once('exit', resolve));
  });

  test('a closed descriptor and a read-only one are refused, not thrown', () => {
    expect(new DescriptorWriter(4095).write(Buffer.from('x'))).toBe(false);
    expect(new DescriptorWriter(openSync(process.execPath, 'r')).write(Buffer.from('x'))).toBe(false);
  });
});

test('giving up privileges names the step that failed', () => {
  expect(dropPrivileges({})).toBeUndefined();
  if (native) {
    expect(dropPrivileges({ chroot: join(directory, 'missing') })).toEqual({
      step: 'chroot',
      code: process.getuid?.() === 0 ? 'ENOENT' : expect.stringMatching(/ENOENT|EPERM/),
    });
  }
});
