/** The versions of HAProxy's configuration language that hapax can speak for. */

export const TARGETS = ['2.6', '2.8', '3.0', '3.2', '3.4'] as const;

export type Target = (typeof TARGETS)[number];

const NEWEST: Target = '3.4';

/** What conditions compare with: the language of the target, by default the newest hapax reads. */
export function languageVersion(target: Target = NEWEST): string {
  return `${target}.0`;
}

/** Of two targets, whether `a` came before `b`. */
export function isBefore(a: Target, b: Target): boolean {
  return TARGETS.indexOf(a) < TARGETS.indexOf(b);
}
