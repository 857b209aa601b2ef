/** `hapax/health` inside a program: whatever it did, the program ends by itself once it is done. Runs the built package. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, test } from 'vitest';
import { runCommand } from '../support/run-command.ts';
import { httpAnswer, plain, silence, startScripted } from '../support/scripted-server.ts';

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

const library = new URL('../../dist/health-library/index.js', import.meta.url).href;

/** Runs a program with `good`, a healthy target, and `mute`, one that never answers; says at its end what is still open. */
async function host(code: string) {
  const good = await startScripted(plain(httpAnswer('200 OK', 'fine')));
  const mute = await startScripted(plain(silence));
  cleanups.push(
    () => good.close(),
    () => mute.close(),
  );
  const target = (port: number) =>
    JSON.stringify({ id: `${port}`, appName: 'x', ip: '127.0.0.1', port, healthCheckPath: '/' });
  const program = `
import * as health from ${JSON.stringify(library)};
const { HttpChecker, HealthMonitor, RedisChecker, TcpChecker, defaultConfig, defaultRetryConfig } = health;
const good = ${target(good.port)};
const mute = ${target(mute.port)};
process.on('exit', () => console.log('left', process.getActiveResourcesInfo().filter((each) => !/Pipe|TTY/.test(each))));
${code}
`;
  return runCommand({ file: process.execPath, args: ['--input-type=module', '-e', program] });
}

test.each([
  ['a check', 'console.log((await new HttpChecker(60_000).check(good)).healthy);', 'true'],
  ['a check that timed out', 'console.log((await new HttpChecker(50).check(mute)).status);', 'L7TOUT'],
  ['a dialogue', 'console.log((await new TcpChecker(60_000).check(mute)).status);', 'L4OK'],
  ['a dialogue that timed out', 'console.log((await new RedisChecker(50).check(mute)).status);', 'L7TOUT'],
  [
    'many checks',
    'console.log((await new HttpChecker(60_000).checkAll(Array(200).fill(good), 50)).every((each) => each.healthy));',
    'true',
  ],
  [
    'many checks with one signal',
    `const { signal } = new AbortController();
const checks = Array(50).fill(good).map((each) => new TcpChecker(60_000).check(each, { signal }));
console.log((await Promise.all(checks)).length);`,
    '50',
  ],
  [
    'an aborted wait for a retry',
    `const control = new AbortController();
const retry = { ...defaultRetryConfig(), initialBackoff: 60_000, maxBackoff: 60_000 };
const wait = new HttpChecker(50).checkWithRetry(mute, retry, () => setImmediate(() => control.abort()), control);
console.log((await wait.catch((error) => error)).name);`,
    'AbortError',
  ],
  [
    'an aborted check',
    `const control = new AbortController();
setTimeout(() => control.abort(), 50);
console.log((await new HttpChecker(60_000).check(mute, control).catch((error) => error)).name);`,
    'AbortError',
  ],
  [
    'a monitor that was stopped in the midst of its checks',
    `const config = { ...defaultConfig(), interval: 60_000, timeout: 60_000 };
// One check is done, the other will never be.
await new Promise((onResult) => {
  globalThis.monitor = new HealthMonitor(config, () => [good, mute], { onResult });
  monitor.start();
});
await monitor.stop();
console.log(monitor.getStats().total);`,
    '2',
  ],
  [
    'a monitor that was stopped between its rounds',
    `const monitor = new HealthMonitor({ ...defaultConfig(), interval: 60_000 }, () => [good], {
  onHealthChange: (healthy) => {
    console.log(healthy.length);
    setTimeout(() => monitor.stop(), 10);
  },
});
monitor.start();`,
    '1',
  ],
  ['nothing but the import', 'console.log(typeof health.StateTracker);', 'function'],
])('%s', async (_name, code, stdout) => {
  expect(await host(code)).toMatchObject({ code: 0, stdout: `${stdout}\nleft []\n`, stderr: '' });
});

test('the programs of the documentation print what it says', async () => {
  const project = fileURLToPath(new URL('../../', import.meta.url));
  const text = readFileSync(join(project, 'docs/health-library.md'), 'utf8');
  const programs = [...text.matchAll(/```js\n([\s\S]*?)```\n\nIt prints\n\n((?: {4}.*\n)+)/g)];
  expect(programs).toHaveLength(2);
  for (const [, code = '', printed = ''] of programs) {
    // The package's own name leads to its exports here.
    const command = { file: process.execPath, args: ['--input-type=module', '-e', code] };
    const stdout = printed.replaceAll(/^ {4}/gm, '');
    expect(await runCommand(command, { cwd: project })).toMatchObject({ code: 0, stdout, stderr: '' });
  }
});
