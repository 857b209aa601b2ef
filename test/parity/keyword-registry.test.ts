/** `-dK`: every keyword HAProxy lists is in hapax's list, in the same form. */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, it } from 'vitest';
import { registryText } from '../../src/cli/keyword-registry.ts';
import { runToEnd, skipWithoutHaproxy } from '../support/proxy-process.ts';

const skipped = skipWithoutHaproxy('the registry of keywords beside HAProxy');
const directory = mkdtempSync(join(tmpdir(), 'hapax-registry-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

/** What other versions or builds list, with the reason. */
const EXCEPTIONS: readonly (readonly [line: RegExp, reason: string])[] = [
  [/^\t(?:tune\.)?lua[.-]/, 'only builds with Lua list them; hapax knows them all the same'],
  [/ ot-group$/, 'only builds with OpenTracing list it'],
  [/^\toption accept-invalid-http-re/, 'renamed in 3.0; hapax lists the new name and reads both'],
  [/^(?:aes_gcm_dec|bytes|debug|ipmask)\(/, 'took other arguments, or gave another type, before 3.x'],
];

it.skipIf(skipped)('lists what HAProxy lists', async () => {
  writeFileSync(join(directory, 't.cfg'), 'listen l\n bind 127.0.0.1:9001\n');
  const { stdout } = await runToEnd('haproxy', ['-c', '-dKacl,cfg,cnv,svc', '-f', 't.cfg'], directory);
  const ours = new Set(registryText('all').split('\n'));
  const lines = stdout.split('\n').filter((line) => !/^Configuration|^Warnings/.test(line));
  expect(lines.length).toBeGreaterThan(500);
  const missing = lines.filter((line) => !ours.has(line) && !EXCEPTIONS.some(([pattern]) => pattern.test(line)));
  expect(missing).toEqual([]);
  const known = EXCEPTIONS.filter(([pattern]) => lines.some((line) => pattern.test(line) && !ours.has(line)));
  expect(known.map(([pattern]) => pattern)).toEqual(EXCEPTIONS.map(([pattern]) => pattern));
});

/** What HAProxy 3.4 lists (`haproxy -c -dKall`, an ordinary build): a file kept outside the project. */
const newest =
  process.env.HAPAX_REGISTRY ??
  fileURLToPath(new URL('../../../shared/reference/keywords/haproxy-3.4.txt', import.meta.url));
if (!existsSync(newest)) {
  process.stderr.write(`SKIPPED the registry of HAProxy 3.4: no file at HAPAX_REGISTRY or ${newest}\n`);
}

/** Lines that differ, ours and HAProxy's, with the reason. */
const WANTED: readonly (readonly [ours: string | undefined, theirs: string | undefined, reason: string])[] = [
  [
    '\toption abortonclose [ BE ]',
    '\toption abortonclose [ FE BE ]',
    'frontends have it since 3.3; hapax follows the backend, and warns of it in a frontend as HAProxy did before',
  ],
];

it.skipIf(!existsSync(newest))('lists what HAProxy 3.4 lists and nothing else, but for named exceptions', () => {
  const theirs = readFileSync(newest, 'utf8').trimEnd().split('\n');
  const ours = registryText('all').trimEnd().split('\n');
  expect(theirs.length).toBeGreaterThan(1500);
  const added = ours.filter((line) => !theirs.includes(line));
  const missing = theirs.filter((line) => !ours.includes(line));
  expect(added).toEqual(WANTED.flatMap(([line]) => line ?? []));
  expect(missing).toEqual(WANTED.flatMap(([, line]) => line ?? []));
  // The order is HAProxy's too: `diff` shows the exceptions and nothing more.
  const replaced = new Map(WANTED.map(([mine, its]) => [mine, its]));
  expect(ours.map((line) => replaced.get(line) ?? line)).toEqual(theirs);
});

it('lists the classes asked for', () => {
  const titles = (classes: string) =>
    registryText(classes)
      .split('\n')
      .filter((line) => line.startsWith('# List'));
  expect(titles('all')).toHaveLength(7);
  expect(titles('svc,nothing')).toEqual(['# List of registered service names:']);
  expect(titles('')).toEqual([]);
  expect(registryText('help')).toContain('\ncfg: configuration keywords\n');
});
