// The tests that are quick enough to be run once for every small change of the source, one after the other: docs/testing.md.
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/unit/*.test.ts', 'test/adapters/*.test.ts'],
    exclude: [
      // Servers and databases of their own, seconds each.
      'test/adapters/{dispatch,egress-matrix,firestore,queue-bullmq,records-postgres*,storage-{cloud,gcs,s3}}.test.ts',
      // About what Git has and a change of the source does not touch.
      'test/unit/{architecture,deployment,kubernetes}.test.ts',
    ],
    testTimeout: 8_000,
    hookTimeout: 4_000,
    expect: { poll: { timeout: 5_000 } },
    setupFiles: ['test/leak-check.ts'],
  },
});
