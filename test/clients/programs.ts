/** Finds the programs that tests of clients drive; where one is missing the tests say so and are skipped. */
import { spawnSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, isAbsolute, join } from 'node:path';

const PLACES = (process.env.PATH ?? '').split(delimiter);

/** Whether there is a program of that name in PATH, a file of that absolute path, or a Perl module (`Some::Module`). */
function isInstalled(name: string): boolean {
  if (name.includes('::')) return spawnSync('perl', [`-M${name}`, '-e', '1'], { stdio: 'ignore' }).status === 0;
  if (isAbsolute(name)) return isThere(name, constants.R_OK);
  return PLACES.some((place) => isThere(join(place, name), constants.X_OK));
}

function isThere(path: string, mode: number): boolean {
  try {
    accessSync(path, mode);
    return true;
  } catch {
    return false;
  }
}

/**
 * Prints that a client's tests are skipped when something it needs is missing, with the Debian package that has it.
 * `needs` maps programs, files and Perl modules to packages. Returns whether they are skipped.
 */
export function skipWithout(client: string, needs: Readonly<Record<string, string>>): boolean {
  const missing = Object.keys(needs).filter((name) => !isInstalled(name));
  if (missing.length === 0) return false;
  const packages = [...new Set(missing.map((name) => needs[name]))].join(' ');
  process.stderr.write(`SKIPPED ${client}: no ${missing.join(', ')} here (Debian: ${packages})\n`);
  return true;
}
