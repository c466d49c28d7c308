// The whole flow over every storage, by the real program: exact files, exact objects, and a storage that is away for a while.
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { parse } from 'csv-parse/sync';
import { expect, it, onTestFinished, vi } from 'vitest';
import { openStorage } from '../../src/storage/open-storage.ts';
import { keysOf, read } from '../contracts/storage.ts';
import { startCloudinary } from '../fakes/cloudinary.ts';
import { startFirestore } from '../fakes/firestore.ts';
import { startGcs } from '../fakes/gcs.ts';
import { startOrigin } from '../fakes/origin.ts';
import { photoJpeg } from '../fakes/pictures.ts';
import { createDatabase, postgresMissing } from '../fakes/postgres.ts';
import { S3_ENV, startS3 } from '../fakes/s3.ts';
import { tempFolder } from '../fakes/temp-folder.ts';
import { startReceiver } from '../fakes/webhook-receiver.ts';
import { startHostileCatalogue } from './hostile-catalogue.ts';
import { BIN, type ImageBody, pause, startService } from './service.ts';

/** Seconds that the storage is away in the middle of the work. */
const OUTAGE_SECONDS = Number(process.env.HALVE_TEST_OUTAGE_SECONDS ?? 4);
/** The versions that the tests run with are the oldest that are taken. */
const { devDependencies } = JSON.parse(
  readFileSync(new URL('../../package.json', import.meta.url), 'utf8'),
) as { devDependencies: Record<string, string> };
const HEADER = 'S. No.,Product Name,Input Image Urls\n';
const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');

type Env = Record<string, string>;

const STORAGES: Record<string, (query?: string) => Promise<Env>> = {
  disk: async () => ({ STORAGE_URL: `file:${tempFolder()}` }),
  S3: async (query) => ({ ...S3_ENV, STORAGE_URL: (await startS3()).storageUrl('shop', query) }),
  'Cloud Storage': async (query) => {
    const server = await startGcs();
    return { ...server.env, STORAGE_URL: server.storageUrl('shop', query) };
  },
  Cloudinary: async (query) => ({ STORAGE_URL: (await startCloudinary()).storageUrl('shop', query) }),
};

/** The storage as the test sees it, with the credentials of the service. */
function look({ STORAGE_URL, ...credentials }: Env) {
  for (const [name, value] of Object.entries(credentials)) vi.stubEnv(name, value);
  onTestFinished(() => void vi.unstubAllEnvs());
  return openStorage({ url: STORAGE_URL!, filesUrl: () => '' });
}

async function fetchBytes(url: string): Promise<Buffer> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url} answered ${response.status}`);
  return Buffer.from(await response.arrayBuffer());
}

it.each(Object.keys(STORAGES))(
  'comes back exact with its files on %s, from the upload to the webhook',
  async (name) => {
    const env = await STORAGES[name]!();
    const catalogue = await startHostileCatalogue();
    onTestFinished(() => catalogue.origin.close());
    const receiver = await startReceiver((_request, response) => void response.end('ok'));
    onTestFinished(() => receiver.close());
    const service = await startService({ env });
    const id = await service.upload(catalogue.csv, {
      webhook_url: `${receiver.url}/hook`,
      keep_originals: 'true',
      key_template: '{request_id}/{product}/{row}-{position}-{name}',
    });
    expect(await service.ended(id)).toMatchObject({
      status: 'completed',
      images: { processed: 12, failed: 6 },
    });

    const images = await service.images(id);
    expect(String(await service.file('output', id))).toBe(
      String(catalogue.output(images.map(({ output_url }) => output_url ?? ''))),
    );
    expect((await service.file('input', id)).equals(catalogue.csv)).toBe(true);
    const report = parse(await service.file('report', id), { columns: true }) as Record<string, string>[];
    const done = images.filter(({ status }) => status === 'processed');
    for (const { row, position, output_url, sha256: recorded, input_url } of done) {
      expect(sha256(await fetchBytes(output_url!))).toBe(recorded);
      const line = report.find((one) => one.row === String(row) && one.position === String(position))!;
      const original = await fetchBytes(line.original_url!);
      expect(original.equals(await fetchBytes(input_url))).toBe(true);
    }

    // Every object is one that the report names, or one of the files.
    const storage = await look(env);
    const base = storage.url(`${id}/x.jpg`).replace(/x\.jpg$/, '');
    const named = done.flatMap((image) => [image.output_url!, reportOf(report, image).original_url!]);
    const expected = new Set(
      named.map((url) => (name === 'disk' ? url.split(`/files/${id}/`)[1]! : url.slice(base.length))),
    );
    expect(await keysOf(storage, id)).toEqual(
      [...expected, 'failed.csv', 'import.csv', 'input.csv', 'output.csv', 'report.csv']
        .map((key) => `${id}/${key}`)
        .sort(),
    );
    // The URL that stands in the file twice is one object.
    expect(expected.size).toBe(2 * (12 - 2));
    expect([...expected].some((key) => key.startsWith('Mug-large/1-1-good.'))).toBe(true);

    await expect.poll(() => receiver.hits.length, { timeout: 20_000 }).toBe(1);
    const told = JSON.parse(receiver.hits[0]!.body) as { output_images: string[] };
    expect(told.output_images).toEqual(done.map(({ output_url }) => output_url));

    expect((await fetch(`${service.url}/requests/${id}`, { method: 'DELETE' })).status).toBe(204);
    expect(await keysOf(storage, '')).toEqual([]);
    expect(await service.stop()).toBe(0);
  },
);

function reportOf(report: Record<string, string>[], { row, position }: ImageBody) {
  return report.find((one) => one.row === String(row) && one.position === String(position))!;
}

it('waits for a storage that answers 503 for a while: nothing is lost, failed, fetched or stored twice', async () => {
  const count = 500;
  const jpeg = await photoJpeg(320, 240);
  const origin = await startOrigin({ '*': { body: jpeg } });
  onTestFinished(() => origin.close());
  const server = await startS3();
  const env = { ...S3_ENV, STORAGE_URL: server.storageUrl('shop'), WORKERS: '2', LOG_LEVEL: 'silent' };
  const service = await startService({ env });
  const rows = Array.from({ length: count }, (_, index) => `${index + 1},A,${origin.url}/${index + 1}.jpg\n`);
  const id = await service.upload(HEADER + rows.join(''));
  await service.until(id, ({ images }) => images.processed >= 100);
  server.fault = () => 'unavailable';
  await pause(OUTAGE_SECONDS * 1_000);
  const stuck = await service.status(id);
  expect([stuck.status, stuck.images.failed]).toEqual(['processing', 0]);
  expect(stuck.images.processed).toBeLessThan(count);
  const refused = await fetch(`${service.url}/upload`, {
    method: 'POST',
    body: HEADER + rows[0],
    headers: { 'content-type': 'text/csv' },
  });
  expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '5']);
  server.fault = () => null;

  expect(await service.ended(id)).toMatchObject({
    status: 'completed',
    images: { processed: count, failed: 0 },
  });
  expect(origin.hits()).toBe(count);
  const storage = await look(env);
  const images = await service.images(id);
  expect(await keysOf(storage, '')).toEqual(
    [
      ...images.map(({ row }) => `${id}/${row}-1-${row}.jpg`),
      ...['import', 'input', 'output', 'report'].map((kind) => `${id}/${kind}.csv`),
    ].sort(),
  );
  for (const { row, sha256: recorded } of images) {
    expect(sha256((await read(storage, `${id}/${row}-1-${row}.jpg`))!)).toBe(recorded);
  }
  expect(server.openUploads()).toBe(0);
  expect(await service.stop()).toBe(0);
});

it('ends a request although the storage is away just when its files are written', async () => {
  const origin = await startOrigin({ '*': { body: await photoJpeg(64, 64), latencyMs: 300 } });
  onTestFinished(() => origin.close());
  const server = await startS3();
  const service = await startService({
    env: { ...S3_ENV, STORAGE_URL: server.storageUrl('shop'), LOG_LEVEL: 'silent' },
  });
  const id = await service.upload(`${HEADER}1,A,${origin.url}/1.jpg\n`);
  const csv = ({ path }: { path: string }) => /\/(output|report)\.csv/.test(path);
  server.fault = (asked) => (csv(asked) ? 'unavailable' : null);
  // More than the SDK's own attempts at one request.
  await expect.poll(() => server.requests.filter(csv).length, { timeout: 30_000 }).toBeGreaterThan(9);
  expect(await service.status(id)).toMatchObject({ progress: 99, status: 'processing' });
  server.fault = () => null;
  expect(await service.ended(id)).toMatchObject({ status: 'completed' });
  expect(String(await service.file('output', id))).toContain('/shop/');
  expect(await service.stop()).toBe(0);
});

it('keeps a result of its own for each time a request is opened again', async () => {
  let gone = true;
  const jpeg = await photoJpeg(64, 64);
  const origin = await startOrigin({
    '/1.jpg': { body: jpeg },
    '/2.jpg': (_request, response) => void response.writeHead(gone ? 404 : 200).end(gone ? '' : jpeg),
  });
  onTestFinished(() => origin.close());
  const server = await startS3();
  const env = { ...S3_ENV, STORAGE_URL: server.storageUrl('shop') };
  const service = await startService({ env });
  const id = await service.upload(`${HEADER}1,A,${origin.url}/1.jpg\n2,B,${origin.url}/2.jpg\n`);
  expect(await service.ended(id)).toMatchObject({ images: { processed: 1, failed: 1 } });
  const storage = await look(env);
  const files = async () =>
    (await keysOf(storage, id)).filter((key) => key.endsWith('.csv')).map((key) => key.split('/')[1]);
  expect(await files()).toEqual(['failed.csv', 'import.csv', 'input.csv', 'output.csv', 'report.csv']);
  gone = false;
  await service.json(`/requests/${id}/retry`, { method: 'POST' });
  await expect.poll(async () => (await service.status(id)).progress, { timeout: 30_000 }).toBe(100);
  expect(await service.status(id)).toMatchObject({
    images: { processed: 2, failed: 0 },
    failed_csv_url: null,
  });
  await expect.poll(files).toEqual(['import-1.csv', 'input.csv', 'output-1.csv', 'report-1.csv']);
  expect(String(await service.file('output', id)).match(/\/shop\//g)).toHaveLength(2);
  expect(await service.stop()).toBe(0);
});

it('sends those who follow a link to a private object on to one that lasts a while', async () => {
  const origin = await startOrigin({ '*': { body: await photoJpeg(64, 64) } });
  onTestFinished(() => origin.close());
  const service = await startService({ env: await STORAGES.S3!('presign=1h') });
  const id = await service.upload(`${HEADER}1,A,${origin.url}/1.jpg\n`);
  await service.ended(id);
  const [image] = await service.images(id);
  expect(image!.output_url).toBe(`${service.url}/files/${id}/1-1-1.jpg`);
  const sent = await fetch(image!.output_url!, { redirect: 'manual' });
  expect([sent.status, sent.headers.get('cache-control')]).toEqual([302, 'private, max-age=1800']);
  expect(sent.headers.get('location')).toMatch(/X-Amz-Expires=3600/);
  expect(sha256(await fetchBytes(image!.output_url!))).toBe(image!.sha256);
  for (const path of [`${id}/output.csv`, '../x', `${id}/.x`, '']) {
    expect((await fetch(`${service.url}/files/${path}`)).status).toBe(404);
  }
  expect(await service.stop()).toBe(0);
});

it('writes ended images to Firestore, once it is there', async () => {
  const firestore = await startFirestore();
  const jpeg = await photoJpeg(64, 64);
  const origin = await startOrigin({ '*': { body: jpeg }, '/7.jpg': { status: 404 } });
  onTestFinished(() => origin.close());
  firestore.away();
  const dataDir = tempFolder();
  const env = { ...firestore.env, FIRESTORE: 'shop-project', LOG_LEVEL: 'silent' };
  const first = await startService({ dataDir, env });
  const rows = Array.from(
    { length: 40 },
    (_, index) => `${index + 1},Product ${index + 1},${origin.url}/${index + 1}.jpg\n`,
  );
  const id = await first.upload(HEADER + rows.join(''));
  expect(await first.ended(id)).toMatchObject({ images: { processed: 39, failed: 1 } });
  const images = await first.images(id);
  expect(await first.stop()).toBe(0);
  await firestore.listen();
  // The links hold the port.
  const second = await startService({ dataDir, env, port: Number(new URL(first.url).port) });
  await expect.poll(() => firestore.documents('processed-images').size, { timeout: 60_000 }).toBe(40);
  const documents = firestore.documents('processed-images');
  for (const { seq, row, position, input_url, output_url, status, error } of images) {
    expect(documents.get(`${id}-${seq}`)).toEqual({
      request_id: id,
      row,
      position,
      product_name: `Product ${row}`,
      input_url,
      output_url,
      status,
      error,
    });
  }
  expect(documents.get(`${id}-7`)).toMatchObject({
    status: 'failed',
    error: { code: 'http_404' },
    output_url: null,
  });
  expect(await second.stop()).toBe(0);
});

const doctor = (env: Env) =>
  promisify(execFile)(process.execPath, [BIN, 'doctor'], {
    env: { ...process.env, DATA_DIR: tempFolder(), ...env },
  }).then(
    ({ stdout }) => ({ code: 0, stdout }),
    (error: { code: number; stdout: string }) => error,
  );

it.each(Object.keys(STORAGES))('`halve doctor` writes, reads and deletes a probe on %s', async (name) => {
  const env = await STORAGES[name]!();
  const { code, stdout } = await doctor(env);
  expect(stdout).toMatch(/^ok {4}storage .* was written, read and deleted$/m);
  expect(stdout).not.toContain('not-a-secret');
  expect(code).toBe(0);
  expect(await keysOf(await look(env), '')).toEqual([]);
});

const noPostgres = await postgresMissing();
it.skipIf(noPostgres)('`halve doctor` shows nothing of a password, whatever is in it', async () => {
  const database = new URL(await createDatabase());
  const { code, stdout } = await doctor({
    DATABASE_URL: `postgres://${database.username}:CANARY:1@CANARY@${database.host}${database.pathname}`,
  });
  expect(stdout).toContain(
    ` at postgres://${database.username}:…@${database.host}${database.pathname} answers, `,
  );
  expect(stdout).not.toContain('CANARY');
  expect(code).toBe(0);
});

it('`halve doctor` takes a database whose server runs for what it is', async () => {
  const service = await startService();
  const { code, stdout } = await doctor({ DATA_DIR: service.dataDir });
  expect(stdout).toMatch(/^ok {4}database {2}sqlite:\S+\/halve\.sqlite is in use by a halve that runs$/m);
  expect(stdout).not.toContain('FAIL');
  expect(code).toBe(0);
  expect(await service.stop()).toBe(0);
  const after = await doctor({ DATA_DIR: service.dataDir });
  expect(after.stdout).toMatch(/^ok {4}database {2}SQLite \S+ at \S+ answers, 0 requests under way$/m);
  expect(after.code).toBe(0);
  const broken = tempFolder();
  mkdirSync(join(broken, 'halve.sqlite.lock'));
  const refused = await doctor({ DATA_DIR: broken });
  expect(refused.stdout).toMatch(/^FAIL {2}database /m);
  expect(refused.code).toBe(1);
});

it('`halve doctor` tries Firestore, and says what does not work', async () => {
  const firestore = await startFirestore();
  const server = await startS3();
  const env = {
    ...S3_ENV,
    ...firestore.env,
    FIRESTORE: 'shop-project',
    STORAGE_URL: server.storageUrl('shop'),
  };
  expect((await doctor(env)).stdout).toMatch(
    /^ok {4}firestore +shop-project was written, read and deleted$/m,
  );
  const wrong = await doctor({ ...env, AWS_SECRET_ACCESS_KEY: 'another' });
  expect(wrong.stdout).toMatch(/^FAIL {2}storage .*SignatureDoesNotMatch/m);
  expect(wrong.code).toBe(1);
});

const AWS = ['@aws-sdk/client-s3', '@aws-sdk/lib-storage', '@aws-sdk/s3-request-presigner'];

it.each([
  ['@aws-sdk/client-s3', { STORAGE_URL: 's3://shop' }, AWS],
  ['@aws-sdk/lib-storage', { STORAGE_URL: 's3://shop' }, AWS],
  ['@google-cloud/storage', { STORAGE_URL: 'gs://shop' }, ['@google-cloud/storage']],
  ['cloudinary', { STORAGE_URL: 'cloudinary://k:s@shop' }, ['cloudinary']],
  ['@google-cloud/firestore', { FIRESTORE: 'shop-project' }, ['@google-cloud/firestore']],
])('names the command that installs %s when it is not there', async (missing, env, packages) => {
  const preload = fileURLToPath(new URL('../fakes/missing-package.mjs', import.meta.url));
  const run = promisify(execFile)(process.execPath, ['--import', preload, BIN, 'serve', '--port', '0'], {
    env: { ...process.env, DATA_DIR: tempFolder(), MISSING_PACKAGE: missing, ...env } as NodeJS.ProcessEnv,
  });
  const { code, stderr } = await run.then(
    () => ({ code: 0, stderr: '' }),
    (error: { code: number; stderr: string }) => error,
  );
  expect([code, stderr]).toEqual([
    1,
    `halve: the package ${missing} is not installed: npm install ${packages
      .map((name) => `"${name}@^${devDependencies[name]}"`)
      .join(' ')}\n`,
  ]);
});
