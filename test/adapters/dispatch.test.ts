// Handing out over a real database and both queues: fair, bounded, and found again when the queue has lost it.
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { createDispatch } from '../../src/dispatch.ts';
import type { ClaimedImage, JobQueue } from '../../src/ports.ts';
import { openBullmqQueue } from '../../src/queue/bullmq.ts';
import { imageJob, LEASE_MS } from '../../src/queue/jobs.ts';
import { createMemoryQueue } from '../../src/queue/memory.ts';
import { createReconcile } from '../../src/reconcile.ts';
import { openRecords, type Records } from '../../src/records/open-records.ts';
import { systemClock } from '../../src/util/clock.ts';
import { silentLog } from '../../src/util/log.ts';
import { parseRedisUrl } from '../../src/util/parse-settings.ts';
import { success } from '../contracts/records.ts';
import { hasRedisServer, startRedis } from '../fakes/redis.ts';
import { tempFolder } from '../fakes/temp-folder.ts';

interface Site {
  records: Records;
  /** Milliseconds that the database's clock is ahead. */
  skip(ms: number): void;
  add(id: string, images: number): Promise<void>;
  record(image: ClaimedImage): Promise<boolean>;
}

async function openSite(): Promise<Site> {
  let ahead = 0;
  const records = await openRecords({
    url: `sqlite:${join(tempFolder(), 'halve.sqlite')}`,
    clock: { now: () => Date.now() + ahead },
  });
  onTestFinished(() => records.close());
  return {
    records,
    skip(ms) {
      ahead += ms;
    },
    async add(id, images) {
      const rows = Array.from({ length: images }, (_, index) => index + 1);
      await records.requests.receive(id, 'a.csv');
      await records.requests.addRows(
        id,
        rows.map((row) => ({ row, name: `p${row}` })),
        rows.map((row) => ({ seq: row, row, position: 1, input_url: `http://x/${row}`, copy_of: null })),
      );
      const details = { options: '{}', csv: '{}', webhook_url: null, products: images, images_total: images };
      await records.requests.accept(id, details, null);
    },
    record: (image) =>
      records.results.record({ image, outcome: success(image), attempts: 1, retry_in_ms: null }),
  };
}

function dispatchOver({ records }: Site, queue: JobQueue, highWater: number) {
  const dispatch = createDispatch({
    records,
    queue,
    highWater: () => highWater,
    clock: systemClock,
    log: silentLog,
  });
  onTestFinished(() => dispatch.stop());
  dispatch.start();
  return dispatch;
}

const QUEUES: Record<string, () => Promise<JobQueue>> = {
  'the in-process queue': async () => createMemoryQueue({ log: silentLog }),
  BullMQ: async () => openBullmqQueue(parseRedisUrl((await startRedis()).url), silentLog),
};

describe.each(Object.entries(QUEUES))('over %s', (name, openQueue) => {
  const needed = name === 'BullMQ' && !hasRedisServer;

  it.skipIf(needed)(
    'a small upload does not wait behind a large one, and the queue stays small',
    async () => {
      const site = await openSite();
      const queue = await openQueue();
      onTestFinished(async () => void (await queue.close(0)));
      await site.add('large', 3_000);
      const order: string[] = [];
      let deepest = 0;
      const HIGH_WATER = 60;
      const dispatch = dispatchOver(site, queue, HIGH_WATER);
      queue.process(
        {
          async image(image) {
            order.push(image.request_id);
            await site.record(image);
            dispatch.wake();
          },
          finish: async () => {},
          deliver: async () => {},
        },
        { image: 20, finish: 1, deliver: 1 },
      );
      await vi.waitFor(() => expect(order.length).toBeGreaterThan(200), { timeout: 60_000 });
      const before = order.length;
      await site.add('small', 20);
      await vi.waitFor(
        async () => {
          deepest = Math.max(deepest, await queue.depth('image'));
          expect(order.filter((id) => id === 'small')).toHaveLength(20);
        },
        { timeout: 60_000, interval: 5 },
      );
      // The buffer, and the turns of the round in which its images were handed out half and half.
      expect(order.lastIndexOf('small') - before).toBeLessThan(6 * HIGH_WATER);
      expect(deepest).toBeLessThanOrEqual(HIGH_WATER);
      await vi.waitFor(() => expect(order).toHaveLength(3_020), { timeout: 60_000 });
      await vi.waitFor(
        async () => expect((await site.records.requests.get('large'))?.images_processed).toBe(3_000),
        { timeout: 60_000 },
      );
    },
  );
});

it.skipIf(!hasRedisServer)('hands out once what Redis forgot, three times in one request', async () => {
  const redis = await startRedis();
  const site = await openSite();
  const queues = await Promise.all([1, 2].map(() => openBullmqQueue(parseRedisUrl(redis.url), silentLog)));
  for (const queue of queues) onTestFinished(async () => void (await queue.close(0)));
  await site.add('r', 400);
  const handled: number[] = [];
  for (const queue of queues) {
    dispatchOver(site, queue, 60);
    queue.process(
      {
        async image(image) {
          handled.push(image.seq);
          await new Promise((resolve) => setTimeout(resolve, 50));
          await site.record(image);
        },
        finish: async () => {},
        deliver: async () => {},
      },
      { image: 5, finish: 1, deliver: 1 },
    );
  }
  for (const reached of [50, 150, 250]) {
    await vi.waitFor(() => expect(handled.length).toBeGreaterThan(reached), { timeout: 90_000 });
    if (reached === 150) {
      await redis.kill();
      await redis.start();
    } else await redis.flush();
  }
  await vi.waitFor(async () => expect((await site.records.requests.get('r'))?.images_processed).toBe(400), {
    timeout: 90_000,
  });
  // What was in a worker's hands when Redis forgot it ended meanwhile, so it was not handed out again.
  expect(handled.sort((a, b) => a - b)).toEqual(Array.from({ length: 400 }, (_, index) => index + 1));
});

it('renews what waits here, hands out what nobody has, and fences what comes late', async () => {
  const site = await openSite();
  const queue = createMemoryQueue({ log: silentLog });
  await site.add('r', 2);
  const { due, leases } = site.records;
  const [kept, lost] = await due.claimImages(2, LEASE_MS);
  await queue.add([imageJob(kept!)]);
  const reconcile = createReconcile({ leases, queue, log: silentLog });
  // A standstill longer than any lease: what is still at hand is renewed before anything is claimed.
  site.skip(LEASE_MS + 1_000);
  await reconcile();
  const again = await due.claimImages(2, LEASE_MS);
  expect(again).toEqual([{ ...lost, claim: 2 }]);
  expect(await site.record(lost!)).toBe(false);
  expect(await site.record(kept!)).toBe(true);
  expect(await site.record(again[0]!)).toBe(true);
  expect(await site.record(again[0]!)).toBe(false);
  expect((await site.records.requests.get('r'))?.images_processed).toBe(2);
});
