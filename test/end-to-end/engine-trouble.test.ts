/** What keeps an engine from working: no koffi, a koffi of another machine, and its own death in the middle of work. */
import { spawn } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { freePort } from '../support/ports.ts';
import { expectEngine, PROCESS_ENGINES } from '../support/process-engines.ts';
import { commandOf, launchProxy, startProxy } from '../support/proxy-process.ts';
import { echo, plain, startScripted } from '../support/scripted-server.ts';
import { ask } from '../support/stats-client.ts';
import { openClient, TcpClient } from '../support/tcp-client.ts';
import { waitFor } from '../support/wait.ts';

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

const configuration = (port: number, server: string) => `global
    stats socket $DIR/stats.sock
defaults
    mode tcp
    timeout connect 5s
    timeout client 10s
    timeout server 10s
listen app
    bind 127.0.0.1:${port}
    server s ${server}
`;

const DIST = dirname(dirname(commandOf('hapax').args[0]!));
const MODULES = fileURLToPath(new URL('../../node_modules/', import.meta.url));

/** The built program with packages of its own: everything but koffi, which `addKoffi` may put there. */
function installWithoutKoffi(addKoffi?: (modules: string) => void): string {
  const directory = mkdtempSync(join(tmpdir(), 'hapax-install-'));
  closers.push(() => rmSync(directory, { recursive: true, force: true }));
  cpSync(DIST, join(directory, 'dist'), { recursive: true });
  cpSync(fileURLToPath(new URL('../../package.json', import.meta.url)), join(directory, 'package.json'));
  const modules = join(directory, 'node_modules');
  mkdirSync(modules);
  for (const name of readdirSync(MODULES)) {
    if (!/koffi|koromix/.test(name)) symlinkSync(join(MODULES, name), join(modules, name));
  }
  addKoffi?.(modules);
  return join(directory, 'dist/cli/main.js');
}

/** A copy of koffi whose binaries say that they are for a machine that this one is not. */
function koffiOfAnotherMachine(modules: string): void {
  for (const name of ['koffi', '@koromix']) {
    const source = join(MODULES, name);
    if (existsSync(source)) cpSync(source, join(modules, name), { recursive: true });
  }
  // Only in the copies: Node 22 goes into the links beside them too, to the packages this very test runs with.
  const copies = ['koffi', '@koromix'].map((name) => join(modules, name)).filter((path) => existsSync(path));
  const files = copies.flatMap((copy) => readdirSync(copy, { recursive: true, withFileTypes: true }));
  for (const file of files.filter((each) => each.isFile() && each.name.endsWith('.node'))) {
    const path = join(file.parentPath, file.name);
    const bytes = readFileSync(path);
    // e_machine of the ELF header: 183 is AArch64, 62 is x86-64.
    bytes.writeUInt16LE(process.arch === 'arm64' ? 62 : 183, 18);
    writeFileSync(path, bytes);
  }
}

/** Starts the installation at `main`, exchanges a few bytes through it, and returns what it printed and what it says it is. */
async function serveWith(main: string, env: Readonly<Record<string, string>> = {}) {
  const server = await startScripted(plain(echo));
  closers.push(() => server.close());
  const directory = mkdtempSync(join(tmpdir(), 'hapax-run-'));
  closers.push(() => rmSync(directory, { recursive: true, force: true }));
  const port = await freePort();
  writeFileSync(join(directory, 'a.cfg'), configuration(port, server.address).replaceAll('$DIR', directory));
  const child = spawn(process.execPath, [main, '-db', '-f', join(directory, 'a.cfg')], {
    cwd: directory,
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, NODE_OPTIONS: '', HAPAX_ENGINE: '', ...env },
  });
  let stderr = '';
  child.stderr.on('data', (chunk) => {
    stderr += String(chunk);
  });
  const over = new Promise((resolve) => child.once('close', resolve));
  closers.push(() => {
    child.kill('SIGKILL');
    return over;
  });
  const stats = join(directory, 'stats.sock');
  await waitFor(
    'the proxy',
    () =>
      ask(stats, 'show info').then(
        () => true,
        () => child.exitCode !== null && stderr,
      ),
    {
      limit: 30_000,
    },
  );
  const client = await openClient(port);
  client.write('ping');
  await client.waitForBytes(4);
  client.destroy();
  const engine = /^Engine: (\w+)$/m.exec(await ask(stats, 'show info'))?.[1];
  return { engine, lines: stderr.split('\n').filter((line) => line !== '') };
}

const canAlter = process.platform === 'linux' && existsSync(join(MODULES, 'koffi'));
if (!canAlter) process.stderr.write('SKIPPED koffi of another machine: there is no koffi here, or this is not Linux\n');

describe('without the package koffi', { timeout: 60_000 }, () => {
  it('the node engine serves, and one line says so', async () => {
    const { engine, lines } = await serveWith(installWithoutKoffi());
    expect(engine).toBe('node');
    expect(lines).toEqual([expect.stringMatching(/^\[NOTICE\] .*koffi cannot be loaded .*node engine/)]);
  });

  it('the linux engine is not to be had, and one line says so', async () => {
    const { engine, lines } = await serveWith(installWithoutKoffi(), { HAPAX_ENGINE: 'linux' });
    expect(engine).toBe('node');
    expect(lines).toEqual([expect.stringMatching(/^\[NOTICE\] .*koffi cannot be loaded .*node engine/)]);
  });

  it.skipIf(!canAlter)('a koffi for another machine is as good as none', async () => {
    const main = installWithoutKoffi(koffiOfAnotherMachine);
    // It is there, and fails when it is loaded.
    expect(() => createRequire(main)('koffi')).toThrow();
    const { engine, lines } = await serveWith(main);
    expect(engine).toBe('node');
    expect(lines).toEqual([expect.stringMatching(/^\[NOTICE\] .*koffi cannot be loaded .*node engine/)]);
  });
});

/** Once the file exists the traffic thread fails as it looks at the clock, which it does with each client. */
const CRASH = `
import { existsSync } from 'node:fs';
import { isMainThread } from 'node:worker_threads';
if (!isMainThread) {
  const { now } = Date;
  Date.now = function crashOnPurpose() {
    if (existsSync(process.env.CRASH_FILE)) throw new TypeError('failed on purpose');
    return now();
  };
}
`;

describe.each(PROCESS_ENGINES)('a crash of the traffic thread, %s engine', { timeout: 60_000 }, (engine) => {
  it('is told with its stack; the process ends with a code and leaves nothing behind', async () => {
    const server = await startScripted(plain(echo));
    closers.push(() => server.close());
    const directory = mkdtempSync(join(tmpdir(), 'hapax-crash-'));
    closers.push(() => rmSync(directory, { recursive: true, force: true }));
    const [preload, trigger] = [join(directory, 'crash.mjs'), join(directory, 'now')];
    writeFileSync(preload, CRASH);
    const port = await freePort();
    const proxy = await startProxy('hapax', {
      config: configuration(port, server.address),
      env: { HAPAX_ENGINE: engine, NODE_OPTIONS: `--import=${preload}`, CRASH_FILE: trigger },
    });
    closers.push(() => proxy.stop());
    await expectEngine(proxy.statsSocket, engine);
    const before = await openClient(port);
    before.write('ping');
    await before.waitForBytes(4);
    writeFileSync(trigger, '');
    const last = new TcpClient(port);
    last.write('and now');
    const exit = await proxy.waitForExit(15_000);
    expect(exit).toEqual({ code: 1, signal: null });
    expect(proxy.stderr).toMatch(
      /\[ALERT\].*the traffic thread has failed, nothing is forwarded any more: TypeError: failed on purpose\n\s+at .*crashOnPurpose/,
    );
    expect(proxy.stderr.match(/failed on purpose/g)?.length).toBe(1);
    // Nobody listens any more, and who was connected hears of the end.
    expect(['fin', 'rst']).toContain(await before.waitForEnd());
    expect(await new TcpClient(port).waitForEnd()).toBe('refused');
    last.destroy();
    // A successor has the port at once.
    const next = launchProxy('hapax', { config: configuration(port, server.address), env: { HAPAX_ENGINE: engine } });
    closers.push(() => next.stop());
    await next.ready();
    await expectEngine(next.statsSocket, engine);
  });
});
