/** How much of its weight a server gets while `slowstart` runs: steps of a second, in sixteenths. */

/** A weight of 1 in the shared table. */
export const WEIGHT_SCALE = 16;
/** ms between two steps. */
export const SLOWSTART_STEP = 1000;

/** Sixteenths of the weight that count `elapsed` ms after the server came up; 16 from `slowstart` ms on. */
export function slowstartShare(elapsed: number, slowstart: number): number {
  if (elapsed < 0 || elapsed >= slowstart) return WEIGHT_SCALE;
  const seconds = Math.floor(elapsed / 1000);
  const whole = Math.max(1, Math.ceil(slowstart / 1000));
  return Math.min(WEIGHT_SCALE, Math.floor((WEIGHT_SCALE * seconds + whole) / whole));
}

interface Weighed {
  readonly userWeight: number;
  /** In sixteenths. */
  readonly effectiveWeight: number;
}

/** The `throttle` column: the weight in use as a share of what the server is to have, rounded up first as that is (measured). */
export function throttlePercent({ userWeight, effectiveWeight }: Weighed): number | undefined {
  if (userWeight === 0) return undefined;
  return Math.floor(Math.ceil((100 * effectiveWeight) / WEIGHT_SCALE) / userWeight);
}
