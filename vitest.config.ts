import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    testTimeout: 20_000,
    hookTimeout: 60_000,
    teardownTimeout: 5_000,
    // Names that no resolver answers for are given up after a second instead of ten (resolv.conf(5)).
    env: { RES_OPTIONS: 'timeout:1 attempts:1' },
  },
});
