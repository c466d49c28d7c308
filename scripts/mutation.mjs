// Mutation tests (docs/testing.md): changes the source in many small ways, and lists each change that no quick test notices.
import { Stryker } from '@stryker-mutator/core';

const places = process.argv.slice(2).map((place) => place.replace(/\/$/, ''));
if (places.length === 0) {
  console.error(
    'npm run test:mutation -- FOLDER_OR_FILE …   (src/work, src/dispatch.ts, src/dispatch.ts:40-60)',
  );
  process.exit(1);
}

/** What a run leaves, out of git: the copy it works in, and what it knows of places that have not changed since. */
const FOLDER = '.mutation';
const known = places.join('+').replaceAll(/[^\w.+-]/g, '-');

await new Stryker({
  mutate: places.map((place) => (/\.ts(:[\d-]+)?$/.test(place) ? place : `${place}/**/*.ts`)),
  testRunner: 'vitest',
  plugins: ['@stryker-mutator/vitest-runner'],
  vitest: { configFile: 'test/mutation.config.ts' },
  concurrency: Number(process.env.MUTATION_WORKERS ?? 2),
  timeoutMS: 6_000,
  incremental: true,
  incrementalFile: `${FOLDER}/${known}.json`,
  tempDirName: `${FOLDER}/sandbox`,
  ignorePatterns: [FOLDER, 'data', 'docs/images', 'bench/.cache'],
  allowEmpty: false,
  reporters: ['clear-text', 'progress-append-only'],
  clearTextReporter: { allowColor: false, logTests: false, reportTests: false },
}).runMutationTest();
