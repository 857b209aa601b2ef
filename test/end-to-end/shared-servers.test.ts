/**
 * Two traffic threads of one process that share a server: its places, its queue, its state. Runs the built package: a worker
 * cannot be a TypeScript file.
 */
import { afterEach, describe, expect, it } from 'vitest';
import type { FrontendModel, Model } from '../../src/config/model.ts';
import { createLogRing } from '../../src/logging/log-ring.ts';
import { SharedTable, Word } from '../../src/servers/shared-table.ts';
import { PROCESS_SLOT } from '../../src/servers/slots.ts';
import { Counter, CounterBlock } from '../../src/stats/counters.ts';
import { linuxProblem } from '../../src/system/syscalls.ts';
import type { TrafficHandle } from '../../src/traffic/traffic-handle.ts';
import { WakeBoard } from '../../src/traffic/wake-board.ts';
import { plain, startScripted } from '../support/scripted-server.ts';
import { openClient, type TcpClient } from '../support/tcp-client.ts';
import { waitFor } from '../support/wait.ts';
import { buildModel, buildSetup, type LabOptions } from '../unit/traffic/lab.ts';

type Host = typeof import('../../src/traffic/worker-host.ts');
const built: Host = await import(new URL('../../dist/traffic/worker-host.js', import.meta.url).href);

const problem = linuxProblem();
if (problem !== undefined) process.stderr.write(`SKIPPED servers shared with a linux thread: ${problem}\n`);

type EngineName = 'node' | 'linux';
const PAIRS: readonly (readonly [EngineName, EngineName])[] =
  problem === undefined
    ? [
        ['linux', 'node'],
        ['linux', 'linux'],
        ['node', 'node'],
      ]
    : [['node', 'node']];

const cleanups: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

/** A second frontend in front of the same backend. */
function withSecondFrontend(model: Model): Model {
  const [first] = model.proxies;
  if (first === undefined) throw new Error('no proxy');
  const { backend: _, ...rest } = first;
  const frontend: FrontendModel = { ...(first.frontend as FrontendModel), defaultBackend: 0 };
  return { ...model, proxies: [first, { ...rest, kind: 'frontend', name: 'other', index: 1, iid: 3, frontend }] };
}

interface Shared {
  readonly table: SharedTable;
  readonly counters: readonly CounterBlock[];
  readonly ports: readonly number[];
  readonly handles: readonly TrafficHandle[];
  readonly server: number;
  readonly backend: number;
  /** Connections the server has now, and the most it ever had. */
  readonly load: { now: number; most: number; total: number };
}

/** One frontend a thread, one server; the server echoes. */
async function share(engines: readonly EngineName[], options: LabOptions, maxconn = 0): Promise<Shared> {
  const load = { now: 0, most: 0, total: 0 };
  const far = await startScripted(
    plain(({ stream, socket }) => {
      load.now += 1;
      load.total += 1;
      load.most = Math.max(load.most, load.now);
      socket.once('close', () => {
        load.now -= 1;
      });
      stream.on('data', (chunk: Buffer) => stream.write(chunk));
      stream.on('end', () => stream.end());
    }),
  );
  cleanups.push(() => far.close());
  const address = { family: 'ipv4', host: '127.0.0.1', port: far.port } as const;
  const timeouts = { connect: 5000, client: 60_000, server: 60_000, queue: 60_000 };
  const servers = [{ ...options.servers?.[0], address }];
  const model = withSecondFrontend(buildModel({ ...options, servers, timeouts }, 0));
  const setup = buildSetup(model, maxconn);
  const buffer = WakeBoard.create(engines.length);
  const handles: TrafficHandle[] = [];
  const counters: CounterBlock[] = [];
  const ports: number[] = [];
  for (const [self, engine] of engines.entries()) {
    const block = CounterBlock.create(setup.slots.count);
    counters.push(block);
    const own = { ...setup, counters: block.buffer, logRing: createLogRing(), frontends: [self] };
    const handle = built.startTraffic({ ...own, wakeBoard: { buffer, self } }, { threads: 1, engine });
    cleanups.push(() => handle.stop());
    handles.push(handle);
    const { bound, failures } = await handle.start();
    expect(failures).toEqual([]);
    expect(bound.map(({ proxy }) => proxy)).toEqual([self]);
    ports.push(bound[0]?.port ?? 0);
  }
  return {
    table: SharedTable.attach(setup.table),
    counters,
    ports,
    handles,
    server: setup.slots.servers[0]?.[0] as number,
    backend: setup.slots.backend[0] as number,
    load,
  };
}

async function ask(port: number | undefined): Promise<TcpClient> {
  const client = await openClient(port ?? 0);
  client.write('ping');
  return client;
}

describe.each(PAIRS)('a server that a %s thread and a %s thread share', (one, other) => {
  it('wakes who waits in the other thread, whichever frees the place', async () => {
    const test = await share([one, other], { servers: [{ maxconn: 1 }] });
    for (const [holder, waiter] of [
      [0, 1],
      [1, 0],
    ] as const) {
      const first = await ask(test.ports[holder]);
      await first.waitForBytes(4);
      const second = await ask(test.ports[waiter]);
      await waitFor('the second session to wait', () => test.table.get(test.backend, Word.queued) === 1);
      first.finish();
      await second.waitForBytes(4);
      second.finish();
      await second.waitForEnd();
      await waitFor('its place to be free', () => test.table.get(test.server, Word.places) === 0);
    }
    expect(test.load.most).toBe(1);
  });

  it('lets neither starve: those who wait in both are all served', async () => {
    const test = await share([one, other], { servers: [{ maxconn: 2 }] });
    const each = 60;
    const talk = async (port: number | undefined) => {
      const client = await ask(port);
      await client.waitForBytes(4);
      client.finish();
      await client.waitForEnd();
    };
    const all = test.ports.flatMap((port) => Array.from({ length: each }, () => talk(port)));
    await Promise.all(all);
    expect(test.load.total).toBe(2 * each);
    // The server may hear of an end a moment after the next has begun; the places themselves are never overdrawn.
    expect(test.table.get(test.server, Word.currentMax)).toBeLessThanOrEqual(2);
    await waitFor('all places to be free', () => test.table.get(test.server, Word.places) === 0);
    expect(test.table.get(test.backend, Word.queued)).toBe(0);
    const sessions = test.counters.map((block) => block.get(test.server, Counter.sessions));
    expect(sessions).toEqual([each, each]);
  });

  it('is seen by both when its state changes', async () => {
    const test = await share([one, other], { servers: [{}] });
    const down = (stopped: boolean) => {
      test.table.set(test.server, Word.usable, stopped ? 0 : 1);
      test.table.set(test.server, Word.stopped, stopped ? 1 : 0);
      test.table.add(test.server, Word.generation, 1);
      for (const handle of test.handles) handle.serverChanged(test.server);
    };
    down(true);
    for (const port of test.ports) expect(await (await ask(port)).waitForEnd()).not.toBe('open');
    down(false);
    for (const port of test.ports) await (await ask(port)).waitForBytes(4);
  });

  it('counts towards the limit of the process, which frees both', async () => {
    const test = await share([one, other], { servers: [{}] }, 1);
    for (const [holder, waiter] of [
      [0, 1],
      [1, 0],
    ] as const) {
      const first = await ask(test.ports[holder]);
      await first.waitForBytes(4);
      const late = await ask(test.ports[waiter]);
      // The thread that had no session of its own learns of the limit with this client, or the next.
      const later = await ask(test.ports[waiter]);
      first.finish();
      await first.waitForEnd();
      for (const client of [late, later]) {
        await client.waitForBytes(4);
        client.finish();
        await client.waitForEnd();
      }
      await waitFor('nobody to be left', () => test.table.get(PROCESS_SLOT, Word.current) === 0);
      await waitFor('nobody to be held', () => test.table.get(PROCESS_SLOT, Word.heldThreads) === 0);
    }
  });
});
