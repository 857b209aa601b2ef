/** What every soak run needs: its time and its chance. */

/** How long to go on, ms. */
export const SOAK_MS = Number(process.env.SOAK_MS ?? 10_000);
/** How many rounds are enough, be there time left. */
export const SOAK_ROUNDS = Number(process.env.SOAK_ROUNDS ?? Number.POSITIVE_INFINITY);
/** Printed by the runner; the same seed makes the same choices. */
export const SOAK_SEED = Number(process.env.SOAK_SEED ?? 1);

/** A generator of numbers in [0, 1) that depends on the seed alone (mulberry32). */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** Calls `round` until the time, or this share of it, is over, or it was called often enough; returns how often. */
export async function forSoakTime(round: (count: number) => Promise<void> | void, share = 1): Promise<number> {
  const end = performance.now() + SOAK_MS * share;
  let count = 0;
  while (count < SOAK_ROUNDS && performance.now() < end) await round(count++);
  return count;
}
