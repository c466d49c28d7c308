// PostgreSQL keeps the same contract, and more: many processes on one database at once. Each `openRecords` is what a
// process of its own would have.
import { describe, expect, it, onTestFinished } from 'vitest';
import type { ClaimedImage } from '../../src/ports.ts';
import { openRecords, type Records } from '../../src/records/open-records.ts';
import { systemClock } from '../../src/util/clock.ts';
import { accept, LEASE, record, recordsContract, success } from '../contracts/records.ts';
import { createDatabase, holdTime, postgresMissing, query } from '../fakes/postgres.ts';

const missing = await postgresMissing();

describe.skipIf(missing)(missing ?? 'on the shared server', () => {
  recordsContract('PostgreSQL', {
    async open(start) {
      const url = await createDatabase();
      const { advance } = await holdTime(url, start);
      // This machine's clock is two hours behind, and nothing may depend on it.
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

  describe('shared by several processes', () => {
    async function openMany(count: number, url?: string): Promise<Records[]> {
      const shared = url ?? (await createDatabase());
      return Promise.all(
        Array.from({ length: count }, async () => {
          const records = await openRecords({ url: `${shared}?max=3`, clock: systemClock });
          onTestFinished(() => records.close());
          return records;
        }),
      );
    }

    it('is migrated once when 20 processes start at once on an empty database', async () => {
      const url = await createDatabase();
      const all = await openMany(20, url);
      await Promise.all(all.map((records, index) => records.requests.receive(`r${index}`, 'a.csv')));
      expect(await query(url, 'select name from kysely_migration order by name')).toEqual([
        { name: '001-initial' },
        { name: '002-fleet' },
        { name: '003-publish' },
        { name: '004-owner' },
      ]);
      expect(await query(url, 'select count(*)::int as requests from requests')).toEqual([{ requests: 20 }]);
    });

    it('hands every image to one process, counts every result once, and is finished by one', async () => {
      const url = await createDatabase();
      const all = await openMany(4, url);
      await accept(all[0]!, 'large', 1_500, 100);
      await accept(all[0]!, 'small', 500);
      const claimed: ClaimedImage[] = [];
      await Promise.all(
        all.map(async (records, index) => {
          const neighbour = all[(index + 1) % all.length]!;
          for (;;) {
            const images = await records.due.claimImages(50, LEASE);
            claimed.push(...images);
            // As a job that was handed out twice: two processes end with the same claim.
            const counted = await Promise.all(
              images.map((image) =>
                Promise.all([
                  record(records, image, success(image)),
                  record(neighbour, image, success(image)),
                ]),
              ),
            );
            expect(counted.every((pair) => pair.filter(Boolean).length === 1)).toBe(true);
            if (images.length === 0 && (await isRecorded(records))) return;
          }
        }),
      );
      expect(claimed).toHaveLength(2_000);
      expect(new Set(claimed.map(({ request_id, seq }) => `${request_id}/${seq}`)).size).toBe(2_000);
      expect(claimed.every(({ claim }) => claim === 1)).toBe(true);
      expect(await all[0]!.requests.get('large')).toMatchObject({
        images_processed: 1_600,
        images_failed: 0,
        bytes_in: 1_600_000,
        bytes_out: 640_000,
      });
      expect(await all[0]!.requests.get('small')).toMatchObject({ images_processed: 500 });

      const finishing = await Promise.all(all.map((records) => records.requests.claimFinishing(10, LEASE)));
      expect(finishing.flat().sort()).toEqual(['large', 'small']);
      const request = (await all[0]!.requests.get('large'))!;
      const delivery = { id: 'msg_large_0', type: 'request.completed', url: 'http://x/', body: '{}' };
      const ended = await Promise.all(
        all.flatMap((records) =>
          [1, 2, 3].map(() => records.requests.finish(request, 'completed', delivery)),
        ),
      );
      expect(ended.filter(Boolean)).toHaveLength(1);
      const deliveries = await Promise.all(all.map((records) => records.due.claimDeliveries(10, LEASE)));
      expect(deliveries.flat()).toEqual(['msg_large_0']);

      async function isRecorded(records: Records): Promise<boolean> {
        const requests = await Promise.all(['large', 'small'].map((id) => records.requests.get(id)));
        return requests.every((request) => request?.images_processed === request?.images_total);
      }
    });

    it('never counts a result after a cancel, however they meet', async () => {
      const [one, two] = (await openMany(2)) as [Records, Records];
      for (let round = 0; round < 10; round++) {
        const id = `r${round}`;
        await accept(one, id, 40);
        const images = await one.due.claimImages(40, LEASE);
        const recording = Promise.all(images.map((image) => record(one, image, success(image))));
        const cancelled = await two.requests.cancel(id);
        const atCancel = (await two.requests.get(id))!.images_processed;
        const counted = (await recording).filter(Boolean).length;
        const request = (await one.requests.get(id))!;
        expect(request.images_processed).toBe(counted);
        expect(request.finish_due_at).not.toBeNull();
        if (cancelled) expect(counted).toBe(atCancel);
      }
    });

    it('opens an ended request again once when two ask for it', async () => {
      const all = await openMany(4);
      await accept(all[0]!, 'r1', 1);
      await all[0]!.requests.cancel('r1');
      await all[0]!.requests.finish((await all[0]!.requests.get('r1'))!, 'cancelled', null);
      const retried = await Promise.all(all.map((records) => records.requests.retry('r1')));
      expect(retried.filter((again) => again === 1)).toHaveLength(1);
      expect(await all[0]!.requests.get('r1')).toMatchObject({ revision: 1, status: 'processing' });
    });

    it('accepts one of many uploads with one key on several servers', async () => {
      const all = await openMany(4);
      const details = { options: '{}', csv: '{}', webhook_url: null, products: 0, images_total: 0 };
      const acceptances = await Promise.all(
        Array.from({ length: 20 }, async (_, index) => {
          const records = all[index % all.length]!;
          await records.requests.receive(`r${index}`, 'a.csv');
          return records.requests.accept(`r${index}`, details, { key: 'k', fingerprint: 'f' });
        }),
      );
      const winner = acceptances.findIndex(({ accepted }) => accepted);
      expect(acceptances.filter(({ accepted }) => accepted)).toHaveLength(1);
      expect(acceptances.filter(({ accepted }) => !accepted)).toEqual(
        Array.from({ length: 19 }, () => ({ accepted: false, fingerprint: 'f', request_id: `r${winner}` })),
      );
      expect(await all[0]!.requests.list({ limit: 100 })).toHaveLength(1);
    });

    it('leaves alone what another server is receiving, and takes what a dead one left', async () => {
      const url = await createDatabase();
      const { advance } = await holdTime(url, 1_700_000_000_000);
      const [receiving, sweeping] = (await openMany(2, url)) as [Records, Records];
      await receiving.requests.receive('slow', 'a.csv');
      await advance(9 * 60_000);
      expect(await sweeping.removal.listForgotten()).toEqual([]);
      await receiving.requests.addRows('slow', [{ row: 1, name: 'Mug' }], []);
      await advance(9 * 60_000);
      expect(await sweeping.removal.listForgotten()).toEqual([]);
      await advance(2 * 60_000);
      expect(await sweeping.removal.listForgotten()).toEqual(['slow']);
      // Its owner wakes up too late: it must not be told that all is well.
      const details = { options: '{}', csv: '{}', webhook_url: null, products: 1, images_total: 0 };
      await expect(receiving.requests.accept('slow', details, null)).rejects.toMatchObject({
        code: 'DATABASE_UNAVAILABLE',
      });
      await expect(receiving.requests.addRows('slow', [{ row: 2, name: 'Lamp' }], [])).rejects.toMatchObject({
        code: 'DATABASE_UNAVAILABLE',
      });
      await sweeping.removal.removeRows('slow');
      expect(await query(url, 'select * from requests')).toEqual([]);
      expect(await query(url, 'select * from products')).toEqual([]);
    });

    it('keeps text that PostgreSQL has no character for', async () => {
      const [records] = (await openMany(1)) as [Records];
      await records.requests.receive('r1', 'a\0b.csv');
      await records.requests.addRows(
        'r1',
        [{ row: 1, name: 'Mug "{x}\\, \0 \ud800' }],
        [{ seq: 1, row: 1, position: 1, input_url: 'http://a/"{,}\\"', copy_of: null }],
      );
      await records.requests.accept(
        'r1',
        { options: '{}', csv: '{}', webhook_url: null, products: 1, images_total: 1 },
        null,
      );
      expect(await records.results.list('r1', { cursor: 0, limit: 10 })).toMatchObject([
        { product_name: 'Mug "{x}\\, \ufffd \ufffd', input_url: 'http://a/"{,}\\"' },
      ]);
    });
  });
});
