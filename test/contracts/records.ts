// What every database must do. Takes a factory; each adapter's test file calls it with its own.
import { describe, expect, it } from 'vitest';
import { failure } from '../../src/errors.ts';
import type { ClaimedImage, ImageOutcome, ImageSuccess } from '../../src/ports.ts';
import type { Records } from '../../src/records/open-records.ts';

export interface OpenedRecords {
  records: Records;
  /** The same database after a restart. */
  reopen(): Promise<Records>;
  advance(ms: number): Promise<void>;
}

export interface RecordsFactory {
  /** Opens an empty database that is closed and removed after the test; its time begins at `start` and stands still. */
  open(start: number): Promise<OpenedRecords>;
}

const DETAILS = (images: number) => ({
  options: '{"quality":"50"}',
  csv: '{"encoding":"utf-8"}',
  webhook_url: 'http://receiver.example/hook',
  products: images,
  images_total: images,
});
export const LEASE = 60_000;

export function success(image: ClaimedImage): ImageSuccess {
  return {
    status: 'processed',
    output_key: `${image.request_id}/${image.seq}.jpg`,
    original_key: null,
    http_status: 200,
    bytes_in: 1000,
    bytes_out: 400,
    width: 10,
    height: 20,
    format: 'jpeg',
    quality: 50,
    kept_original: false,
    encoder: 'sharp',
    source_quality: 90,
    sha256: 'ab'.repeat(32),
  };
}

export const FAILURE = failure('http_404', 'the server answered 404', { http_status: 404 });

const START = 1_700_000_000_000;

/** A request with one image a row; `copies` more rows name the URL of row 1. */
export async function accept(
  records: Records,
  id: string,
  images: number,
  copies = 0,
  owner?: string,
): Promise<void> {
  const rows = Array.from({ length: images + copies }, (_, index) => index + 1);
  await records.requests.receive(id, 'a.csv');
  await records.requests.addRows(
    id,
    rows.map((row) => ({ row, name: `Product ${row}` })),
    rows.map((row) => ({
      seq: row,
      row,
      position: 1,
      input_url: `http://origin.example/${row > images ? 1 : row}.jpg`,
      copy_of: row > images ? 1 : null,
    })),
  );
  expect(
    await records.requests.accept(id, { ...DETAILS(rows.length), ...(owner && { owner }) }, null),
  ).toEqual({ accepted: true });
}

export const record = (
  records: Records,
  image: ClaimedImage,
  outcome: ImageOutcome,
  retryInMs: number | null = null,
) => records.results.record({ image, outcome, attempts: image.attempts + 1, retry_in_ms: retryInMs });

export function recordsContract(name: string, factory: RecordsFactory): void {
  describe(`${name} keeps records`, () => {
    const open = () => factory.open(START);

    it('shows a request only after it is accepted', async () => {
      const { records } = await open();
      await records.requests.receive('r1', 'a.csv');
      expect(await records.requests.get('r1')).toBeNull();
      expect(await records.due.claimImages(10, LEASE)).toEqual([]);
      await records.requests.accept('r1', DETAILS(1), null);
      expect(await records.requests.get('r1')).toMatchObject({
        id: 'r1',
        status: 'pending',
        images_total: 1,
      });
    });

    it('hands each due image out once, in the order of the file', async () => {
      const { records, advance } = await open();
      await accept(records, 'r1', 1200);
      const first = await records.due.claimImages(500, LEASE);
      const second = await records.due.claimImages(5000, LEASE);
      expect(first.map(({ seq }) => seq)).toEqual(Array.from({ length: 500 }, (_, index) => index + 1));
      expect(second.map(({ seq }) => seq)).toEqual(Array.from({ length: 700 }, (_, index) => index + 501));
      expect(await records.due.claimImages(10, LEASE)).toEqual([]);
      expect(await records.requests.get('r1')).toMatchObject({ status: 'processing', started_at: START });
      await advance(LEASE + 1);
      expect((await records.due.claimImages(1, LEASE))[0]).toMatchObject({ seq: 1, claim: 2 });
    });

    it('shares a claim between a large request and a small one behind it', async () => {
      const { records, advance } = await open();
      await accept(records, 'large', 1000);
      await advance(1);
      await records.due.claimImages(100, LEASE);
      await accept(records, 'small', 10);
      await advance(1);
      const claimed = await records.due.claimImages(100, LEASE);
      expect(claimed.filter(({ request_id }) => request_id === 'small')).toHaveLength(10);
      expect(claimed.filter(({ request_id }) => request_id === 'large')).toHaveLength(90);
    });

    it('counts a result once, however often it is recorded, and with its copies', async () => {
      const { records } = await open();
      await accept(records, 'r1', 3, 4);
      const images = await records.due.claimImages(10, LEASE);
      expect(images.map(({ seq }) => seq)).toEqual([1, 2, 3]);
      const [one, two] = images as [ClaimedImage, ClaimedImage, ClaimedImage];
      const repeated = await Promise.all(
        Array.from({ length: 20 }, () => record(records, one, success(one))),
      );
      expect(repeated.filter(Boolean).length).toBeGreaterThan(0);
      expect(await record(records, one, FAILURE)).toBe(false);
      expect(await record(records, two, FAILURE)).toBe(true);
      expect(await records.requests.get('r1')).toMatchObject({
        images_processed: 5,
        images_failed: 1,
        bytes_in: 5000,
        bytes_out: 2000,
        finish_due_at: null,
      });
    });

    it('refuses the result of a claim that is no longer the newest', async () => {
      const { records, advance } = await open();
      await accept(records, 'r1', 1);
      const [frozen] = await records.due.claimImages(1, LEASE);
      await advance(LEASE + 1);
      const [newer] = await records.due.claimImages(1, LEASE);
      expect(await record(records, frozen!, FAILURE)).toBe(false);
      expect(await record(records, newer!, success(newer!))).toBe(true);
      expect(await record(records, frozen!, FAILURE)).toBe(false);
      expect(await records.requests.get('r1')).toMatchObject({ images_processed: 1, images_failed: 0 });
    });

    it('makes a transient failure due again at its time, attempts counted', async () => {
      const { records, advance } = await open();
      await accept(records, 'r1', 1);
      const [image] = await records.due.claimImages(1, LEASE);
      await record(records, image!, { ...FAILURE, code: 'http_503', transient: true }, 3_600_000);
      await advance(3_599_999);
      expect(await records.due.claimImages(1, LEASE)).toEqual([]);
      await advance(1);
      expect((await records.due.claimImages(1, LEASE))[0]).toMatchObject({ seq: 1, attempts: 1, claim: 2 });
    });

    it('gives leased images back after a restart, but not those that wait for their next attempt', async () => {
      const { records, reopen } = await open();
      await accept(records, 'r1', 3);
      const [one] = await records.due.claimImages(2, LEASE);
      await record(records, one!, { ...FAILURE, transient: true }, 5_000);
      const again = await reopen();
      await again.due.releaseLeases();
      expect((await again.due.claimImages(10, LEASE)).map(({ seq }) => seq)).toEqual([2, 3]);
    });

    it('gives claims back for a worker that stops, without an attempt, and no claim but its own', async () => {
      const { records, advance } = await open();
      await accept(records, 'r1', 6);
      const [stale] = await records.due.claimImages(1, LEASE);
      await advance(LEASE + 1);
      const [newer, done, waiting, ...held] = await records.due.claimImages(6, LEASE);
      expect(newer).toMatchObject({ seq: 1, claim: 2 });
      await record(records, done!, success(done!));
      await record(records, waiting!, { ...FAILURE, transient: true }, 3_600_000);
      expect(await records.due.releaseClaims([stale!, done!, waiting!, ...held])).toBe(3);
      expect(await records.due.releaseClaims([])).toBe(0);
      const again = await records.due.claimImages(10, LEASE);
      expect(again.map(({ seq, claim, attempts }) => [seq, claim, attempts])).toEqual([
        [4, 2, 0],
        [5, 2, 0],
        [6, 2, 0],
      ]);
      expect(await record(records, held[0]!, success(held[0]!))).toBe(false);
    });

    it('shows the processes that live, and forgets those silent for a day', async () => {
      const { records, advance } = await open();
      const worker = { role: 'worker' as const, host: 'a', pid: 7, version: '1', processes: 2, running: 0 };
      await records.workers.beat({ id: 'w1', ...worker });
      await advance(10_000);
      await records.workers.beat({ id: 'w2', ...worker, role: 'server' });
      await records.workers.beat({ id: 'w1', ...worker, running: 5 });
      await advance(10_000);
      await records.workers.beat({ id: 'w3', ...worker });
      expect(await records.workers.live(15_000)).toEqual([
        { id: 'w1', ...worker, running: 5, started_at: START, heartbeat_at: START + 10_000 },
        { id: 'w2', ...worker, role: 'server', started_at: START + 10_000, heartbeat_at: START + 10_000 },
        { id: 'w3', ...worker, started_at: START + 20_000, heartbeat_at: START + 20_000 },
      ]);
      await records.workers.leave('w3');
      expect((await records.workers.live(5_000)).map(({ id }) => id)).toEqual([]);
      await advance(86_400_000);
      await records.workers.beat({ id: 'w4', ...worker });
      expect((await records.workers.live(1e12)).map(({ id }) => id)).toEqual(['w4']);
    });

    it('lets exactly one finisher end a request, with one webhook', async () => {
      const { records } = await open();
      await accept(records, 'r1', 2);
      const images = await records.due.claimImages(2, LEASE);
      expect(await records.requests.claimFinishing(10, LEASE)).toEqual([]);
      await Promise.all(images.map((image) => record(records, image, success(image))));
      expect(await records.requests.claimFinishing(10, LEASE)).toEqual(['r1']);
      expect(await records.requests.claimFinishing(10, LEASE)).toEqual([]);
      const request = (await records.requests.get('r1'))!;
      const delivery = { id: 'msg_r1_0', type: 'request.completed', url: request.webhook_url!, body: '{}' };
      const ended = await Promise.all(
        Array.from({ length: 8 }, () => records.requests.finish(request, 'completed', delivery)),
      );
      expect(ended.filter(Boolean)).toHaveLength(1);
      expect(await records.due.claimDeliveries(10, LEASE)).toEqual(['msg_r1_0']);
      expect(await records.deliveries.listByRequest('r1')).toHaveLength(1);
    });

    it('knows how long the oldest image that is due has waited', async () => {
      const { records, advance } = await open();
      const waited = () => records.due.oldestWaitMs();
      expect(await waited()).toBe(0);
      await accept(records, 'r1', 2);
      await advance(3_000);
      await accept(records, 'r2', 1);
      expect(await waited()).toBe(3_000);
      // What is handed out does not wait: of r1 nothing is left to hand out, of r2 all.
      const claimed = (await records.due.claimImages(2, LEASE)).filter(
        ({ request_id }) => request_id === 'r1',
      );
      for (const image of claimed) await record(records, image, FAILURE, 5_000);
      await records.due.claimImages(10, LEASE);
      expect(await waited()).toBe(0);
      // The next attempt waits from its own time on, and so does what a lease that has ended had.
      await advance(4_999);
      expect(await waited()).toBe(0);
      await advance(2_001);
      expect(await waited()).toBe(2_000);
      for (const image of await records.due.claimImages(10, LEASE))
        await record(records, image, success(image));
      await advance(LEASE);
      expect(await waited()).toBe(7_000);
      for (const image of await records.due.claimImages(10, LEASE))
        await record(records, image, success(image));
      expect(await waited()).toBe(0);
      const processed = async (id: string) => (await records.requests.get(id))!.images_processed;
      expect([await processed('r1'), await processed('r2')]).toEqual([2, 1]);
    });

    it('cancels: nothing is handed out, late results do not count, the finisher still comes', async () => {
      const { records } = await open();
      await accept(records, 'r1', 5);
      const images = await records.due.claimImages(2, LEASE);
      await record(records, images[0]!, success(images[0]!));
      expect(await records.requests.cancel('r1')).toBe(true);
      expect(await records.requests.cancel('r1')).toBe(false);
      expect(await record(records, images[1]!, success(images[1]!))).toBe(false);
      expect(await records.due.claimImages(10, LEASE)).toEqual([]);
      expect(await records.requests.claimFinishing(10, LEASE)).toEqual(['r1']);
      const request = (await records.requests.get('r1'))!;
      expect(await records.requests.finish(request, 'completed', null)).toBe(false);
      expect(await records.requests.finish(request, 'cancelled', null)).toBe(true);
      expect(await records.requests.get('r1')).toMatchObject({ status: 'cancelled', images_processed: 1 });
    });

    it('opens an ended request again for what failed, as an event of its own', async () => {
      const { records } = await open();
      await accept(records, 'r1', 3);
      expect(await records.requests.retry('r1')).toBeNull();
      const images = await records.due.claimImages(3, LEASE);
      await record(records, images[0]!, success(images[0]!));
      await record(records, images[1]!, FAILURE);
      await record(records, images[2]!, FAILURE);
      await records.requests.claimFinishing(1, LEASE);
      await records.requests.finish((await records.requests.get('r1'))!, 'completed', null);
      expect(await records.requests.retry('r1')).toBe(2);
      expect(await records.requests.get('r1')).toMatchObject({
        status: 'processing',
        revision: 1,
        images_failed: 0,
      });
      const again = await records.due.claimImages(10, LEASE);
      expect(again.map(({ seq, attempts }) => [seq, attempts])).toEqual([
        [2, 0],
        [3, 0],
      ]);
      for (const image of again) await record(records, image, success(image));
      expect(await records.requests.get('r1')).toMatchObject({ images_processed: 3, images_failed: 0 });
      expect(await records.requests.claimFinishing(1, LEASE)).toEqual(['r1']);
    });

    it('opens a request again with other URLs for failed images, each URL worked once', async () => {
      const { records } = await open();
      // 1, 5 and 6 are one URL, as are 4, 7 and 8.
      const url = (name: string) => `http://origin.example/${name}.jpg`;
      const names = ['1', '2', '3', '4', '1', '1', '4', '4'];
      await records.requests.receive('r1', 'a.csv');
      await records.requests.addRows(
        'r1',
        names.map((_, index) => ({ row: index + 1, name: `Product ${index + 1}` })),
        names.map((name, index) => ({
          seq: index + 1,
          row: index + 1,
          position: 1,
          input_url: url(name),
          copy_of: names.indexOf(name) === index ? null : names.indexOf(name) + 1,
        })),
      );
      await records.requests.accept('r1', DETAILS(8), null);
      await accept(records, 'other', 2);
      const first = await records.due.claimImages(20, LEASE);
      const worked = (images: ClaimedImage[]) =>
        images.filter(({ request_id }) => request_id === 'r1').map(({ seq, url }) => [seq, url]);
      expect(worked(first).map(([seq]) => seq)).toEqual([1, 2, 3, 4]);
      for (const image of first.filter(({ request_id }) => request_id === 'r1'))
        await record(records, image, image.seq === 3 ? success(image) : FAILURE);
      expect(await records.requests.retry('r1', [{ seq: 1, input_url: url('x') }])).toBeNull();
      await records.requests.claimFinishing(1, LEASE);
      await records.requests.finish((await records.requests.get('r1'))!, 'completed', null);

      // The first of three copies gets another URL, so the second is worked for both that are left; 2 gets the URL of the
      // processed 3, and 7 that of 2's new neighbour 1. The processed one keeps its own.
      const corrections = [
        { seq: 1, input_url: url('new') },
        { seq: 2, input_url: url('3') },
        { seq: 3, input_url: url('never') },
        { seq: 7, input_url: url('new') },
        { seq: 8, input_url: url('1') },
      ];
      expect(await records.requests.retry('r1', corrections)).toBe(6);
      expect(await records.requests.get('r1')).toMatchObject({
        status: 'processing',
        images_processed: 2,
        images_failed: 0,
        bytes_in: 2000,
        bytes_out: 800,
        revision: 1,
        finish_due_at: null,
      });
      const again = await records.due.claimImages(20, LEASE);
      expect(worked(again)).toEqual([
        [1, url('new')],
        [4, url('4')],
        [5, url('1')],
      ]);
      for (const image of again) await record(records, image, image.seq === 4 ? FAILURE : success(image));
      expect(await records.requests.get('r1')).toMatchObject({ images_processed: 7, images_failed: 1 });
      expect(
        (await records.results.list('r1', { cursor: 0, limit: 10 })).map((image) => [
          image.input_url,
          image.output_key,
        ]),
      ).toEqual([
        [url('new'), 'r1/1.jpg'],
        [url('3'), 'r1/3.jpg'],
        [url('3'), 'r1/3.jpg'],
        [url('4'), null],
        [url('1'), 'r1/5.jpg'],
        [url('1'), 'r1/5.jpg'],
        [url('new'), 'r1/1.jpg'],
        [url('1'), 'r1/5.jpg'],
      ]);

      // The last one gets a URL that is there already: nothing is to be worked, and the request is due for finishing.
      await records.requests.claimFinishing(1, LEASE);
      await records.requests.finish((await records.requests.get('r1'))!, 'completed', null);
      expect(await records.requests.retry('r1', [{ seq: 4, input_url: url('new') }])).toBe(0);
      expect(await records.due.claimImages(20, LEASE)).toEqual([]);
      expect(await records.requests.claimFinishing(1, LEASE)).toEqual(['r1']);
      expect(await records.requests.get('r1')).toMatchObject({
        images_processed: 8,
        images_failed: 0,
        bytes_in: 8000,
        bytes_out: 3200,
        revision: 2,
      });
    });

    it('accepts one of many uploads with one idempotency key', async () => {
      const { records } = await open();
      const ids = Array.from({ length: 20 }, (_, index) => `r${index}`);
      const acceptances = await Promise.all(
        ids.map(async (id) => {
          await records.requests.receive(id, 'a.csv');
          return records.requests.accept(id, DETAILS(0), { key: 'k', fingerprint: 'f' });
        }),
      );
      const winners = ids.filter((_, index) => acceptances[index]!.accepted);
      expect(winners).toHaveLength(1);
      for (const acceptance of acceptances) {
        if (!acceptance.accepted)
          expect(acceptance).toMatchObject({ fingerprint: 'f', request_id: winners[0] });
      }
      expect(await records.requests.list({ limit: 100 })).toHaveLength(1);
    });

    it('lists the requests of an owner only, in pages, and finds a request by its delivery', async () => {
      const { records, advance } = await open();
      for (const [index, owner] of ['shop', 'other', '', 'shop', 'other', 'shop'].entries()) {
        await accept(records, `r${index}`, 1, 0, owner);
        // Those of one moment are told apart by their ids.
        if (index % 2 === 1) await advance(1);
      }
      const list = async (page: Partial<Parameters<typeof records.requests.list>[0]>) =>
        (await records.requests.list({ limit: 10, ...page })).map(({ id }) => id);
      expect(await list({})).toEqual(['r5', 'r4', 'r3', 'r2', 'r1', 'r0']);
      expect(await list({ owners: ['shop'] })).toEqual(['r5', 'r3', 'r0']);
      expect(await list({ owners: ['shop', ''] })).toEqual(['r5', 'r3', 'r2', 'r0']);
      expect(await list({ owners: ['nobody'] })).toEqual([]);
      expect(await list({ owners: ['shop', ''], status: 'completed' })).toEqual([]);
      expect(await list({ owners: ['shop', ''], search: 'R1' })).toEqual([]);
      expect(await list({ owners: ['other', ''], search: 'R1' })).toEqual(['r1']);
      const pages: string[][] = [];
      for (let before: { created_at: number; id: string } | undefined; ; ) {
        const page = await records.requests.list({ limit: 2, owners: ['shop', ''], before });
        pages.push(page.map(({ id }) => id));
        if (page.length < 2) break;
        before = page.at(-1);
      }
      expect(pages).toEqual([['r5', 'r3'], ['r2', 'r0'], []]);
      expect((await records.requests.get('r1'))!.owner).toBe('other');

      await records.requests.cancel('r1');
      const delivery = { id: 'msg_r1_0', type: 'request.cancelled', url: 'http://x/', body: '{}' };
      await records.requests.finish((await records.requests.get('r1'))!, 'cancelled', delivery);
      expect(await records.requests.getByDelivery('msg_r1_0')).toEqual(await records.requests.get('r1'));
      expect(await records.requests.getByDelivery('msg_r2_0')).toBeNull();
      await records.removal.hide('r1');
      expect(await records.requests.getByDelivery('msg_r1_0')).toBeNull();
    });

    it('lists what the built-in receiver got for the owner of the request, when it is certain', async () => {
      const { records, advance } = await open();
      await accept(records, 'r1', 1, 0, 'shop');
      await accept(records, 'r2', 1, 0, 'other');
      await accept(records, 'r3', 1);
      for (const [id, request_id, verified] of [
        ['w1', 'r1', 1],
        ['w2', 'r2', 1],
        ['w3', 'r3', 1],
        ['w4', 'r1', null],
        ['w5', null, 1],
        ['w6', 'gone', 1],
      ] as const) {
        await records.deliveries.receive({ id, type: 't', request_id, verified, body: '{}' });
        await advance(1);
      }
      const ids = async (owners?: string[]) =>
        (await records.deliveries.listReceived(10, owners)).map(({ id }) => id);
      expect(await ids()).toEqual(['w6', 'w5', 'w4', 'w3', 'w2', 'w1']);
      expect(await ids(['shop', ''])).toEqual(['w3', 'w1']);
      expect(await ids(['other', ''])).toEqual(['w3', 'w2']);
    });

    it('lists images in pages with the result of what they are a copy of', async () => {
      const { records } = await open();
      await accept(records, 'r1', 2, 2);
      const images = await records.due.claimImages(10, LEASE);
      await record(records, images[0]!, success(images[0]!));
      await record(records, images[1]!, FAILURE);
      const first = await records.results.list('r1', { cursor: 0, limit: 3 });
      const second = await records.results.list('r1', { cursor: 3, limit: 3 });
      expect(
        [...first, ...second].map(({ seq, status, product_name }) => [seq, status, product_name]),
      ).toEqual([
        [1, 'processed', 'Product 1'],
        [2, 'failed', 'Product 2'],
        [3, 'processed', 'Product 3'],
        [4, 'processed', 'Product 4'],
      ]);
      const failed = await records.results.list('r1', { cursor: 0, limit: 10, status: 'failed' });
      expect(failed.map(({ seq, error_code }) => [seq, error_code])).toEqual([[2, 'http_404']]);
    });

    it('forgets a request wholly, and takes up what a crash left', async () => {
      const { records: crashed, reopen, advance } = await open();
      await accept(crashed, 'r1', 5000);
      await crashed.requests.receive('cut-off', 'a.csv');
      await advance(3_600_000);
      // What a process is receiving itself is never taken for cut off.
      expect(await crashed.removal.listForgotten()).toEqual([]);
      const records = await reopen();
      expect(await records.removal.hide('r1')).toBe(true);
      expect(await records.requests.get('r1')).toBeNull();
      expect((await records.removal.listForgotten()).sort()).toEqual(['cut-off', 'r1']);
      for (const id of await records.removal.listForgotten()) await records.removal.removeRows(id);
      expect(await records.removal.listForgotten()).toEqual([]);
      expect(await records.results.list('r1', { cursor: 0, limit: 10 })).toEqual([]);
    });

    it('keeps what was delivered delivered, whatever another sender of the same attempt reports later', async () => {
      const { records, advance } = await open();
      await accept(records, 'r1', 1);
      const [image] = await records.due.claimImages(1, LEASE);
      await record(records, image!, success(image!));
      const delivery = { id: 'msg_1', type: 'request.completed', url: 'http://x/', body: '{}' };
      await records.requests.finish((await records.requests.get('r1'))!, 'completed', delivery);
      const attempt = { delivery_id: 'msg_1', attempt: 1, at: START, duration_ms: 5, error: null };
      const sent = (http_status: number) => ({ ...attempt, http_status, response_excerpt: null });
      const again = { delivered: false, next_attempt_in_ms: 5_000 } as const;
      await records.deliveries.recordAttempt(sent(200), { delivered: true });
      await records.deliveries.recordAttempt(sent(500), again);
      await advance(5_000);
      expect(await records.due.claimDeliveries(10, LEASE)).toEqual([]);
      expect(await records.deliveries.get('msg_1')).toMatchObject({ status: 'delivered', attempts: 1 });
    });

    it('logs nothing of a webhook whose request was deleted while it was sent', async () => {
      const { records } = await open();
      const delivery = { id: 'msg_1', type: 'request.completed', url: 'http://x/', body: '{}' };
      const finished = async () => {
        await accept(records, 'r1', 1);
        const [image] = await records.due.claimImages(1, LEASE);
        await record(records, image!, success(image!));
        await records.requests.finish((await records.requests.get('r1'))!, 'completed', delivery);
      };
      await finished();
      const attempt = {
        delivery_id: 'msg_1',
        at: START,
        duration_ms: 5,
        error: null,
        response_excerpt: null,
      };
      const again = { delivered: false, next_attempt_in_ms: 5_000 } as const;
      await records.deliveries.recordAttempt({ ...attempt, attempt: 1, http_status: 500 }, again);
      await records.removal.removeRows('r1');
      await records.deliveries.recordAttempt({ ...attempt, attempt: 2, http_status: 500 }, again);
      // Under the same names again: whatever was left behind would be its log.
      await finished();
      expect(await records.deliveries.listByRequest('r1')).toMatchObject([{ id: 'msg_1', attempt_log: [] }]);
    });

    it('logs webhook attempts and replays under the same id', async () => {
      const { records, advance } = await open();
      await accept(records, 'r1', 1);
      const [image] = await records.due.claimImages(1, LEASE);
      await record(records, image!, success(image!));
      const request = (await records.requests.get('r1'))!;
      await records.requests.finish(request, 'completed', {
        id: 'msg_1',
        type: 'request.completed',
        url: 'http://x/',
        body: '{}',
      });
      expect(await records.due.claimDeliveries(10, LEASE)).toEqual(['msg_1']);
      const attempt = {
        delivery_id: 'msg_1',
        at: START,
        duration_ms: 5,
        error: null,
        response_excerpt: null,
      };
      await records.deliveries.recordAttempt(
        { ...attempt, attempt: 1, http_status: 500 },
        { delivered: false, next_attempt_in_ms: 5_000 },
      );
      expect(await records.due.claimDeliveries(10, LEASE)).toEqual([]);
      await advance(5_000);
      expect(await records.due.claimDeliveries(10, LEASE)).toEqual(['msg_1']);
      await records.deliveries.recordAttempt(
        { ...attempt, attempt: 2, http_status: 200 },
        { delivered: true },
      );
      expect(await records.due.claimDeliveries(10, LEASE)).toEqual([]);
      expect(await records.deliveries.redeliver('msg_1')).toBe(true);
      expect(await records.due.claimDeliveries(10, LEASE)).toEqual(['msg_1']);
      const [log] = await records.deliveries.listByRequest('r1');
      expect(log!.attempt_log.map(({ attempt, http_status }) => [attempt, http_status])).toEqual([
        [1, 500],
        [2, 200],
      ]);
    });
  });
}
