import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { notifySystemd } from '../../../src/control/systemd.ts';
import { libc, libcProblem } from '../../../src/system/libc.ts';
import { bindUnixReceiver } from '../../support/unix-receiver.ts';

const native = libc() !== undefined;
if (!native) process.stderr.write(`SKIPPED telling systemd: ${libcProblem()}\n`);

test('without a manager there is nothing to tell', () => {
  expect(notifySystemd('READY=1\n', '')).toBe(true);
});

test.runIf(native)('the manager gets the state as one datagram', () => {
  const directory = mkdtempSync(join(tmpdir(), 'hapax-notify-'));
  const path = join(directory, 'notify');
  expect(notifySystemd('READY=1\n', path)).toBe(false);
  const receiver = bindUnixReceiver(path);
  expect(notifySystemd('READY=1\nMAINPID=1\n', path)).toBe(true);
  expect(receiver.receive()).toBe('READY=1\nMAINPID=1\n');
  receiver.close();
  rmSync(directory, { recursive: true });
});
