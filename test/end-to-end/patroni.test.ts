/** Traffic that follows a database leader: conf/patroni.cfg with three nodes that change roles. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { freePort } from '../support/ports.ts';
import { type ProxyProcess, SUBJECT, startProxy } from '../support/proxy-process.ts';
import { httpAnswer, plain, type ScriptedServer, startScripted } from '../support/scripted-server.ts';
import { rowOf, showStat } from '../support/stats-client.ts';
import { startSyslogReceiver } from '../support/syslog-receiver.ts';
import { openClient, type TcpClient } from '../support/tcp-client.ts';
import { waitFor } from '../support/wait.ts';

const CONFIG = readFileSync(fileURLToPath(new URL('../../conf/patroni.cfg', import.meta.url)), 'utf8');
const primary = plain(httpAnswer('200 OK', '{"role": "primary"}'));
const replica = plain(httpAnswer('503 Service Unavailable', '{"role": "replica"}'));

const cleanups: (() => Promise<unknown> | unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

/** A database that says who it is and then echoes. */
function database(name: string) {
  return startScripted(
    plain(({ stream }) => {
      stream.write(`${name}\n`);
      stream.pipe(stream);
    }),
  );
}

interface Node {
  readonly data: ScriptedServer;
  readonly api: ScriptedServer;
}

async function startNodes(): Promise<Node[]> {
  const nodes = await Promise.all(
    ['node1', 'node2', 'node3'].map(async (name, index) => ({
      data: await database(name),
      api: await startScripted(index === 0 ? primary : replica),
    })),
  );
  cleanups.push(() => Promise.all(nodes.flatMap((node) => [node.data.close(), node.api.close()])));
  return nodes;
}

/** The configuration with addresses, port, socket and log replaced, and checks three times as often. */
async function configFor(nodes: readonly Node[], port: number, log: string): Promise<string> {
  const statsPort = await freePort();
  return nodes
    .reduce(
      (text, node, index) =>
        text.replace(
          new RegExp(`10\\.0\\.0\\.${index + 1}:5432 (.*) port 8008`),
          `${node.data.address} $1 port ${node.api.port}`,
        ),
      CONFIG,
    )
    .replace('bind *:5000', `bind 127.0.0.1:${port}`)
    .replace('bind *:7000', `bind 127.0.0.1:${statsPort}`)
    .replaceAll('/run/haproxy/admin.sock', '$DIR/stats.sock')
    .replace('log stdout format raw local0', `log ${log} local0`)
    .replace('inter 3s', 'inter 300ms');
}

async function connectTo(port: number, expected: string): Promise<TcpClient> {
  const client = await openClient(port);
  await client.waitForBytes(expected.length + 1);
  expect(client.received).toBe(`${expected}\n`);
  return client;
}

const untilStatus = (proxy: ProxyProcess, server: string, status: string) =>
  waitFor(
    `${server} to be ${status}`,
    async () => rowOf(await showStat(proxy.statsSocket), 'primary', server).status === status,
  );

describe('conf/patroni.cfg', { timeout: 60_000 }, () => {
  it('moves clients to the new leader, and closes, counts and logs the old sessions', async () => {
    const nodes = await startNodes();
    const syslog = await startSyslogReceiver();
    cleanups.push(() => syslog.close());
    const port = await freePort();
    const proxy = await startProxy(SUBJECT, { config: await configFor(nodes, port, syslog.address) });
    cleanups.push(() => proxy.stop());
    await untilStatus(proxy, 'node1', 'UP');
    await untilStatus(proxy, 'node2', 'DOWN');
    await untilStatus(proxy, 'node3', 'DOWN');

    const old = [await connectTo(port, 'node1'), await connectTo(port, 'node1'), await connectTo(port, 'node1')];
    for (const client of old) client.write('select 1');
    for (const client of old) await client.waitForBytes('node1\nselect 1'.length);

    // The leader loses its role; nobody has it for a while, then node 3.
    await nodes[0]!.api.become(replica);
    for (const client of old) await client.waitForEnd();
    await untilStatus(proxy, 'node1', 'DOWN');
    const orphan = await openClient(port);
    await orphan.waitForEnd();
    expect(orphan.received).toBe('');
    await nodes[2]!.api.become(primary);
    await untilStatus(proxy, 'node3', 'UP');
    const fresh = await connectTo(port, 'node3');
    fresh.write('select 2');
    await fresh.waitForBytes('node3\nselect 2'.length);
    fresh.finish();
    await fresh.waitForEnd();

    const lines = () => syslog.messages().filter((line) => line.includes(' primary primary/node1 '));
    await waitFor('three session lines', () => lines().length === 3);
    for (const line of lines())
      expect(line).toMatch(/ primary primary\/node1 \d+\/\d+\/\d+ 14 D- \d+\/\d+\/\d+\/\d+\/0 0\/0$/);
    await syslog.waitForMessage(
      /Server primary\/node1 is DOWN, reason: Layer7 wrong status, code: 503, info: "Service Unavailable"/,
    );
    await syslog.waitForMessage(/Server primary\/node3 is UP, reason: Layer7 check passed, code: 200/);
    await syslog.waitForMessage(/<NOSRV> -1\/-1\/\d+ 0 SC /);

    const rows = await showStat(proxy.statsSocket);
    const node1 = rowOf(rows, 'primary', 'node1');
    expect([node1.stot, node1.scur, node1.bin, node1.bout, node1.chkdown]).toEqual(['3', '0', '24', '42', '1']);
    expect(rowOf(rows, 'primary', 'node2').stot).toBe('0');
    expect(rowOf(rows, 'primary', 'node3').stot).toBe('1');
    expect(rowOf(rows, 'primary', 'FRONTEND').stot).toBe('5');
    expect(nodes[1]!.data.connections).toHaveLength(0);
  });

  it('leaves the sessions of other servers alone', async () => {
    const nodes = await startNodes();
    await nodes[1]!.api.become(primary);
    const syslog = await startSyslogReceiver();
    cleanups.push(() => syslog.close());
    const port = await freePort();
    const proxy = await startProxy(SUBJECT, { config: await configFor(nodes, port, syslog.address) });
    cleanups.push(() => proxy.stop());
    await untilStatus(proxy, 'node1', 'UP');
    await untilStatus(proxy, 'node2', 'UP');
    const first = await connectTo(port, 'node1');
    const second = await connectTo(port, 'node2');
    await nodes[0]!.api.become(replica);
    await first.waitForEnd();
    second.write('still here');
    await second.waitForBytes('node2\nstill here'.length);
    second.finish();
    expect(await second.waitForEnd()).toBe('fin');
  });
});
