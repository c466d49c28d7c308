import { join } from 'node:path';
import { status } from '@grpc/grpc-js';
import { expect, it, onTestFinished } from 'vitest';
import type { PublishedImage } from '../../src/ports.ts';
import { openFirestore } from '../../src/publish/firestore.ts';
import { createPublishLoop } from '../../src/publish/publish-ended.ts';
import { openRecords } from '../../src/records/open-records.ts';
import { systemClock } from '../../src/util/clock.ts';
import { createLog } from '../../src/util/log.ts';
import { FAILURE, success } from '../contracts/records.ts';
import { type FirestoreServer, startFirestore } from '../fakes/firestore.ts';
import { tempFolder } from '../fakes/temp-folder.ts';

const COLLECTION = 'processed-images';

async function open(name = 'shop-project') {
  const server = await startFirestore();
  Object.assign(process.env, server.env);
  const publisher = await openFirestore(name);
  onTestFinished(() => publisher.close());
  return { server, publisher };
}

function image(seq: number): PublishedImage {
  const failed = seq % 3 === 0;
  return {
    request_id: 'r1',
    seq,
    row: seq,
    position: 1,
    product_name: `Product ${seq}`,
    input_url: `http://origin.example/${seq}.jpg`,
    output_url: failed ? null : `https://cdn.example/${seq}.jpg`,
    status: failed ? 'failed' : 'processed',
    error: failed ? { code: 'http_404', message: 'the server answered 404' } : null,
  };
}

it('writes one document an image, and the same ones again when repeated', async () => {
  const { server, publisher } = await open();
  const images = Array.from({ length: 50 }, (_, index) => image(index + 1));
  await publisher.publish(images);
  const documents = server.documents(COLLECTION);
  expect(documents.size).toBe(50);
  for (const { seq, ...fields } of images) expect(documents.get(`r1-${seq}`)).toEqual(fields);
  await publisher.publish(images);
  expect(server.documents(COLLECTION)).toEqual(documents);
  expect(server.batches.reduce((sum, size) => sum + size)).toBe(100);
});

it('writes to the database that is named', async () => {
  const { server, publisher } = await open('shop-project/catalogue');
  await publisher.publish([image(1)]);
  expect(server.names()).toEqual([
    'projects/shop-project/databases/catalogue/documents/processed-images/r1-1',
  ]);
});

it('rejects what is refused for good, and goes on with what passes', async () => {
  const { server, publisher } = await open();
  server.failWith(status.PERMISSION_DENIED);
  await expect(publisher.publish([image(1)])).rejects.toThrow('PERMISSION_DENIED');
  server.failWith(status.UNAVAILABLE);
  const published = publisher.publish([image(1)]);
  await expect.poll(() => server.refused, { timeout: 20_000 }).toBeGreaterThan(2);
  server.failWith(null);
  await published;
  expect([...server.documents(COLLECTION).keys()]).toEqual(['r1-1']);
});

it('writes, reads and deletes a probe', async () => {
  const { publisher } = await open();
  await publisher.check();
});

it('publishes what has ended page by page, over a failure, and at most one page twice', async () => {
  const { server, publisher } = await open();
  const url = `sqlite:${join(tempFolder(), 'halve.sqlite')}`;
  const records = await openRecords({ url, clock: systemClock });
  onTestFinished(() => records.close());
  await endRequest(records, 1_250);

  server.failWith(status.PERMISSION_DENIED);
  const loop = () =>
    createPublishLoop({
      records,
      publisher,
      storage: { url: (key) => `https://cdn.example/${key}` },
      log: createLog('silent'),
    });
  const first = loop();
  first.start();
  await expect.poll(() => server.refused, { timeout: 20_000 }).toBeGreaterThan(0);
  expect(server.documents(COLLECTION).size).toBe(0);
  server.failWith(null);
  await expect.poll(() => published(server), { timeout: 30_000 }).toBe(1_250);
  const written = server.batches.reduce((sum, size) => sum + size);
  expect(written).toBeGreaterThanOrEqual(1_250);
  expect(written).toBeLessThanOrEqual(1_750);
  expect(server.documents(COLLECTION).get('r1-1250')).toEqual({
    request_id: 'r1',
    row: 1_250,
    position: 1,
    product_name: 'Product 1250',
    input_url: 'http://origin.example/1250.jpg',
    output_url: 'https://cdn.example/r1/1250.jpg',
    status: 'processed',
    error: null,
  });
  await expect.poll(async () => (await records.requests.get('r1'))!.publish_due_at).toBeNull();
  expect(await records.publishing.claim(1_000)).toBeNull();
  await first.stop();
});

it('takes a request on where the last publisher stopped, and none that was opened again', async () => {
  const url = `sqlite:${join(tempFolder(), 'halve.sqlite')}`;
  const clock = { ms: 1_700_000_000_000, now: () => clock.ms };
  const records = await openRecords({ url, clock });
  onTestFinished(() => records.close());
  await endRequest(records, 10, 2);
  const claim = (await records.publishing.claim(1_000))!;
  expect(claim).toEqual({ id: 'r1', revision: 0, published_seq: 0 });
  expect(await records.publishing.claim(1_000)).toBeNull();
  expect(await records.publishing.reached(claim, 5, 1_000)).toBe(true);
  clock.ms += 1_001;
  expect(await records.publishing.claim(1_000)).toEqual({ id: 'r1', revision: 0, published_seq: 5 });
  await records.requests.retry('r1');
  expect(await records.publishing.reached(claim, 10, 1_000)).toBe(false);
  await records.publishing.done(claim);
  clock.ms += 1_001;
  expect(await records.publishing.claim(1_000)).toBeNull();
  await endImages(records, 2);
  expect(await records.publishing.claim(1_000)).toEqual({ id: 'r1', revision: 1, published_seq: 0 });
});

const published = (server: FirestoreServer) => server.documents(COLLECTION).size;
type Records = Awaited<ReturnType<typeof openRecords>>;

/** A request of so many images that has ended, the first `failing` of them failed. */
async function endRequest(records: Records, count: number, failing = 0): Promise<void> {
  const rows = Array.from({ length: count }, (_, index) => index + 1);
  await records.requests.receive('r1', 'a.csv');
  await records.requests.addRows(
    'r1',
    rows.map((row) => ({ row, name: `Product ${row}` })),
    rows.map((row) => ({
      seq: row,
      row,
      position: 1,
      input_url: `http://origin.example/${row}.jpg`,
      copy_of: null,
    })),
  );
  await records.requests.accept(
    'r1',
    { options: '{}', csv: '{}', webhook_url: null, products: count, images_total: count },
    null,
  );
  await endImages(records, count, failing);
}

async function endImages(records: Records, count: number, failing = 0): Promise<void> {
  const images = await records.due.claimImages(count, 60_000);
  await Promise.all(
    images.map((claimed) =>
      records.results.record({
        image: claimed,
        attempts: 1,
        retry_in_ms: null,
        outcome: claimed.seq <= failing ? { ...FAILURE, message: '' } : success(claimed),
      }),
    ),
  );
  await records.requests.claimFinishing(1, 60_000);
  await records.requests.finish((await records.requests.get('r1'))!, 'completed', null);
}
