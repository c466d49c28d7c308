// The whole form of the fault suite: `npm run test:faults`, with FAULT_ROUNDS and FAULT_SEED.
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const root = fileURLToPath(new URL('../..', import.meta.url));

export default defineConfig({
  root,
  test: {
    include: ['test/faults/**/*.test.ts'],
    env: { FAULT_ROUNDS: process.env.FAULT_ROUNDS ?? '5' },
    testTimeout: 240_000,
    hookTimeout: 60_000,
    expect: { poll: { timeout: 30_000 } },
    pool: 'forks',
    maxWorkers: Number(process.env.FAULT_FILES_AT_ONCE ?? 2),
    setupFiles: ['test/leak-check.ts'],
    reporters: ['default', fileURLToPath(new URL('./table.ts', import.meta.url))],
  },
});
