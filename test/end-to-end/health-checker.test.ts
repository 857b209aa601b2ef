/** `hapax health-checker` as a cloud load balancer meets it. Runs the built command. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { freePort } from '../support/ports.ts';
import { runCommand } from '../support/run-command.ts';
import { greet, httpAnswer, plain, refuse, silence, startScripted } from '../support/scripted-server.ts';
import { waitFor } from '../support/wait.ts';

const main = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
const cleanups: (() => unknown)[] = [];
let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'hapax-checker-'));
});
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
  rmSync(directory, { recursive: true, force: true });
});

interface Checker {
  readonly port: number;
  readonly child: ChildProcess;
  log(): string;
}

async function start(...args: readonly string[]): Promise<Checker> {
  const child = spawn(process.execPath, [main, 'health-checker', '--listener', '127.0.0.1:0', ...args], {
    stdio: ['ignore', 'inherit', 'pipe'],
  });
  let log = '';
  child.stderr.on('data', (chunk) => {
    log += String(chunk);
  });
  cleanups.push(async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGKILL');
    await once(child, 'close');
  });
  const port = await waitFor('the checker', () => /"listener":"127\.0\.0\.1:(\d+)"/.exec(log)?.[1], {
    describe: () => log,
  });
  return { port: Number(port), child, log: () => log };
}

interface Answer {
  readonly status: string;
  readonly body: string;
}

function ask(port: number, path = '/', method = 'GET', agent?: Agent): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const asked = request({ host: '127.0.0.1', port, path, method, ...(agent && { agent }) }, (response) => {
      let body = '';
      response.on('data', (chunk) => {
        body += String(chunk);
      });
      response.on('error', reject);
      response.on('end', () => resolve({ status: `${response.statusCode} ${response.statusMessage}`, body }));
    });
    asked.on('error', reject);
    asked.end();
  });
}

async function service(): Promise<Awaited<ReturnType<typeof startScripted>>> {
  const server = await startScripted(plain(silence));
  cleanups.push(() => server.close());
  return server;
}

function script(name: string, text: string): string {
  const path = join(directory, name);
  writeFileSync(path, `#!/bin/sh\n${text}\n`, { mode: 0o755 });
  return path;
}

/** Lines of a file that scripts write one to. */
function runs(): number {
  const path = join(directory, 'runs');
  return existsSync(path) ? readFileSync(path, 'latin1').split('\n').length - 1 : 0;
}

const withoutTimes = (body: string) => body.replaceAll(/\(\d+ ms\)/g, '(T)');

describe('what is checked', () => {
  test('ports: all must accept, whatever is asked for', async () => {
    const [one, two] = [await service(), await service()];
    const { port } = await start('--port', `${one.port}`, '--port', `${two.port}`);
    const fine = {
      status: '200 OK',
      body: `OK\npass  port ${one.port}: accepts connections (T)\npass  port ${two.port}: accepts connections (T)\n`,
    };
    for (const [path, method] of [
      ['/', 'GET'],
      ['/any/thing?x=1', 'POST'],
      ['/', 'OPTIONS'],
    ] as const) {
      const { status, body } = await ask(port, path, method);
      expect({ status, body: withoutTimes(body) }).toEqual(fine);
    }
    expect(await ask(port, '/', 'HEAD')).toEqual({ status: '200 OK', body: '' });
    // Load balancers ask less often than many a server keeps a connection.
    expect((await fetch(`http://127.0.0.1:${port}/`)).headers.get('keep-alive')).toBe('timeout=620');
    await two.become(refuse);
    const { status, body } = await ask(port);
    expect(status).toBe('504 Gateway Not Found');
    expect(withoutTimes(body)).toBe(
      `At least one health check failed\npass  port ${one.port}: accepts connections (T)\nFAIL  port ${two.port}: Connection refused (T)\n`,
    );
    await two.become(plain(silence));
    expect((await ask(port)).status).toBe('200 OK');
  });

  test('a port and a script with arguments and a time-out', async () => {
    const one = await service();
    const path = script(
      'check.sh',
      `[ "$1" = --kind ] && [ "$2" = "a b" ] && [ ! -e '${directory}/sick' ] || sleep 600`,
    );
    const { port, log } = await start(
      '--port',
      `${one.port}`,
      '--script',
      `${path} --kind 'a b'`,
      '--script-timeout',
      '1',
    );
    expect(withoutTimes((await ask(port)).body)).toContain(`pass  script ${path}: exit code 0 (T)\n`);
    writeFileSync(join(directory, 'sick'), '');
    const { status, body } = await ask(port);
    expect(status).toBe('504 Gateway Not Found');
    expect(withoutTimes(body)).toContain(
      `FAIL  script ${path}: still running after 1000 ms: killed with its children (T)\n`,
    );
    await waitFor('the log', () => log().includes('at least one check failed'));
  });

  test('scripts that cannot be run, each with its reason; what they are given stays secret', async () => {
    const missing = join(directory, 'none.sh');
    const { port, log } = await start('--script', `${missing} --password s3cret`, '--script', directory);
    const { status, body } = await ask(port);
    expect(status).toBe('504 Gateway Not Found');
    expect(withoutTimes(body)).toBe(
      'At least one health check failed\n' +
        `FAIL  script ${missing}: cannot be started: No such file or directory (T)\n` +
        `FAIL  script ${directory}: cannot be started: Permission denied (T)\n`,
    );
    expect(log()).toContain('this script cannot be run now');
    expect(log()).not.toContain('s3cret');
  });

  test('the servers of a backend', async () => {
    const [one, two] = await Promise.all(['200 OK', '200 OK'].map((each) => startScripted(plain(httpAnswer(each)))));
    cleanups.push(
      () => one!.close(),
      () => two!.close(),
    );
    const file = join(directory, 'haproxy.cfg');
    const lines = [
      'defaults',
      ' mode tcp',
      ' timeout connect 5s',
      ' timeout client 5s',
      ' timeout server 5s',
      'backend db',
    ];
    lines.push(' option httpchk', ` server one ${one!.address} check`, ` server two ${two!.address} check`);
    lines.push(` server off ${two!.address} check disabled`, ` server unchecked ${two!.address}`);
    const agent = await startScripted(plain(greet('drain\n')));
    cleanups.push(() => agent.close());
    lines.push(
      'backend others',
      ` server follower ${one!.address} track db/two`,
      ` server drained ${one!.address} agent-check agent-port ${agent.port}`,
      ' server lost nowhere.invalid:80 check init-addr none',
      'backend idle',
      ` server off ${two!.address} check disabled`,
      ` server unchecked ${two!.address}`,
    );
    writeFileSync(file, `${lines.join('\n')}\n`);
    const { port } = await start('-f', file, '--backend', 'db');
    expect(withoutTimes((await ask(port)).body)).toBe(
      'OK\npass  server db/one: L7OK/200 OK (T)\npass  server db/two: L7OK/200 OK (T)\n'.replaceAll(' OK (T)', ' (T)'),
    );
    await two!.become(plain(httpAnswer('500 Sick')));
    const { status, body } = await ask(port);
    expect(status).toBe('504 Gateway Not Found');
    expect(withoutTimes(body)).toContain('FAIL  server db/two: L7STS/500 Sick (T)\n');
    const others = await start('-f', file, '--backend', 'others');
    expect(withoutTimes((await ask(others.port)).body)).toBe(
      'At least one health check failed\n' +
        'FAIL  server others/follower (tracks db/two): L7STS/500 Sick (T)\n' +
        'FAIL  server others/drained: agent CHECKED (drain) (T)\n' +
        'FAIL  server others/lost: its name had no address when the configuration was read (T)\n',
    );
    for (const [name, problem] of [
      ['bd', "there is no backend 'bd'; did you mean 'db'?"],
      ['idle', "no server of backend 'idle' is checked: 'off' is 'disabled', 'unchecked' has no 'check'"],
    ] as const) {
      const wrong = await runCommand({
        file: process.execPath,
        args: [main, 'health-checker', '--listener', '127.0.0.1:0', '-f', file, '--backend', name],
      });
      expect(wrong).toMatchObject({ code: 1, stderr: expect.stringContaining(problem) });
    }
  });
});

describe('a thousand requests at once', () => {
  test.each([
    ['ports', []],
    ['ports, one flight', ['--singleflight']],
  ])('%s', async (_name, flags) => {
    const one = await service();
    const { port, child } = await start('--port', `${one.port}`, ...flags);
    const agent = new Agent({ keepAlive: false });
    const answers = await Promise.all(Array.from({ length: 1000 }, () => ask(port, '/', 'GET', agent)));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set(['200 OK']));
    expect(child.exitCode).toBeNull();
  });

  test.each([
    ['scripts: a bounded number of them, and each answer from one that began after its request', []],
    ['scripts, one flight', ['--singleflight']],
  ])(
    '%s',
    async (_name, flags) => {
      const path = script('check.sh', `echo + >> '${directory}/runs'\nsleep 0.2\necho - >> '${directory}/runs'`);
      const { port } = await start('--script', path, '--script-timeout', '60', ...flags);
      const answers = await Promise.all(Array.from({ length: 1000 }, () => ask(port)));
      expect(new Set(answers.map(({ status }) => status))).toEqual(new Set(['200 OK']));
      const marks = readFileSync(join(directory, 'runs'), 'latin1').trim().split('\n');
      let running = 0;
      const counts = marks.map((mark) => {
        running += mark === '+' ? 1 : -1;
        return running;
      });
      expect(running).toBe(0);
      expect(Math.max(...counts)).toBeLessThanOrEqual(flags.length > 0 ? 1 : 32);
      expect(marks.length / 2).toBeLessThan(flags.length > 0 ? 50 : 1000);
    },
    120_000,
  );
});

/** Says it all, closes its half, and returns what it hears. */
async function talk(port: number, bytes: string): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  let said = '';
  socket.on('error', () => {});
  socket.on('data', (chunk) => {
    said += String(chunk);
  });
  socket.end(bytes);
  await once(socket, 'close');
  return said;
}

describe('clients that misbehave', () => {
  test('those with nothing more to say, without a host, in a hurry, or with other wishes are answered', async () => {
    const { port } = await start('--script', script('check.sh', 'sleep 0.1'), '--script-timeout', '60');
    for (const [bytes, answers] of [
      ['GET / HTTP/1.0\r\n\r\n', 1],
      ['GET / HTTP/1.1\r\n\r\n', 1],
      ['GET / HTTP/1.1\r\n\r\nPOST /x HTTP/1.1\r\nContent-Length: 2\r\n\r\nhiGET / HTTP/1.1\r\n\r\n', 3],
      ['POST / HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\nhi', 1],
      ['GET / HTTP/1.1\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n', 1],
    ] as const) {
      const said = await talk(port, bytes);
      expect(said.match(/^HTTP\/1\.1 \d.*/gm)).toEqual(Array(answers).fill('HTTP/1.1 200 OK'));
    }
  });

  test('those that leave take their script with them', async () => {
    const path = script('check.sh', `echo $$ >> '${directory}/runs'\nexec sleep 600`);
    const { port } = await start('--script', path, '--script-timeout', '600');
    const socket = connect(port, '127.0.0.1');
    socket.on('error', () => {});
    socket.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
    await waitFor('the script', () => runs() === 1);
    socket.resetAndDestroy();
    const pid = Number(readFileSync(join(directory, 'runs'), 'latin1'));
    await waitFor('its end', () => !existsSync(`/proc/${pid}`));
  });

  test('what is not HTTP is refused', async () => {
    const one = await service();
    const { port, child } = await start('--port', `${one.port}`);
    for (const [bytes, refusal] of [
      ['SSH-2.0-x\r\n\r\n', '400 Bad Request'],
      [`GET / HTTP/1.1\r\n${'X: y\r\n'.repeat(20_000)}`, '431 Request Header Fields Too Large'],
      [`GET /${'a'.repeat(20_000)} HTTP/1.1\r\n\r\n`, '431 Request Header Fields Too Large'],
      ['\0\0\0\0\r\n', '400 Bad Request'],
      ['GET / HTTP/1.1\r\nHos', '400 Bad Request'],
    ] as const) {
      const said = await talk(port, bytes);
      // A reset for what has not been read may overtake the answer.
      if (said !== '') expect(said).toMatch(new RegExp(`^HTTP/1\\.1 ${refusal}\\r\\n`));
    }
    expect((await ask(port)).status).toBe('200 OK');
    expect(child.exitCode).toBeNull();
  });
});

describe('the command', () => {
  test.each(['SIGTERM', 'SIGINT'] as const)('%s ends it, with the scripts under way', async (signal) => {
    const path = script('check.sh', `echo $$ >> '${directory}/runs'\nexec sleep 600`);
    const { port, child } = await start('--script', path, '--script-timeout', '600');
    const asking = ask(port).catch(() => 'cut');
    await waitFor('the script', () => runs() === 1);
    child.kill(signal);
    expect(await once(child, 'close')).toEqual([0, null]);
    expect(await asking).toBe('cut');
    const pid = Number(readFileSync(join(directory, 'runs'), 'latin1'));
    await waitFor('its end', () => !existsSync(`/proc/${pid}`));
  });

  const run = (...args: readonly string[]) =>
    runCommand({ file: process.execPath, args: [main, 'health-checker', ...args] });

  test('a listener that is taken is told', async () => {
    const one = await service();
    expect(await run('--listener', `127.0.0.1:${one.port}`, '--port', '1')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining(`cannot listen on 127.0.0.1:${one.port}: Address already in use`),
    });
  });

  test('a listener by a name that nobody knows is told', async () => {
    const { code, stderr } = await run('--listener', 'nobody.invalid:0', '--port', '1');
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /cannot listen on nobody\.invalid:0: (this name has no address|no name server has answered for this name)/,
    );
  });

  test('its levels are those of its flag', async () => {
    const port = await freePort();
    const { port: own, log } = await start('--port', `${port}`, '--log-level', 'debug');
    await ask(own);
    await waitFor('the log', () => log().includes('at least one check failed'));
    const quiet = await run('--log-level', 'panic', '--listener', 'nonsense', '--port', '1');
    expect(quiet).toMatchObject({ code: 1, stderr: expect.stringContaining("argument 'nonsense' is invalid") });
  });

  test.each([
    [[], 'there is nothing to check'],
    [['--port', '0'], "argument '0' is invalid"],
    [['--port', '80x'], "argument '80x' is invalid"],
    [['--script', ''], 'it is empty'],
    [['--script', 'a "b'], 'is not closed'],
    [['--port', '1', '--script-timeout', 'soon'], "argument 'soon' is invalid"],
    [['--port', '1', '--log-level', 'loud'], 'Allowed choices are panic, fatal, error, warning, info, debug'],
    [['--port', '1', '-f', 'x.cfg'], 'belong together'],
    [['--backend', 'x'], 'belong together'],
    [['--ports', '1'], "unknown option '--ports'"],
    [['--script', './check.sh', '--deep'], 'a script and its arguments are one word'],
    [['--script', './check.sh', 'deep'], "'deep' belongs to no option; a script and its arguments are one word"],
  ])('%j is refused', async (args, message) => {
    const { code, stdout, stderr } = await run(...args);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toContain(message);
  });

  test('help and version', async () => {
    const help = await run('--help');
    expect(help).toMatchObject({ code: 0, stderr: '' });
    for (const flag of ['--listener', '--port', '--script', '--script-timeout', '--singleflight', '--log-level']) {
      expect(help.stdout).toContain(flag);
    }
    expect(await run('--version')).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^hapax health-checker \d/),
    });
  });
});
