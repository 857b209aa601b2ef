/** As many idle connections to the statistics page as may be: traffic and the page go on, in bounded memory. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import type { Socket } from 'node:net';
import { expect, it } from 'vitest';
import { freePort } from '../support/ports.ts';
import { startProxy } from '../support/proxy-process.ts';
import { echo, plain, startScripted } from '../support/scripted-server.ts';
import { rowOf, rowsOf } from '../support/stats-client.ts';
import { dial, talk } from '../support/stats-server.ts';
import { openClient } from '../support/tcp-client.ts';
import { waitFor } from '../support/wait.ts';

const GOAL = 10_000;
/** Either side has one descriptor a connection; the proxy reckons with two. */
const allowed = Math.floor((Number(execFileSync('sh', ['-c', 'ulimit -Hn'], { encoding: 'utf8' })) || 2 * GOAL) / 2);
const COUNT = Math.min(GOAL, allowed - 500);
/** Kept for an idle client, on the generous side; what one keeps of a page would be more. */
const BYTES_EACH = 40_000;

it(`${COUNT} idle clients of the page keep nobody from anything`, { timeout: 300_000 }, async () => {
  if (COUNT < GOAL) console.log(`idle-pages: ${COUNT} instead of ${GOAL} connections, as ulimit -Hn allows`);
  const service = await startScripted(plain(echo));
  const [page, traffic] = [await freePort(), await freePort()];
  const proxy = await startProxy('hapax', {
    config: `global
    stats socket $DIR/stats.sock level admin
defaults
    mode tcp
    timeout connect 5s
    timeout client 10m
    timeout server 10m
listen web
    bind 127.0.0.1:${traffic}
    server s 127.0.0.1:${service.port}
listen stats
    mode http
    bind 127.0.0.1:${page} backlog 1024
    stats uri /stats
`,
  });
  const resident = () => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${proxy.pid}/status`, 'utf8'))?.[1]) * 1024;
  const sockets: Socket[] = [];
  try {
    const client = await openClient(traffic);
    const csv = async () => {
      const text = await talk(page, 'GET /stats;csv HTTP/1.0\r\n\r\n');
      return rowOf(rowsOf(text.slice(text.indexOf('# pxname')).replace(/\r\n[\s\S]*/, '')), 'stats', 'FRONTEND');
    };
    await csv();
    const before = resident();
    while (sockets.length < COUNT) {
      sockets.push(...(await Promise.all(Array.from({ length: 250 }, () => dial(page)))));
      // Some have begun to ask.
      for (const socket of sockets.slice(-100)) socket.write('GET /stats HTTP/1.1\r\nHo');
    }
    await waitFor('all to be there', async () => Number((await csv()).scur) >= COUNT, { limit: 120_000, every: 500 });
    let sent = 0;
    for (let at = 0; at < 200; at++) {
      client.write(`${at};`);
      sent += `${at};`.length;
      await client.waitForBytes(sent);
    }
    expect(resident() - before).toBeLessThan(COUNT * BYTES_EACH);
    for (const socket of sockets) socket.destroy();
    await waitFor('all to be gone', async () => (await csv()).scur === '1', { limit: 120_000, every: 500 });
    client.destroy();
  } finally {
    for (const socket of sockets) socket.destroy();
    await proxy.stop();
    await service.close();
  }
});
