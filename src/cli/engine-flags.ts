/** Settings of V8, which are the whole process's. */
import { setFlagsFromString } from 'node:v8';

/** The versions they were measured with and seen in; another would answer an option it does not know on stderr. */
const KNOWN = /^1[1-4]\./;

export function setEngineFlags(...flags: readonly string[]): void {
  if (!KNOWN.test(process.versions.v8)) return;
  for (const flag of flags) setFlagsFromString(flag);
}

/**
 * Patterns of a configuration meet what strangers say, and `(x+x+)+y` takes V8 for ever to find nowhere in a page of x. After
 * 50,000 steps back it goes on with its other matcher, which takes time in proportion to the text; only patterns that look
 * around or back at what they have matched have none.
 */
export function boundPatterns(): void {
  setEngineFlags('--enable-experimental-regexp-engine-on-excessive-backtracks');
}
