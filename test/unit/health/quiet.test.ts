/** A check that only connects is not noticed by the server's program, as HAProxy's is not. */
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { describe, expect, it } from 'vitest';
import type { DialTarget } from '../../../src/health/dialer.ts';
import { nodeDialer } from '../../../src/health/node-dialer.ts';
import { libcProblem } from '../../../src/system/libc.ts';

const problem = process.platform === 'linux' ? libcProblem() : `there is no such socket on ${process.platform}`;
if (problem !== undefined) console.warn(`quiet checks are not tested: ${problem}`);

/** How the connection came out: `connected`, or the name of the error. */
function dial(target: DialTarget): Promise<string> {
  return new Promise((resolve) => {
    const call = nodeDialer.dial(target, {
      connected() {
        call.release('reset');
        resolve('connected');
      },
      failed: ({ code }) => resolve(code),
      secured() {},
      received() {},
      ended() {},
    });
  });
}

describe.skipIf(problem !== undefined)('a quiet connection', () => {
  it.each([
    ['ipv4', '127.0.0.1'],
    ['ipv6', '::1'],
  ] as const)('is made over %s without being accepted', async (family, host) => {
    let accepted = 0;
    const server = createServer((socket) => {
      accepted++;
      socket.on('error', () => {});
      socket.destroy();
    }).listen(0, host);
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const address = { family, host, port };
    const rounds = 20;
    try {
      for (let round = 0; round < rounds; round++)
        expect(await dial({ address, tls: undefined, quiet: true })).toBe('connected');
      // What comes after in the queue of the listener has been accepted, and so has all before it.
      const before = accepted;
      expect(await dial({ address, tls: undefined })).toBe('connected');
      await new Promise((done) => setImmediate(() => setImmediate(done)));
      // On a machine that stalls for longer than the kernel withholds its answer some are seen.
      expect(before).toBeLessThan(rounds);
    } finally {
      server.close();
    }
    await once(server, 'close');
    expect(await dial({ address, tls: undefined, quiet: true })).toBe('ECONNREFUSED');
  });

  it('can be given up while it is made', () => {
    const address = { family: 'ipv4', host: '127.0.0.1', port: 9 } as const;
    const never = () => expect.unreachable();
    const handler = { connected: never, failed: never, secured: never, received: never, ended: never };
    nodeDialer.dial({ address, tls: undefined, quiet: true }, handler).release('reset');
  });
});
