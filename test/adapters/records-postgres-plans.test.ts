// The queries that run all the time read through indexes: with 300,000 images and 20,000 requests and deliveries the
// images are never scanned, and few pages of any table are read. Counted by PostgreSQL itself over the real statements.
import { describe, expect, it } from 'vitest';
import { openRecords } from '../../src/records/open-records.ts';
import { systemClock } from '../../src/util/clock.ts';
import { LEASE, record, success } from '../contracts/records.ts';
import { createDatabase, postgresMissing, query } from '../fakes/postgres.ts';

const missing = await postgresMissing();
const IMAGES = 300_000;
const LARGE = '00000000-0000-4000-8000-000000000000';
const REQUESTS = 20_000;
/** The oldest of them belong to an owner that has no more. */
const FEW = 30;

const FILL = [
  `insert into requests (id, status, file_name, options, csv, products, images_total, images_processed, created_at,
     completed_at, owner)
   select 'old' || n, 'completed', 'a.csv', '{}', '{}', 1, 1, 1, n, n, case when n <= ${FEW} then 'few' else 'many' end
   from generate_series(1, ${REQUESTS}) n`,
  `insert into requests (id, status, file_name, options, csv, products, images_total, created_at)
   values ('${LARGE}', 'processing', 'a.csv', '{}', '{}', ${IMAGES}, ${IMAGES}, 1)`,
  `insert into products select '${LARGE}', n, 'Product ' || n from generate_series(1, ${IMAGES}) n`,
  `insert into images (request_id, seq, "row", "position", input_url, status)
   select '${LARGE}', n, n, 1, 'http://origin.example/' || n || '.jpg', 'pending' from generate_series(1, ${IMAGES}) n`,
  `insert into deliveries (id, request_id, type, url, body, status, next_attempt_at, created_at)
   select 'msg' || n, 'old' || n, 't', 'http://x/', '{}', case when n <= 100 then 'pending' else 'delivered' end,
     case when n <= 100 then n end, n from generate_series(1, ${REQUESTS}) n`,
];

interface Reads {
  relname: string;
  seq_scan: number;
  pages: number;
}

/** What each table was read since it was made. */
const readsOf = (url: string) =>
  query<Reads>(
    url,
    `select relname, seq_scan::int,
       (heap_blks_read + heap_blks_hit + coalesce(idx_blks_read + idx_blks_hit, 0))::int as pages
     from pg_stat_user_tables join pg_statio_user_tables using (relid, relname)
     where relname in ('images', 'requests', 'deliveries', 'products') order by relname`,
  );

describe.skipIf(missing)(missing ?? 'the hot statements', () => {
  // A request that was just uploaded is not in the statistics yet.
  it.each(['analysed', 'never analysed'])('read through indexes, the tables %s', async (statistics) => {
    const url = await createDatabase();
    await (await openRecords({ url, clock: systemClock })).close();
    await query(url, ...FILL, ...(statistics === 'analysed' ? ['analyze'] : []));
    const before = await readsOf(url);

    const records = await openRecords({ url, clock: systemClock });
    const images = await records.due.claimImages(100, LEASE);
    expect(images).toHaveLength(100);
    await Promise.all(images.map((image) => record(records, image, success(image))));
    expect(await records.requests.claimFinishing(10, LEASE)).toEqual([]);
    expect(await records.due.claimDeliveries(50, LEASE)).toHaveLength(50);
    expect(await records.requests.get(LARGE)).toMatchObject({ images_processed: 100 });
    expect(await records.due.releaseClaims(await records.due.claimImages(100, LEASE))).toBe(100);
    expect(await records.results.list(LARGE, { cursor: IMAGES - 200, limit: 100 })).toHaveLength(100);
    expect(
      await records.requests.list({ limit: 20, before: { created_at: 500, id: 'old500' } }),
    ).toHaveLength(20);
    expect(await records.due.countActive()).toBe(1);
    expect(await records.removal.listForgotten()).toEqual([]);
    // A session's counts are there for certain once it has ended.
    await records.close();

    const after = await readsOf(url);
    const pages = after.map((reads, index) => [reads.relname, reads.pages - before[index]!.pages]);
    expect(pages.map(([relname]) => relname)).toEqual(['deliveries', 'images', 'products', 'requests']);
    // A search of the whole request for each of 100 results would be half a million.
    expect(pages.filter(([, read]) => Number(read) > 10_000)).toEqual([]);
    expect(after.find(({ relname }) => relname === 'images')!.seq_scan).toBe(
      before.find(({ relname }) => relname === 'images')!.seq_scan,
    );
  });

  it.each(['analysed', 'never analysed'])(
    "list one key's requests without the others', the tables %s",
    async (statistics) => {
      const url = await createDatabase();
      await (await openRecords({ url, clock: systemClock })).close();
      await query(url, ...FILL, ...(statistics === 'analysed' ? ['analyze'] : []));
      const requestsRead = async () => (await readsOf(url)).find(({ relname }) => relname === 'requests')!;
      const before = await requestsRead();

      const records = await openRecords({ url, clock: systemClock });
      const count = async (owner: string, id: number) => {
        const page = { limit: 20, before: { created_at: id, id: `old${id}` }, owners: [owner, ''] };
        return (await records.requests.list(page)).length;
      };
      // All of few's are the oldest; nobody's are the large request alone.
      expect([await count('few', REQUESTS), await count('many', REQUESTS), await count('none', 500)]).toEqual(
        [20, 20, 1],
      );
      expect(await records.requests.getByDelivery('msg7')).toMatchObject({ id: 'old7', owner: 'few' });
      await records.close();

      const after = await requestsRead();
      expect(after.seq_scan).toBe(before.seq_scan);
      // A walk over all for each of the owners would be thousands.
      expect(after.pages - before.pages).toBeLessThan(1_000);
    },
  );
});
