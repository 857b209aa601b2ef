/** Asks programs what they are. */
import { spawnSync } from 'node:child_process';

/**
 * What a program prints, both streams; undefined when it cannot be run.
 * @param {readonly string[]} command
 */
export function programOutput(command) {
  const { error, stdout, stderr } = spawnSync(command[0], command.slice(1), { encoding: 'utf8', timeout: 10_000 });
  return error === undefined ? stdout + stderr : undefined;
}

/**
 * @param {readonly string[]} command
 * @param {RegExp} pattern Its first group is the version.
 */
export function versionOf(command, pattern) {
  return pattern.exec(programOutput(command) ?? '')?.[1];
}
