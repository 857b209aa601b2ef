/**
 * A proxy that is killed at chance moments, gently and by force, under traffic, and started again on the same port and
 * the same socket path: it always ends, always comes back, and never leaves a path that no successor can take.
 */
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { freePort } from '../support/ports.ts';
import { type Exit, launchProxy, type ProxyProcess } from '../support/proxy-process.ts';
import { echo, plain, startScripted } from '../support/scripted-server.ts';
import { ask } from '../support/stats-client.ts';
import { TcpClient } from '../support/tcp-client.ts';
import { pause, waitFor } from '../support/wait.ts';
import { forSoakTime, SOAK_SEED, seededRandom } from './soak.ts';

const random = seededRandom(SOAK_SEED);
const below = (limit: number) => Math.floor(random() * limit);
const SIGNALS: readonly NodeJS.Signals[] = ['SIGTERM', 'SIGINT', 'SIGUSR1', 'SIGKILL', 'SIGTERM'];

const cleanups: (() => Promise<unknown> | unknown)[] = [];
afterAll(async () => {
  for (const cleanup of cleanups.reverse()) await cleanup();
});

test('kills at chance moments', async () => {
  const server = await startScripted(plain(echo));
  cleanups.push(() => server.close());
  const directory = mkdtempSync(join(tmpdir(), 'hapax-kills-'));
  cleanups.push(() => rmSync(directory, { recursive: true, force: true }));
  const socket = join(directory, 'admin.sock');
  const port = await freePort();
  const start = (): ProxyProcess =>
    launchProxy('hapax', {
      config: `global
    stats socket ${socket} mode 600 level admin
defaults
    mode tcp
    timeout connect 1s
    timeout client 10s
    timeout server 10s
listen app
    bind 127.0.0.1:${port}
    server s ${server.address} check inter 50ms
`,
    });
  const isUp = (proxy: ProxyProcess) =>
    waitFor(
      'the proxy to answer',
      async () => {
        if (proxy.exit !== undefined) throw new Error(`ended with ${JSON.stringify(proxy.exit)}: ${proxy.stderr}`);
        return ask(socket, 'show info').then(
          (answer) => answer.includes(`Pid: ${proxy.pid}\n`),
          () => false,
        );
      },
      { limit: 30_000 },
    );

  await forSoakTime(async (round) => {
    const proxy = start();
    try {
      // Sometimes it is killed while it starts.
      const early = random() < 0.25 ? 1 + below(300) : 0;
      if (early > 0) await pause(early);
      else await isUp(proxy);
      const clients = early > 0 ? [] : Array.from({ length: below(20) }, () => new TcpClient(port));
      for (const client of clients) if (random() < 0.7) client.write('x'.repeat(below(100_000)));
      await pause(below(60));
      // Until our first line runs, Node itself takes SIGUSR1, for its debugger; no program can change that before Node 22.
      const choice = early > 0 ? SIGNALS.filter((name) => name !== 'SIGUSR1') : SIGNALS;
      const signal = choice[below(choice.length)]!;
      proxy.signal(signal);
      // A gentle end waits for the sessions.
      if (signal === 'SIGUSR1') for (const client of clients) client.destroy();
      let exit: Exit;
      try {
        exit = await proxy.waitForExit(20_000);
      } catch (error) {
        throw new Error(`round ${round}, ${signal}${early ? ` after ${early} ms` : ''}: ${error}\n${proxy.stderr}`);
      }
      const context = `round ${round}, ${signal}${early > 0 ? ' at start' : ''}: ${JSON.stringify(exit)} ${proxy.stderr}`;
      if (signal === 'SIGUSR1' && early === 0) expect([exit.code, context]).toEqual([0, context]);
      else if (early === 0) expect([exit.signal, context]).toEqual([signal, context]);
      expect(proxy.stderr, context).not.toMatch(/\n\s+at .*:\d+:\d+/);
      for (const client of clients) client.destroy();
      if (early === 0) expect(statSync(socket).isSocket()).toBe(true);
    } finally {
      await proxy.stop();
    }
  });
  const last = start();
  cleanups.push(() => last.stop());
  await isUp(last);
});
