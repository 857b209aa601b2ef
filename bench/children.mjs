/** Programs under measurement: started, watched, and never left behind. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** @type {Set<import('node:child_process').ChildProcess>} */
const running = new Set();

/** Where configurations are written; gone with this process. */
export const scratch = mkdtempSync(join(tmpdir(), 'hapax-bench-'));

process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL');
  rmSync(scratch, { recursive: true, force: true });
});
for (const [signal, code] of [
  ['SIGINT', 130],
  ['SIGTERM', 143],
  ['SIGHUP', 129],
]) {
  process.on(signal, () => process.exit(code));
}

/**
 * @typedef {object} Child
 * @property {number} pid
 * @property {() => string} output What it has printed so far, both streams.
 * @property {() => void} assertAlive Throws, with what the program has said, if it has ended.
 * @property {() => Promise<void>} stop
 */

/**
 * Starts a program that is expected to run until it is stopped.
 * @param {readonly string[]} command
 * @returns {Child}
 */
export function startChild(command) {
  // A group of its own: Ctrl-C reaches this process alone, which then ends the others itself.
  const child = spawn(command[0], command.slice(1), { stdio: ['ignore', 'pipe', 'pipe'], detached: true });
  running.add(child);
  let output = '';
  let ended = '';
  const keep = (chunk) => {
    output = (output + chunk).slice(-4096);
  };
  child.stdout.setEncoding('utf8').on('data', keep);
  child.stderr.setEncoding('utf8').on('data', keep);
  const gone = new Promise((resolve) => {
    child.on('error', (error) => {
      ended = error.message;
      running.delete(child);
      resolve();
    });
    child.on('exit', (code, signal) => {
      ended = `ended with ${signal ?? code}`;
      running.delete(child);
      resolve();
    });
  });
  return {
    pid: child.pid ?? 0,
    output: () => output,
    assertAlive() {
      if (ended !== '') throw new Error(`${command.join(' ')}: ${ended}\n${output}`);
    },
    async stop() {
      child.kill('SIGKILL');
      await gone;
    },
  };
}

/** A port of the loopback address that nobody listens on. */
export async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  server.close();
  await once(server, 'close');
  return port;
}
