import { afterEach, describe, expect, it } from 'vitest';
import { createLogRing, LogRingReader } from '../../src/logging/log-ring.ts';
import { SharedTable, Word } from '../../src/servers/shared-table.ts';
import { PROCESS_SLOT } from '../../src/servers/slots.ts';
import { Counter, CounterBlock } from '../../src/stats/counters.ts';
import type { TrafficHandle } from '../../src/traffic/traffic-handle.ts';
import { startTraffic } from '../../src/traffic/worker-host.ts';
import { freePort } from '../support/ports.ts';
import { plain, type Script, type ScriptedServer, startScripted } from '../support/scripted-server.ts';
import { openClient, TcpClient } from '../support/tcp-client.ts';
import { waitFor } from '../support/wait.ts';
import { buildModel, buildSetup, type LabOptions } from '../unit/traffic/lab.ts';
import { seeded } from '../unit/traffic/random.ts';

/** A log target, so that lines are written; nothing is sent there, the ring is read here. */
const TARGET = {
  target: { kind: 'udp', host: '127.0.0.1', port: 9 },
  format: 'rfc3164',
  maxLength: 1024,
  facility: 16,
  level: 7,
  minLevel: 0,
  place: { file: 'test', line: 1, start: 0, end: 0 },
} as const;

const echo: Script = ({ socket }) => void socket.pipe(socket);
const greet: Script = ({ socket }) => void socket.end('hello');

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

/** Traffic in this thread between real sockets. */
class RealTraffic {
  readonly handle: TrafficHandle;
  readonly table: SharedTable;
  readonly counters: CounterBlock;
  readonly slots;
  readonly #ring: LogRingReader;
  readonly lines: string[] = [];
  port = 0;

  constructor(servers: readonly number[], options: LabOptions = {}) {
    const model = buildModel(
      {
        ...options,
        servers: servers.map((port, at) => ({
          address: { family: 'ipv4', host: '127.0.0.1', port },
          ...options.servers?.[at],
        })),
        log: { targets: [TARGET], ...options.log },
      },
      0,
    );
    const logRing = createLogRing();
    const setup = { ...buildSetup(model, options.maxconn), logRing };
    this.slots = setup.slots;
    this.table = SharedTable.attach(setup.table);
    this.counters = CounterBlock.attach(setup.counters);
    this.#ring = new LogRingReader(logRing);
    this.handle = startTraffic(setup, { threads: 0 });
    closers.push(() => this.handle.stop());
  }

  async start(): Promise<this> {
    const { bound, failures } = await this.handle.start();
    expect(failures).toEqual([]);
    this.port = bound[0]?.port ?? 0;
    expect(this.port).toBeGreaterThan(0);
    return this;
  }

  /** Waits for so many lines, and returns the parts after the date. */
  async waitForLines(count: number): Promise<string[]> {
    await waitFor(`${count} lines`, () => {
      this.#ring.drain((_proxy, _level, text) => void this.lines.push(Buffer.from(text).toString()));
      return this.lines.length >= count;
    });
    return this.lines.map((line) => line.replace(/^.*?\] /, ''));
  }

  gauge(slot: number): number {
    return this.table.get(slot, Word.current);
  }

  sum(counter: Counter): { frontend: number; backend: number; servers: number } {
    const get = (slot: number | undefined) => this.counters.get(slot as number, counter);
    return {
      frontend: get(this.slots.frontend[0]),
      backend: get(this.slots.backend[0]),
      servers: (this.slots.servers[0] ?? []).reduce((sum, slot) => sum + get(slot), 0),
    };
  }
}

async function scripted(script: Script): Promise<ScriptedServer> {
  const server = await startScripted(plain(script));
  closers.push(() => server.close());
  return server;
}

async function traffic(servers: readonly number[], options?: LabOptions): Promise<RealTraffic> {
  return new RealTraffic(servers, options).start();
}

describe('traffic on the node engine', () => {
  it('carries bytes both ways, passes half-closes on, counts and logs', async () => {
    const server = await scripted(echo);
    const test = await traffic([server.port]);
    const client = await openClient(test.port);
    client.write('ping');
    client.finish();
    expect(await client.waitForEnd()).toBe('fin');
    expect(client.received).toBe('ping');
    const [line] = await test.waitForLines(1);
    expect(line).toMatch(/^web web\/A \d+\/\d+\/\d+ 4 -- 1\/1\/0\/0\/0 0\/0$/);
    expect(test.sum(Counter.bytesIn)).toEqual({ frontend: 4, backend: 4, servers: 4 });
    expect(test.sum(Counter.bytesOut)).toEqual({ frontend: 4, backend: 4, servers: 4 });
    expect(test.gauge(PROCESS_SLOT)).toBe(0);
  });

  it('answers a client that closed its half at once', async () => {
    const server = await scripted(greet);
    const test = await traffic([server.port]);
    for (let round = 0; round < 20; round++) {
      const client = new TcpClient(test.port);
      client.finish();
      await client.waitForEnd();
      expect(client.received).toBe('hello');
    }
  });

  it('goes to the next server when one refuses', async () => {
    const server = await scripted(greet);
    const test = await traffic([await freePort(), server.port], { backend: { redispatch: -1 } });
    for (let round = 0; round < 4; round++) {
      const client = await openClient(test.port);
      await client.waitForEnd();
      expect(client.received).toBe('hello');
      client.destroy();
      await test.waitForLines(round + 1);
    }
    for (const line of await test.waitForLines(4)) expect(line).toMatch(/ web\/B \d+\/\d+\/\d+ 5 -- 1\/1\/0\/0\/\+1 /);
    expect(test.sum(Counter.redispatches)).toEqual({ frontend: 0, backend: 4, servers: 4 });
  });

  it('retries a refusing server after its delay and gives up with a FIN', async () => {
    const test = await traffic([await freePort()], { timeouts: { connect: 30, client: 5000 } });
    const client = await openClient(test.port);
    expect(await client.waitForEnd()).toBe('fin');
    const [line] = await test.waitForLines(1);
    const [, total] = /web\/A \d+\/-1\/(\d+) 0 SC 1\/1\/0\/0\/3 0\/0/.exec(line ?? '') ?? [];
    expect(Number(total)).toBeGreaterThanOrEqual(90);
  });

  it('lets clients wait for a place and serves them in order', async () => {
    const server = await scripted(echo);
    const test = await traffic([server.port], {
      servers: [{ maxconn: 1 }],
      timeouts: { client: 9000, server: 9000, queue: 9000 },
    });
    const clients: TcpClient[] = [];
    for (const name of ['1', '2', '3']) {
      const client = await openClient(test.port);
      client.write(name);
      clients.push(client);
      const backend = test.slots.backend[0] as number;
      await waitFor('its place', () => test.gauge(backend) === clients.length);
    }
    expect(test.gauge(test.slots.servers[0]?.[0] as number)).toBe(1);
    for (const [at, client] of clients.entries()) {
      await client.waitForBytes(1);
      for (const later of clients.slice(at + 1)) expect(later.receivedBytes).toBe(0);
      client.finish();
    }
    const lines = await test.waitForLines(3);
    expect(lines.map((line) => line.split(' ').at(-1))).toEqual(['0/0', '0/1', '0/2']);
    expect(server.connections.length).toBe(3);
  });

  it('cuts the sessions of a server with FIN and says why', async () => {
    const server = await scripted(echo);
    const test = await traffic([server.port]);
    const clients = await Promise.all([openClient(test.port), openClient(test.port)]);
    for (const client of clients) {
      client.write('x');
      await client.waitForBytes(1);
    }
    test.handle.shutdownSessions(test.slots.servers[0]?.[0] as number, 'D');
    for (const client of clients) expect(await client.waitForEnd()).toBe('fin');
    const lines = await test.waitForLines(2);
    for (const line of lines) expect(line).toMatch(/ 1 D- /);
    await waitFor('the server to be left', () => server.open === 0);
  });

  it('holds clients back at maxconn', async () => {
    const server = await scripted(greet);
    const hold = await scripted(echo);
    const test = await traffic([hold.port], { frontend: { maxconn: 2 }, timeouts: { client: 9000, server: 9000 } });
    const clients = await Promise.all([1, 2, 3, 4].map(() => openClient(test.port)));
    for (const client of clients) client.write('x');
    await waitFor('two answers', () => clients.filter((client) => client.receivedBytes > 0).length === 2);
    expect(test.gauge(test.slots.frontend[0] as number)).toBe(2);
    for (const client of clients.filter((one) => one.receivedBytes > 0)) client.finish();
    await waitFor('all answers', () => clients.every((client) => client.receivedBytes > 0));
    for (const client of clients) client.destroy();
    await test.waitForLines(4);
    const slot = test.slots.frontend[0] as number;
    expect([test.table.get(slot, Word.currentMax), test.gauge(slot)]).toEqual([2, 0]);
    await server.close();
  });

  it('drains: no new clients, the old one finishes', async () => {
    const server = await scripted(echo);
    const test = await traffic([server.port]);
    const client = await openClient(test.port);
    client.write('a');
    await client.waitForBytes(1);
    let drained = false;
    const done = test.handle.drain().then(() => {
      drained = true;
    });
    const late = new TcpClient(test.port);
    expect(await late.waitForEnd()).toBe('refused');
    expect(drained).toBe(false);
    client.write('b');
    await client.waitForBytes(2);
    client.finish();
    await done;
  });

  it('reports a port in use', async () => {
    const server = await scripted(greet);
    const model = buildModel({ servers: [{}] }, server.port);
    const handle = startTraffic({ ...buildSetup(model), logRing: createLogRing() }, { threads: 0 });
    closers.push(() => handle.stop());
    const { failures, bound } = await handle.start();
    expect(bound).toEqual([]);
    expect(failures).toEqual([{ proxy: 0, listener: 0, code: 'EADDRINUSE' }]);
  });

  it('leaves nothing behind after 300 sessions ended at random', async () => {
    const seed = Date.now() % 100_000;
    const random = seeded(seed);
    const server = await scripted(({ socket }) => {
      socket.on('end', () => socket.end());
      const mood = Math.floor(random() * 4);
      if (mood === 0) socket.end('bye');
      else if (mood === 1) socket.once('data', () => socket.resetAndDestroy());
      else socket.pipe(socket);
    });
    const test = await traffic([server.port, await freePort()], {
      servers: [{ maxconn: 7 }, {}],
      backend: { redispatch: -1 },
      timeouts: { connect: 50, client: 200, server: 200, queue: 100 },
    });
    const session = async () => {
      const client = new TcpClient(test.port);
      if (random() < 0.8) await client.waitForConnect();
      if (random() < 0.7) client.write('hello');
      if (random() < 0.5) await new Promise((resolve) => setTimeout(resolve, random() * 20));
      const way = Math.floor(random() * 3);
      if (way === 0) client.finish();
      else if (way === 1) client.reset();
      else client.destroy();
      await client.waitForEnd();
      client.destroy();
    };
    for (let round = 0; round < 10; round++) await Promise.all(Array.from({ length: 30 }, session));
    const frontend = test.slots.frontend[0] as number;
    await waitFor(`every session to end (seed ${seed})`, () => test.gauge(frontend) === 0);
    const stot = test.sum(Counter.sessions);
    expect(stot.backend, `seed ${seed}`).toBe(stot.frontend);
    await test.waitForLines(stot.frontend);
    expect(test.lines.length).toBe(stot.frontend);
    for (let slot = 0; slot < test.slots.count; slot++) {
      expect([test.gauge(slot), test.table.get(slot, Word.queued)], `slot ${slot}, seed ${seed}`).toEqual([0, 0]);
    }
    expect(test.table.get(test.slots.servers[0]?.[0] as number, Word.currentMax)).toBeLessThanOrEqual(7);
    await waitFor('the server to be left', () => server.open === 0);
  });
});
