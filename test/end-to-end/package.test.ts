/** What `npm pack` ships, unpacked somewhere else beside its dependencies alone, runs there. */
import { cpSync, mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs';
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
