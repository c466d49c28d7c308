// PostgreSQL keeps the same contract, and more: many processes on one database at once.
import { describe, onTestFinished } from 'vitest';
import { openRecords, type Records } from '../../src/records/open-records.ts';
import { systemClock } from '../../src/util/clock.ts';
import { recordsContract } from '../contracts/records.ts';
import { createDatabase, holdTime, postgresMissing } from '../fakes/postgres.ts';

const missing = await postgresMissing();

describe.skipIf(missing)(missing ?? 'on the shared server', () => {
  recordsContract('PostgreSQL', {
    async open(start) {
      const url = await createDatabase();
      const { advance } = await holdTime(url, start);
      // Its own clock is two hours off, and nothing may depend on it.
      const clock = { now: () => start - 7_200_000 };
      let open: Records | undefined = await openRecords({ url, clock });
      onTestFinished(async () => open?.close());
      return {
        records: open,
        async reopen() {
          await open?.close();
          open = await openRecords({ url, clock });
          return open;
        },
        advance,
      };
    },
  });
});
void systemClock;
