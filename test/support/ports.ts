/** Ports for processes that must be told a number in their configuration. */
import { randomInt } from 'node:crypto';
import { createServer, type ListenOptions, type Server } from 'node:net';

/** Below every usual ephemeral range, so that no outgoing connection takes one between its choice and its use. */
const LOWEST = 10_240;
const HIGHEST = 32_000;
const handedOut = new Set<number>();

/** A server that listens there now; undefined where somebody else does. */
function listenOn(options: ListenOptions): Promise<Server | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(undefined));
    server.listen({ ...options, exclusive: true }, () => resolve(server));
  });
}

/**
 * Takes a port for this process alone. Files of tests run beside each other, and what one of them wants closed another
 * must not open; a name that Linux frees when the process ends says that a port is somebody's.
 */
async function reserve(port: number): Promise<boolean> {
  if (process.platform !== 'linux') return true;
  const mark = await listenOn({ path: `\0hapax-test-port-${port}` });
  mark?.unref();
  return mark !== undefined;
}

/** A TCP port of 127.0.0.1 nobody listens on now; never the same twice, in whichever process. */
export async function freePort(): Promise<number> {
  for (let tries = 0; tries < 500; tries++) {
    const port = randomInt(LOWEST, HIGHEST);
    if (handedOut.has(port) || !(await reserve(port))) continue;
    handedOut.add(port);
    const probe = await listenOn({ host: '127.0.0.1', port });
    if (probe === undefined) continue;
    await new Promise((resolve) => probe.close(resolve));
    return port;
  }
  throw new Error('no free port found on 127.0.0.1');
}
