/** Bare connections in a loop of their own: what the server sees, and what comes back, whatever happens when. */
import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import type { DialTarget } from '../../../src/health/dialer.ts';
import { PollLoop } from '../../../src/health/poll-loop.ts';
import { PolledDialer } from '../../../src/health/polled-dialer.ts';
import { syscalls } from '../../../src/system/syscalls.ts';
import { socketCount } from '../../support/open-sockets.ts';
import { waitFor } from '../../support/wait.ts';
import { closeAll, closing, pollProblem, startPollLoop } from './real-checks.ts';

if (pollProblem !== undefined) console.warn(`bare connections are not tested: ${pollProblem}`);
afterEach(closeAll);

async function listen(serve: (socket: Socket) => void, host = '127.0.0.1') {
  const sockets = new Set<Socket>();
  const server: Server = createServer({ allowHalfOpen: true }, (socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    serve(socket);
  }).listen(0, host);
  await once(server, 'listening');
  closing.push(async () => {
    for (const socket of sockets) socket.destroy();
    server.close();
    await once(server, 'close');
  });
  const { port } = server.address() as AddressInfo;
  return { family: host.includes(':') ? 'ipv6' : 'ipv4', host, port } as const;
}

/** What happens, in order: 'connected', bytes (joined), 'ended', or the name of an error. */
function dial(target: Omit<DialTarget, 'tls'>, connected: (call: ReturnType<PolledDialer['dial']>) => void = () => {}) {
  const events: string[] = [];
  const call = new PolledDialer(startPollLoop()).dial(
    { ...target, tls: undefined },
    {
      connected() {
        events.push('connected');
        connected(call);
      },
      secured: () => expect.unreachable(),
      received(chunk) {
        const last = events.at(-1);
        if (last?.startsWith('<')) events[events.length - 1] = last + chunk.toString('latin1');
        else events.push(`<${chunk.toString('latin1')}`);
      },
      ended: () => events.push('ended'),
      failed: ({ code, source }) => events.push(source === true ? `source ${code}` : code),
    },
  );
  const until = (event: string) => waitFor(event, () => events.at(-1) === event && events);
  return { call, events, until };
}

describe.skipIf(pollProblem !== undefined)('a bare connection', () => {
  it('tells how it came out, and later than it was begun', async () => {
    const address = await listen(() => {});
    const made = dial({ address });
    expect(made.events).toEqual([]);
    await made.until('connected');
    await closeAll();
    for (const [target, code] of [
      [address, 'ECONNREFUSED'],
      [{ ...address, port: 65_536 }, 'EINVAL'],
      [{ family: 'unix', host: '/nowhere/at/all', port: 0 }, 'ENOENT'],
    ] as const) {
      const failed = dial({ address: target });
      expect(failed.events).toEqual([]);
      expect(await failed.until(code)).toEqual([code]);
    }
  });

  it('sends everything to a server that begins to read late', async () => {
    const bytes = Buffer.alloc(12 << 20, 'request ');
    let reader: Socket | undefined;
    const address = await listen((socket) => {
      socket.pause();
      reader = socket;
    });
    const { until } = dial({ address }, (call) => {
      call.send(bytes.subarray(0, 100));
      call.send(bytes.subarray(100));
    });
    await until('connected');
    const socket = await waitFor('the server', () => reader);
    const received: Buffer[] = [];
    socket.on('data', (chunk) => received.push(chunk)).resume();
    await waitFor('all bytes', () => received.reduce((sum, { length }) => sum + length, 0) >= bytes.length);
    expect(Buffer.concat(received).equals(bytes)).toBe(true);
  });

  it('hands out what came before the end, however much', async () => {
    const bytes = 'x'.repeat(3 << 20);
    const address = await listen((socket) => socket.end(bytes));
    expect(await dial({ address }).until('ended')).toEqual(['connected', `<${bytes}`, 'ended']);
  });

  it('hands out what came before a reset', async () => {
    const address = await listen((socket) => {
      socket.write('banner', () => socket.once('data', () => socket.resetAndDestroy()));
    });
    const { events, until, call } = dial({ address });
    await waitFor('the banner', () => events.includes('<banner'));
    call.send(Buffer.from('hello'));
    expect(await until('ECONNRESET')).toEqual(['connected', '<banner', 'ECONNRESET']);
  });

  it('reads on and writes on after the server has ended its half', async () => {
    let received = '';
    const address = await listen((socket) => {
      socket.end('bye');
      socket.on('data', (chunk) => {
        received += chunk;
      });
    });
    const { call, until } = dial({ address });
    await until('ended');
    call.send(Buffer.from('thanks'));
    await waitFor('what is sent into the open half', () => received === 'thanks');
  });

  it.each([
    ['reset', 'ECONNRESET'],
    ['orderly', 'end'],
  ] as const)('is let go: %s', async (how, expected) => {
    let ending: string | undefined;
    const address = await listen((socket) => {
      socket.resume();
      socket.once('end', () => {
        ending = 'end';
      });
      socket.once('error', (error: NodeJS.ErrnoException) => {
        ending = error.code;
      });
    });
    const { call, until, events } = dial({ address });
    await until('connected');
    call.release(how);
    call.release(how);
    await waitFor('its end', () => ending !== undefined);
    expect(ending).toBe(expected);
    expect(events).toEqual(['connected']);
  });

  it('hands over what a server said that has reset it before we came to look', async () => {
    const gone: string[] = [];
    const address = await listen((socket) => {
      socket.on('close', () => gone.push('closed'));
      socket.write('hello', () => socket.resetAndDestroy());
    });
    const calls = syscalls()!;
    const loop = new PollLoop(calls);
    closing.push(() => loop.close());
    const events: string[] = [];
    new PolledDialer(loop).dial(
      { address, tls: undefined },
      {
        connected: () => events.push('connected'),
        secured: () => expect.unreachable(),
        received: (chunk) => events.push(chunk.toString()),
        ended: () => events.push('ended'),
        failed: ({ code }) => events.push(code),
      },
    );
    await waitFor('the reset', () => gone.length === 1);
    await waitFor('its end', () => {
      loop.turn(0);
      return events.length >= 3;
    });
    expect(events).toEqual(['connected', 'hello', 'ECONNRESET']);
  });

  it('comes from the address that is asked for', async () => {
    const seen: (string | undefined)[] = [];
    const address = await listen((socket) => seen.push(socket.remoteAddress));
    await dial({ address, source: { host: '127.0.0.9', port: 0 } }).until('connected');
    await waitFor('the server', () => seen.length === 1);
    expect(seen).toEqual(['127.0.0.9']);
    const elsewhere = { address, source: { host: '192.0.2.1', port: 0 } };
    expect(await dial(elsewhere).until('source EADDRNOTAVAIL')).toEqual(['source EADDRNOTAVAIL']);
    const otherFamily = { address, source: { host: '::1', port: 0 } };
    expect(await dial(otherFamily).until('source EAFNOSUPPORT')).toEqual(['source EAFNOSUPPORT']);
  });

  it.each([
    ['127.0.0.1', 'TCP4'],
    ['::1', 'TCP6'],
  ])('begins with a PROXY header to %s', async (host, family) => {
    let received = '';
    let port: number | undefined;
    const address = await listen((socket) => {
      port = socket.remotePort;
      socket.on('data', (chunk) => {
        received += chunk;
      });
    }, host);
    dial({ address, sendProxy: true }, (call) => call.send(Buffer.from('GET')));
    await waitFor('all of it', () => received.endsWith('GET'));
    expect(received).toBe(`PROXY ${family} ${host} ${host} ${port} ${address.port}\r\nGET`);
  });

  it('leaves nothing open when its loop closes', async () => {
    const before = socketCount(process.pid);
    const address = await listen((socket) => socket.pause());
    for (let n = 0; n < 5; n++) await dial({ address }).until('connected');
    await closeAll();
    await waitFor('the end of all', () => socketCount(process.pid) <= before);
  });

  it('makes no connections it cannot make', () => {
    const dialer = new PolledDialer(startPollLoop());
    const address = { family: 'ipv4', host: '127.0.0.1', port: 1 } as const;
    const handler = { connected() {}, secured() {}, received() {}, ended() {}, failed() {} };
    expect(() => dialer.dial({ address, tls: {} }, handler)).toThrow('bare connections');
    expect(() => dialer.dial({ address, tls: undefined, through: address }, handler)).toThrow('bare connections');
  });
});
