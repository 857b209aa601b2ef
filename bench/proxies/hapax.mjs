/** hapax, as built in dist/, with the very file HAProxy gets. */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { writeRelayFile } from './haproxy.mjs';
import { versionOf } from './version.mjs';

/** `HAPAX` names another build's command, as it does for the tests. */
const MAIN = process.env.HAPAX ?? fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));

/** The command line that runs hapax on a configuration file, without the core to run on. */
export function hapaxCommand(file) {
  return [process.execPath, MAIN, '-db', '-f', file];
}

/** The one that only looks whether the file is in order. */
export function hapaxCheckCommand(file) {
  return [process.execPath, MAIN, '-c', '-f', file];
}

export function hapaxVersionCommand() {
  return [process.execPath, MAIN, '-v'];
}

const version = () => (existsSync(MAIN) ? versionOf(hapaxVersionCommand(), /version (\S+)/) : undefined);

/** @returns {import('./index.mjs').Proxy} */
function onEngine(engine) {
  return {
    name: `hapax-${engine}`,
    version,
    command: (listenPort, originPort, logPort) => [
      'env',
      `HAPAX_ENGINE=${engine}`,
      ...hapaxCommand(writeRelayFile(`hapax-${engine}`, listenPort, originPort, [], logPort)),
    ],
  };
}

export const hapaxLinux = onEngine('linux');
export const hapaxNode = onEngine('node');
