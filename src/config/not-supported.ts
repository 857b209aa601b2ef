import { HAPAX_VERSION } from '../version.ts';

/** hapax's words for what HAProxy has and hapax has not yet; `what` with its quotes (`'acl'`). */
export function notSupportedYet(what: string): string {
  return `${what} is not supported yet by hapax ${HAPAX_VERSION}.`;
}
