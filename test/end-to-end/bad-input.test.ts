/** What people and machines get wrong: rubbish at the stats socket, servers that never stop answering, broken files. */
import { randomBytes } from 'node:crypto';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { freePort } from '../support/ports.ts';
import { type ProxyProcess, runToEnd, SUBJECT, startProxy } from '../support/proxy-process.ts';
import { afterRequest, echo, endless, plain, type Script, startScripted } from '../support/scripted-server.ts';
import { ask, askRaw, rowOf, showStat } from '../support/stats-client.ts';
import { openClient } from '../support/tcp-client.ts';
import { waitFor } from '../support/wait.ts';

const cleanups: (() => Promise<unknown> | unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

const MEGABYTE = 1024 * 1024;

describe('a stats client', { timeout: 60_000 }, () => {
  let proxy: ProxyProcess;
  let port: number;

  beforeEach(async () => {
    const server = await startScripted(plain(echo));
    cleanups.push(() => server.close());
    port = await freePort();
    // Many servers, so that an answer is larger than what a socket takes at once.
    const servers = Array.from(
      { length: 1500 },
      (_, index) => `    server s${index} 127.0.0.1:${1000 + index} disabled`,
    );
    proxy = await startProxy(SUBJECT, {
      config: `global
    stats socket $DIR/stats.sock level admin
    stats timeout 30s
defaults
    mode tcp
    timeout connect 5s
    timeout client 30s
    timeout server 30s
listen app
    bind 127.0.0.1:${port}
    server good ${server.address}
backend many
${servers.join('\n')}
`,
    });
    cleanups.push(() => proxy.stop());
  });

  /** The proxy still passes traffic and answers, and has printed no stack trace. */
  async function expectUnharmed(): Promise<void> {
    const client = await openClient(port);
    client.write('still there?');
    await client.waitForBytes(12);
    client.destroy();
    expect(rowOf(await showStat(proxy.statsSocket), 'app', 'good').status).toBe('no check');
    expect(proxy.exit).toBeUndefined();
    expect(proxy.stderr).not.toMatch(/\n\s+at .*:\d+:\d+/);
  }

  /** Sends bytes and waits for the other side to close, or for our patience to end. Returns what came. */
  function send(bytes: Buffer, patience = 2000): Promise<string> {
    return new Promise((resolve) => {
      const socket = connect(proxy.statsSocket);
      let got = '';
      const finish = () => {
        clearTimeout(timer);
        socket.destroy();
        resolve(got);
      };
      const timer = setTimeout(finish, patience);
      socket.on('data', (chunk) => {
        got += chunk.toString('latin1');
      });
      socket.on('error', finish);
      socket.on('close', finish);
      socket.on('connect', () => socket.write(bytes));
    });
  }

  it('that sends garbage gets an error or a closed connection', async () => {
    for (const bytes of [
      randomBytes(500),
      Buffer.concat([randomBytes(3000), Buffer.from('\n')]),
      Buffer.from('\0\0\0\n'),
      Buffer.from('\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\n', 'latin1'),
      Buffer.from('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n'),
      Buffer.from(';;;;;;;;;;;;;;;;\n'),
      Buffer.from(`${'show stat;'.repeat(500)}\n`),
      Buffer.from('show stat -1 -1 99999999999999999999\n'),
      Buffer.from('set server many/s1 state ready \\\n'),
      Buffer.from('\\\n'),
    ]) {
      await send(bytes, 1000);
    }
    await expectUnharmed();
  });

  it('that sends 1 MB without a newline is not kept in memory for ever', async () => {
    const before = proxy.residentBytes();
    const answers = await Promise.all(Array.from({ length: 5 }, () => send(Buffer.alloc(MEGABYTE, 0x61), 3000)));
    for (const answer of answers) expect(answer.length).toBeLessThan(2000);
    expect(proxy.residentBytes() - before).toBeLessThan(40 * MEGABYTE);
    await expectUnharmed();
  });

  it('that leaves in the middle of an answer does no harm', async () => {
    const leave = (how: (socket: Socket) => void) =>
      new Promise<void>((resolve) => {
        const socket = connect(proxy.statsSocket);
        socket.on('error', () => resolve());
        socket.on('close', () => resolve());
        socket.on('connect', () => socket.write('show stat;show stat;show stat;show info\n'));
        socket.once('data', () => how(socket));
      });
    for (let turn = 0; turn < 8; turn++) {
      await leave((socket) => socket.destroy());
      await leave((socket) => {
        socket.pause();
        setImmediate(() => socket.destroy());
      });
    }
    await expectUnharmed();
  });

  it('that reads nothing is not answered into memory for ever, and others are served meanwhile', async () => {
    // What answers cost at first is not the matter here.
    for (let turn = 0; turn < 10; turn++) await expectUnharmed();
    const before = proxy.residentBytes();
    const sockets = Array.from({ length: 8 }, () => {
      const socket = connect(proxy.statsSocket);
      socket.on('error', () => {});
      socket.pause();
      socket.write(`prompt\n${'show stat\n'.repeat(200)}`);
      return socket;
    });
    for (let turn = 0; turn < 5; turn++) await expectUnharmed();
    const growth = proxy.residentBytes() - before;
    for (const socket of sockets) socket.destroy();
    process.stderr.write(`8 stats clients that do not read: ${(growth / MEGABYTE).toFixed(1)} MB\n`);
    expect(growth).toBeLessThan(100 * MEGABYTE);
    await expectUnharmed();
  });

  it('gets every byte of a long answer, however slowly it reads', async () => {
    const whole = await ask(proxy.statsSocket, 'show stat many 4 -1');
    const slow = await new Promise<string>((resolve, reject) => {
      const socket = connect(proxy.statsSocket);
      let got = '';
      socket.on('error', reject);
      socket.on('end', () => resolve(got));
      socket.on('data', (chunk) => {
        got += chunk.toString();
        socket.pause();
        setImmediate(() => socket.resume());
      });
      socket.write('show stat many 4 -1\n');
    });
    const lines = (answer: string) => answer.split('\n').map((line) => line.split(',').slice(0, 2).join());
    expect(lines(slow)).toEqual(lines(whole));
    expect(lines(whole)).toHaveLength(1503);
  });

  it('may send a command in pieces, or close its side at once', async () => {
    const socket = connect(proxy.statsSocket);
    let got = '';
    socket.on('data', (chunk) => {
      got += chunk.toString();
    });
    for (const byte of 'show cli level\n') {
      socket.write(byte);
      await new Promise((resolve) => setImmediate(resolve));
    }
    await waitFor('the answer', () => got === 'admin\n\n');
    socket.destroy();
    expect(await askRaw(proxy.statsSocket, 'show cli level\n', { halfClose: true })).toBe('admin\n\n');
  });
});

describe('a checked server', { timeout: 60_000 }, () => {
  const scripts: Readonly<Record<string, Script>> = {
    'endless head of one line': endless('HTTP/1.1 200 OK\r\nX-Filler: ', 'x'.repeat(65_536)),
    'endless head of many lines': endless(
      'HTTP/1.1 200 OK\r\n',
      'X-Filler: 0123456789012345678901234567890123456789\r\n'.repeat(1000),
    ),
    'endless status line': endless('HTTP/1.1 200 ', 'O'.repeat(65_536)),
    'endless body': endless('HTTP/1.1 200 OK\r\n\r\n', 'x'.repeat(65_536)),
    'endless chunked body': endless(
      'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n',
      `8000\r\n${'x'.repeat(0x8000)}\r\n`,
    ),
    'endless zeros': endless('', '\0'.repeat(65_536)),
    'an answer of 100 continues': endless('', 'HTTP/1.1 100 Continue\r\n\r\n'.repeat(1000)),
    'one byte a second': afterRequest(({ stream }) => {
      const timer = setInterval(() => {
        if (stream.destroyed || !stream.writable) clearInterval(timer);
        else stream.write('H');
      }, 1000);
      timer.unref();
    }),
  };

  it('that answers without end gets a verdict in time, in bounded memory', { timeout: 60_000 }, async () => {
    const names = Object.keys(scripts);
    const servers = await Promise.all(names.map((name) => startScripted(plain(scripts[name]!))));
    cleanups.push(() => Promise.all(servers.map((server) => server.close())));
    const lines = servers.flatMap((server, index) => [`    server plain${index} ${server.address} check`]);
    const wanting = servers.map((server, index) => `    server body${index} ${server.address} check`);
    const proxy = await startProxy(SUBJECT, {
      config: `global
    stats socket $DIR/stats.sock
defaults
    mode tcp
    timeout connect 1s
    timeout client 5s
    timeout server 5s
    timeout check 1s
    option httpchk GET /
    default-server inter 500ms
listen entry
    bind 127.0.0.1:${await freePort()}
${lines.join('\n')}
backend strings
    http-check expect string never-there
${wanting.join('\n')}
backend patterns
    http-check expect rstring (x+x+)+y
    server backtracking ${servers[names.indexOf('endless body')]!.address} check
`,
    });
    cleanups.push(() => proxy.stop());
    const before = proxy.residentBytes();
    await waitFor(
      'a verdict on every server',
      async () =>
        (await showStat(proxy.statsSocket)).every((row) => row.type !== '2' || !row.check_status!.endsWith('INI')),
      { limit: 20_000 },
    );
    // Several rounds more, to see whether anything piles up.
    const failed = async () => Number(rowOf(await showStat(proxy.statsSocket), 'entry', 'plain0').lastchg);
    await waitFor('five more seconds of checks', async () => (await failed()) >= 5, { limit: 30_000, every: 200 });
    const growth = proxy.residentBytes() - before;
    process.stderr.write(`endless answers: ${(growth / MEGABYTE).toFixed(1)} MB more\n`);
    expect(growth).toBeLessThan(50 * MEGABYTE);
    const rows = await showStat(proxy.statsSocket);
    const verdict = (proxyName: string, server: string) => {
      const row = rowOf(rows, proxyName, server);
      return `${row.status} ${row.check_status!.replace('* ', '')}`;
    };
    names.forEach((name, index) => {
      const passing = name === 'endless body' || name === 'endless chunked body';
      expect([name, verdict('entry', `plain${index}`)]).toEqual([
        name,
        passing ? 'UP L7OK' : expect.stringMatching(/^DOWN L7(RSP|TOUT|STS)$/),
      ]);
      expect([name, verdict('strings', `body${index}`)]).toEqual([
        name,
        expect.stringMatching(/^DOWN L7(RSP|TOUT|STS)$/),
      ]);
    });
    // Without end in another way: V8 would look for a place for this pattern until the sun burns out.
    expect(verdict('patterns', 'backtracking')).toBe('DOWN L7RSP');
    expect(proxy.stderr).not.toMatch(/\n\s+at .*:\d+:\d+/);
  });
});

describe('a configuration', { timeout: 60_000 }, () => {
  let directory: string;

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'hapax-bad-'));
    cleanups.push(() => rmSync(directory, { recursive: true, force: true }));
  });

  /** Runs with the arguments; expects exit 1, an alert, and nothing that looks like a stack trace. */
  async function expectRefusal(args: readonly string[], message: RegExp): Promise<void> {
    for (const mode of [['-c'], ['-db']]) {
      const result = await runToEnd(SUBJECT, [...mode, ...args], directory);
      expect([mode, result.code, result.signal]).toEqual([mode, 1, null]);
      expect(result.stderr).toMatch(/^\[ALERT\]/m);
      expect(result.stderr).toMatch(message);
      expect(result.stderr).not.toMatch(/\n\s+at .*:\d+:\d+|Error:/);
    }
  }

  it('that is not there', () =>
    expectRefusal(
      ['-f', 'nowhere.cfg'],
      /Cannot open configuration file\/directory nowhere\.cfg : No such file or directory/,
    ));

  const root = process.getuid?.() === 0;
  if (root) process.stderr.write('SKIPPED a configuration that may not be read: root may read everything\n');
  it.skipIf(root)('that may not be read', async () => {
    writeFileSync(join(directory, 'secret.cfg'), 'global\n');
    chmodSync(join(directory, 'secret.cfg'), 0);
    await expectRefusal(['-f', 'secret.cfg'], /Permission denied/);
  });

  it('that is a directory without a .cfg file', async () => {
    mkdirSync(join(directory, 'parts'));
    writeFileSync(join(directory, 'parts', 'notes.txt'), 'nothing');
    const result = await runToEnd(SUBJECT, ['-db', '-f', 'parts'], directory);
    expect(result.code).toBe(1);
    expect(result.stderr).toMatch(/^\[ALERT\]/m);
    expect(result.stderr).not.toMatch(/\n\s+at .*:\d+:\d+/);
  });

  it('of binary data', async () => {
    writeFileSync(join(directory, 'binary.cfg'), randomBytes(200_000));
    await expectRefusal(['-f', 'binary.cfg'], /binary\.cfg/);
  });

  it('with a line of 10 MB', async () => {
    writeFileSync(join(directory, 'long.cfg'), `global\n    description ${'x'.repeat(10 * MEGABYTE)}\n`);
    await expectRefusal(['-f', 'long.cfg'], /long\.cfg:2\]/);
  });

  it('with a quote that stays open', async () => {
    writeFileSync(join(directory, 'quote.cfg'), 'global\n    description "never closed\n');
    await expectRefusal(['-f', 'quote.cfg'], /quote\.cfg:2\]: unmatched quote/);
  });

  it('with a keyword nobody knows', async () => {
    writeFileSync(join(directory, 'typo.cfg'), 'defaults\n    timeot client 1s\n');
    await expectRefusal(
      ['-f', 'typo.cfg'],
      /unknown keyword 'timeot' in 'defaults' section; did you mean 'timeout' maybe \?/,
    );
  });

  it('of thousands of mistakes is reported in part and in time', async () => {
    writeFileSync(join(directory, 'many.cfg'), `global\n${'    nonsense here\n'.repeat(20_000)}`);
    await expectRefusal(['-f', 'many.cfg'], /too many fatal errors/);
  });
});
