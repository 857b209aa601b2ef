/**
 * Rise and fall as one number: health runs from 0 to rise + fall - 1, and the server is up from `rise` on
 * (reference: `show stat`, column check_health). Nothing here knows servers, clocks or logs.
 */
export interface Thresholds {
  readonly rise: number;
  readonly fall: number;
}

/** Before the first check: up, but one failure away from being down. */
export function initialHealth(limits: Thresholds): number {
  return limits.rise;
}

/** Health that no single failure brings down (with fall above 1). */
export function fullHealth(limits: Thresholds): number {
  return limits.rise + limits.fall - 1;
}

export function isUp(health: number, limits: Thresholds): boolean {
  return health >= limits.rise;
}

/** One more success on the way up; whoever is up is at once in full health. */
export function afterSuccess(health: number, limits: Thresholds): number {
  const next = health + 1;
  return next >= limits.rise ? fullHealth(limits) : next;
}

/** One failure less on the way down; whoever is down starts from nothing. */
export function afterFailure(health: number, limits: Thresholds): number {
  const next = health - 1;
  return next < limits.rise ? 0 : next;
}
