/** A process that runs out of descriptors: it stays calm, tells what happened, and recovers. Runs against dist. */
import { spawn } from 'node:child_process';
import { connect } from 'node:net';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { PROCESS_ENGINES, type ProcessEngine } from '../support/process-engines.ts';
import { waitFor } from '../support/wait.ts';

const ENGINES = join(dirname(fileURLToPath(import.meta.url)), '../../dist/traffic/engines');

/** Makes the engine in the child. */
const MAKE: Readonly<Record<ProcessEngine, string>> = {
  node: `
import { NodeEngine } from ${JSON.stringify(join(ENGINES, 'node/engine.js'))};
const engine = new NodeEngine();`,
  linux: `
import { createLinuxEngine } from ${JSON.stringify(join(ENGINES, 'linux/engine.js'))};
const engine = createLinuxEngine();
setInterval(() => engine.turn(0), 5);`,
};

/** Accepts and holds clients until there are no more descriptors; says what it saw in lines of JSON. */
const program = (engine: ProcessEngine) => `${MAKE[engine]}
const address = { family: 'ipv4', host: '127.0.0.1', port: 0 };
const say = (message) => console.log(JSON.stringify(message));
const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const seen = { accepted: 0, acceptFailed: 0, connectFailed: [], uncaught: 0, cpu: 0 };
const held = [];
process.on('uncaughtException', () => { seen.uncaught++; });
engine.listen({ address, backlog: 128, keepAlive: false }, {
  failed: (code) => say({ failed: code }),
  acceptFailed: () => { seen.acceptFailed++; },
  accepted: (client) => { seen.accepted++; held.push(client); },
  listening: async ({ port }) => {
    say({ port });
    const target = { address: { ...address, port }, timeout: 1000, keepAlive: false };
    for (let last = -1; last < 30 || last !== seen.accepted; await wait(100)) last = seen.accepted;
    const start = process.cpuUsage();
    await new Promise((resolve) => engine.connect(target, {
      connected: resolve,
      failed: (failure, code) => { seen.connectFailed.push(failure, code); resolve(); },
    }));
    await wait(500);
    const used = process.cpuUsage(start);
    seen.cpu = (used.user + used.system) / 1000;
    say({ full: true });
    await new Promise((resolve) => process.stdin.once('data', resolve));
    for (const client of held) client.close();
    while (engine.openConnections > 0) await wait(10);
    const before = seen.accepted;
    await new Promise((resolve) => engine.connect(target, { connected: resolve, failed: resolve }));
    while (seen.accepted === before) await wait(10);
    engine.close();
    say({ seen });
    process.exit();
  },
});
`;

it.skipIf(process.platform === 'win32').each(PROCESS_ENGINES)(
  '%s engine: survives having no descriptors left',
  async (engine) => {
    const shell = 'ulimit -n 64 && exec "$0" --input-type=module -e "$1"';
    const child = spawn('sh', ['-c', shell, process.execPath, program(engine)], { stdio: ['pipe', 'pipe', 'inherit'] });
    const said: Record<string, unknown> = {};
    createInterface({ input: child.stdout }).on('line', (line) => Object.assign(said, JSON.parse(line)));
    try {
      await waitFor('the port', () => said.port !== undefined);
      let turnedAway = 0;
      const clients = Array.from({ length: 100 }, () => {
        const socket = connect(Number(said.port), '127.0.0.1');
        socket.on('error', () => {});
        socket.on('close', () => {
          turnedAway += 1;
        });
        return socket.resume();
      });
      await waitFor('no descriptor is left', () => said.full === true);
      if (engine === 'node') {
        // libuv lets in and closes at once whom it has no descriptor for; it does not say so.
        expect(turnedAway).toBeGreaterThan(40);
        expect(turnedAway).toBeLessThan(80);
      } else expect(turnedAway).toBe(0);
      for (const socket of clients) socket.destroy();
      child.stdin.write('on\n');
      await waitFor('it goes on', () => said.seen !== undefined);
    } finally {
      child.kill('SIGKILL');
    }
    const seen = said.seen as Record<string, unknown>;
    expect(seen.uncaught).toBe(0);
    // An engine that is told of it says so, now and then.
    if (engine === 'linux') expect(seen.acceptFailed).toBeGreaterThan(0);
    expect(seen.acceptFailed).toBeLessThan(50);
    expect(seen.connectFailed).toEqual(['too-many-files', 'EMFILE']);
    // Half a second without a free descriptor costs next to nothing.
    expect(seen.cpu).toBeLessThan(250);
  },
);
