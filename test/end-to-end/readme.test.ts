/** What README.md tells its reader to do, done. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { freePort } from '../support/ports.ts';
import { type ProxyProcess, runToEnd, startProxy } from '../support/proxy-process.ts';
import { httpAnswer, plain, startScripted } from '../support/scripted-server.ts';
import { openClient } from '../support/tcp-client.ts';

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');

async function page(proxy: ProxyProcess, port: number): Promise<string> {
  const client = await openClient(port);
  client.write('GET / HTTP/1.0\r\n\r\n');
  await client.waitForEnd();
  client.destroy();
  expect(proxy.exit).toBeUndefined();
  return client.received.split('\r\n\r\n')[1] ?? '';
}

test('the first configuration balances over the servers that are well', async () => {
  const text = /```haproxy\n([\s\S]+?)```/.exec(readme)?.[1];
  expect(text).toBeDefined();
  const [a, b] = await Promise.all(['a', 'b'].map((name) => startScripted(plain(httpAnswer('200 OK', name)))));
  cleanups.push(
    () => a!.close(),
    () => b!.close(),
  );
  const port = await freePort();
  const config = text!
    .replace('/tmp/hapax.sock', '$DIR/stats.sock')
    .replace(':8080', `:${port}`)
    .replace(':8081', `:${a!.port}`)
    .replace(':8082', `:${b!.port}`);
  const proxy = await startProxy('hapax', { config });
  cleanups.push(() => proxy.stop());
  const checked = await runToEnd('hapax', ['-c', '-f', proxy.configPath], proxy.directory);
  expect(checked).toMatchObject({ code: 0, stdout: 'Configuration file is valid\n', stderr: '' });
  expect([await page(proxy, port), await page(proxy, port)].sort()).toEqual(['a', 'b']);
  await a!.close();
  await proxy.waitForStderr(/Server web\/a is DOWN/);
  expect([await page(proxy, port), await page(proxy, port)]).toEqual(['b', 'b']);
  const columns = (await proxy.ask('show stat')).split('\n').map((line) => line.split(','));
  expect(columns.filter((row) => row[0] === 'web').map((row) => [row[1], row[17], row[36]])).toEqual([
    ['FRONTEND', 'OPEN', ''],
    ['a', 'DOWN', 'L4CON'],
    ['b', 'UP', 'L7OK'],
    ['BACKEND', 'UP', ''],
  ]);
  proxy.signal('SIGUSR1');
  expect(await proxy.waitForExit()).toEqual({ code: 0, signal: null });
});

test('files the README names are there', () => {
  for (const name of ['docs/keywords.md', 'CHANGELOG.md', 'LICENSE', '.ci/run']) {
    expect(readFileSync(join(new URL('../../', import.meta.url).pathname, name), 'utf8').length).toBeGreaterThan(0);
  }
});
