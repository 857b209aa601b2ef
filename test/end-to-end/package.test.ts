/** What `npm pack` ships, unpacked somewhere else beside its dependencies alone, runs there. */
import { cpSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runCommand } from '../support/run-command.ts';

const project = fileURLToPath(new URL('../../', import.meta.url));
let elsewhere: string;
let files: readonly string[];

beforeAll(async () => {
  elsewhere = mkdtempSync(join(tmpdir(), 'hapax-package-'));
  const npm = (...args: string[]) => runCommand({ file: 'npm', args }, { cwd: project, limit: 60_000 });
  const packed = await npm('pack', '--json', '--ignore-scripts', '--pack-destination', elsewhere);
  expect(packed.code).toBe(0);
  const [manifest] = JSON.parse(packed.stdout) as [{ filename: string; files: { path: string }[] }];
  files = manifest.files.map(({ path }) => path);
  const target = join(elsewhere, 'node_modules', 'hapax');
  mkdirSync(target, { recursive: true });
  const unpacked = await runCommand(
    { file: 'tar', args: ['-xzf', join(elsewhere, manifest.filename), '-C', target, '--strip-components=1'] },
    { limit: 60_000 },
  );
  expect(unpacked.code).toBe(0);
  const listed = await npm('ls', '--omit=dev', '--all', '--parseable');
  for (const path of listed.stdout.split('\n').slice(1)) {
    if (path !== '') cpSync(path, join(elsewhere, relative(project, path)), { recursive: true });
  }
}, 120_000);

afterAll(() => rmSync(elsewhere, { recursive: true, force: true }));

test('the package holds what runs, and no sources or tests', () => {
  for (const needed of [
    'package.json',
    'README.md',
    'LICENSE',
    'dist/cli/main.js',
    'dist/index.js',
    'dist/index.d.ts',
    'dist/health-library/index.js',
    'dist/health-library/index.d.ts',
  ]) {
    expect(files).toContain(needed);
  }
  expect(files).toContain('dist/grammar/generated/haproxy.js');
  expect(files).toContain('dist/traffic/worker.js');
  expect(files.filter((path) => /^(src|test|scripts|grammar|node_modules)\//.test(path))).toEqual([]);
});

test('the command runs where it was installed', async () => {
  const main = join(elsewhere, 'node_modules/hapax/dist/cli/main.js');
  expect(statSync(main).mode & 0o111).toBe(0o111);
  const version = await runCommand({ file: main, args: ['-v'] }, { cwd: elsewhere });
  expect(version).toMatchObject({ code: 0, stderr: '', stdout: expect.stringMatching(/^hapax version \d/) });
  const conf = join(elsewhere, 'node_modules/hapax/conf/patroni.cfg');
  const checked = await runCommand({ file: main, args: ['-c', '-f', conf] }, { cwd: elsewhere });
  // Names of that file need not resolve here; what matters is that the reader ran and judged.
  expect(checked.stdout + checked.stderr).toMatch(/Configuration file is valid|could not resolve address/);
});

test('the library runs where it was installed', async () => {
  const code = `
    import { startProxy } from 'hapax';
    const text = 'defaults\\n mode tcp\\n timeout client 1s\\n timeout server 1s\\n timeout connect 1s\\n'
      + 'listen l\\n bind 127.0.0.1:1\\n server s 127.0.0.1:1\\n';
    const proxy = await startProxy({ text, ports: 'free' });
    console.log(proxy.addresses.length, proxy.stats().length);
    await proxy.stop();`;
  const result = await runCommand(
    { file: process.execPath, args: ['--input-type=module', '-e', code] },
    { cwd: elsewhere },
  );
  expect(result).toMatchObject({ code: 0, stdout: '1 3\n', stderr: '' });
});

test('the health library runs where it was installed', async () => {
  const code = `
    import { HealthMonitor, TcpChecker, defaultConfig } from 'hapax/health';
    const target = { id: 'a', appName: 'x', ip: '127.0.0.1', port: 1, healthCheckPath: '/' };
    console.log((await new TcpChecker(5000).check(target)).status);
    const monitor = new HealthMonitor({ ...defaultConfig(), fall: 1 }, () => [target]);
    await monitor.forceCheck();
    console.log(monitor.getStats());`;
  const result = await runCommand(
    { file: process.execPath, args: ['--input-type=module', '-e', code] },
    { cwd: elsewhere },
  );
  expect(result).toMatchObject({ code: 0, stdout: 'L4CON\n{ total: 1, healthy: 0, unhealthy: 1 }\n', stderr: '' });
  const common = "import('hapax/health').then(({ defaultConfig }) => console.log(defaultConfig().fall));";
  const args = ['--input-type=commonjs', '-e', common];
  const fromCommon = await runCommand({ file: process.execPath, args }, { cwd: elsewhere });
  expect(fromCommon).toMatchObject({ code: 0, stdout: '3\n', stderr: '' });
});

test('a program written in TypeScript compiles against both, and its mistakes are found', async () => {
  const good = `
import { type RunningProxy, startProxy } from 'hapax';
import {
  Checker, type CheckResult, defaultConfig, HealthMonitor, HttpChecker, HttpDialogueChecker, RedisChecker, SequenceChecker,
  StateTracker, type Target,
} from 'hapax/health';

const target: Target = { id: 'a', appName: 'x', ip: '127.0.0.1', port: 80, healthCheckPath: '/' };
const checkers: Checker[] = [
  new HttpChecker(1000),
  new HttpChecker(1000, { uri: '/', expectStatus: '2xx', https: true, tlsSkipVerify: true }),
  new HttpChecker(1000, { expectStatus: 2 }),
  new RedisChecker(1000, { tls: { ca: 'PEM', serverName: 'db' } }),
  new SequenceChecker(1000, [{ send: 'x' }, { expect: /y/, not: true }]),
  // Under exactOptionalPropertyTypes, what may be absent may be undefined too.
  new HttpChecker(1000, { uri: undefined, expectStatus: undefined, https: undefined }),
  new RedisChecker(1000, { tls: process.env.CA === undefined ? undefined : { ca: process.env.CA, cert: undefined } }),
  new HttpDialogueChecker(1000, { headers: { host: 'x' }, expect: [{ header: 'x-role', value: /^p/, comment: undefined }] }),
];
const weighed = { ...target, weight: 3 };
const weights = new HealthMonitor(defaultConfig(), async () => [weighed]).getHealthyTargets().map(({ weight }) => weight);
const tracker = new StateTracker<typeof weighed>(3, 2);
const told = new HealthMonitor(defaultConfig(), () => [weighed], { onResult: ({ target }) => target.weight.toFixed() });
const heavy: number = (await checkers[0]!.check(weighed)).target.weight;
const all: number[] = (await checkers[0]!.checkAll([weighed], 1)).map(({ target }) => target.weight);
console.log(told, heavy, all);
console.log(weights, tracker.getAllTargets()[0]?.weight);
class Own extends Checker {
  protected override async run(target: Target): Promise<CheckResult> {
    return { target, healthy: true, status: 'L7OK', text: '', duration: 1 };
  }
}
const monitor = new HealthMonitor({ ...defaultConfig(), interval: 500 }, async () => [target], {
  checker: new Own(1000),
  onHealthChange: (healthy) => console.log(healthy.map(({ id }) => id)),
});
monitor.start();
const results: CheckResult[] = await checkers[0]!.checkAll([target], 10, { signal: AbortSignal.timeout(1000) });
console.log(results, monitor.getStats().healthy);
await monitor.stop();
const proxy: RunningProxy = await startProxy({ files: ['x.cfg'] });
await proxy.stop();
`;
  const bad = `
import { HttpChecker } from 'hapax/health';
new HttpChecker(1000, { expectStatus: '7xx' });
`;
  writeFileSync(join(elsewhere, 'good.mts'), good);
  writeFileSync(join(elsewhere, 'bad.mts'), bad);
  // What a program in TypeScript for Node has installed anyway.
  for (const types of ['@types/node', 'undici-types']) {
    cpSync(join(project, 'node_modules', types), join(elsewhere, 'node_modules', types), { recursive: true });
  }
  const tsc = (file: string) => {
    const options = [
      '--noEmit',
      '--strict',
      '--exactOptionalPropertyTypes',
      '--module',
      'nodenext',
      '--target',
      'es2022',
    ];
    const args = [join(project, 'node_modules/typescript/bin/tsc'), ...options, '--types', 'node', file];
    return runCommand({ file: process.execPath, args }, { cwd: elsewhere, limit: 120_000 });
  };
  expect(await tsc('good.mts')).toMatchObject({ code: 0, stdout: '' });
  expect((await tsc('bad.mts')).stdout).toMatch(/^bad\.mts\(3,\d+\): error TS2322: .*"7xx"/);
}, 240_000);
