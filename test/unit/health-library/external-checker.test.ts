/** Programs as checkers: what they are told, how they end, and that nothing of them is left. */
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ExternalChecker, type ExternalOptions, StateTracker } from '../../../src/health-library/index.ts';
import { waitFor } from '../../support/wait.ts';

const LIMIT = 20_000;
const target = { id: 'a', appName: 'shop', ip: '127.0.0.1', port: 8080, healthCheckPath: '/' };

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hapax-checker-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function script(text: string, mode = 0o755): string {
  const path = join(folder, 'check.sh');
  writeFileSync(path, `#!/bin/sh\n${text}\n`);
  chmodSync(path, mode);
  return path;
}

async function outcome(text: string, options: ExternalOptions = {}, timeout = LIMIT) {
  const result = await new ExternalChecker(timeout, script(text), options).check(target);
  return `${result.healthy} ${result.status}/${result.code} ${result.text}`.trimEnd();
}

describe('a program', () => {
  it.each([
    ['exit 0', 'true PROCOK/0'],
    ['exit 3', 'false PROCERR/3 exit code 3'],
    ['kill -9 $$', 'false PROCERR/4294967295 killed by a signal'],
    ['[ "$*" = "NOT_USED NOT_USED 127.0.0.1 8080" ]', 'true PROCOK/0'],
    [
      '[ "$HAPROXY_SERVER_ADDR:$HAPROXY_SERVER_PORT $HAPROXY_PROXY_NAME/$HAPROXY_SERVER_NAME" = "127.0.0.1:8080 shop/a" ]',
      'true PROCOK/0',
    ],
    ['yes | head -c 1000000; yes | head -c 1000000 >&2', 'true PROCOK/0'],
  ])('%s', async (text, expected) => {
    expect(await outcome(text)).toBe(expected);
  });

  it('is given arguments and variables of its own', async () => {
    const args = ({ ip, port }: typeof target) => [`http://${ip}:${port}/`];
    expect(await outcome('[ "$1 $MARK" = "http://127.0.0.1:8080/ yes" ]', { args, env: { MARK: 'yes' } })).toBe(
      'true PROCOK/0',
    );
    expect(await outcome('[ "$#" = 0 ]', { args: [] })).toBe('true PROCOK/0');
  });

  it('that is missing, or may not be run, says why', async () => {
    const missing = await new ExternalChecker(LIMIT, join(folder, 'missing')).check(target);
    expect(missing).toMatchObject({ healthy: false, text: 'cannot be started: No such file or directory' });
    const forbidden = await new ExternalChecker(LIMIT, script('exit 0', 0o644)).check(target);
    expect(forbidden).toMatchObject({ healthy: false, text: 'cannot be started: Permission denied' });
  });

  const stubborn = (pids: string) =>
    `trap '' TERM\nsleep 60 &\necho $! >> ${pids}.new\necho $$ >> ${pids}.new\nmv ${pids}.new ${pids}\nwait\nsleep 60`;

  it('that takes too long is killed with its children', async () => {
    const pids = join(folder, 'pids');
    expect(await outcome(stubborn(pids), {}, 1500)).toBe('false PROCTOUT/0 still running: killed with its children');
    for (const pid of readFileSync(pids, 'utf8').trim().split('\n'))
      await waitFor(`the end of ${pid}`, () => isGone(pid));
  });

  it('ends with its signal', async () => {
    const pids = join(folder, 'pids');
    const control = new AbortController();
    const check = new ExternalChecker(LIMIT, script(stubborn(pids))).check(target, { signal: control.signal });
    const list = await waitFor('the program', () => readOr(pids));
    control.abort(new Error('enough'));
    await expect(check).rejects.toThrow('enough');
    for (const pid of list.trim().split('\n')) await waitFor(`the end of ${pid}`, () => isGone(pid));
  });

  it('is a checker like any other', async () => {
    const tracker = new StateTracker(1, 1);
    tracker.syncTargets([target]);
    const [result] = await new ExternalChecker(LIMIT, 'false').checkAll([target], 1);
    tracker.recordResult(target.id, result!.healthy);
    expect(tracker.getState(target.id)).toBe(false);
  });
});

function readOr(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

/** A zombie that init has not collected yet is gone too. */
function isGone(pid: string): boolean {
  return / Z /.test(readOr(`/proc/${pid}/stat`) ?? ' Z ');
}
