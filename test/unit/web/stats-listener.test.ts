import { once } from 'node:events';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { AddressModel, ListenerModel, Timeouts } from '../../../src/config/model.ts';
import { Word } from '../../../src/servers/shared-table.ts';
import { PROCESS_SLOT } from '../../../src/servers/slots.ts';
import { renderCsv } from '../../../src/stats/csv.ts';
import { collectRows } from '../../../src/stats/rows.ts';
import { StatsListener } from '../../../src/web/stats-listener.ts';
import { checkedServer, listener, modelOf, testView } from '../../support/runtime-view.ts';
import { rowOf, rowsOf, splitCsvLine } from '../../support/stats-client.ts';
import { waitFor } from '../../support/wait.ts';

const opened: StatsListener[] = [];

afterEach(async () => {
  await Promise.all(opened.splice(0).map((page) => page.close()));
});

function pageOn(address: AddressModel, rest: { timeouts?: Timeouts; listener?: Partial<ListenerModel> } = {}) {
  const model = listener(1, { address, ...rest.listener });
  const test = testView(
    modelOf([
      { name: 'be', backend: { servers: [checkedServer('s1', 1)] } },
      {
        name: 'stats',
        mode: 'http',
        timeouts: rest.timeouts ?? { client: 5000 },
        frontend: { listeners: [model], socketStats: true },
        backend: {},
        statsPage: {
          uri: '/stats',
          auth: [],
          hideVersion: false,
          showNode: false,
          showLegends: false,
          showDesc: false,
          scope: [],
          admin: false,
        },
      },
    ]),
  );
  const proxy = test.view.model.proxies[1]!;
  const { view, counters, control } = test;
  const page = new StatsListener({ model, proxy, view, control, counters });
  opened.push(page);
  const row = (name: string) => rowOf(rowsOf(renderCsv(collectRows(test.view))), 'stats', name);
  return { page, test, row };
}

const loopback: AddressModel = { family: 'ipv4', host: '127.0.0.1', port: 0 };

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

async function fetchFrom(where: number | string, path: string, method = 'GET', agent?: Agent): Promise<Answer> {
  const target = typeof where === 'number' ? { host: '127.0.0.1', port: where } : { socketPath: where };
  const sent = request({ ...target, path, method, ...(agent === undefined ? { agent: false } : { agent }) });
  sent.end();
  const [response] = await once(sent, 'response');
  let body = '';
  response.setEncoding('utf8').on('data', (chunk: string) => {
    body += chunk;
  });
  await once(response, 'end');
  return { status: response.statusCode, headers: response.headers, body };
}

/** Sends bytes as they are and reads to the end of the connection. */
async function raw(port: number, bytes: string | Buffer): Promise<string> {
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
  let text = '';
  socket.setEncoding('latin1').on('data', (chunk) => {
    text += String(chunk);
  });
  socket.on('error', () => {});
  socket.write(bytes);
  socket.on('end', () => socket.destroy());
  await once(socket, 'close');
  return text;
}

describe('the statistics over HTTP', () => {
  it('are served as page, CSV and JSON', async () => {
    const { page } = pageOn(loopback);
    expect(await page.open()).toBeUndefined();
    const csv = await fetchFrom(page.port, '/stats;csv');
    expect(csv.status).toBe(200);
    expect(csv.headers).toMatchObject({ 'content-type': 'text/plain', 'cache-control': 'no-cache' });
    expect(csv.headers.date).toBeUndefined();
    for (const line of csv.body.trimEnd().split('\n')) expect(splitCsvLine(line)).toHaveLength(121);
    expect(JSON.parse((await fetchFrom(page.port, '/stats;json')).body)).toHaveLength(5);
    expect((await fetchFrom(page.port, '/stats')).body).toContain('<html');
    expect((await fetchFrom(page.port, '/else')).status).toBe(503);
  });

  it('answer HEAD with the same headers and no body', async () => {
    const { page } = pageOn(loopback);
    await page.open();
    const text = await raw(page.port, 'HEAD /stats;csv HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n');
    expect(text).toMatch(/^HTTP\/1\.1 200 OK\r\ncache-control: no-cache\r\ncontent-type: text\/plain\r\n/);
    expect(text).toMatch(/\r\n\r\n$/);
    expect(text).not.toMatch(/transfer-encoding|content-length/i);
  });

  it('answer HTTP/1.0 and close', async () => {
    const { page } = pageOn(loopback);
    await page.open();
    const text = await raw(page.port, 'GET /stats;csv HTTP/1.0\r\n\r\n');
    expect(text).toMatch(/^HTTP\/1\.1 200 OK\r\ncache-control: no-cache\r\ncontent-type: text\/plain\r\n/);
    expect(text).not.toMatch(/transfer-encoding/i);
    expect(text).toMatch(/connection: close/i);
    expect(text).toMatch(/stats,BACKEND,.*,\n$/);
  });

  it('keep the connection for more requests', async () => {
    const { page, row } = pageOn(loopback);
    await page.open();
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    for (let i = 0; i < 3; i++) expect((await fetchFrom(page.port, '/stats;csv', 'GET', agent)).status).toBe(200);
    agent.destroy();
    await waitFor('the connection to be gone', () => row('FRONTEND').scur === '0');
    expect(row('FRONTEND')).toMatchObject({ conn_tot: '1', req_tot: '3' });
  });

  it('serve a Unix socket with its mode', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'hapax-web-'));
    const path = join(directory, 's');
    const { page } = pageOn({ family: 'unix', host: path, port: 0 }, { listener: { mode: 0o600 } });
    expect(await page.open()).toBeUndefined();
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect((await fetchFrom(path, '/stats;csv')).status).toBe(200);
    await page.close();
    rmSync(directory, { recursive: true });
  });

  it('tell which errno kept them from opening', async () => {
    const busy = createServer().listen(0, '127.0.0.1');
    await once(busy, 'listening');
    const address = busy.address();
    const port = typeof address === 'object' ? (address?.port ?? 0) : 0;
    const { page } = pageOn({ ...loopback, port });
    expect(await page.open()).toBe('EADDRINUSE');
    expect(page.port).toBe(0);
    busy.close();
    expect(await pageOn({ family: 'unix', host: '/nonexistent/dir/s', port: 0 }).page.open()).toBe('ENOENT');
  });
});

describe('counters of the statistics', () => {
  it('count connections, requests, answers and bytes', async () => {
    const { page, row, test } = pageOn(loopback);
    await page.open();
    const bytes = { in: 0, out: 0 };
    for (const path of ['/stats;csv', '/stats', '/else']) {
      const text = `GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`;
      bytes.in += text.length;
      bytes.out += (await raw(page.port, text)).length;
    }
    await waitFor('the connections to be gone', () => row('FRONTEND').scur === '0');
    expect(row('FRONTEND')).toMatchObject({
      stot: '3',
      conn_tot: '3',
      req_tot: '3',
      intercepted: '2',
      hrsp_2xx: '2',
      hrsp_5xx: '1',
      h1sess: '3',
      h1req: '3',
      sess_other: '0',
      smax: '1',
      bin: String(bytes.in),
      bout: String(bytes.out),
    });
    expect(row('sock-1')).toMatchObject({ stot: '3', scur: '0', bin: String(bytes.in), bout: String(bytes.out) });
    expect(row('BACKEND')).toMatchObject({ stot: '1', econ: '1', hrsp_5xx: '1', req_tot: '1', lastsess: '0' });
    expect(test.table.get(PROCESS_SLOT, Word.current)).toBe(0);
  });
});

describe('clients that misbehave', () => {
  const BAD =
    'HTTP/1.1 400 Bad request\r\nContent-length: 90\r\nCache-Control: no-cache\r\nConnection: close\r\n' +
    'Content-Type: text/html\r\n\r\n<html><body><h1>400 Bad request</h1>\nYour browser sent an invalid request.\n</body></html>\n';

  it('get HAProxy’s 400 for garbage and for too long a head', async () => {
    const { page, row } = pageOn(loopback);
    await page.open();
    expect(await raw(page.port, 'garbage\r\n\r\n')).toBe(BAD);
    expect(await raw(page.port, Buffer.from([0x16, 3, 1, 2, 0, 1, 0, 1, 0xfc, 3, 3]))).toBe(BAD);
    for (const long of [`GET /${'x'.repeat(30_000)} HTTP/1.1\r\n\r\n`, `GET / HTTP/1.1\r\nA: ${'x'.repeat(1 << 20)}`]) {
      // What is left unread makes a RST of the end, which may overtake the answer.
      const answer = await raw(page.port, long).catch((error: NodeJS.ErrnoException) => error.code);
      expect(['', BAD, 'ECONNRESET']).toContain(answer);
    }
    expect(await raw(page.port, 'CONNECT a:1 HTTP/1.1\r\nHost: a:1\r\n\r\n')).toBe(BAD);
    await waitFor('the connections to be gone', () => row('FRONTEND').scur === '0');
    expect(row('FRONTEND')).toMatchObject({ ereq: '5', hrsp_4xx: '5', stot: '5' });
    expect((await fetchFrom(page.port, '/stats;csv')).status).toBe(200);
  });

  it('are closed when the head does not come in time', async () => {
    const { page } = pageOn(loopback, { timeouts: { client: 100, httpRequest: 100 } });
    await page.open();
    const text = await raw(page.port, 'GET /stats HT');
    expect(text === '' || text.startsWith('HTTP/1.1 408 ')).toBe(true);
  });

  it('may send a body, and leave at any moment', async () => {
    const { page, row } = pageOn(loopback);
    await page.open();
    const post = `POST /stats HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\na=b&c`;
    expect(await raw(page.port, post)).toMatch(/^HTTP\/1\.1 303 See Other\r\n/);
    for (let i = 0; i < 20; i++) {
      const socket = connect(page.port, '127.0.0.1');
      socket.on('error', () => {});
      await once(socket, 'connect');
      if (i % 2 === 0) socket.write('GET /stats HTTP/1.1\r\nHost: x\r\n\r\n');
      if (i % 4 === 0) await once(socket, 'data');
      if (i % 3 === 0) socket.resetAndDestroy();
      else socket.destroy();
    }
    await waitFor('the connections to be gone', () => row('FRONTEND').scur === '0');
    expect((await fetchFrom(page.port, '/stats')).status).toBe(200);
  });
});

describe('the end', () => {
  it('drains: no new connection, what is under way is finished', async () => {
    const { page } = pageOn(loopback);
    await page.open();
    const { port } = page;
    const agent = new Agent({ keepAlive: true });
    await fetchFrom(port, '/stats;csv', 'GET', agent);
    await page.drain();
    await expect(fetchFrom(port, '/stats')).rejects.toThrow('ECONNREFUSED');
    agent.destroy();
    await page.close();
    await page.close();
  });

  it('cuts open connections on close', async () => {
    const { page } = pageOn(loopback);
    await page.open();
    const socket = connect(page.port, '127.0.0.1');
    socket.on('error', () => {});
    await once(socket, 'connect');
    socket.write('GET /st');
    await page.close();
    await waitFor('the client to see the end', () => socket.destroyed || socket.readableEnded || !socket.writable);
    socket.destroy();
  });
});
