/**
 * The life of the process: signals, exit codes, messages, process id file, background. Wherever HAProxy is installed the same
 * expectations are put to it as well, so that they cannot drift away from it.
 */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { inNamespace, whyNoNamespace } from '../support/namespace.ts';
import { freePort } from '../support/ports.ts';
import { PROCESS_ENGINES } from '../support/process-engines.ts';
import {
  launchProxy,
  type Product,
  type ProxyOptions,
  type ProxyProcess,
  runToEnd,
  startProxy,
  whyNoHaproxy,
} from '../support/proxy-process.ts';
import { echo, plain, type ScriptedServer, startScripted } from '../support/scripted-server.ts';
import { ask } from '../support/stats-client.ts';
import { startSyslogReceiver } from '../support/syslog-receiver.ts';
import { openClient, TcpClient } from '../support/tcp-client.ts';
import { waitFor } from '../support/wait.ts';

const noOracle = whyNoHaproxy();
if (noOracle !== undefined) process.stderr.write(`SKIPPED the process tests of HAProxy itself: ${noOracle}\n`);
const products: readonly Product[] = noOracle === undefined ? ['haproxy', 'hapax'] : ['hapax'];
const root = process.getuid?.() === 0;

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function run(product: Product, options: ProxyOptions): Promise<ProxyProcess> {
  const proxy = await startProxy(product, options);
  cleanups.push(() => proxy.stop());
  return proxy;
}

async function echoServer(): Promise<ScriptedServer> {
  const server = await startScripted(plain(echo));
  cleanups.push(() => server.close());
  return server;
}

async function client(port: number): Promise<TcpClient> {
  const opened = await openClient(port);
  cleanups.push(() => opened.destroy());
  return opened;
}

function directory(): string {
  const path = mkdtempSync(join(tmpdir(), 'hapax-process-'));
  cleanups.push(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

const DEFAULTS = `
defaults
  mode tcp
  timeout connect 2s
  timeout client 20s
  timeout server 20s
`;

function echoConfig(port: number, serverPort: number, global = ''): string {
  return `global
  stats socket $DIR/stats.sock level admin
${global}
${DEFAULTS}
listen l
  bind 127.0.0.1:${port}
  server s 127.0.0.1:${serverPort}
`;
}

/** What was said, without the two lines that introduce it, the process id, and HAProxy's inner proxies. */
function said(text: string): string[] {
  return text
    .split('\n')
    .filter((line) => line !== '' && !/version is|path to executable|<HTTPCLIENT>|Proxy GLOBAL/.test(line))
    .map((line) => line.replace(/\(\d+\) : /, ': '));
}

describe.each(products)('%s', (product) => {
  const sharing = product === 'haproxy' || PROCESS_ENGINES.includes('linux');
  test.runIf(sharing)('listens where a second process of the same user listens, unless told not to', async () => {
    const [port, server] = [await freePort(), await echoServer()];
    const env = { HAPAX_ENGINE: 'linux' };
    // The same address twice in one file, and in another process.
    const twice = `${echoConfig(port, server.port)}  bind 127.0.0.1:${port}\n  bind :${port}\n`;
    await run(product, { config: twice, env });
    await run(product, { config: echoConfig(port, server.port), env });
    const session = await client(port);
    session.write('ping');
    await session.waitForBytes(4);
    const third = launchProxy(product, { config: echoConfig(port, server.port, '  noreuseport'), env });
    cleanups.push(() => third.stop());
    expect((await third.waitForExit()).code).toBe(1);
    expect(third.stderr).toMatch(/for proxy l: cannot bind socket \(Address already in use\)/);
  });

  test.each(['SIGTERM', 'SIGINT'] as const)(
    '%s cuts sessions and ends by the signal, without a word',
    async (signal) => {
      const port = await freePort();
      const proxy = await run(product, { config: echoConfig(port, (await echoServer()).port) });
      const session = await client(port);
      session.write('ping');
      await session.waitForBytes(4);
      proxy.signal(signal);
      expect(await proxy.waitForExit()).toEqual({ code: null, signal });
      expect(await session.waitForEnd()).toBe('fin');
      expect(proxy.stderr).toBe('');
      expect(existsSync(proxy.statsSocket)).toBe(true);
    },
  );

  test('SIGUSR1 closes the listeners, lets the session end, and exits with 0', async () => {
    const port = await freePort();
    const syslog = await startSyslogReceiver();
    cleanups.push(() => syslog.close());
    const config = echoConfig(port, (await echoServer()).port, `  log ${syslog.address} local0`).replace(
      'mode tcp',
      'mode tcp\n  log global\n  option tcplog',
    );
    const proxy = await run(product, { config });
    const session = await client(port);
    session.write('ping');
    await session.waitForBytes(4);
    proxy.signal('SIGUSR1');
    await proxy.waitForStderr(/Proxy l stopped \(cumulated conns: FE: 1, BE: 1\)\./);
    const late = new TcpClient(port);
    cleanups.push(() => late.destroy());
    expect(await late.waitForEnd()).toBe('refused');
    await expect(proxy.ask('show version')).rejects.toThrow();
    session.write('pong');
    await session.waitForBytes(8);
    expect(proxy.exit).toBeUndefined();
    session.finish();
    expect(await proxy.waitForExit()).toEqual({ code: 0, signal: null });
    expect(session.received).toBe('pingpong');
    expect(said(proxy.stderr)).toEqual(['[WARNING]  : Proxy l stopped (cumulated conns: FE: 1, BE: 1).']);
    await syslog.waitForMessage(/^<134>127\.0\.0\.1:\d+ \[.*\] l l\/s 1\/\d+\/\d+ 8 -- 1\/1\/0\/0\/0 0\/0$/);
    expect(syslog.messages().filter((line) => !line.includes('HTTPCLIENT'))[0]).toBe(
      '<132>Proxy l stopped (cumulated conns: FE: 1, BE: 1).',
    );
  });

  test('SIGUSR1 without a session ends at once; frontends are named before backends', async () => {
    const port = await freePort();
    const config = `global
  stats socket $DIR/stats.sock
${DEFAULTS}
backend first
  server s 127.0.0.1:${port}
frontend second
  bind 127.0.0.1:${port}
  default_backend first
backend third
`;
    const proxy = await run(product, { config });
    proxy.signal('SIGUSR1');
    expect(await proxy.waitForExit()).toEqual({ code: 0, signal: null });
    expect(said(proxy.stderr)).toEqual(
      ['second', 'first', 'third'].map((name) => `[WARNING]  : Proxy ${name} stopped (cumulated conns: FE: 0, BE: 0).`),
    );
  });

  test('hard-stop-after ends a soft stop that takes too long', async () => {
    const port = await freePort();
    const server = await echoServer();
    const proxy = await run(product, { config: echoConfig(port, server.port, '  hard-stop-after 300ms') });
    const session = await client(port);
    session.write('ping');
    await session.waitForBytes(4);
    proxy.signal('SIGUSR1');
    expect(await proxy.waitForExit()).toEqual({ code: 0, signal: null });
    expect(await session.waitForEnd()).not.toBe('open');
    expect(said(proxy.stderr)).toEqual([
      '[WARNING]  : Proxy l stopped (cumulated conns: FE: 1, BE: 1).',
      '[WARNING]  : soft-stop running for too long, performing a hard-stop.',
      '[WARNING]  : Proxy l hard-stopped (1 remaining conns will be closed).',
    ]);
  });

  test('SIGHUP tells the state of every server and proxy, and changes nothing', async () => {
    const port = await freePort();
    const server = await echoServer();
    const config = `${echoConfig(port, server.port)}
  server off 127.0.0.1:${port} disabled
frontend empty
  bind 127.0.0.1:${await freePort()}
backend spare
  server b 127.0.0.1:${port} backup
backend dead
  server d 127.0.0.1:${port} disabled
`;
    const proxy = await run(product, { config });
    const session = await client(port);
    session.write('ping');
    await session.waitForBytes(4);
    proxy.signal('SIGHUP');
    await proxy.waitForStderr(/Proxy dead has/);
    const idle = 'Conn: act(FE+BE): 0+0, 0 pend (0 unass), tot(FE+BE): 0+0.';
    expect(said(proxy.stderr).map((line) => line.replace('[WARNING]  : SIGHUP', ''))).toEqual([
      ' received, dumping servers states.',
      ': Server l/s is UP. Conn: 1 act, 0 pend, 1 tot.',
      ': Server l/off is DOWN. Conn: 0 act, 0 pend, 0 tot.',
      ': Proxy l has 1 active servers and 0 backup servers available. Conn: act(FE+BE): 1+1, 0 pend (0 unass), tot(FE+BE): 1+1.',
      `: Proxy empty has no servers. ${idle}`,
      ': Server spare/b is UP. Conn: 0 act, 0 pend, 0 tot.',
      `: Proxy spare is running on backup servers ! ${idle}`,
      ': Server dead/d is DOWN. Conn: 0 act, 0 pend, 0 tot.',
      `: Proxy dead has no server available ! ${idle}`,
    ]);
    for (const signal of ['SIGUSR2', 'SIGPIPE'] as const) proxy.signal(signal);
    session.write('pong');
    await session.waitForBytes(8);
    expect(proxy.exit).toBeUndefined();
  });

  test('every address that cannot be had is named with proxy and line, and nothing starts', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await waitFor('a port', () => taken.listening);
    cleanups.push(() => taken.close());
    const { port } = taken.address() as { port: number };
    const free = await freePort();
    const path = directory();
    writeFileSync(
      join(path, 'a.cfg'),
      `global
  stats socket ${path}/none/x.sock
  stats socket ipv4@127.0.0.1:${port}
${DEFAULTS}
frontend f
  bind 127.0.0.1:${port}
  bind 127.0.0.1:${free}
  bind ${path}/none/y.sock
listen l
  bind 192.0.2.1:${free}
  bind 127.0.0.1:${port}
`,
    );
    // hapax warns of one address twice; HAProxy does not.
    const strict = product === 'hapax' ? ['--strict'] : [];
    const result = await runToEnd(product, [...strict, '-db', '-f', 'a.cfg'], path);
    expect(result.code).toBe(1);
    expect(result.stdout).toBe('');
    expect(said(result.stderr)).toEqual([
      `[ALERT]    : Binding [a.cfg:3] for frontend GLOBAL: cannot bind socket (Address already in use) for [127.0.0.1:${port}]`,
      `[ALERT]    : Binding [a.cfg:12] for frontend f: cannot bind socket (Address already in use) for [127.0.0.1:${port}]`,
      `[ALERT]    : Binding [a.cfg:16] for proxy l: cannot bind socket (Cannot assign requested address) for [192.0.2.1:${free}]`,
      `[ALERT]    : Binding [a.cfg:17] for proxy l: cannot bind socket (Address already in use) for [127.0.0.1:${port}]`,
      `[ALERT]    : Binding [a.cfg:2] for frontend GLOBAL: cannot bind UNIX socket (No such file or directory) [${path}/none/x.sock]`,
      `[ALERT]    : Binding [a.cfg:14] for frontend f: cannot bind UNIX socket (No such file or directory) [${path}/none/y.sock]`,
      '[ALERT]    : [haproxy.main()] Some protocols failed to start their listeners! Exiting.',
    ]);
    const quiet = await runToEnd(product, ['-q', '-db', '-f', 'a.cfg'], path);
    expect(quiet).toEqual({ code: 1, signal: null, stdout: '', stderr: '' });
  });

  test('nothing to listen on', async () => {
    const path = directory();
    writeFileSync(join(path, 'a.cfg'), `${DEFAULTS}\nbackend b\n  server s 127.0.0.1:1\n`);
    const checked = await runToEnd(product, ['-c', '-f', 'a.cfg'], path);
    expect(checked).toEqual({
      code: 2,
      signal: null,
      stdout: 'Configuration file has no error but will not start (no listener) => exit(2).\n',
      stderr: '',
    });
    expect(await runToEnd(product, ['-c', '-q', '-f', 'a.cfg'], path)).toEqual({ ...checked, stdout: '' });
    const started = await runToEnd(product, ['-db', '-f', 'a.cfg'], path);
    expect(started.code).toBe(1);
    expect(said(started.stderr)).toEqual([
      "[ALERT]    : [haproxy.main()] No enabled listener found (check for 'bind' directives) ! Exiting.",
    ]);
  });

  test('-c judges without starting', async () => {
    const path = directory();
    const port = await freePort();
    const good = `${DEFAULTS}\nlisten l\n  bind 127.0.0.1:${port}\n  server s 127.0.0.1:${port}\n`;
    writeFileSync(join(path, 'good.cfg'), good);
    writeFileSync(join(path, 'warned.cfg'), good.replace('  timeout connect 2s\n', ''));
    writeFileSync(join(path, 'bad.cfg'), good.replace('bind', 'bnd'));
    const valid = { code: 0, signal: null, stdout: 'Configuration file is valid\n', stderr: '' };
    expect(await runToEnd(product, ['-c', '-f', 'good.cfg'], path)).toEqual(valid);
    expect(await runToEnd(product, ['-c', '-f', 'good.cfg', '-D', '-W', '-V'], path)).toEqual(valid);
    expect(await runToEnd(product, ['-c', '-C', path, '--', 'good.cfg'], '/')).toEqual(valid);
    expect(await runToEnd(product, ['-c', '-q', '-f', 'good.cfg'], path)).toEqual({ ...valid, stdout: '' });
    const warned = await runToEnd(product, ['-c', '-f', 'warned.cfg'], path);
    expect(warned).toMatchObject({ code: 0, stdout: 'Warnings were found.\nConfiguration file is valid\n' });
    expect(said(warned.stderr)[0]).toBe("[WARNING]  : config : missing timeouts for proxy 'l'.");
    const refused = await runToEnd(product, ['-c', '-dW', '-f', 'warned.cfg'], path);
    expect(refused).toMatchObject({ code: 1, stdout: '' });
    expect(said(refused.stderr).at(-1)).toBe(
      "[ALERT]    : config : Some warnings were found and 'zero-warning' is set. Aborting.",
    );
    const bad = await runToEnd(product, ['-c', '-f', 'bad.cfg'], path);
    expect(bad).toMatchObject({ code: 1, stdout: '' });
    expect(said(bad.stderr).filter((line) => line.startsWith('['))).toEqual([
      expect.stringContaining("unknown keyword 'bnd' in 'listen' section; did you mean 'bind' maybe ?"),
      '[ALERT]    : config : Error(s) found in configuration file : bad.cfg',
      '[ALERT]    : config : Fatal errors found in configuration.',
    ]);
    expect(await runToEnd(product, ['-c', '-q', '-f', 'bad.cfg'], path)).toEqual({
      code: 1,
      signal: null,
      stdout: '',
      stderr: '',
    });
  });

  test.each([[[]], [['-h']], [['--help']], [['-Z']], [['-c']], [['a.cfg']]])(
    '%j is answered with the usage',
    async (args) => {
      const result = await runToEnd(product, args, '/');
      expect(result.code).toBe(1);
      expect(result.stdout).toMatch(
        /^(HAProxy|hapax) version \d\S* \S+ - .*\nStatus: .*\nKnown bugs: .*\nRunning on: .*\n$/,
      );
      expect(result.stderr).toMatch(/^\s*Usage : (haproxy|hapax) \[-f <cfgfile\|cfgdir>\]\*/);
    },
  );

  test('-v and -vv', async () => {
    const short = await runToEnd(product, ['-v'], '/');
    expect(short).toMatchObject({ code: 0, stderr: '' });
    expect(short.stdout).toMatch(/^\S+ version \d\S* \S+ - .*\nStatus: .*\nKnown bugs: .*\nRunning on: Linux .*\n$/);
    const long = await runToEnd(product, ['-vv'], '/');
    expect(long).toMatchObject({ code: 0, stderr: '' });
    expect(long.stdout.startsWith(short.stdout)).toBe(true);
    expect(long.stdout.length).toBeGreaterThan(short.stdout.length);
  });

  test('what goes wrong before anything starts', async () => {
    const path = directory();
    const away = await runToEnd(product, ['-C', '/nonexistent', '-f', 'a.cfg'], path);
    expect(away.code).toBe(1);
    expect(said(away.stderr)).toEqual([
      '[ALERT]    : Could not change to directory /nonexistent : No such file or directory',
    ]);
    const missing = await runToEnd(product, ['-f', '/nonexistent.cfg'], path);
    expect(missing.code).toBe(1);
    expect(said(missing.stderr)).toEqual([
      '[ALERT]    : config : Cannot open configuration file/directory /nonexistent.cfg : No such file or directory',
    ]);
    const incomplete = await runToEnd(product, ['-c', '-f'], path);
    expect(incomplete.code).toBe(1);
    expect(said(incomplete.stderr)).toEqual(['[ALERT]    : failed to copy argv.']);
  });

  describe('in the background', () => {
    /** Starts with -D; whatever runs afterwards is ended with the test. */
    async function daemon(config: string, ...args: string[]) {
      const path = directory();
      mkdirSync(join(path, 'sub'));
      writeFileSync(join(path, 'a.cfg'), config.replaceAll('$DIR', path));
      const result = await runToEnd(product, ['-f', 'a.cfg', '-p', 'run.pid', ...args], path);
      const file = join(path, 'run.pid');
      const pid = existsSync(file) ? Number(readFileSync(file, 'utf8')) : undefined;
      if (pid !== undefined) {
        cleanups.push(() => {
          if (alive(pid)) process.kill(pid, 'SIGKILL');
        });
      }
      return { result, pid, path, file };
    }

    function alive(pid: number): boolean {
      return existsSync(`/proc/${pid}`) && !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
    }

    test.each([
      ['-D', ''],
      ['daemon', '  daemon'],
    ])('%s returns when it is ready, and writes the process id', async (how, global) => {
      const port = await freePort();
      const config = echoConfig(port, (await echoServer()).port, global);
      const { result, pid, file } = await daemon(config, ...(how === '-D' ? ['-D'] : []));
      expect(result).toEqual({ code: 0, signal: null, stdout: '', stderr: '' });
      expect(readFileSync(file, 'utf8')).toBe(`${pid}\n`);
      const session = await client(port);
      session.write('ping');
      await session.waitForBytes(4);
      const stat = readFileSync(`/proc/${pid}/stat`, 'utf8').split(' ');
      // Process group and session are its own.
      expect([Number(stat[4]), Number(stat[5])]).toEqual([pid, pid]);
      process.kill(pid!, 'SIGTERM');
      await waitFor('the daemon to end', () => !alive(pid!));
      expect(await session.waitForEnd()).toBe('fin');
    });

    test('-C is followed once', async () => {
      const port = await freePort();
      const path = directory();
      mkdirSync(join(path, 'sub'));
      writeFileSync(join(path, 'sub', 'a.cfg'), echoConfig(port, port).replace('$DIR', path));
      const result = await runToEnd(product, ['-C', 'sub', '-D', '-f', 'a.cfg', '-p', 'run.pid'], path);
      expect(result).toMatchObject({ code: 0, stderr: '' });
      const pid = Number(readFileSync(join(path, 'sub', 'run.pid'), 'utf8'));
      process.kill(pid, 'SIGTERM');
      await waitFor('the daemon to end', () => !alive(pid));
    });

    test('failures are shown by the one who started it', async () => {
      const taken = createServer().listen(0, '127.0.0.1');
      await waitFor('a port', () => taken.listening);
      cleanups.push(() => taken.close());
      const { port } = taken.address() as { port: number };
      const inUse = await daemon(echoConfig(port, port), '-D');
      expect(inUse.result.code).toBe(1);
      expect(inUse.pid).toBeUndefined();
      expect(said(inUse.result.stderr)).toEqual([
        `[ALERT]    : Binding [a.cfg:12] for proxy l: cannot bind socket (Address already in use) for [127.0.0.1:${port}]`,
        '[ALERT]    : [haproxy.main()] Some protocols failed to start their listeners! Exiting.',
      ]);
      const unwritable = await daemon(echoConfig(await freePort(), port), '-D', '-p', '/nonexistent/x.pid');
      expect(unwritable.result.code).toBe(1);
      expect(said(unwritable.result.stderr)).toEqual([
        '[ALERT]    : [haproxy.main()] Cannot create pidfile /nonexistent/x.pid',
      ]);
    });

    test.runIf(root)('with everything given up, all of it goes on working in an empty root', async () => {
      const syslog = await startSyslogReceiver();
      cleanups.push(() => syslog.close());
      const [port, page] = [await freePort(), await freePort()];
      const global = `  user nobody\n  group nogroup\n  chroot $DIR/sub\n  log ${syslog.address} local0`;
      const config = `${echoConfig(port, (await echoServer()).port, global).replace('mode tcp', 'mode tcp\n  log global\n  option tcplog')}
listen page
  mode http
  bind 127.0.0.1:${page}
  stats enable
  stats uri /
`;
      const { result, pid, path } = await daemon(config, '-D');
      expect(result).toMatchObject({ code: 0, stderr: '' });
      const session = await client(port);
      session.write('ping');
      await session.waitForBytes(4);
      session.finish();
      await session.waitForEnd();
      await syslog.waitForMessage(/ l l\/s \d+\/\d+\/\d+ 4 -- /);
      expect(await ask(join(path, 'stats.sock'), 'show info')).toMatch(/\nPid: \d+\n/);
      expect((await fetch(`http://127.0.0.1:${page}/`)).status).toBe(200);
      const status = readFileSync(`/proc/${pid}/status`, 'utf8');
      expect(/^Groups:(.*)$/m.exec(status)?.[1]?.trim()).toBe('');
      process.kill(pid!, 'SIGTERM');
      await waitFor('the daemon to end', () => !alive(pid!));
    });
  });

  test.runIf(root)('gives up root and the file system once everything is open', async () => {
    const port = await freePort();
    const server = await echoServer();
    const proxy = await run(product, {
      config: echoConfig(port, server.port, '  user nobody\n  group nogroup\n  chroot $DIR'),
    });
    const status = readFileSync(`/proc/${proxy.pid}/status`, 'utf8');
    expect(/^Uid:(.*)$/m.exec(status)?.[1]?.trim().split('\t')).toEqual(Array(4).fill('65534'));
    expect(/^Gid:(.*)$/m.exec(status)?.[1]?.trim().split('\t')).toEqual(Array(4).fill('65534'));
    const session = await client(port);
    session.write('ping');
    await session.waitForBytes(4);
    proxy.signal('SIGTERM');
    expect(await proxy.waitForExit()).toEqual({ code: null, signal: 'SIGTERM' });
  });

  test.runIf(root)('a root that is not there', async () => {
    const path = directory();
    const config = echoConfig(await freePort(), 1, '  chroot $DIR/none').replaceAll('$DIR', path);
    writeFileSync(join(path, 'a.cfg'), config);
    const result = await runToEnd(product, ['-db', '-f', 'a.cfg'], path);
    expect(result.code).toBe(1);
    expect(said(result.stderr)).toEqual([`[ALERT]    : [haproxy.main()] Cannot chroot(${path}/none).`]);
  });
});

describe('hapax alone', () => {
  test.each([
    ['SIGTERM', 0],
    ['SIGINT', 130],
  ] as const)('-W ends with the code of a master of HAProxy at %s', async (signal, code) => {
    const port = await freePort();
    const proxy = await run('hapax', { config: echoConfig(port, port), args: ['-W'] });
    proxy.signal(signal);
    expect(await proxy.waitForExit()).toEqual({ code, signal: null });
  });

  test('more connections than open files are refused', async () => {
    const path = directory();
    writeFileSync(join(path, 'a.cfg'), `${DEFAULTS}\nlisten l\n  bind 127.0.0.1:${await freePort()}\n`);
    const limit = Number(/^Max open files\s+\d+\s+(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8'))?.[1]);
    // Beyond fs.nr_open not even root may go.
    const most = Math.max(limit, Number(readFileSync('/proc/sys/fs/nr_open', 'utf8')));
    const result = await runToEnd('hapax', ['-db', '-n', String(most), '-f', 'a.cfg'], path);
    expect(result.code).toBe(1);
    expect(said(result.stderr)).toEqual([
      `[ALERT]    : [haproxy.main()] Cannot raise FD limit to ${2 * most + 27}, limit is ${limit}.`,
    ]);
  });

  test("after 'no strict-limits' too few open files are only told of", async () => {
    const port = await freePort();
    const limit = Number(/^Max open files\s+\d+\s+(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8'))?.[1]);
    const most = Math.max(limit, Number(readFileSync('/proc/sys/fs/nr_open', 'utf8')));
    const proxy = await run('hapax', { config: echoConfig(port, port, `  no strict-limits\n  maxconn ${most}`) });
    const needed = 2 * most + 28;
    expect(said(proxy.stderr)).toEqual([
      `[WARNING]  : [haproxy.main()] Cannot raise FD limit to ${needed}, limit is ${limit}.`,
      `[ALERT]    : [haproxy.main()] FD limit (${limit}) too low for maxconn=${most}/maxsock=${needed}. Please raise 'ulimit-n' to ${needed} or more to avoid any trouble.`,
    ]);
  });

  test('-V tells of switches without effect', async () => {
    const port = await freePort();
    const proxy = await run('hapax', { config: echoConfig(port, port), args: ['-V', '-N', '20', '-L', 'here'] });
    expect(said(proxy.stderr)).toEqual([
      "[NOTICE]   : '-N' has no effect: write 'maxconn' in the section 'defaults'.",
      "[NOTICE]   : '-L' only sets HAPROXY_LOCALPEER: there are no peers yet.",
    ]);
  });

  test('-V tells that one traffic thread runs where more are asked for', async () => {
    const port = await freePort();
    const proxy = await run('hapax', { config: echoConfig(port, port, '  nbthread 4'), args: ['-V'] });
    expect(proxy.stdout).toMatch(
      /^Using the \w+ engine to move bytes in one thread \('nbthread 4': several come in a later version\)\.$/m,
    );
  });

  test('-W says that there is one process', async () => {
    const port = await freePort();
    const proxy = await run('hapax', { config: echoConfig(port, port), args: ['-Ws'] });
    expect(said(proxy.stderr)).toEqual([
      "[NOTICE]   : hapax runs one process: '-Ws' starts no master, and there is no reload yet.",
    ]);
  });

  test('without koffi it runs, and one notice says what is missing', async () => {
    const port = await freePort();
    const config = echoConfig(port, (await echoServer()).port, '  log /dev/log local0');
    const proxy = await run('hapax', { config, env: { HAPAX_NATIVE: 'off', HAPAX_LOG_LEVEL: 'silent' } });
    const session = await client(port);
    session.write('ping');
    await session.waitForBytes(4);
    expect(said(proxy.stderr)).toEqual([
      '[NOTICE]   : HAPAX_NATIVE=off: the node engine moves the bytes, no logs to Unix sockets, no chroot, and the limit of open files stays as it is.',
    ]);
  });

  test('a SIGUSR1 that comes before anything is loaded is a soft stop, not a debugger', async () => {
    const port = await freePort();
    // Runs before main.js; the signal comes once main.js has its handlers and waits for the rest of the program.
    const source = `import{isMainThread}from'node:worker_threads';
      if(isMainThread)process.on('newListener',(n)=>n==='SIGPIPE'&&setImmediate(()=>process.kill(process.pid,'SIGUSR1')))`;
    const early = `data:text/javascript;base64,${Buffer.from(source).toString('base64')}`;
    const proxy = launchProxy('hapax', {
      config: echoConfig(port, port),
      env: { NODE_OPTIONS: `--import=${early}` },
    });
    cleanups.push(() => proxy.stop());
    expect(await proxy.waitForExit()).toEqual({ code: 0, signal: null });
    expect(proxy.stderr).not.toMatch(/[Dd]ebugger/);
    expect(proxy.stderr).toContain('Proxy l stopped');
  });

  test('a SIGUSR1 that comes before main.js is a soft stop too, and leaves no debugger open', async () => {
    const port = await freePort();
    const early = `data:text/javascript,process.kill(process.pid,'SIGUSR1');await new Promise((go)=>setTimeout(go,300))`;
    const proxy = launchProxy('hapax', {
      config: echoConfig(port, port),
      env: { NODE_OPTIONS: `--import=${early.replaceAll(' ', '%20')}` },
    });
    cleanups.push(() => proxy.stop());
    expect(await proxy.waitForExit()).toEqual({ code: 0, signal: null });
    expect(proxy.stderr).toContain('Proxy l stopped');
  });

  test('a start in the background that is interrupted leaves nothing behind', async () => {
    const port = await freePort();
    // The process in the background waits for a file before it begins.
    const source = `import{existsSync as e,writeFileSync as w}from'node:fs';
      if(process.connected){w('started',String(process.pid));while(!e('go'))await new Promise((f)=>setTimeout(f,10))}`;
    const proxy = launchProxy('hapax', {
      config: echoConfig(port, port),
      bare: true,
      args: ['-D'],
      env: { NODE_OPTIONS: `--import=data:text/javascript;base64,${Buffer.from(source).toString('base64')}` },
    });
    cleanups.push(() => proxy.stop());
    const file = join(proxy.directory, 'started');
    const pid = await waitFor('the process in the background', () => existsSync(file) && Number(readFileSync(file)));
    proxy.signal('SIGINT');
    expect((await proxy.exited).signal).toBe('SIGINT');
    writeFileSync(join(proxy.directory, 'go'), '');
    await waitFor('its end', () => {
      const status = `/proc/${pid}/status`;
      return !existsSync(status) || /^State:\s+Z/m.test(readFileSync(status, 'utf8'));
    });
    expect(existsSync(proxy.statsSocket)).toBe(false);
  });

  /** Code that runs in the thread asked for once the proxy has been told to go on (a file appears). */
  function when(thread: 'main' | 'traffic', code: string): string {
    const source = `import{isMainThread as m}from'node:worker_threads';import{existsSync as e}from'node:fs';
      if(m===${thread === 'main'}){const t=setInterval(()=>{if(e('go')){clearInterval(t);${code}}},10)}`;
    return `--import=data:text/javascript;base64,${Buffer.from(source).toString('base64')}`;
  }

  /** The same in the loop of the linux engine, where no timer ever fires: it looks at the clock in every turn. */
  function whenLooping(code: string): string {
    const source = `import{isMainThread as m}from'node:worker_threads';import{existsSync as e}from'node:fs';
      const now=performance.now.bind(performance);if(!m)performance.now=()=>{if(e('go')){${code}}return now()}`;
    return `--import=data:text/javascript;base64,${Buffer.from(source).toString('base64')}`;
  }

  const THROW = "throw new Error('provoked')";
  const REJECT = "Promise.reject(new Error('provoked'))";
  test.each([
    ['an uncaught error', {}, when('main', THROW)],
    ['an unhandled rejection', {}, when('main', REJECT)],
    ['an error in the loop of the traffic thread', { HAPAX_ENGINE: 'linux' }, whenLooping(THROW)],
    ['an error in the traffic thread', { HAPAX_ENGINE: 'node' }, when('traffic', THROW)],
    ['an unhandled rejection in the traffic thread', { HAPAX_ENGINE: 'node' }, when('traffic', REJECT)],
  ])('%s ends the process with its stack, on stderr and in the logs', async (_name, engine, options) => {
    const port = await freePort();
    const syslog = await startSyslogReceiver();
    cleanups.push(() => syslog.close());
    const config = echoConfig(port, (await echoServer()).port, `  log ${syslog.address} local0`);
    const proxy = await run('hapax', {
      config: config.replace('mode tcp', 'mode tcp\n  log global'),
      env: { ...engine, NODE_OPTIONS: options },
    });
    const session = await client(port);
    session.write('ping');
    await session.waitForBytes(4);
    writeFileSync(join(proxy.directory, 'go'), '');
    expect(await proxy.waitForExit()).toEqual({ code: 1, signal: null });
    expect(proxy.stderr).toContain('Error: provoked\n    at ');
    await syslog.waitForMessage(/^<128>hapax has failed: Error: provoked {5}at /);
    expect(await session.waitForEnd()).not.toBe('open');
  });

  test.runIf(whyNoNamespace() === undefined)('log lines keep the local time after chroot', async () => {
    const syslog = await startSyslogReceiver();
    cleanups.push(() => syslog.close());
    const port = await freePort();
    const global = `  chroot $DIR/empty\n  log ${syslog.address} local0`;
    const config = echoConfig(port, (await echoServer()).port, global);
    const elsewhere = `mount -t tmpfs tmpfs /mnt && cp -a /etc/. /mnt/ && ln -sfn /usr/share/zoneinfo/Asia/Tokyo /mnt/localtime
      echo Asia/Tokyo > /mnt/timezone && mount --bind /mnt /etc && unset TZ`;
    const proxy = await run('hapax', {
      config: config.replace('mode tcp', 'mode tcp\n  log global\n  option tcplog'),
      files: { 'empty/none': '' },
      prefix: inNamespace(elsewhere),
    });
    const session = await client(port);
    session.write('ping');
    await session.waitForBytes(4);
    session.finish();
    await session.waitForEnd();
    const line = (await syslog.waitForMessage(/ l l\/s /)).match(/\[\d+\/\w+\/\d+:(\d+):/);
    const there = new Intl.DateTimeFormat('en', { hour: '2-digit', hourCycle: 'h23', timeZone: 'Asia/Tokyo' });
    expect(line?.[1]).toBe(there.format(Date.now()));
    expect(proxy.exit).toBeUndefined();
  });

  test.runIf(whyNoNamespace() === undefined).each([
    ['SIGTERM', 143],
    ['SIGINT', 130],
  ] as const)('as the first process of a container it ends at %s', async (signal, code) => {
    const port = await freePort();
    const proxy = await run('hapax', {
      config: echoConfig(port, port),
      prefix: ['unshare', '--pid', '--fork', '--mount-proc'],
    });
    const first = readFileSync(`/proc/${proxy.pid}/task/${proxy.pid}/children`, 'utf8');
    process.kill(Number(first), signal);
    expect(await proxy.waitForExit()).toEqual({ code, signal: null });
  });

  test('process.exit ends it with its code', async () => {
    const port = await freePort();
    const proxy = await run('hapax', {
      config: echoConfig(port, port),
      env: { NODE_OPTIONS: when('main', 'process.exit(7)') },
    });
    writeFileSync(join(proxy.directory, 'go'), '');
    expect(await proxy.waitForExit()).toEqual({ code: 7, signal: null });
  });
});
