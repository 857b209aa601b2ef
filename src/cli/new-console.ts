import { Console } from '../logging/console.ts';
import { HAPAX_VERSION } from '../version.ts';

/** The command's stderr, with the lines that come before its first problem. */
export function newConsole(): Console {
  return new Console({
    introduction: [`hapax version is ${HAPAX_VERSION}`, `path to executable is ${process.argv[1] ?? 'hapax'}`],
  });
}
