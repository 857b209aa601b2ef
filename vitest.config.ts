import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

/** Both programs play hundreds of talks by the clock in these: nothing else runs meanwhile. */
const ALONE = ['test/parity/*checks.test.ts', 'test/parity/check-*.test.ts', 'test/parity/state-walk.test.ts'];

export default defineConfig({
  test: {
    testTimeout: 20_000,
    hookTimeout: 60_000,
    teardownTimeout: 5_000,
    // Names that no resolver answers for are given up after a second instead of ten (resolv.conf(5)).
    env: { RES_OPTIONS: 'timeout:1 attempts:1' },
    // Most of a test's time is waiting: two at a time take half as long on two processors too.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    minWorkers: 1,
    projects: [
      {
        extends: true,
        test: { name: 'together', include: ['test/**/*.test.ts'], exclude: ALONE, sequence: { groupOrder: 0 } },
      },
      {
        extends: true,
        test: {
          name: 'alone',
          include: ALONE,
          sequence: { groupOrder: 1 },
          poolOptions: { forks: { singleFork: true } },
        },
      },
    ],
  },
});
