/** A statistics listener on a free port, and clients that send bytes as they are. */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import type { StatsPageModel, Timeouts } from '../../src/config/model.ts';
import { renderCsv } from '../../src/stats/csv.ts';
import { collectRows } from '../../src/stats/rows.ts';
import { StatsListener } from '../../src/web/stats-listener.ts';
import { listener, modelOf, type ProxyParts, testView } from './runtime-view.ts';
import { rowOf, rowsOf } from './stats-client.ts';
import { plainPage } from './stats-page.ts';

export interface StatsServerOptions {
  readonly proxies: readonly ProxyParts[];
  readonly page?: Partial<StatsPageModel>;
  readonly timeouts?: Timeouts;
  readonly maxconn?: number;
}

/** Opens the listener of a proxy `stats`; `close` ends it. */
export async function openStats({ proxies, page = {}, timeouts, maxconn = 0 }: StatsServerOptions) {
  const model = listener(1, { address: { family: 'ipv4', host: '127.0.0.1', port: 0 } });
  const test = testView(
    modelOf([
      ...proxies,
      {
        name: 'stats',
        mode: 'http',
        timeouts: timeouts ?? { client: 5000 },
        frontend: { listeners: [model], maxconn, defaultBackend: proxies.length },
        backend: {},
        statsPage: { ...plainPage, ...page },
      },
    ]),
  );
  const { view, counters, control } = test;
  const proxy = view.model.proxies[proxies.length]!;
  const server = new StatsListener({ model, proxy, view, control, counters });
  const failure = await server.open();
  if (failure !== undefined) throw new Error(failure);
  const row = (name: string) => rowOf(rowsOf(renderCsv(collectRows(view))), 'stats', name);
  return { test, port: server.port, row, close: () => server.close() };
}

/** Connects, and never fails: whoever looks sees that the socket is destroyed. */
export async function dial(port: number): Promise<Socket> {
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
  socket.on('error', () => {});
  await once(socket, 'connect');
  return socket;
}

/** Resolves when the socket is closed, for whatever reason. */
export function closeOf(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    socket.once('close', () => resolve());
  });
}

/** Sends bytes as they are and reads to the end of the connection. */
export async function talk(port: number, bytes: string | Buffer): Promise<string> {
  const socket = await dial(port);
  let text = '';
  socket.setEncoding('latin1').on('data', (chunk) => {
    text += String(chunk);
  });
  socket.on('end', () => socket.destroy());
  socket.write(bytes);
  await closeOf(socket);
  return text;
}
