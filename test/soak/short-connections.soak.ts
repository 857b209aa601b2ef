/**
 * Short connections without end: memory stays where it was after the first of them, and no descriptor is left. A million take
 * some minutes an engine; the time decides how many there are.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { afterEach, expect, test } from 'vitest';
import { freePort } from '../support/ports.ts';
import { expectEngine, PROCESS_ENGINES } from '../support/process-engines.ts';
import { openDescriptors } from '../support/process-figures.ts';
import { startProxy } from '../support/proxy-process.ts';
import { rowOf, showStat } from '../support/stats-client.ts';
import { waitFor } from '../support/wait.ts';
import { forSoakTime, SOAK_MS } from './soak.ts';

const load = (name: string) => JSON.stringify(new URL(`../../bench/loads/${name}`, import.meta.url).href);

/** Origin and clients in a process of their own; a line with a port and a number has so many connections made there. */
const LOAD = `
import { createInterface } from 'node:readline';
import { startOrigin } from ${load('origin.mjs')};
import { shortConnections } from ${load('short.mjs')};
console.log(await startOrigin());
for await (const line of createInterface({ input: process.stdin })) {
  const [port, count] = line.split(' ').map(Number);
  await shortConnections(port, count, 64);
  console.log('done');
}
`;

const BATCH = 2_000;
/** So many connections and the memory has its size. */
const WARM = 100_000;

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function startLoad() {
  const child = spawn(process.execPath, ['--input-type=module', '-e', LOAD], { stdio: ['pipe', 'pipe', 'inherit'] });
  closers.push(() => child.kill('SIGKILL'));
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const next = async () => {
    const { value, done } = await lines.next();
    if (done) throw new Error('the load has ended');
    return value;
  };
  return {
    origin: Number(await next()),
    async connect(port: number, count: number) {
      if (!child.stdin.write(`${port} ${count}\n`)) await once(child.stdin, 'drain');
      expect(await next()).toBe('done');
    },
  };
}

test.each(PROCESS_ENGINES)('short connections through the %s engine', async (engine) => {
  const { origin, connect } = await startLoad();
  const port = await freePort();
  const proxy = await startProxy('hapax', {
    env: { HAPAX_ENGINE: engine },
    config: `global
    stats socket $DIR/stats.sock
defaults
    mode tcp
    timeout connect 10s
    timeout client 10s
    timeout server 10s
listen app
    bind 127.0.0.1:${port}
    server s 127.0.0.1:${origin}
`,
  });
  closers.push(() => proxy.stop());
  await expectEngine(proxy.statsSocket, engine);
  await connect(port, BATCH);
  const descriptors = openDescriptors(proxy.pid);
  let made = BATCH;
  let warm: { readonly at: number; readonly resident: number } | undefined;
  const [begun, share] = [performance.now(), 1 / PROCESS_ENGINES.length];
  await forSoakTime(async () => {
    await connect(port, BATCH);
    made += BATCH;
    const isWarm = made >= WARM || performance.now() - begun > SOAK_MS * share * 0.4;
    if (isWarm) warm ??= { at: made, resident: proxy.residentBytes() };
  }, share);
  const resident = proxy.residentBytes();
  const mega = (bytes = 0) => `${(bytes / 1024 / 1024).toFixed(1)} MB`;
  console.log(
    `${engine}: ${made} connections; ${mega(warm?.resident)} after ${warm?.at}, ${mega(resident)} in the end`,
  );
  // A short run ends before the heap has found its size.
  expect(resident / warm!.resident).toBeLessThan(warm!.at >= WARM ? 1.1 : 1.5);
  const row = async (name: string) => rowOf(await showStat(proxy.statsSocket), 'app', name);
  await waitFor('every session to end', async () => (await row('FRONTEND')).scur === '0');
  await waitFor('no descriptor to be left', () => openDescriptors(proxy.pid) <= descriptors, {
    describe: () => `${openDescriptors(proxy.pid)} instead of ${descriptors}`,
  });
  const { stot, econ, eresp } = await row('BACKEND');
  expect([stot, econ, eresp]).toEqual([String(made), '0', '0']);
});
