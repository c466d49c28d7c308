// Forgetting by age and after a crash, over the real database and disk.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { openRecords } from '../../src/records/open-records.ts';
import { createForget } from '../../src/retention/forget.ts';
import { createDiskStorage } from '../../src/storage/disk.ts';
import { silentLog } from '../../src/util/log.ts';
import { tempFolder } from '../fakes/temp-folder.ts';

const DAY = 86_400_000;

it('removes ended requests after the retention time, and uploads that a crash cut off', async () => {
  const folder = tempFolder();
  let now = 100 * DAY;
  const clock = { now: () => now };
  const url = `sqlite:${join(folder, 'halve.sqlite')}`;
  const crashed = await openRecords({ url, clock });
  const storage = createDiskStorage({ root: join(folder, 'files'), publicUrl: () => '', alone: true });
  const details = { options: '{}', csv: '{}', webhook_url: null, products: 1, images_total: 1 };
  for (const id of ['old', 'active', 'cut-off']) {
    await crashed.requests.receive(id, 'a.csv');
    await storage.put(`${id}/input.csv`, Buffer.from(id), { contentType: 'text/csv' });
    if (id !== 'cut-off') await crashed.requests.accept(id, details, null);
  }
  await crashed.close();
  const records = await openRecords({ url, clock });
  onTestFinished(() => records.close());
  await records.requests.cancel('old');
  await records.requests.finish((await records.requests.get('old'))!, 'cancelled', null);
  now += 8 * DAY;
  const abandoned: string[] = [];
  const forget = createForget({
    records,
    storage,
    abandon: (id) => abandoned.push(id),
    retentionDays: 7,
    log: silentLog,
  });
  forget.start();
  await expect.poll(() => abandoned.sort()).toEqual(['cut-off', 'old']);
  await expect.poll(() => records.removal.listForgotten()).toEqual([]);
  await forget.stop();
  expect(['old', 'active', 'cut-off'].map((id) => existsSync(join(folder, 'files', id)))).toEqual([
    false,
    true,
    false,
  ]);
  expect((await records.requests.list({ limit: 10 })).map(({ id }) => id)).toEqual(['active']);
});
