/** Scripts that behave badly. Each writes the process ids of whatever it started, so that the test can see them end. */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { runScript } from '../../../src/health-checker/script-check.ts';
import { standStill } from '../../support/stand-still.ts';
import { waitFor } from '../../support/wait.ts';

const LONG = 60_000;
let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'hapax-script-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

function script(text: string, mode = 0o755): string {
  const path = join(directory, 'check.sh');
  writeFileSync(path, text, { mode });
  return path;
}

const never = new AbortController().signal;
const run = (words: readonly string[], timeout = LONG, signal = never) => runScript({ words, timeout, signal });

/** Neither there nor more than an entry nobody has fetched yet. */
function isGone(pid: number): boolean {
  try {
    return /^State:\s+[ZX]/m.test(readFileSync(`/proc/${pid}/status`, 'latin1'));
  } catch {
    return true;
  }
}

function pids(): number[] {
  const path = join(directory, 'pids');
  return existsSync(path) ? readFileSync(path, 'utf8').trim().split('\n').map(Number) : [];
}

describe('what a script says with its end', () => {
  test('0 passes, with its arguments as they are', async () => {
    const path = script('#!/bin/sh\n[ "$1" = "a b" ] && [ "$2" = "\\$HOME" ] && [ $# = 2 ]\n');
    expect(await run([path, 'a b', '$HOME'])).toMatchObject({ passed: true, reason: 'exit code 0' });
    expect(await run([path])).toMatchObject({ passed: false, reason: 'exit code 1' });
  });

  test('counts, though nobody looked before the time was over', async () => {
    const ended = join(directory, 'ended');
    const result = run([script(`#!/bin/sh\necho > ${ended}\n`)], 100);
    standStill(200, () => existsSync(ended));
    expect(await result).toMatchObject({ passed: true, reason: 'exit code 0' });
  });

  test('anything else fails', async () => {
    expect(await run([script('#!/bin/sh\necho broken >&2\nexit 7\n')])).toMatchObject({
      passed: false,
      reason: 'exit code 7',
      output: 'broken\n',
    });
    expect(await run([script('#!/bin/sh\nkill -SEGV $$\n')])).toMatchObject({
      passed: false,
      reason: expect.stringMatching(/SIGSEGV/),
    });
  });

  test('a command without a path is looked for as a shell does', async () => {
    expect(await run(['true'])).toMatchObject({ passed: true });
  });
});

describe('what cannot be started', () => {
  test('a name that is nowhere in PATH', async () => {
    expect(await run(['no-such-program'])).toMatchObject({
      passed: false,
      reason:
        'cannot be started: no folder of PATH has it (./no-such-program means one of the folder hapax was started in)',
    });
  });

  test('missing', async () => {
    expect(await run([join(directory, 'none.sh'), 'x'])).toMatchObject({
      passed: false,
      reason: 'cannot be started: No such file or directory',
    });
  });

  test('not executable', async () => {
    expect(await run([script('#!/bin/sh\n', 0o644)])).toMatchObject({
      passed: false,
      reason: 'cannot be started: Permission denied',
    });
  });

  test('a folder', async () => {
    expect(await run([directory])).toMatchObject({ passed: false, reason: 'cannot be started: Permission denied' });
  });

  test('an interpreter that is not there, and arguments that cannot be', async () => {
    expect(await run([script('#!/no/such/shell\n')])).toMatchObject({
      passed: false,
      reason: expect.stringMatching(/^cannot be started/),
    });
    expect(await run(['true', 'a\0b'])).toMatchObject({
      passed: false,
      reason: expect.stringMatching(/^cannot be started/),
    });
  });
});

describe('what outlives its time', () => {
  test.each([
    ['one that sleeps', 'sleep 600'],
    ['one that ignores signals', "trap '' TERM INT HUP\nwhile :; do sleep 600; done"],
    ['one with children', 'sleep 600 & echo $! >> "$1"\nsh -c \'echo $$ >> "$0"; sleep 600\' "$1" &\nwait'],
    ['one with a child in a session of its own', 'setsid sleep 600 & echo $! >> "$1"\nwait'],
  ])('%s', async (_name, text) => {
    const path = script(`#!/bin/sh\necho $$ >> "$1"\n${text}\n`);
    const outcome = await run([path, join(directory, 'pids')], 400);
    expect(outcome).toMatchObject({ passed: false, reason: 'still running after 400 ms: killed with its children' });
    const started = pids();
    expect(started.length).toBeGreaterThan(0);
    await waitFor('its processes to be gone', () => started.every(isGone), { describe: () => pids().join(' ') });
  });

  test('one that floods', async () => {
    const outcome = await run([script('#!/bin/sh\nexec cat /dev/zero\n')], 400);
    expect(outcome.reason).toContain('still running after 400 ms');
    expect(outcome.output?.length).toBe(2048);
  });

  test('an aborted signal kills too', async () => {
    const control = new AbortController();
    const path = script('#!/bin/sh\necho $$ >> "$1"\nsleep 600 & echo $! >> "$1"\nwait\n');
    const running = run([path, join(directory, 'pids')], LONG, control.signal);
    await waitFor('its processes', () => pids().length === 2);
    control.abort();
    expect(await running).toMatchObject({ passed: false });
    await waitFor('its processes to be gone', () => pids().every(isGone));
  });
});

test('one that says much and ends well passes', async () => {
  const path = script('#!/bin/sh\nhead -c 5000000 /dev/zero\nhead -c 5000000 /dev/zero >&2\n');
  expect(await run([path])).toMatchObject({ passed: true });
});

test('children left in the background with its pipes do not delay its end', async () => {
  const path = script('#!/bin/sh\nsleep 600 & echo $! >> "$1"\nexit 3\n');
  expect(await run([path, join(directory, 'pids')])).toMatchObject({ passed: false, reason: 'exit code 3' });
  for (const pid of pids()) process.kill(pid, 'SIGKILL');
});
