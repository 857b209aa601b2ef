/** `hapax demo` as a person meets it: in a terminal, in a pipe, interrupted, and with its commands copied. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { get } from 'node:https';
import { dirname } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { commandOf, type Exit, runToEnd, skipWithoutHaproxy } from '../support/proxy-process.ts';
import { ask } from '../support/stats-client.ts';
import { waitFor } from '../support/wait.ts';

// Keys are made for every run: on a busy machine that takes its time.
vi.setConfig({ testTimeout: 60_000 });

const [node, [main = '']] = [commandOf('hapax').file, commandOf('hapax').args];
const ESCAPE = '\x1b';

class Run {
  readonly child: ChildProcess;
  #stdout = '';
  #stderr = '';
  #exit: Exit | undefined;

  constructor(file: string, args: readonly string[], env: Readonly<Record<string, string>> = {}) {
    // What would take the colours away.
    const { NO_COLOR: _, CI: __, ...usual } = process.env;
    this.child = spawn(file, args, { env: { ...usual, NODE_OPTIONS: '', TERM: 'xterm-256color', ...env } });
    this.child.stdout?.on('data', (chunk) => {
      this.#stdout += String(chunk);
    });
    this.child.stderr?.on('data', (chunk) => {
      this.#stderr += String(chunk);
    });
    this.child.stdin?.on('error', () => {});
    this.child.once('close', (code, signal) => {
      this.#exit = { code, signal };
    });
  }

  get stdout(): string {
    return this.#stdout;
  }

  /** The first group of `pattern` once it is in the output. */
  waitFor(pattern: RegExp): Promise<string> {
    const look = () => {
      const found = pattern.exec(this.#stdout);
      if (found === null && this.#exit !== undefined) throw new Error(`it ended: ${this.#stdout}${this.#stderr}`);
      return found === null ? undefined : (found[1] ?? found[0]);
    };
    return waitFor(`${pattern}`, look, { limit: 30_000, describe: () => this.#stdout + this.#stderr });
  }

  async end(): Promise<Exit & { readonly stderr: string }> {
    const exit = await waitFor('the end', () => this.#exit, { limit: 30_000, describe: () => this.#stdout });
    return { ...exit, stderr: this.#stderr };
  }
}

const runs: Run[] = [];
function demo(...args: readonly string[]): Run {
  const run = new Run(node, [main, 'demo', ...args]);
  runs.push(run);
  return run;
}
afterEach(() => {
  for (const { child } of runs.splice(0)) child.kill('SIGKILL');
});

const CLEAN = { code: 0, signal: null, stderr: '' };
const SOCKET = /nc -U (\S+)/;

/** Expects the folder of the demonstration to be there, and returns what finds it gone. */
async function folderOf(run: Run): Promise<() => void> {
  const folder = dirname(await run.waitFor(SOCKET));
  expect(existsSync(folder)).toBe(true);
  return () => expect(existsSync(folder)).toBe(false);
}

describe('hapax demo in a pipe', () => {
  it('tells what happens, while everything it invites to works', async () => {
    const run = demo('--fail-every', '2s', '--print-config');
    const gone = await folderOf(run);
    await run.waitFor(/backend1 and backend2 are UP: their status APIs answer 200\./);

    const figures = await run.waitFor(/^ {4}(echo 'show stat' .*)$/m);
    const answer = spawnSync('sh', ['-c', figures], { encoding: 'utf8', timeout: 10_000 });
    const expected = /^backend1 UP(?: 1\/2)? (?:\* )?L7OK\nbackend2 (?:UP|DOWN)(?: 1\/2)? (?:\* )?L7(?:OK|STS)\n$/;
    if (answer.stderr !== '' && answer.stdout === '') {
      process.stderr.write(`SKIPPED the command with nc and awk, asking the socket instead: ${answer.stderr}`);
      expect(await ask(await run.waitFor(SOCKET), 'show stat')).toMatch(/^be_service,backend2,/m);
    } else expect(answer.stdout).toMatch(expected);

    const page = await fetch(await run.waitFor(/Page for a browser: (\S+)/));
    expect([page.status, page.headers.get('content-type')]).toEqual([200, expect.stringContaining('text/html')]);
    expect(await page.text()).toContain('backend2');

    const [, ca = '', url = ''] = /curl --cacert (\S+) (\S+)/.exec(run.stdout) ?? [];
    expect(await visit(url, readFileSync(ca, 'utf8'))).toMatch(/^Hello from backend[12]\.\n$/);

    const configuration = await run.waitFor(/-c -f (\S+)/);
    const checked = await runToEnd('hapax', ['-c', '-f', configuration], '/');
    expect(checked).toMatchObject({ code: 0, stdout: 'Configuration file is valid\n', stderr: '' });
    expect(run.stdout).toContain(readFileSync(configuration, 'utf8'));
    if (!skipWithoutHaproxy('the configuration of the demonstration in HAProxy')) {
      expect((await runToEnd('haproxy', ['-c', '-f', configuration], '/')).code).toBe(0);
    }

    await run.waitFor(
      /backend2 is DOWN: its status API answers 500 \(Internal Server Error\)\. New connections go to b/,
    );
    await run.waitFor(/^ {4}backend2 +DOWN +500 in \d+ ms: Internal Server Error /m);
    await run.waitFor(/backend2 is UP again/);
    run.child.kill('SIGTERM');
    expect(await run.end()).toEqual(CLEAN);
    gone();
    expect(run.stdout).toMatch(/\nEnded after \d+ s\. Visitors: [1-9]\d* requests answered, 0 failed\.\n/);
    expect(run.stdout).not.toContain(ESCAPE);
  });

  it('tells what is ordered through the stats socket, and whom it hits', async () => {
    const run = demo('--fail-every', '1h');
    const gone = await folderOf(run);
    await run.waitFor(/are UP:/);
    const socket = await run.waitFor(SOCKET);
    await ask(socket, 'set server be_service/backend1 state maint');
    await run.waitFor(/backend1 is in MAINTenance, as ordered.*New connections go to backend2\.\n/);
    await ask(socket, 'set server be_service/backend2 state drain');
    await run.waitFor(/backend2 DRAINs.*Nobody is left: visitors are turned away\.\n/);
    await ask(socket, 'set server be_service/backend1 state ready');
    await run.waitFor(/backend1 is UP again/);
    run.child.kill('SIGINT');
    expect(await run.end()).toEqual(CLEAN);
    gone();
  });

  it.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
    'ends in good order at %s, even while it starts',
    async (signal) => {
      const late = demo();
      const gone = await folderOf(late);
      late.child.kill(signal);
      const early = demo();
      await early.waitFor(/Making keys/);
      early.child.kill(signal);
      expect([await late.end(), await early.end()]).toEqual([CLEAN, CLEAN]);
      gone();
      expect(late.stdout).toContain('\nEnded after ');
      expect(early.stdout).toBe('Making keys and certificates ...\n\n');
    },
  );

  it('ends when nobody reads any more', async () => {
    const run = demo('--fail-every', '1s');
    const gone = await folderOf(run);
    run.child.stdout?.destroy();
    expect(await run.end()).toEqual(CLEAN);
    gone();
  });

  it('takes other ports where those it likes are taken', async () => {
    const [one, two] = [demo(), demo()];
    const pages = await Promise.all([one, two].map((run) => run.waitFor(/Page for a browser: (\S+)/)));
    expect(pages[0]).not.toBe(pages[1]);
    for (const page of pages) expect((await fetch(page)).status).toBe(200);
    for (const run of [one, two]) run.child.kill('SIGINT');
    expect([await one.end(), await two.end()]).toEqual([CLEAN, CLEAN]);
  });
});

/** What a visitor gets who believes `ca` alone. */
function visit(url: string, ca: string): Promise<string> {
  return new Promise((resolve, reject) => {
    get(url, { ca, agent: false }, (response) => {
      let text = '';
      response.on('data', (chunk) => {
        text += String(chunk);
      });
      response.on('end', () => resolve(text));
      response.on('error', reject);
    }).on('error', reject);
  });
}

/** util-linux's script(1) lends a terminal. */
function whyNoTerminal(): string | undefined {
  const answer = spawnSync('script', ['--version'], { encoding: 'utf8' });
  if (answer.error === undefined && answer.stdout.includes('util-linux')) return undefined;
  return 'script(1) of util-linux is not installed, and nothing else here lends a terminal\n';
}

const noTerminal = whyNoTerminal();
if (noTerminal !== undefined) process.stderr.write(`SKIPPED hapax demo in a terminal: ${noTerminal}`);

describe.skipIf(noTerminal !== undefined)('hapax demo in a terminal', () => {
  function inTerminal(columns: number, rows: number, words: string, env = {}): Run {
    const command = `tty; stty cols ${columns} rows ${rows}; exec '${node}' '${main}' demo ${words}`;
    const run = new Run('script', ['-qec', command, '/dev/null'], env);
    runs.push(run);
    return run;
  }

  /** Rows that were written into the screen: their numbers and texts, colours taken out. */
  function rowsWritten(text: string): readonly { readonly row: number; readonly text: string }[] {
    const screen = text.slice(text.indexOf(`${ESCAPE}[?1049h`), text.indexOf(`${ESCAPE}[?1049l`));
    return screen
      .split(`${ESCAPE}[`)
      .slice(1)
      .filter((part) => !/^\?|^2J/.test(part))
      .reduce<{ row: number; text: string }[]>((rows, part) => {
        const place = /^(\d+);1H/.exec(part);
        if (place !== null) rows.push({ row: Number(place[1]), text: part.slice(place[0].length) });
        else rows.at(-1)!.text += part.replace(/^[\d;]*m|^K/, '');
        return rows;
      }, []);
  }

  it.each([
    [60, 24],
    [132, 43],
  ])('draws inside %i by %i, gives the terminal back, and stays readable afterwards', async (columns, rows) => {
    const run = inTerminal(columns, rows, '--for 4s --fail-every 2s');
    const socket = await run.waitFor(/nc -U (\S+\.sock)/);
    await run.waitFor(/backend2 is UP again|Ended after/);
    expect((await run.end()).code).toBe(0);
    expect(existsSync(dirname(socket))).toBe(false);
    const written = rowsWritten(run.stdout);
    expect(written.length).toBeGreaterThan(20);
    for (const { row, text } of written) {
      expect(row).toBeLessThanOrEqual(rows);
      expect(text.length).toBeLessThan(columns);
      expect(text).toMatch(/^[\x20-\x7e]*$/);
    }
    const all = written.map(({ text }) => text).join('\n');
    expect(all).toMatch(/^ backend2 +DOWN +500 in /m);
    expect(all).toMatch(/^ {5}awk -F, '\/backend\[1-2\]\/ \{print \$2,\$18,\$37\}'$|\| awk -F, /m);
    expect(run.stdout).toContain(`${ESCAPE}[32mUP`);
    const after = run.stdout.slice(run.stdout.indexOf(`${ESCAPE}[?25h${ESCAPE}[?1049l`));
    expect(after).toMatch(
      /backend2 is DOWN: [\s\S]*\nEnded after \d+ s\. Visitors: [1-9]\d* requests answered, 0 failed\./,
    );
    expect(after.split('\n').filter((line) => line.includes(ESCAPE))).toHaveLength(1);
  });

  it('ends at Ctrl-C, draws without colours where NO_COLOR asks for it, and takes a new size', async () => {
    const run = inTerminal(80, 24, '--fail-every 1h', { NO_COLOR: '1' });
    await run.waitFor(/are UP:/);
    const before = run.stdout.length;
    const resized = spawnSync('stty', ['-F', await run.waitFor(/^(\S+)\r\n/), 'cols', '61', 'rows', '19']);
    expect(resized.status).toBe(0);
    // stty sets columns and rows one after the other, so a screen of 61 by 24 may come first.
    const fresh = await waitFor('a fresh screen of the new size', () => {
      const after = run.stdout.slice(before).split(`${ESCAPE}[2J`).slice(1).at(-1);
      const screen = `${ESCAPE}[?1049h${after ?? ''}`;
      const rows = rowsWritten(screen).map(({ row }) => row);
      return screen.includes('Ctrl-C ends it.') && Math.max(...rows) <= 19 && screen;
    });
    run.child.stdin?.write('\x03');
    expect((await run.end()).code).toBe(0);
    expect(Math.max(...rowsWritten(fresh).map(({ row }) => row))).toBe(19);
    expect(Math.max(...rowsWritten(fresh).map(({ text }) => text.length))).toBeLessThanOrEqual(60);
    const screen = run.stdout.slice(0, run.stdout.indexOf(`${ESCAPE}[?1049l`));
    expect(screen.split(`${ESCAPE}[`).filter((part) => /^[\d;]*m/.test(part))).toEqual([]);
    expect(
      rowsWritten(run.stdout)
        .map(({ text }) => text)
        .join('\n'),
    ).toMatch(/^ backend1 +UP /m);
  });

  it.each([
    ['--plain --for 1s', {}],
    ['--for 1s', { TERM: 'dumb' }],
  ])('writes lines where they are wished for: %s %o', async (words, env) => {
    const run = inTerminal(80, 24, words, env);
    expect((await run.end()).code).toBe(0);
    expect(run.stdout).toMatch(/\nEnded after \d+ s\./);
    expect(run.stdout).not.toContain(ESCAPE);
  });
});

describe('the command line of the demonstration', () => {
  const run = (...args: readonly string[]) => runToEnd('hapax', args, '/');

  it('is explained', async () => {
    const { code, stdout, stderr } = await run('demo', '--help');
    expect([code, stderr]).toEqual([0, '']);
    for (const option of ['--for', '--fail-every', '--plain', '--print-config']) expect(stdout).toContain(option);
  });

  it.each([
    [['--for', 'x'], /--for.*'x' is invalid.*20s/],
    [['--for', '0'], /--for.*'0' is invalid/],
    [['--for', '5sx'], /--for.*'5sx' is invalid/],
    [['--fail-every', '10ms'], /--fail-every.*shortest is 600ms/],
    [['--forever'], /unknown option '--forever'/],
    [['here'], /too many arguments/],
  ])('refuses %j', async (args, message) => {
    const { code, stdout, stderr } = await run('demo', ...args);
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(message);
  });

  it('is a command only as the first word', async () => {
    for (const args of [['-q', 'demo'], ['demos'], ['Demo']]) {
      const { code, stderr } = await run(...args);
      expect(code).toBe(1);
      expect(stderr).toContain('Usage : hapax');
    }
  });

  it('costs nobody else anything: its modules are loaded by nothing but itself', () => {
    const hooks = `export async function resolve(name, context, next) {
      const found = await next(name, context);
      process._rawDebug(found.url);
      return found;
    }`;
    const loader = `import { register } from 'node:module';
      register(${JSON.stringify(`data:text/javascript,${encodeURIComponent(hooks)}`)});`;
    const loaded = (...args: readonly string[]) =>
      spawnSync(node, ['--import', `data:text/javascript,${encodeURIComponent(loader)}`, main, ...args], {
        encoding: 'utf8',
      }).stderr;
    // As modules of their own, and as files of the bundle they are put into.
    const demonstration = /\/demo\/|commands\/demo|modules\/demo-|node-forge/;
    expect(loaded('demo', '--help')).toMatch(demonstration);
    for (const args of [['-v'], ['-vv'], ['-c', '-f', new URL('../../conf/redis.cfg', import.meta.url).pathname]]) {
      const modules = loaded(...args);
      expect(modules).toMatch(/\/cli\/(?:modules\/)?run[-.]/);
      expect(modules).not.toMatch(demonstration);
    }
  });
});
