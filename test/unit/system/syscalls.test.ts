import { afterEach, describe, expect, it } from 'vitest';
import { AF_INET, EAGAIN, EINPROGRESS, EPOLL_EVENT, EPOLLIN, EPOLLOUT } from '../../../src/system/linux-numbers.ts';
import { openListeningDescriptor } from '../../../src/system/listening-descriptor.ts';
import { ADDRESS_ROOM, decodeAddress, encodeAddress } from '../../../src/system/socket-address.ts';
import { linuxProblem, syscalls } from '../../../src/system/syscalls.ts';

const EBADF = 9;
const problem = linuxProblem();
if (problem !== undefined) process.stderr.write(`SKIPPED system calls of Linux: ${problem}\n`);

describe.runIf(problem === undefined)('system calls', () => {
  const calls = syscalls()!;
  const open: number[] = [];
  const keep = (fd: number) => {
    expect(fd).toBeGreaterThanOrEqual(0);
    open.push(fd);
    return fd;
  };
  afterEach(() => {
    for (const fd of open.splice(0)) calls.close(fd);
  });

  /** A connection: the listener's, the client's and the accepted descriptor. */
  function connected(): { readonly client: number; readonly server: number; readonly port: number } {
    const address = { family: 'ipv4', host: '127.0.0.1', port: 0 } as const;
    const listener = openListeningDescriptor(calls, { address, backlog: 5, keepAlive: false });
    if ('code' in listener) throw new Error(listener.code);
    keep(listener.fd);
    const peer = calls.memory(ADDRESS_ROOM);
    expect(calls.accept(listener.fd, peer)).toBe(-EAGAIN);
    const client = keep(calls.socket(AF_INET));
    const target = encodeAddress(calls, { ...address, port: listener.local.port });
    expect([0, -EINPROGRESS]).toContain(calls.connect(client, target!));
    const server = keep(calls.accept(listener.fd, peer));
    calls.localAddress(client, calls.memory(ADDRESS_ROOM));
    expect(decodeAddress(peer)?.host).toBe('127.0.0.1');
    return { client, server, port: listener.local.port };
  }

  it('tell what failed as a negative errno', () => {
    expect(calls.close(99_999)).toBe(-EBADF);
    expect(calls.recv(99_999, 0, 0)).toBe(-EBADF);
    expect(calls.listen(99_999, 1)).toBe(-EBADF);
    expect(calls.receivable(99_999)).toBe(0);
    expect(calls.pendingError(99_999)).toBe(EBADF);
  });

  it('report events with descriptor and generation', () => {
    const epoll = keep(calls.epollCreate());
    const { client, server } = connected();
    expect(calls.epollAdd(epoll, server, EPOLLIN | EPOLLOUT, -7)).toBe(0);
    const events = calls.memory(4 * EPOLL_EVENT.words * 4);
    expect(calls.epollWait(epoll, events.address, 4, 1000)).toBe(1);
    const { words } = events;
    expect([words[0], words[EPOLL_EVENT.fd], words[EPOLL_EVENT.generation]]).toEqual([EPOLLOUT, server, -7]);
    const data = calls.memory(8);
    data.bytes.set([1, 2, 3]);
    expect(calls.send(client, data.address, 3, 0)).toBe(3);
    expect(calls.epollWait(epoll, events.address, 4, 1000)).toBe(1);
    expect(words[0]).toBe(EPOLLIN | EPOLLOUT);
    expect(calls.epollDelete(epoll, server)).toBe(0);
    expect(calls.epollWait(epoll, events.address, 4, 0)).toBe(0);
  });

  it('leave what was peeked at, count it and take it', () => {
    const { client, server } = connected();
    const data = calls.memory(16);
    data.bytes.set(Buffer.from('hello'));
    calls.send(client, data.address, 5, 0);
    const room = calls.memory(16);
    expect(calls.receivable(server)).toBe(5);
    expect(calls.peek(server, room.address, 3)).toBe(3);
    expect(calls.recv(server, room.address, 16)).toBe(5);
    expect(Buffer.from(room.bytes.subarray(0, 5)).toString()).toBe('hello');
    expect(calls.recv(server, room.address, 16)).toBe(-EAGAIN);
    calls.shutdown(client, 1);
    expect(calls.recv(server, room.address, 16)).toBe(0);
  });

  it('move bytes through a pipe', () => {
    const one = connected();
    const other = connected();
    const ends = new Int32Array(2);
    expect(calls.pipe(ends)).toBe(0);
    const [readEnd = -1, writeEnd = -1] = ends;
    keep(readEnd);
    keep(writeEnd);
    expect(calls.setPipeSize(writeEnd, 65_536)).toBe(65_536);
    const data = calls.memory(16);
    data.bytes.set(Buffer.from('through a pipe'));
    expect(calls.splice(one.server, writeEnd, 65_536)).toBe(-EAGAIN);
    calls.send(one.client, data.address, 14, 0);
    expect(calls.splice(one.server, writeEnd, 65_536)).toBe(14);
    expect(calls.splice(readEnd, other.server, 14)).toBe(14);
    const room = calls.memory(16);
    expect(calls.recv(other.client, room.address, 16)).toBe(14);
    expect(Buffer.from(room.bytes.subarray(0, 14)).toString()).toBe('through a pipe');
  });

  it('know a connection that was reset before anybody looked', () => {
    const { client, server } = connected();
    expect(calls.isTcpClosed(server)).toBe(false);
    calls.lingerNone(client);
    calls.close(client);
    expect(calls.isTcpClosed(server)).toBe(true);
    open.splice(open.indexOf(client), 1);
  });

  it('wake an epoll through an eventfd', () => {
    const epoll = keep(calls.epollCreate());
    const eventfd = keep(calls.eventfd());
    const events = calls.memory(EPOLL_EVENT.words * 4);
    calls.epollAdd(epoll, eventfd, EPOLLIN, 1);
    expect(calls.epollWait(epoll, events.address, 1, 0)).toBe(0);
    expect(calls.signal(eventfd)).toBe(8);
    expect(calls.epollWait(epoll, events.address, 1, 1000)).toBe(1);
  });
});
