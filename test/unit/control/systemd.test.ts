import { mkdtempSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { SystemdNotifier } from '../../../src/control/systemd.ts';
import { libc, libcProblem } from '../../../src/system/libc.ts';
import { bindUnixReceiver } from '../../support/unix-receiver.ts';

const native = libc() !== undefined;
if (!native) process.stderr.write(`SKIPPED telling systemd: ${libcProblem()}\n`);

test('without a manager there is nobody to tell', () => {
  expect(new SystemdNotifier('').notify('READY=1\n')).toBe(false);
});

test.runIf(native)('the manager gets the state as one datagram, even when its path is out of reach by then', () => {
  const directory = mkdtempSync(join(tmpdir(), 'hapax-notify-'));
  const path = join(directory, 'notify');
  expect(new SystemdNotifier(path).notify('READY=1\n')).toBe(false);
  const receiver = bindUnixReceiver(path);
  const systemd = new SystemdNotifier(path);
  renameSync(path, `${path}.away`);
  expect(systemd.notify('READY=1\nMAINPID=1\n')).toBe(true);
  expect(receiver.receive()).toBe('READY=1\nMAINPID=1\n');
  systemd.close();
  receiver.close();
  rmSync(directory, { recursive: true });
});
