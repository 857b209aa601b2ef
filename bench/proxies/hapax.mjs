/** hapax, as built in dist/, with the very file HAProxy gets. */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { writeRelayFile } from './haproxy.mjs';
import { versionOf } from './version.mjs';

const MAIN = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));

/** The command line that runs hapax on a configuration file, without the core to run on. */
export function hapaxCommand(file) {
  return [process.execPath, MAIN, '-db', '-f', file];
}

/** @type {import('./index.mjs').Proxy} */
export const hapax = {
  name: 'hapax',
  version: () => (existsSync(MAIN) ? versionOf([process.execPath, MAIN, '-v'], /version (\S+)/) : undefined),
  command: (listenPort, originPort) => hapaxCommand(writeRelayFile('hapax', listenPort, originPort, [])),
};
