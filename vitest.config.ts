import { configDefaults, defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: [
      ...configDefaults.exclude,
      ...(process.env.HALVE_TEST_STORAGE_URL ? [] : ['test/adapters/storage-cloud.test.ts']),
    ],
    testTimeout: 120_000,
    hookTimeout: 60_000,
    // A state that comes, comes: how soon is the machine's business.
    expect: { poll: { timeout: 30_000 } },
    pool: 'forks',
    // Flow tests start whole services; more than two files at once only makes them wait for each other.
    maxWorkers: 2,
    setupFiles: ['test/leak-check.ts'],
  },
});
