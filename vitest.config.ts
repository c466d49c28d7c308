import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    testTimeout: 120_000,
    hookTimeout: 60_000,
    pool: 'forks',
    // Flow tests start whole services; more than two files at once only makes them wait for each other.
    maxWorkers: 2,
    setupFiles: ['test/leak-check.ts'],
  },
});
