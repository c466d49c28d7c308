import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { openRecords, type Records } from '../../src/records/open-records.ts';
import { systemClock } from '../../src/util/clock.ts';
import { recordsContract } from '../contracts/records.ts';
import { tempFolder } from '../fakes/temp-folder.ts';

recordsContract('SQLite', {
  async open(start) {
    const url = `sqlite:${join(tempFolder(), 'halve.sqlite')}`;
    let now = start;
    const clock = { now: () => now };
    let open: Records | undefined = await openRecords({ url, clock });
    onTestFinished(async () => open?.close());
    return {
      records: open,
      async reopen() {
        await open?.close();
        open = await openRecords({ url, clock });
        return open;
      },
      async advance(ms) {
        now += ms;
      },
    };
  },
});

it('refuses a database that another process holds', async () => {
  const url = `sqlite:${join(tempFolder(), 'halve.sqlite')}`;
  const records = await openRecords({ url, clock: systemClock });
  await expect(openRecords({ url, clock: systemClock })).rejects.toThrow('another halve is running');
  await records.close();
  await (await openRecords({ url, clock: systemClock })).close();
});
