/** A server of 1,000 sessions is marked down: every one of them is closed, and nobody on the other server notices. */
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { freePort } from '../support/ports.ts';
import { expectEngine, PROCESS_ENGINES } from '../support/process-engines.ts';
import { startProxy } from '../support/proxy-process.ts';
import { httpAnswer, plain, startScripted } from '../support/scripted-server.ts';
import { rowOf, showStat } from '../support/stats-client.ts';
import { TcpClient } from '../support/tcp-client.ts';
import { waitFor } from '../support/wait.ts';

const FALLING = 1000;
const STAYING = 500;

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

/** Says its name, then echoes; counts how its connections ended. */
async function startNamed(name: string) {
  const sockets = new Set<Socket>();
  const counts = { open: 0, closed: 0, reset: 0 };
  const server = createServer({ noDelay: true, allowHalfOpen: true }, (socket) => {
    counts.open++;
    sockets.add(socket);
    socket.on('error', () => counts.reset++);
    socket.on('close', () => {
      counts.open--;
      counts.closed++;
      sockets.delete(socket);
    });
    socket.write(`${name}\n`);
    socket.pipe(socket);
  });
  const port = await freePort();
  await new Promise<void>((resolve) => server.listen({ host: '127.0.0.1', port, backlog: 2048 }, resolve));
  cleanups.push(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return { port, counts };
}

async function openClients(port: number, count: number): Promise<TcpClient[]> {
  const clients: TcpClient[] = [];
  cleanups.push(() => {
    for (const client of clients) client.destroy();
  });
  for (let index = 0; index < count; index++) {
    clients.push(new TcpClient(port));
    // A listener's queue is finite.
    if (index % 100 === 99)
      await waitFor('the clients so far', () => clients.every((client) => client.receivedBytes > 0));
  }
  await waitFor('every client to be served', () => clients.every((client) => client.received.includes('\n')));
  return clients;
}

/** Lets every client say a line of its own again and again; `stop` waits for the last echo and returns how many lines each got. */
function keepTalking(clients: readonly TcpClient[]) {
  const expected = clients.map((client) => client.received);
  let rounds = 0;
  let talking = true;
  const echoed = () => clients.every((client, index) => client.received.length >= expected[index]!.length);
  const done = (async () => {
    while (talking) {
      clients.forEach((client, index) => {
        const line = `${index}:${rounds}\n`;
        expected[index] += line;
        client.write(line);
      });
      rounds++;
      await waitFor('the echo of a round', echoed, { every: 5 });
    }
  })();
  return {
    rounds: () => rounds,
    async stop() {
      talking = false;
      await done;
      clients.forEach((client, index) => {
        expect(client.received).toBe(expected[index]);
        expect(client.end).toBe('open');
      });
    },
  };
}

describe.each(PROCESS_ENGINES)('failing over with the %s engine', { timeout: 120_000 }, (engine) => {
  it(`closes ${FALLING} sessions and disturbs none of the others`, async () => {
    const [falling, staying] = [await startNamed('falling'), await startNamed('staying')];
    const [ill, well] = [plain(httpAnswer('503 Service Unavailable')), plain(httpAnswer('200 OK'))];
    const [health, healthOfOther] = [await startScripted(well), await startScripted(well)];
    cleanups.push(() => Promise.all([health.close(), healthOfOther.close()]));
    // A file takes every line at once, whoever is busy.
    const folder = mkdtempSync(join(tmpdir(), 'hapax-failing-over-'));
    const log = join(folder, 'log');
    const descriptor = openSync(log, 'a');
    cleanups.push(() => {
      closeSync(descriptor);
      rmSync(folder, { recursive: true });
    });
    const port = await freePort();
    const proxy = await startProxy('hapax', {
      config: `global
    stats socket $DIR/stats.sock
    maxconn 6000
    log fd@3 format raw local0
defaults
    mode tcp
    log global
    option tcplog
    timeout connect 20s
    timeout client 1m
    timeout server 1m
    timeout check 20s
    default-server inter 300ms fall 2 rise 1 on-marked-down shutdown-sessions
listen app
    bind 127.0.0.1:${port}
    balance roundrobin
    option httpchk
    server falling 127.0.0.1:${falling.port} weight 2 check port ${health.port}
    server staying 127.0.0.1:${staying.port} weight 1 check port ${healthOfOther.port}
`,
      env: { HAPAX_ENGINE: engine },
      inherited: [descriptor],
    });
    cleanups.push(() => proxy.stop());
    await expectEngine(proxy.statsSocket, engine);
    const row = async (name: string) => rowOf(await showStat(proxy.statsSocket), 'app', name);
    await waitFor('both servers to be checked', async () => {
      const rows = [await row('falling'), await row('staying')];
      return rows.every(({ check_status }) => check_status === 'L7OK');
    });

    const clients = await openClients(port, FALLING + STAYING);
    const lost = clients.filter((client) => client.received === 'falling\n');
    const kept = clients.filter((client) => client.received === 'staying\n');
    expect([lost.length, kept.length]).toEqual([FALLING, STAYING]);

    const talk = keepTalking(kept);
    await waitFor('the conversation to begin', () => talk.rounds() > 1);
    await health.become(ill);
    await waitFor('every session of the fallen server to end', () => lost.every((client) => client.end !== 'open'));
    await waitFor('the fallen server to be rid of them', () => falling.counts.closed === FALLING);
    const roundsThen = talk.rounds();
    await waitFor('the others to go on', () => talk.rounds() > roundsThen + 1);
    await talk.stop();
    expect(staying.counts).toEqual({ open: STAYING, closed: 0, reset: 0 });
    expect(lost.every((client) => client.received === 'falling\n')).toBe(true);

    // Nobody is left in the books, each end is logged as such, and who comes again is served by the survivor.
    await waitFor('the books', async () => (await row('falling')).scur === '0');
    expect((await row('falling')).status).toBe('DOWN');
    expect([(await row('staying')).scur, (await row('staying')).status]).toEqual([String(STAYING), 'UP']);
    const ends = () => [...readFileSync(log, 'utf8').matchAll(/ app\/falling .* D- /g)].length;
    await waitFor('a line for each', () => ends() === FALLING, { describe: () => `${ends()} lines` });
    const back = await openClients(port, 100);
    expect(back.every((client) => client.received === 'staying\n')).toBe(true);
    expect((await row('FRONTEND')).scur).toBe(String(STAYING + 100));
  });
});
