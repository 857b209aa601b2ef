import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // Most of a test's time is waiting: two at a time take half as long on two processors too.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    minWorkers: 1,
    testTimeout: 20_000,
    hookTimeout: 60_000,
    teardownTimeout: 5_000,
    // Names that no resolver answers for are given up after a second instead of ten (resolv.conf(5)).
    env: { RES_OPTIONS: 'timeout:1 attempts:1' },
  },
});
