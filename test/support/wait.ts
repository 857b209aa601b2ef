/** Waiting for something to become true, with a limit that only matters when it never does. */
import { setTimeout as pause } from 'node:timers/promises';

export interface WaitOptions {
  /** Milliseconds until the wait fails; default 20 000. */
  readonly limit?: number;
  /** Milliseconds between two looks; default 25. */
  readonly every?: number;
  /** Says in the failure what was there instead. */
  readonly describe?: () => string;
}

/** Looks until `look` answers something else than `undefined` or `false`, and returns that. Throws after the limit. */
export async function waitFor<T>(
  what: string,
  look: () => T | undefined | false | Promise<T | undefined | false>,
  options: WaitOptions = {},
): Promise<T> {
  const limit = options.limit ?? 20_000;
  const end = performance.now() + limit;
  for (;;) {
    const found = await look();
    if (found !== undefined && found !== false) return found;
    if (performance.now() > end) {
      const seen = options.describe === undefined ? '' : `; seen: ${options.describe()}`;
      throw new Error(`waited ${limit} ms in vain for ${what}${seen}`);
    }
    await pause(options.every ?? 25);
  }
}

export { pause };
