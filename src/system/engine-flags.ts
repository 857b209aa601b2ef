/** Settings of V8, which are the whole process's. */
import { setFlagsFromString } from 'node:v8';

/** The versions they were measured with and seen in; another would answer an option it does not know on stderr. */
const KNOWN = /^1[1-4]\./;

/** False: nothing is set, since nothing is known of this V8. */
export function setEngineFlags(...flags: readonly string[]): boolean {
  if (!KNOWN.test(process.versions.v8)) return false;
  for (const flag of flags) setFlagsFromString(flag);
  return true;
}
