/** The traffic thread as the control thread holds it. Runs the built package: a worker cannot be a TypeScript file. */
import { afterEach, describe, expect, it } from 'vitest';
import { createLogRing } from '../../src/logging/log-ring.ts';
import { SharedTable, Word } from '../../src/servers/shared-table.ts';
import { Counter, CounterBlock } from '../../src/stats/counters.ts';
import { linuxProblem } from '../../src/system/syscalls.ts';
import type { TrafficHandle, TrafficSetup } from '../../src/traffic/traffic-handle.ts';
import { echo, plain, startScripted } from '../support/scripted-server.ts';
import { openClient, TcpClient } from '../support/tcp-client.ts';
import { waitFor } from '../support/wait.ts';
import { buildModel, buildSetup, type LabOptions } from '../unit/traffic/lab.ts';

type EngineName = 'node' | 'linux';
const problem = linuxProblem();
if (problem !== undefined) process.stderr.write(`SKIPPED the linux engine's thread: ${problem}\n`);
const ENGINES: readonly EngineName[] = problem === undefined ? ['node', 'linux'] : ['node'];

type Host = typeof import('../../src/traffic/worker-host.ts');
const built: Host = await import(new URL('../../dist/traffic/worker-host.js', import.meta.url).href);

const cleanups: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

interface Running {
  readonly handle: TrafficHandle;
  readonly setup: TrafficSetup;
  readonly table: SharedTable;
  readonly counters: CounterBlock;
  readonly port: number;
  /** Slot of the only server. */
  readonly server: number;
  readonly backend: number;
}

/** Traffic to an echo server, in a thread. */
async function running(engine: EngineName, options: LabOptions = {}): Promise<Running> {
  const far = await startScripted(plain(echo));
  cleanups.push(() => far.close());
  const servers = [
    { ...options.servers?.[0], address: { family: 'ipv4', host: '127.0.0.1', port: far.port } as const },
  ];
  const timeouts = { connect: 5000, client: 20_000, server: 20_000, queue: 20_000 };
  const model = buildModel({ ...options, servers, timeouts }, 0);
  const setup = { ...buildSetup(model), logRing: createLogRing() };
  const handle = built.startTraffic(setup, { threads: 1, engine });
  cleanups.push(() => handle.stop());
  const { bound, failures } = await handle.start();
  expect(failures).toEqual([]);
  return {
    handle,
    setup,
    table: SharedTable.attach(setup.table),
    counters: CounterBlock.attach(setup.counters),
    port: bound[0]?.port ?? 0,
    server: setup.slots.servers[0]?.[0] as number,
    backend: setup.slots.backend[0] as number,
  };
}

async function exchange(port: number): Promise<TcpClient> {
  const client = await openClient(port);
  client.write('ping');
  await client.waitForBytes(4);
  return client;
}

describe.each(ENGINES)('a traffic thread on the %s engine', (engine) => {
  it('shares its figures and obeys', async () => {
    const test = await running(engine, { servers: [{ maxconn: 1 }] });
    const first = await exchange(test.port);
    const second = await openClient(test.port);
    second.write('pong');
    await waitFor('the second session to wait', () => test.table.get(test.backend, Word.queued) === 1);
    expect(test.table.get(test.server, Word.current)).toBe(1);
    expect(test.counters.get(test.server, Counter.bytesOut)).toBe(4);
    test.table.set(test.server, Word.maxconn, 2);
    test.table.add(test.server, Word.generation, 1);
    test.handle.serverChanged(test.server);
    await second.waitForBytes(4);
    test.handle.shutdownSessions(test.server, 'D');
    expect([await first.waitForEnd(), await second.waitForEnd()]).toEqual(['fin', 'fin']);
    await waitFor('the places to be free', () => test.table.get(test.server, Word.current) === 0);
    expect(test.counters.get(test.backend, Counter.sessions)).toBe(2);
  });

  it('cuts sessions on backups', async () => {
    const test = await running(engine, { servers: [{ backup: true }] });
    const client = await exchange(test.port);
    test.handle.shutdownBackupSessions(test.backend);
    expect(await client.waitForEnd()).toBe('fin');
  });

  it('drains', async () => {
    const test = await running(engine);
    const client = await exchange(test.port);
    const drained = test.handle.drain();
    // The thread hears of it a moment later; until then clients may still get in.
    await waitFor('the listener to be closed', async () => {
      const late = new TcpClient(test.port);
      await waitFor('its fate', () => late.connected || late.end !== 'open', { every: 1 });
      late.destroy();
      return late.end === 'refused';
    });
    client.finish();
    await drained;
  });

  it('stops at once, as often as it is told, and resolves what still waits', async () => {
    const test = await running(engine);
    const client = await exchange(test.port);
    const drained = test.handle.drain();
    test.handle.stopNow();
    await Promise.all([test.handle.stop(), test.handle.stop(), drained]);
    expect(await client.waitForEnd()).not.toBe('open');
    await test.handle.stop();
    await test.handle.drain();
  });

  it('says so when it dies', async () => {
    const setup = buildSetup(buildModel({ servers: [{}] }, 0));
    const broken = { ...setup, logRing: createLogRing(), slots: undefined } as unknown as TrafficSetup;
    const handle = built.startTraffic(broken, { threads: 1, engine });
    const failures: Error[] = [];
    handle.onFailure((error) => failures.push(error));
    await expect(handle.start()).rejects.toThrow();
    expect(failures.length).toBe(1);
    await handle.stop();
  });
});
