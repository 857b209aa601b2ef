/** Lines over UDP, through libc and through Node: the same datagrams, and never an exception. */
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { afterEach, describe, expect, it } from 'vitest';
import { type LogTransport, UdpTarget, udpTransport } from '../../../src/logging/log-transport.ts';
import { linuxProblem } from '../../../src/system/syscalls.ts';
import { waitFor } from '../../support/wait.ts';
import { target } from './model.ts';

type Family = 'ipv4' | 'ipv6';
const HOSTS: Readonly<Record<Family, string>> = { ipv4: '127.0.0.1', ipv6: '::1' };

const problem = linuxProblem();
if (problem !== undefined) process.stderr.write(`SKIPPED datagrams through libc: ${problem}\n`);
const WAYS: Readonly<Record<string, (family: Family, warn: (message: string) => void) => LogTransport>> = {
  ...(problem === undefined && { libc: udpTransport }),
  Node: (family, warn) => new UdpTarget(family, warn),
};

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function receiver(family: Family): Promise<{ readonly socket: Socket; readonly lines: string[]; port: number }> {
  const socket = createSocket(family === 'ipv4' ? 'udp4' : 'udp6');
  closers.push(() => socket.close());
  const lines: string[] = [];
  socket.on('message', (message) => lines.push(message.toString()));
  socket.bind(0, HOSTS[family]);
  await once(socket, 'listening');
  return { socket, lines, port: socket.address().port };
}

const to = (family: Family, port: number) => target({ target: { kind: 'udp', host: HOSTS[family], port } });

describe.each(Object.entries(WAYS))('through %s', (way, make) => {
  it.each<Family>(['ipv4', 'ipv6'])('sends to several receivers over %s', async (family) => {
    const [one, other] = [await receiver(family), await receiver(family)];
    const transport = make(family, () => expect.unreachable());
    if (way === 'libc') expect(transport).not.toBeInstanceOf(UdpTarget);
    const [first, second] = [to(family, one.port), to(family, other.port)];
    for (const text of ['one\n', 'two\n']) transport.send(first, Buffer.from(text));
    transport.send(second, Buffer.from('x'.repeat(9_000)));
    await waitFor('all of them', () => one.lines.length === 2 && other.lines.length === 1);
    expect(one.lines).toEqual(['one\n', 'two\n']);
    expect(other.lines[0]).toHaveLength(9_000);
    await transport.close(1_000);
    expect(transport.dropped).toBe(0);
  });

  it('counts what is too long and what comes after the end', async () => {
    const { port, lines } = await receiver('ipv4');
    const transport = make('ipv4', () => expect.unreachable());
    const there = to('ipv4', port);
    transport.send(there, Buffer.alloc(70_000));
    transport.send(there, Buffer.from('after'));
    await waitFor('the line after it', () => lines.length === 1);
    await transport.close(1_000);
    transport.send(there, Buffer.from('late'));
    expect(transport.dropped).toBe(2);
  });

  it('goes on where nobody listens', async () => {
    const gone = await receiver('ipv4');
    await new Promise<void>((resolve) => gone.socket.close(() => resolve()));
    closers.pop();
    const { port, lines } = await receiver('ipv4');
    const transport = make('ipv4', () => expect.unreachable());
    for (let count = 0; count < 3; count++) {
      transport.send(to('ipv4', gone.port), Buffer.from('lost'));
      transport.send(to('ipv4', port), Buffer.from('kept'));
    }
    await waitFor('the others', () => lines.length === 3);
    await transport.close(1_000);
  });
});
