/** Programs as checks: their end, their environment, and their children's end at the timeout. */
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { externalArguments, externalEnvironment } from '../../../src/health/external-environment.ts';
import { ExternalRun } from '../../../src/health/external-run.ts';
import { busyTime } from '../../../src/health/time-limit.ts';
import { systemClock, systemTimers } from '../../../src/servers/clock.ts';
import type { CheckResult } from '../../../src/servers/server-event.ts';
import { standStill } from '../../support/stand-still.ts';
import { waitFor } from '../../support/wait.ts';
import { createLab } from '../servers/lab.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hapax-external-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

function script(text: string): string {
  const path = join(folder, 'check.sh');
  writeFileSync(path, `#!/bin/sh\n${text}\n`);
  chmodSync(path, 0o755);
  return path;
}

function run(command: string, timeout = 20_000): Promise<CheckResult> {
  return new Promise((done) => {
    new ExternalRun({
      command,
      args: ['a', 'b c'],
      env: { PATH: '/usr/bin:/bin', MARK: 'yes' },
      timeout,
      clock: systemClock,
      timers: systemTimers,
      busy: busyTime,
      done,
    }).start();
  });
}

describe('a program as check', () => {
  it.each([
    ['exit 0', 'PROCOK', 0],
    ['exit 5', 'PROCERR', 5],
    ['kill -9 $$', 'PROCERR', 4294967295],
    ['kill -TERM $$', 'PROCERR', 4294967295],
    ['[ "$1|$2|$MARK|$HOME" = "a|b c|yes|" ]', 'PROCOK', 0],
    ['yes | head -c 1000000', 'PROCOK', 0],
  ])('%s', async (text, status, code) => {
    expect(await run(script(text))).toMatchObject({ status, code, text: '' });
  });

  it('has ended in time though nobody looked before its time was over', async () => {
    const ended = join(folder, 'ended');
    const result = run(script(`echo > ${ended}`), 100);
    standStill(200, () => existsSync(ended));
    expect(await result).toMatchObject({ status: 'PROCOK', code: 0 });
  });

  it('is missing', async () => {
    expect(await run(join(folder, 'missing'))).toMatchObject({ status: 'PROCERR', code: 255 });
  });

  it('dies with its children when its time is over, whatever it does about SIGTERM', async () => {
    const pids = join(folder, 'pids');
    const result = await run(
      script(
        `trap '' TERM\nsleep 60 &\necho $! >> ${pids}.new\necho $$ >> ${pids}.new\nmv ${pids}.new ${pids}\nsleep 60`,
      ),
      2000,
    );
    expect(result).toMatchObject({ status: 'PROCTOUT', code: 0 });
    expect(existsSync(pids)).toBe(true);
    for (const pid of readFileSync(pids, 'utf8').trim().split('\n')) {
      await waitFor(`the end of ${pid}`, () => isGone(Number(pid)));
    }
  });
});

/** A zombie that init has not collected yet is gone too. */
function isGone(pid: number): boolean {
  try {
    return / Z /.test(readFileSync(`/proc/${pid}/stat`, 'latin1'));
  } catch {
    return true;
  }
}

describe('what it is told', () => {
  it('is the first listener and the server', async () => {
    const text = (kind: string, bind: string) => `
global
  external-check
  insecure-fork-wanted
defaults
  mode tcp
  timeout connect 1s
  timeout client 1s
  timeout server 1s
${kind} b
${bind}
  option external-check
  external-check command /bin/true
  external-check path /bin
  server s1 127.0.0.1:81 check maxconn 7
`;
    const listen = await createLab(text('listen', '  bind 127.0.0.1:29963'));
    const { proxy, model } = listen.server('b/s1');
    expect(proxy.backend?.check).toEqual({ kind: 'external', command: '/bin/true', path: '/bin' });
    expect(externalArguments(proxy, model)).toEqual(['127.0.0.1', '29963', '127.0.0.1', '81']);
    expect(externalEnvironment(proxy, model, '/bin', 3)).toEqual({
      PATH: '/bin',
      HAPROXY_PROXY_NAME: 'b',
      HAPROXY_PROXY_ID: '2',
      HAPROXY_PROXY_ADDR: '127.0.0.1',
      HAPROXY_PROXY_PORT: '29963',
      HAPROXY_SERVER_NAME: 's1',
      HAPROXY_SERVER_ID: '1',
      HAPROXY_SERVER_ADDR: '127.0.0.1',
      HAPROXY_SERVER_PORT: '81',
      HAPROXY_SERVER_MAXCONN: '7',
      HAPROXY_SERVER_CURCONN: '3',
      HAPROXY_SERVER_PROTO: 'tcp',
      HAPROXY_SERVER_SSL: '0',
    });
    const alone = await createLab(text('backend', ''));
    const other = alone.server('b/s1');
    expect(externalArguments(other.proxy, other.model)).toEqual(['NOT_USED', 'NOT_USED', '127.0.0.1', '81']);
  });
});
