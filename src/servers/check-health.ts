import type { InitState } from '../config/model.ts';

/**
 * Rise and fall as one number: health runs from 0 to rise + fall - 1, and the server is up from `rise` on
 * (reference: `show stat`, column check_health). Nothing here knows servers, clocks or logs.
 */
export interface Thresholds {
  readonly rise: number;
  readonly fall: number;
}

/**
 * Before the first check. As HAProxy 3 has it: `up` is one failure away from being down, `down` one success away from being
 * up; the others have the whole way before them.
 */
export function initialHealth(limits: Thresholds, state: InitState = 'up'): number {
  switch (state) {
    case 'fully-up':
      return fullHealth(limits);
    case 'up':
      return limits.rise;
    case 'down':
      return limits.rise - 1;
    default:
      return 0;
  }
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
