/** Where checks go, and what agents are told, once commands have moved them: HAProxy, hapax, and hapax with a thread for checks. */
import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import { beforeAll, describe, expect, it } from 'vitest';
import { freePort } from '../support/ports.ts';
import { type Product, skipWithoutHaproxy, startProxy } from '../support/proxy-process.ts';
import { waitFor } from '../support/wait.ts';

const skipped = skipWithoutHaproxy('where checks go after commands');

const CONFIGURATION = `global
  stats socket $DIR/stats.sock level admin
  nbthread 1
  max-spread-checks 50ms
defaults
  mode tcp
  timeout connect 10s
  timeout check 10s
  timeout client 20s
  timeout server 20s
  default-server inter 20ms agent-inter 20ms
backend http
  option httpchk GET /
  http-check send hdr x-server http
  server s 127.0.0.2:A check
backend state
  option httpchk GET /
  http-check send-state
  server s 127.0.0.2:A check
backend addr
  option httpchk GET /
  http-check send hdr x-server addr
  server s 127.0.0.2:A check addr 127.0.0.1:B
backend any
  option httpchk GET /
  http-check send hdr x-server any
  server s 127.0.0.2:A check addr 0.0.0.0:B
backend proxy
  option httpchk GET /
  http-check send hdr x-server proxy
  server s 127.0.0.1:A check send-proxy
backend elsewhere
  option httpchk GET /
  http-check send hdr x-server elsewhere
  server s 127.0.0.1:A check send-proxy port B
backend rule
  option tcp-check
  tcp-check connect port B
  tcp-check send x-server:rule
  tcp-check expect string HTTP
  server s 127.0.0.1:A check
backend free
  option tcp-check
  tcp-check connect
  tcp-check send x-server:free
  tcp-check expect string HTTP
  server s 127.0.0.1:A check
backend agent
  server s 127.0.0.2:A agent-check agent-port B agent-send x-server:agent
backend shared
  server s 127.0.0.1:A agent-check port B addr 127.0.0.2 agent-send x-server:shared
`;

/** Backend, and what is said of its server. */
const COMMANDS: readonly (readonly [string, string])[] = [
  ['http', 'check-port B'],
  ['http', 'check-addr 127.0.0.1'],
  ['http', 'check-port 0'],
  ['http', 'check-addr 0.0.0.0'],
  ['http', 'check-addr 127.0.0.1 port B'],
  ['http', 'check-addr 127.0.0.2 port x'],
  ['state', 'check-addr 127.0.0.1 port B'],
  ['addr', 'check-addr 127.0.0.2'],
  ['any', 'check-port B'],
  ['proxy', 'check-port B'],
  ['elsewhere', 'check-port 0'],
  ['rule', 'check-addr 127.0.0.2 port A'],
  ['free', 'check-addr 127.0.0.2 port B'],
  ['agent', 'agent-port A'],
  ['agent', 'agent-addr 127.0.0.1 port B'],
  ['agent', 'agent-addr localhost'],
  ['agent', 'agent-send x-server:agent\\ and\\\\nmore'],
  ['agent', 'agent-addr 0.0.0.0 port 0'],
  ['shared', 'check-port A'],
  ['shared', 'agent-port A'],
];

/** `127.0.0.1:A "bytes"`: what came in by name of server, in order. */
class Recorder {
  readonly came = new Map<string, string[]>();
  readonly #servers: Server[] = [];

  async open(host: string, port: number, name: string): Promise<void> {
    const server = createServer((socket) => {
      let text = '';
      socket.on('error', () => {});
      socket.on('data', (chunk) => {
        text += String(chunk);
        const who = /x-server: ?([a-z]+)/.exec(text)?.[1] ?? /name=([a-z]+)\/s/.exec(text)?.[1];
        if (who === undefined || (text.includes('GET') && !text.endsWith('\r\n\r\n'))) return;
        const seen = text.replace(/ \d+ \d+\r\n/, ' PORTS\r\n').replace(/(server-state: )\S+( \d\/\d)?;/, '$1STATE;');
        const list = this.came.get(who) ?? [];
        list.push(`${host}:${name} ${JSON.stringify(seen.replace(/port=\d+/, 'port=PORT').replace(/node=[^;]*/, ''))}`);
        this.came.set(who, list);
        socket.end(/agent|shared/.test(who) ? 'up\n' : 'HTTP/1.0 200 OK\r\n\r\n');
        text = '';
      });
    });
    server.listen(port, host);
    await once(server, 'listening');
    this.#servers.push(server);
  }

  /** The last of those that came after the first from now on, which may have been under way. */
  async next(who: string): Promise<string> {
    const before = this.came.get(who)?.length ?? 0;
    const list = await waitFor(`two checks of ${who}`, () => {
      const all = this.came.get(who) ?? [];
      return all.length >= before + 2 && all;
    });
    return list.at(-1)!;
  }

  close(): void {
    for (const server of this.#servers) server.close();
  }
}

async function run(product: Product, env: Readonly<Record<string, string>> = {}): Promise<readonly string[]> {
  const recorder = new Recorder();
  const [a, b] = [await freePort(), await freePort()];
  for (const host of ['127.0.0.1', '127.0.0.2']) {
    await recorder.open(host, a, 'A');
    await recorder.open(host, b, 'B');
  }
  const withPorts = (text: string) => text.replace(/\bA\b/g, `${a}`).replace(/\bB\b/g, `${b}`);
  const proxy = await startProxy(product, { config: withPorts(CONFIGURATION), env });
  try {
    const went: string[] = [];
    for (const [backend] of CONFIGURATION.matchAll(/(?<=^backend )\w+/gm)) {
      went.push(`${backend}: ${await recorder.next(backend)}`);
    }
    for (const [backend, words] of COMMANDS) {
      await proxy.ask(withPorts(`set server ${backend}/s ${words}`));
      went.push(`${backend} ${words}: ${await recorder.next(backend)}`);
    }
    return went;
  } finally {
    await proxy.stop();
    recorder.close();
  }
}

describe.skipIf(skipped)('where checks go after commands', () => {
  let oracle: readonly string[];

  beforeAll(async () => {
    oracle = await run('haproxy');
  }, 60_000);

  it.each(['control', 'thread'])(
    'is the same, made by: %s',
    async (HAPAX_CHECKS) => {
      expect(new Set(oracle).size).toBe(COMMANDS.length + 10);
      expect(await run('hapax', { HAPAX_CHECKS })).toEqual(oracle);
    },
    60_000,
  );
});
