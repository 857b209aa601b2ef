/** Killing a program that has several threads: a child belongs to the one that started it. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { killTree } from '../../../src/system/process-tree.ts';
import { waitFor } from '../../support/wait.ts';

function isGone(pid: number): boolean {
  try {
    return /^State:\s+[ZX]/m.test(readFileSync(`/proc/${pid}/status`, 'latin1'));
  } catch {
    return true;
  }
}

test('children of every thread go too, though they have a session of their own', async () => {
  const inThread = `
    const child = require('node:child_process').spawn('sleep', ['600'], { detached: true, stdio: 'ignore' });
    require('node:worker_threads').parentPort.postMessage(child.pid);`;
  const program = `
    new (require('node:worker_threads').Worker)(${JSON.stringify(inThread)}, { eval: true }).on('message', console.log);
    setInterval(() => {}, 1e6);`;
  const parent = spawn(process.execPath, ['-e', program], { detached: true, stdio: ['ignore', 'pipe', 'inherit'] });
  const [said] = (await once(parent.stdout, 'data')) as [Buffer];
  const child = Number(said.toString('latin1'));
  expect(isGone(child)).toBe(false);
  killTree(parent.pid!);
  expect(await once(parent, 'exit')).toEqual([null, 'SIGKILL']);
  try {
    await waitFor('the child of the thread to be gone', () => isGone(child));
  } finally {
    if (!isGone(child)) process.kill(child, 'SIGKILL');
  }
});
