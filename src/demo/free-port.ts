/** Ports to listen on, for a configuration that has to name them. */
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';

async function tryPort(port: number): Promise<number | undefined> {
  const probe = createServer();
  try {
    probe.listen({ host: '127.0.0.1', port, exclusive: true });
    await once(probe, 'listening');
    return (probe.address() as AddressInfo).port;
  } catch {
    return undefined;
  } finally {
    if (probe.listening) {
      probe.close();
      await once(probe, 'close');
    }
  }
}

/** `wanted` if nobody listens there on the loopback address, else another one. Rejects when there is none at all. */
export async function freePort(wanted: number): Promise<number> {
  const port = (await tryPort(wanted)) ?? (await tryPort(0));
  if (port === undefined) throw new Error('no free port was found on 127.0.0.1');
  return port;
}
