/** hapax inside another program: started, looked at, stopped, and left behind in every way. Runs the built package. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { HAPAX_VERSION, StartError, startProxy } from '../../src/index.ts';
import { linuxProblem } from '../../src/system/syscalls.ts';
import { type Command, runCommand } from '../support/run-command.ts';
import { echo, plain, startScripted } from '../support/scripted-server.ts';
import { openClient, TcpClient } from '../support/tcp-client.ts';
import { waitFor } from '../support/wait.ts';

const DAY = 86_400_000;
const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function echoServer(): Promise<number> {
  const server = await startScripted(plain(echo));
  cleanups.push(() => server.close());
  return server.port;
}

function configuration(serverPort: number, port = 1): string {
  return `defaults
  mode tcp
  timeout connect 2s
  timeout client 20s
  timeout server 20s
frontend fe
  bind 127.0.0.1:${port}
  default_backend be
backend be
  server one 127.0.0.1:${serverPort} check inter 100ms
`;
}

describe('in the same thread (threads: 0)', () => {
  test('a configuration text runs on a free port, with figures and control', async () => {
    const events: string[] = [];
    const proxy = await startProxy({
      text: configuration(await echoServer()),
      threads: 0,
      ports: 'free',
      onEvent: ({ text }) => events.push(text),
    });
    cleanups.push(() => proxy.stop());
    expect(proxy.addresses).toEqual([{ frontend: 'fe', host: '127.0.0.1', port: expect.any(Number) }]);
    const { port } = proxy.addresses[0]!;
    const client = await openClient(port);
    client.write('ping');
    await client.waitForBytes(4);
    client.finish();
    expect(await client.waitForEnd()).toBe('fin');
    const rows = await waitFor('the session to be counted', () => {
      const found = proxy.stats();
      return found[0]!.fields.scur === 0 ? found : undefined;
    });
    expect(rows.map(({ kind, fields }) => [kind, fields.pxname, fields.svname, fields.stot, fields.bin])).toEqual([
      ['frontend', 'fe', 'FRONTEND', 1, 4],
      ['server', 'be', 'one', 1, 4],
      ['backend', 'be', 'BACKEND', 1, 4],
    ]);
    expect(proxy.setServerState('be', 'one', 'maint')).toBe(true);
    expect(proxy.setServerState('be', 'none', 'maint')).toBe(false);
    expect(proxy.stats()[1]!.fields.status).toBe('MAINT');
    expect(events[0]).toMatch(/^Server be\/one is going DOWN for maintenance/);
    await proxy.stop();
    await proxy.stop();
    const late = new TcpClient(port);
    expect(await late.waitForEnd()).toBe('refused');
  });

  test.each([DAY, -DAY])('no age goes by a wall clock that is set (%d ms)', async (jump) => {
    const proxy = await startProxy({ text: configuration(await echoServer()), threads: 0, ports: 'free' });
    cleanups.push(() => proxy.stop());
    const session = async () => {
      const client = await openClient(proxy.addresses[0]!.port);
      client.finish();
      await client.waitForEnd();
    };
    await session();
    proxy.setServerState('be', 'one', 'maint');
    const wallClock = Date.now;
    const clock = vi.spyOn(Date, 'now').mockImplementation(() => wallClock() + jump);
    cleanups.push(() => clock.mockRestore());
    proxy.setServerState('be', 'one', 'ready');
    await session();
    clock.mockRestore();
    for (const { kind, fields } of proxy.stats()) {
      if (kind === 'frontend') continue;
      const { lastchg, downtime, lastsess } = fields;
      // Generous: what would be wrong is a day.
      for (const age of [lastchg, downtime, lastsess]) expect([0, 1, 2, 3, 4, 5]).toContain(age);
    }
  });

  test('drain waits for the last session', async () => {
    const proxy = await startProxy({ text: configuration(await echoServer()), threads: 0, ports: 'free' });
    cleanups.push(() => proxy.stop());
    const client = await openClient(proxy.addresses[0]!.port);
    client.write('ping');
    await client.waitForBytes(4);
    let drained = false;
    const draining = proxy.drain().then(() => {
      drained = true;
    });
    client.write('pong');
    await client.waitForBytes(8);
    expect(drained).toBe(false);
    client.finish();
    await draining;
  });

  test('a configuration with errors is refused with what was found', async () => {
    const failure = await startProxy({ text: 'defaults\n  mode tpc\n', threads: 0 }).catch((error) => error);
    expect(failure).toBeInstanceOf(StartError);
    expect(failure.result.diagnostics[0]).toMatchObject({ severity: 'alert', span: { line: 2 } });
    expect(failure.message).toContain("unknown proxy mode 'tpc'");
    await expect(startProxy({})).rejects.toThrow(TypeError);
  });

  test('a callback that throws or rejects takes nothing with it: checks go on, servers come back', async () => {
    const warnings: string[] = [];
    const warned = ({ message }: Error) => warnings.push(message);
    process.on('warning', warned);
    cleanups.push(() => process.off('warning', warned));
    const server = await startScripted(plain(echo));
    cleanups.push(() => server.close());
    const proxy = await startProxy({
      text: configuration(server.port),
      threads: 0,
      ports: 'free',
      onEvent: ({ text }) => {
        if (/is UP/.test(text)) return Promise.reject(new Error('late'));
        throw new Error('early');
      },
    });
    cleanups.push(() => proxy.stop());
    const becomes = (status: string) =>
      waitFor(`the server to be ${status}`, () => proxy.stats()[1]!.fields.status === status);
    await becomes('UP');
    await server.become({ kind: 'refuse' });
    await becomes('DOWN');
    await server.become(plain(echo));
    await becomes('UP');
    await waitFor('the warnings', () => warnings.includes('late'));
    expect(new Set(warnings)).toEqual(new Set(['early', 'late']));
  });

  test.each<readonly [object, message: string]>([
    [{ text: 5 }, 'text must be a string, not 5'],
    [{ files: 'x.cfg' }, "files must be an array, not 'x.cfg'"],
    [{ text: '', threads: 2 }, 'threads must be one of 0, 1, not 2'],
    [{ text: '', engine: 'epoll' }, "engine must be one of 'node', 'linux', not 'epoll'"],
    [{ text: '', ports: 0 }, "ports must be one of 'configured', 'free', not 0"],
    [{ text: '', onEvent: 5 }, 'onEvent must be a function, not 5'],
    [{ model: {} }, 'model.proxies must be an array, not undefined'],
  ])('%j is refused', async (options, message) => {
    await expect(startProxy(options as never)).rejects.toThrow(new TypeError(message));
  });

  test('a state no server can be set to is refused', async () => {
    const proxy = await startProxy({ text: configuration(await echoServer()), threads: 0, ports: 'free' });
    cleanups.push(() => proxy.stop());
    expect(() => proxy.setServerState('be', 'one', 'up' as never)).toThrow(
      new TypeError("state must be one of 'ready', 'drain', 'maint', not 'up'"),
    );
  });

  test('a port in use is refused with proxy and line', async () => {
    const taken = await echoServer();
    await expect(startProxy({ text: configuration(1, taken), threads: 0 })).rejects.toThrow(
      `Binding [configuration:7] for frontend fe: cannot bind socket (Address already in use) for [127.0.0.1:${taken}]`,
    );
  });
});

const problem = linuxProblem();
if (problem !== undefined) process.stderr.write(`SKIPPED the linux engine in a host application: ${problem}\n`);

describe.each(problem === undefined ? ['linux', 'node'] : ['node'])(
  'in a host application, with a %s traffic thread',
  (engine) => {
    const env = { HAPAX_ENGINE: engine };
    const library = new URL('../../dist/index.js', import.meta.url).href;

    /** A program that starts a proxy, reports its port on stdout, and then does what `code` says. */
    function host(serverPort: number, code: string): Command {
      const directory = mkdtempSync(join(tmpdir(), 'hapax-library-'));
      cleanups.push(() => rmSync(directory, { recursive: true, force: true }));
      const file = join(directory, 'host.mjs');
      writeFileSync(
        file,
        `import { startProxy } from ${JSON.stringify(library)};
const proxy = await startProxy({ text: ${JSON.stringify(configuration(serverPort))}, ports: 'free' });
const { port } = proxy.addresses[0];
const { connect } = await import('node:net');
const client = connect(port, '127.0.0.1');
client.on('error', () => {});
const closed = new Promise((resolve) => client.once('close', resolve));
client.write('ping');
await new Promise((resolve) => client.once('data', resolve));
console.log(proxy.stats()[0].fields.bin);
${code}
`,
      );
      return { file: process.execPath, args: [file] };
    }

    test.each([
      [
        'stop()',
        'await proxy.stop(); await closed; console.log(process.getActiveResourcesInfo().filter((r) => !/Pipe|TTY/.test(r)))',
        0,
        '4\n[]\n',
      ],
      ['drain()', 'client.end(); client.resume(); await proxy.drain();', 0, '4\n'],
      ['process.exit', 'process.exit(3);', 3, '4\n'],
      ['process.exit right after stop()', 'void proxy.stop(); process.exit(4);', 4, '4\n'],
      ['an uncaught error', "setImmediate(() => { throw new Error('of the host'); });", 1, '4\n'],
      ['an unhandled rejection', "Promise.reject(new Error('of the host'));", 1, '4\n'],
    ])('%s ends it', async (_name, code, exitCode, stdout) => {
      const result = await runCommand(host(await echoServer(), code), { env });
      expect({ code: result.code, stdout: result.stdout }).toEqual({ code: exitCode, stdout });
      if (exitCode === 1) expect(result.stderr).toContain('of the host');
      else expect(result.stderr).toBe('');
    });

    test.each(['SIGTERM', 'SIGINT', 'SIGKILL'] as const)('%s to a host without handlers ends it', async (signal) => {
      const command = host(await echoServer(), '');
      const result = await runCommand(command, {
        env,
        onOutput: (text, child) => {
          if (text.includes('4')) child.kill(signal);
        },
      });
      expect(result.signal).toBe(signal);
    });

    test('a host that ends its own work leaves the proxy running, until it is stopped', async () => {
      // Nothing but the proxy keeps this program alive when the timer has fired.
      const code = 'client.destroy(); setTimeout(() => proxy.stop().then(() => console.log("stopped")), 20);';
      const result = await runCommand(host(await echoServer(), code), { env });
      expect(result).toMatchObject({ code: 0, stdout: '4\nstopped\n', stderr: '' });
    });

    test('a host that runs it in a thread of its own may end that thread, and itself', async () => {
      const { file, args } = host(await echoServer(), 'await new Promise(() => setInterval(() => {}, 1000));');
      const directory = mkdtempSync(join(tmpdir(), 'hapax-library-'));
      cleanups.push(() => rmSync(directory, { recursive: true, force: true }));
      const outer = join(directory, 'outer.mjs');
      writeFileSync(
        outer,
        `import { Worker } from 'node:worker_threads';
const worker = new Worker(${JSON.stringify(args[0])}, { stdout: true });
worker.stdout.once('data', () => worker.terminate().then((code) => console.log('terminated', code)));
`,
      );
      const result = await runCommand({ file, args: [outer] }, { env });
      expect(result).toMatchObject({ code: 0, stdout: 'terminated 1\n', stderr: '' });
    });
  },
);

test('the version is that of the package', () => {
  const manifest = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
  expect(HAPAX_VERSION).toBe(manifest.version);
});
