import { defineConfig } from 'vitest/config';

const time = Number(process.env.SOAK_MS ?? 10_000);

/** Long runs, one after the other so that each has the machine; scripts/soak.mjs starts them. */
export default defineConfig({
  test: {
    include: ['test/soak/**/*.soak.ts'],
    fileParallelism: false,
    testTimeout: time + 60_000,
    hookTimeout: 60_000,
    // As in the other tests' configuration.
    env: { RES_OPTIONS: 'timeout:1 attempts:1' },
  },
});
