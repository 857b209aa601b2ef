/** Ports for processes that must be told a number in their configuration. */
import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

/** Below every usual ephemeral range, so that no outgoing connection takes one between its choice and its use. */
const LOWEST = 10_240;
const HIGHEST = 32_000;
const handedOut = new Set<number>();

/** Whether `port` can be bound on 127.0.0.1 at this moment. */
function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen({ host: '127.0.0.1', port, exclusive: true }, () => probe.close(() => resolve(true)));
  });
}

/** A TCP port of 127.0.0.1 nobody listens on now; never the same twice in one process. */
export async function freePort(): Promise<number> {
  for (let tries = 0; tries < 500; tries++) {
    const port = randomInt(LOWEST, HIGHEST);
    if (handedOut.has(port) || !(await isFree(port))) continue;
    handedOut.add(port);
    return port;
  }
  throw new Error('no free port found on 127.0.0.1');
}

/** `count` free ports that follow each other, for port ranges; the first one is returned. */
export async function freePortRange(count: number): Promise<number> {
  for (let tries = 0; tries < 200; tries++) {
    const first = randomInt(LOWEST, HIGHEST - count);
    const ports = Array.from({ length: count }, (_, index) => first + index);
    if (ports.some((port) => handedOut.has(port))) continue;
    const free = await Promise.all(ports.map(isFree));
    if (free.includes(false)) continue;
    for (const port of ports) handedOut.add(port);
    return first;
  }
  throw new Error(`no ${count} free ports in a row found on 127.0.0.1`);
}
