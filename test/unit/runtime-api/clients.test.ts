import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { HostLookup } from '../../../src/config/draft.ts';
import { RuntimeApi } from '../../../src/runtime-api/runtime-api.ts';
import { CSV_HEADER } from '../../../src/stats/csv.ts';
import { COMPATIBLE_VERSION } from '../../../src/stats/product.ts';
import type { RuntimeView } from '../../../src/stats/runtime-view.ts';
import { checkedServer, modelOf, type TestView, testView } from '../../support/runtime-view.ts';
import { ask, askRaw, rowsOf } from '../../support/stats-client.ts';
import { waitFor } from '../../support/wait.ts';

const version = `${COMPATIBLE_VERSION}\n\n`;
const TOO_BIG =
  "The command line is too big for the buffer size. Please change 'tune.bufsize' in the configuration to use a bigger command.\n";

let directory: string;
let api: RuntimeApi;
let path: string;
let port: number;
let commandsRun = 0;
let test: TestView;
/** Answers whoever waits for the address of a name. */
let resolve: (answer: HostLookup) => void;
const log: string[] = [];

/** Opens the API over a backend with so many servers. */
async function start(servers: number, timeout = 5000, maxconn = 10): Promise<void> {
  path = join(directory, 's');
  const list = Array.from({ length: servers }, (_, index) => checkedServer(`server${index}`, index + 1));
  test = testView(modelOf([{ name: 'be', backend: { servers: list } }]));
  const first = test.server('be', 'server0');
  if (first.check !== undefined) first.agent = first.check;
  commandsRun = 0;
  const view: RuntimeView = {
    ...test.view,
    now: () => {
      commandsRun++;
      return test.clock.now;
    },
  };
  const place = { file: 'x.cfg', line: 1 };
  api = new RuntimeApi({
    sockets: [
      { address: { family: 'unix', host: path, port: 0 }, level: 'admin', exposeFd: false, place, text: path },
      { address: { family: 'ipv4', host: '127.0.0.1', port: 0 }, level: 'admin', exposeFd: false, place, text: 'tcp' },
    ],
    timeout,
    maxconn,
    view,
    control: test.control,
    lookup: () =>
      new Promise((answer) => {
        resolve = answer;
      }),
    log: (line) => log.push(line),
  });
  expect(await api.open()).toEqual([]);
  port = api.ports[1] ?? 0;
}

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'hapax-cli-'));
  log.length = 0;
});

afterEach(async () => {
  await api.close();
  rmSync(directory, { recursive: true, force: true });
  expect(log).toEqual([]);
});

class Client {
  readonly socket: Socket;
  text = '';
  closed = false;

  constructor(where: string | number) {
    this.socket = typeof where === 'number' ? connect(where, '127.0.0.1') : connect(where);
    this.socket.setEncoding('utf8');
    this.socket.on('data', (chunk) => {
      this.text += String(chunk);
    });
    this.socket.on('error', () => {});
    this.socket.on('close', () => {
      this.closed = true;
    });
  }

  sees(text: string): Promise<true> {
    return waitFor(JSON.stringify(text), () => (this.text === text ? true : undefined), {
      limit: 5000,
      describe: () => JSON.stringify(this.text),
    });
  }

  ends(): Promise<true> {
    return waitFor('the connection to close', () => (this.closed ? true : undefined), { limit: 5000 });
  }
}

/** Waits until a command asks for the address of a name. */
function nextQuestion(): Promise<true> {
  const idle = () => {};
  resolve = idle;
  return waitFor('the question for the name', () => (resolve !== idle ? true : undefined));
}

describe('a client without prompt', () => {
  beforeEach(() => start(2));

  it('gets its answer and the end of the connection, over Unix and TCP', async () => {
    expect(await ask(path, 'show version')).toBe(version);
    expect(await ask(`127.0.0.1:${port}`, 'show version')).toBe(version);
  });

  it('may close its side at once', async () => {
    expect(await ask(path, 'show version', { halfClose: true })).toBe(version);
    expect(await ask(`127.0.0.1:${port}`, 'show stat', { halfClose: true })).toMatch(/\n\n$/);
    // As the npm clients do it.
    const client = new Client(path);
    client.socket.end('show version\n');
    await client.sees(version);
    await client.ends();
  });

  it('is answered in order where one answer has to be waited for', async () => {
    const line = 'show version;set server be/server0 agent-addr agent.example port 5;show version';
    for (const [answer, said, moved] of [
      [{ ok: true, addresses: [{ address: '127.0.0.9', family: 4 }] }, '\n', ['be/server0 agent to 127.0.0.9 5']],
      [{ ok: false, code: 'ENOTFOUND' }, "invalid addr 'agent.example'\n\n", []],
    ] as const) {
      test.control.calls.length = 0;
      const client = new Client(path);
      const asked = nextQuestion();
      client.socket.end(`${line}\n`);
      await asked;
      expect([client.text, test.control.calls]).toEqual(['', []]);
      resolve(answer);
      await client.ends();
      expect(client.text).toBe(`${version}${said}${version}`);
      expect(test.control.calls).toEqual(moved);
    }
  });

  it('may leave while its answer is waited for', async () => {
    const client = new Client(port);
    const asked = nextQuestion();
    client.socket.write('set server be/server0 agent-addr agent.example\n');
    await asked;
    client.socket.resetAndDestroy();
    await client.ends();
    resolve({ ok: false, code: 'ENOTFOUND' });
    expect(await ask(path, 'show version')).toBe(version);
  });

  it('may end lines with CR LF and put several commands into one', async () => {
    const both = await askRaw(path, 'show info;show stat\r\n');
    const [info, stat, rest] = both.split('\n\n');
    expect(info).toMatch(/^Name: HAProxy\n/);
    expect(stat).toMatch(/^# pxname,/);
    expect(rest).toBe('');
  });

  it('gets every line of one write answered', async () => {
    expect(await askRaw(path, 'show version\nshow cli level\n')).toBe(`${version}admin\n\n`);
  });

  it('may send its command byte by byte', async () => {
    const client = new Client(path);
    for (const byte of 'show version') {
      client.socket.write(byte);
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(client.text).toBe('');
    client.socket.write('\n');
    await client.sees(version);
    await client.ends();
  });

  it('gets a reply of ordinary size in one piece', async () => {
    const client = connect(path);
    client.write('show stat\n');
    const [first] = await once(client, 'data');
    expect(String(first)).toMatch(/^# pxname,[\s\S]*be,BACKEND,[^\n]*\n\n$/);
    await once(client, 'close');
  });

  it('gets nothing for bytes without a line end, and is closed', async () => {
    expect(await askRaw(path, 'show version', { halfClose: true })).toBe('');
    expect(await askRaw(path, '', { halfClose: true })).toBe('');
  });

  it('gets nothing after quit', async () => {
    expect(await ask(path, 'quit;show version')).toBe('');
    expect(await ask(path, 'show version;quit;show version')).toBe(version);
  });

  it('gets help for garbage', async () => {
    expect(await askRaw(path, Buffer.from([0x16, 3, 1, 0xff, 0xfe, 10]))).toMatch(/^Unknown command/);
    expect(await ask(path, 'GET / HTTP/1.1')).toMatch(/^Unknown command/);
  });
});

describe('a client with prompt', () => {
  beforeEach(() => start(2));

  it('stays connected, each answer ended by a prompt', async () => {
    const client = new Client(path);
    client.socket.write('prompt\n');
    await client.sees('\n> ');
    client.socket.write('show version\n');
    await client.sees(`\n> ${version}> `);
    client.socket.write('\n');
    await client.sees(`\n> ${version}> \n> `);
    client.socket.write('show version;show version\n');
    await client.sees(`\n> ${version}> \n> ${version}> ${version}> `);
    client.socket.write('quit\n');
    await client.ends();
    expect(client.text).toBe(`\n> ${version}> \n> ${version}> ${version}> `);
  });

  it('may send everything at once and end by half-closing', async () => {
    expect(await askRaw(path, 'prompt\nset timeout cli 60\nshow version\n', { halfClose: true })).toBe(
      `\n> \n> ${version}> `,
    );
  });

  it('leaves the mode with a second prompt', async () => {
    expect(await askRaw(path, 'prompt\nprompt\nshow version\n')).toBe(`\n> \n${version}`);
  });
});

describe('silence', () => {
  it('ends the connection after the timeout, with and without prompt', async () => {
    await start(1, 80);
    const idle = new Client(path);
    const half = new Client(path);
    half.socket.write('show ver');
    const prompting = new Client(path);
    prompting.socket.write('prompt\n');
    await Promise.all([idle.ends(), half.ends(), prompting.ends()]);
    expect([idle.text, half.text, prompting.text]).toEqual(['', '', '\n> ']);
  });

  it('may last longer after set timeout cli', async () => {
    await start(1, 80);
    const client = new Client(path);
    client.socket.write('prompt;set timeout cli 60\n');
    await client.sees('\n> \n> ');
    const other = new Client(path);
    await other.ends();
    client.socket.write('show version\n');
    await client.sees(`\n> \n> ${version}> `);
    client.socket.destroy();
  });
});

describe('lines without end', () => {
  beforeEach(() => start(1));

  it('of 16384 bytes and more are refused', async () => {
    expect(await askRaw(path, `${'x'.repeat(16_384)}\n`)).toBe(TOO_BIG);
    expect(await askRaw(path, `${'x'.repeat(16_383)}\n`)).toMatch(/^Unknown command/);
  });

  it('as a megabyte end in an error or a closed connection, and others are served', async () => {
    const client = new Client(path);
    client.socket.write(Buffer.alloc(1 << 20, 0x78));
    await client.ends();
    expect(['', TOO_BIG]).toContain(client.text);
    expect(await ask(path, 'show version')).toBe(version);
  });

  it('keep what came before them', async () => {
    expect(await askRaw(path, `show version\n${'x'.repeat(20_000)}`)).toBe(`${version}${TOO_BIG}`);
  });
});

describe('a client that does not read', () => {
  it('is waited for without piling answers up, and then gets all of them', async () => {
    await start(500);
    const client = connect(path);
    client.pause();
    const count = 40;
    client.write(`prompt\n${'show stat\n'.repeat(count)}`);
    // The server shares this thread: while others are served, whatever it could still do for this client is done.
    const settled = await waitFor('the server to stop', async () => {
      const before = commandsRun;
      for (let others = 0; others < 20; others++) expect(await ask(path, 'show version')).toBe(version);
      return before > 0 && commandsRun === before ? before : undefined;
    });
    expect(settled).toBeLessThan(count / 4);
    expect(await ask(path, 'show version')).toBe(version);

    let text = '';
    client.setEncoding('utf8').on('data', (chunk) => {
      text += String(chunk);
    });
    client.resume().end('quit\n');
    await once(client, 'close');
    const replies = text.slice('\n> '.length).split('> ').slice(0, -1);
    expect(replies).toHaveLength(count);
    for (const reply of replies) expect(reply.length).toBe(replies[0]?.length);
    expect(rowsOf(replies[0]!)).toHaveLength(501);
  });

  it('gets a long answer whole when it reads late', async () => {
    await start(10_000);
    const client = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
    client.end('show stat\n');
    await waitFor('the answer to be made', () => commandsRun > 0);
    let text = '';
    client.setEncoding('utf8').on('data', (chunk) => {
      text += String(chunk);
    });
    await once(client, 'close');
    expect(text.startsWith(CSV_HEADER)).toBe(true);
    expect(text.split('\n')).toHaveLength(1 + 10_001 + 2);
    expect(text.endsWith('\n\n')).toBe(true);
  });

  it('is closed after the timeout', async () => {
    await start(5000, 150, 1);
    const client = connect(path);
    client.pause();
    client.on('error', () => {});
    client.write('show stat\n');
    await waitFor('the answer to be made', () => commandsRun > 0);
    // The only place is its own until then; whoever waits for it gets it.
    expect(await ask(path, 'show version')).toBe(version);
    let text = '';
    client.setEncoding('utf8').on('data', (chunk) => {
      text += String(chunk);
    });
    client.resume();
    await once(client, 'close');
    expect(text.startsWith(CSV_HEADER)).toBe(true);
    expect(text.endsWith('\n\n')).toBe(false);
  });
});

describe('a client that leaves', () => {
  it('mid-answer, by FIN or RST, before or after its command, harms nothing', async () => {
    await start(500);
    for (let round = 0; round < 20; round++) {
      const byReset = new Client(port);
      byReset.socket.write('show stat\n');
      if (round % 2 === 0) await once(byReset.socket, 'data');
      byReset.socket.resetAndDestroy();
      const byClose = new Client(path);
      byClose.socket.write('prompt;show stat\nshow stat\n');
      if (round % 3 === 0) await once(byClose.socket, 'data');
      byClose.socket.destroy();
      new Client(port).socket.resetAndDestroy();
    }
    expect(await ask(path, 'show version')).toBe(version);
    expect(await ask(`127.0.0.1:${port}`, 'show version')).toBe(version);
  });
});

describe('close', () => {
  it('cuts clients that are connected', async () => {
    await start(1);
    const client = new Client(path);
    client.socket.write('prompt\n');
    await client.sees('\n> ');
    await api.close();
    await client.ends();
  });
});
