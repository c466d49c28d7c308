// What no row accounts for is removed from the storage, all of it and nothing else: over disk and S3.
import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { FORMATS, formatNames } from '../../src/formats.ts';
import type { ClaimedImage, Storage } from '../../src/ports.ts';
import { openRecords, type Records } from '../../src/records/open-records.ts';
import { collectGarbage } from '../../src/retention/collect-garbage.ts';
import { openStorage } from '../../src/storage/open-storage.ts';
import { accept, FAILURE, LEASE, record, success } from '../contracts/records.ts';
import { keysOf } from '../contracts/storage.ts';
import { startCloudinary } from '../fakes/cloudinary.ts';
import { startGcs } from '../fakes/gcs.ts';
import { sample } from '../fakes/pictures.ts';
import { S3_ENV, startS3 } from '../fakes/s3.ts';
import { tempFolder } from '../fakes/temp-folder.ts';
import { startReceiver } from '../fakes/webhook-receiver.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

beforeAll(() => void Object.assign(process.env, S3_ENV));

const STORAGES: Record<string, () => Promise<Storage>> = {
  disk: async () => openStorage({ url: `file:${join(tempFolder(), 'files')}`, filesUrl: () => '' }),
  S3: async () => openStorage({ url: (await startS3()).storageUrl('shop'), filesUrl: () => '' }),
};

/** The database with a time of its own: `later` moves it on. */
async function openDatabase() {
  let ahead = 0;
  const clock = { now: () => Date.now() + ahead };
  const records = await openRecords({ url: `sqlite:${join(tempFolder(), 'halve.sqlite')}`, clock });
  onTestFinished(() => records.close());
  const later = (ms: number) => {
    ahead += ms;
  };
  return { records, clock, later };
}

async function put(storage: Storage, ...keys: string[]): Promise<void> {
  for (const key of keys) await storage.put(key, Buffer.from('12345678'), { contentType: 'image/jpeg' });
}

async function claim(records: Records, id: string): Promise<ClaimedImage[]> {
  return (await records.due.claimImages(100, LEASE)).filter(({ request_id }) => request_id === id);
}

/** Ends a request of two images: the first failed once and is processed after a retry. */
async function endAfterRetry(records: Records, id: string): Promise<void> {
  await accept(records, id, 2);
  for (const image of await claim(records, id)) {
    await record(records, image, image.seq === 1 ? FAILURE : success(image));
  }
  await records.requests.finish((await records.requests.get(id))!, 'completed', null);
  expect(await records.requests.retry(id)).toBe(1);
  for (const image of await claim(records, id)) {
    const { output_key } = success(image);
    const original_key = output_key.replace('.jpg', '.original.png');
    await record(records, image, { ...success(image), original_key });
  }
  expect(await records.requests.finish((await records.requests.get(id))!, 'completed', null)).toBe(true);
}

async function collect(records: Records, storage: Storage, options: { now: number; dryRun?: boolean }) {
  const found: string[] = [];
  const collected = await collectGarbage({
    records,
    storage,
    minAgeMs: DAY,
    dryRun: false,
    onFound: (what, { key }) => found.push(`${what} ${key}`),
    ...options,
  });
  return { collected, found: found.sort() };
}

describe.each(Object.entries(STORAGES))('collecting garbage on %s', (_name, open) => {
  it('removes orphans of every kind and nothing that lives', async () => {
    const storage = await open();
    const { records, clock, later } = await openDatabase();
    const [ended, working, receiving, deleting, gone] = Array.from({ length: 5 }, () => randomUUID()) as [
      string,
      string,
      string,
      string,
      string,
    ];
    await endAfterRetry(records, ended);
    await accept(records, working, 2);
    await claim(records, working);
    await records.requests.receive(receiving, 'a.csv');
    await accept(records, deleting, 1);
    await records.removal.hide(deleting);
    const living = [
      ...['input.csv', 'output-1.csv', 'report-1.csv', '1.jpg', '1.original.png', '2.jpg'].map(
        (name) => `${ended}/${name}`,
      ),
      ...['input.csv', '1.jpg', 'never-recorded.jpg', 'output.csv'].map((name) => `${working}/${name}`),
      `${receiving}/input.csv`,
      ...['input.csv', '1.jpg'].map((name) => `${deleting}/${name}`),
    ];
    const orphans = [
      ...[
        'output.csv',
        'report.csv',
        'failed.csv',
        'report-2.csv',
        '1.png',
        '2.original.jpg',
        '3/x.webp',
      ].map((name) => `${ended}/${name}`),
      ...['input.csv', 'output-3.csv', 'a/1-1-a.jpg', 'a/1-1-a.original.tif'].map(
        (name) => `${gone}/${name}`,
      ),
      `halve-doctor/${randomUUID()}.csv`,
    ];
    const unknown = [
      `${ended}/notes.txt`,
      `${gone}/input-1.csv`,
      'images/1-1-a.jpg',
      'halve-doctor/mine.csv',
      'readme.txt',
    ];
    await put(storage, ...living, ...orphans, ...unknown);
    const everything = [...living, ...orphans, ...unknown].sort();
    const counts = (removed: number, kept: number) => ({
      seen: { objects: everything.length, bytes: 8 * everything.length },
      kept: { objects: kept, bytes: 8 * kept },
      removed: { objects: removed, bytes: 8 * removed },
      unknown: { objects: unknown.length, bytes: 8 * unknown.length },
    });

    // Nothing is a day old yet.
    const young = await collect(records, storage, { now: clock.now() });
    expect(young.collected).toEqual(counts(0, living.length + orphans.length));
    // The objects are, but the request ended a moment ago: only what has no row at all goes.
    const ofTheGone = orphans.filter((key) => !key.startsWith(ended));
    const early = await collect(records, storage, { now: clock.now() + 2 * DAY, dryRun: true });
    expect(early.collected).toEqual(counts(ofTheGone.length, living.length + 7));

    later(DAY + HOUR);
    const dry = await collect(records, storage, { now: clock.now(), dryRun: true });
    expect(dry.collected).toEqual(counts(orphans.length, living.length));
    expect(await keysOf(storage, '')).toEqual(everything);
    const real = await collect(records, storage, { now: clock.now() });
    expect(real).toEqual(dry);
    expect(real.found).toEqual(
      [...orphans.map((key) => `removed ${key}`), ...unknown.map((key) => `unknown ${key}`)].sort(),
    );
    expect(await keysOf(storage, '')).toEqual([...living, ...unknown].sort());
    const again = await collect(records, storage, { now: clock.now() });
    expect(again.collected.removed).toEqual({ objects: 0, bytes: 0 });
  });

  it('leaves a request alone that is opened again while its orphans are about to go', async () => {
    const storage = await open();
    const { records, clock, later } = await openDatabase();
    const id = randomUUID();
    await accept(records, id, 1);
    for (const image of await claim(records, id)) await record(records, image, FAILURE);
    await records.requests.finish((await records.requests.get(id))!, 'failed', null);
    await put(storage, `${id}/input.csv`, `${id}/1.jpg`);
    later(DAY + HOUR);
    // Between the look at its rows and the removal, a retry makes 1.jpg a result.
    const stored: Records['stored'] = {
      ...records.stored,
      async *keysOf(request) {
        yield* records.stored.keysOf(request);
        expect(await records.requests.retry(id)).toBe(1);
      },
    };
    const { collected, found } = await collect({ ...records, stored } as Records, storage, {
      now: clock.now(),
    });
    expect(found).toEqual([]);
    expect(collected.kept.objects).toBe(2);
    expect(await keysOf(storage, '')).toEqual([`${id}/1.jpg`, `${id}/input.csv`]);
  });
});

const EVERY_STORAGE: typeof STORAGES = {
  ...STORAGES,
  'Cloud Storage': async () => {
    const server = await startGcs();
    Object.assign(process.env, server.env);
    return openStorage({ url: server.storageUrl('shop'), filesUrl: () => '' });
  },
  Cloudinary: async () =>
    openStorage({ url: (await startCloudinary()).storageUrl('shop'), filesUrl: () => '' }),
};

it.each(Object.entries(EVERY_STORAGE))(
  'knows images of every format on %s for its own, by whatever name it lists them',
  async (_name, open) => {
    const storage = await open();
    const { records, clock, later } = await openDatabase();
    const [living, gone] = [randomUUID(), randomUUID()];
    const formats = formatNames();
    const keyOf = (id: string, index: number) => `${id}/${index + 1}.${FORMATS[formats[index]!].extension}`;
    await accept(records, living, formats.length);
    for (const image of await claim(records, living)) {
      await record(records, image, { ...success(image), output_key: keyOf(living, image.seq - 1) });
    }
    await records.requests.finish((await records.requests.get(living))!, 'completed', null);
    for (const [index, format] of formats.entries()) {
      const { contentType } = FORMATS[format];
      for (const id of [living, gone])
        await storage.put(keyOf(id, index), await sample(format, 24, 16), { contentType });
    }
    later(DAY + HOUR);
    const { collected, found } = await collect(records, storage, { now: clock.now() });
    const count = formats.length;
    expect(found).toEqual(formats.map((_, index) => `removed ${keyOf(gone, index)}`));
    expect(collected).toMatchObject({
      seen: { objects: 2 * count },
      kept: { objects: count },
      removed: { objects: count },
      unknown: { objects: 0 },
    });
    expect(await keysOf(storage, '')).toEqual(formats.map((_, index) => keyOf(living, index)));
  },
);

it('goes through thousands of objects in pages, and takes the emptied folders of a disk away', async () => {
  const root = join(tempFolder(), 'files');
  const storage = await openStorage({ url: `file:${root}`, filesUrl: () => '' });
  const { records, clock, later } = await openDatabase();
  const [living, gone] = [randomUUID(), randomUUID()];
  await accept(records, living, 1_200);
  for (let ended = 0; ended < 1_200; ) {
    const claimed = await records.due.claimImages(500, LEASE);
    await Promise.all(claimed.map((image) => record(records, image, success(image))));
    ended += claimed.length;
  }
  await records.requests.finish((await records.requests.get(living))!, 'completed', null);
  for (let n = 1; n <= 1_200; n++) await put(storage, `${living}/${n}.jpg`, `${gone}/folder/${n}.jpg`);
  await put(storage, `${living}/1201.jpg`);
  later(DAY + HOUR);
  const asked = vi.spyOn(records.stored, 'requests');
  const { collected } = await collect(records, storage, { now: clock.now() });
  expect(asked).toHaveBeenCalledTimes(3);
  expect(collected).toEqual({
    seen: { objects: 2_401, bytes: 8 * 2_401 },
    kept: { objects: 1_200, bytes: 8 * 1_200 },
    removed: { objects: 1_201, bytes: 8 * 1_201 },
    unknown: { objects: 0, bytes: 0 },
  });
  expect(existsSync(join(root, gone))).toBe(false);
  expect(await keysOf(storage, living)).toHaveLength(1_200);
});

describe('uploads in parts that a killed process left in S3', () => {
  const key = `shop/${randomUUID()}/input.csv`;
  const since = (ms: number) => new Date(Date.now() - ms).toISOString();

  async function openFake(answers: Record<string, { status?: number; body: string }>) {
    const s3 = await startS3();
    const aborted: string[] = [];
    const fake = await startReceiver((request, response) => {
      const { searchParams, pathname } = new URL(request.url!, 'http://x');
      if (request.method === 'DELETE') {
        aborted.push(`${pathname} ${searchParams.get('uploadId')}`);
        return void response.writeHead(204).end();
      }
      expect(searchParams.has('uploads')).toBe(true);
      expect(searchParams.get('prefix')).toBe('shop/');
      const { status = 200, body } = answers[searchParams.get('key-marker') ?? '']!;
      response.writeHead(status, { 'content-type': 'application/xml' }).end(`<?xml version="1.0"?>${body}`);
    });
    onTestFinished(() => fake.close());
    const url = s3.storageUrl('shop').replace(s3.url, fake.url);
    return { aborted, storage: await openStorage({ url, filesUrl: () => '' }) };
  }

  it('aborts the old ones of its own, over all pages', async () => {
    const upload = (name: string, id: string, ms: number) =>
      `<Upload><Key>${name}</Key><UploadId>${id}</UploadId><Initiated>${since(ms)}</Initiated></Upload>`;
    const { storage, aborted } = await openFake({
      '': {
        body: `<ListMultipartUploadsResult><IsTruncated>true</IsTruncated><NextKeyMarker>k</NextKeyMarker><NextUploadIdMarker>u</NextUploadIdMarker>${upload(key, 'old', 2 * DAY)}${upload(key, 'young', HOUR)}${upload('shop/of-others.csv', 'x', 9 * DAY)}</ListMultipartUploadsResult>`,
      },
      k: {
        body: `<ListMultipartUploadsResult><IsTruncated>false</IsTruncated>${upload(key, 'older', 9 * DAY)}</ListMultipartUploadsResult>`,
      },
    });
    expect(await storage.removeUnfinished!({ ageMs: DAY, dryRun: true })).toBe(2);
    expect(aborted).toEqual([]);
    expect(await storage.removeUnfinished!({ ageMs: DAY })).toBe(2);
    expect(aborted).toEqual(['old', 'older'].map((id) => `/catalogue/${key} ${id}`));
  });

  it.each([
    [405, 'MethodNotAllowed'],
    [403, 'AccessDenied'],
  ])('takes %i %s for nothing to do', async (status, code) => {
    const body = `<Error><Code>${code}</Code><Message>no</Message></Error>`;
    const { storage } = await openFake({ '': { status, body } });
    expect(await storage.removeUnfinished!({ ageMs: DAY })).toBeNull();
  });

  it('asks no more of a server that knows uploads in parts and does not list them', async () => {
    const s3 = await startS3();
    const storage = await openStorage({ url: s3.storageUrl('shop'), filesUrl: () => '' });
    expect(await storage.removeUnfinished!({ ageMs: 0 })).toBeNull();
    expect(s3.requests).toHaveLength(1);
  });
});
