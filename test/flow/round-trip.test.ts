// The main job: one hostile catalogue in, the same bytes out with one more column; by the server and by `halve run`.
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { parse } from 'csv-parse/sync';
import { expect, it, onTestFinished } from 'vitest';
import { startOrigin } from '../fakes/origin.ts';
import { createDatabase, postgresMissing } from '../fakes/postgres.ts';
import { tempFolder } from '../fakes/temp-folder.ts';
import { fleetMissing, startFleet } from './fleet.ts';
import { checkPictures, type HostileCatalogue, startHostileCatalogue } from './hostile-catalogue.ts';
import { BIN, startService } from './service.ts';

const COUNTS = { total: 18, processed: 12, failed: 6 };

async function startCatalogue(): Promise<HostileCatalogue> {
  const catalogue = await startHostileCatalogue();
  onTestFinished(() => catalogue.origin.close());
  return catalogue;
}

function parseReport(bytes: Buffer) {
  return parse(bytes, { columns: true }) as Record<string, string>[];
}

const [noPostgres, noFleet] = [await postgresMissing(), await fleetMissing()];
const modes = [
  { name: 'SQLite in one process', start: () => startService(), missing: null },
  {
    name: 'PostgreSQL behind one process',
    start: async () => startService({ env: { DATABASE_URL: await createDatabase() } }),
    missing: noPostgres,
  },
  {
    name: 'a fleet over PostgreSQL and Redis',
    start: async () => (await startFleet({ workers: 2 })).server,
    missing: noFleet,
  },
];

it.for(modes)(
  'comes back from the server byte for byte, every position right, with $name',
  async (mode, test) => {
    test.skip(mode.missing !== null, mode.missing ?? '');
    const catalogue = await startCatalogue();
    const service = await mode.start();
    const id = await service.upload(catalogue.csv);
    const request = await service.ended(id);
    expect(request).toMatchObject({ status: 'completed', products: 9, images: { ...COUNTS, pending: 0 } });

    const images = await service.images(id);
    expect(
      images.map(({ row, position, input_url, error, format }) => [
        row,
        position,
        input_url,
        error?.code ?? null,
        format,
      ]),
    ).toEqual(
      catalogue.expected.map(({ row, position, path, code, format }) => [
        row,
        position,
        catalogue.origin.url + path,
        code,
        format ?? null,
      ]),
    );
    expect(String(await service.file('output', id))).toBe(
      String(catalogue.output(images.map(({ output_url }) => output_url ?? ''))),
    );
    expect((await service.file('input', id)).equals(catalogue.csv)).toBe(true);

    // Every output URL answers with the bytes that were recorded, once fetched for the URL that occurs twice.
    for (const image of images.filter(({ output_url }) => output_url !== null)) {
      const body = Buffer.from(await (await fetch(image.output_url!)).arrayBuffer());
      expect(createHash('sha256').update(body).digest('hex')).toBe(image.sha256);
      expect(body.length).toBe(image.bytes_out);
    }
    expect(catalogue.origin.hits('/good.jpg')).toBe(2); // row 1 and the redirect; row 8 twice from the same
    expect(
      await checkPictures(async (row, position) => {
        const { output_url } = images.find((image) => image.row === row && image.position === position)!;
        return Buffer.from(await (await fetch(output_url!)).arrayBuffer());
      }),
    ).toEqual([]);

    const report = parseReport(await service.file('report', id));
    expect(
      report.map(({ row, position, status, error_code }) => [row, position, status, error_code]),
    ).toEqual(
      catalogue.expected.map(({ row, position, code }) => [
        String(row),
        String(position),
        code ? 'failed' : 'processed',
        code ?? '',
      ]),
    );
    expect(report.map(({ output_url }) => output_url)).toEqual(
      images.map(({ output_url }) => output_url ?? ''),
    );

    // The failed file can be uploaded as it is: the same failures, nothing else.
    const failed = await service.file('failed', id);
    const again = await service.upload(failed);
    expect(await service.ended(again)).toMatchObject({
      status: 'failed',
      products: 5,
      images: { total: 6, failed: 6 },
    });
    expect((await service.images(again)).map(({ error }) => error?.code)).toEqual(
      catalogue.expected.flatMap(({ code }) => code ?? []),
    );
    expect(await service.stop()).toBe(0);
  },
);

it('comes back from `halve run` byte for byte, with paths relative to the folder', async () => {
  const catalogue = await startCatalogue();
  const folder = tempFolder();
  const input = join(folder, 'in.csv');
  const out = join(folder, 'out');
  writeFileSync(input, catalogue.csv);
  const error = await promisify(execFile)(process.execPath, [BIN, 'run', input, '--out', out]).catch(
    (thrown) => thrown,
  );
  expect(error.stderr).toContain('12 of 18 images processed, 6 failed');
  expect(error.code).toBe(2);
  expect(readdirSync(out).sort()).toEqual([
    '.halve',
    'failed.csv',
    'images',
    'import.csv',
    'output.csv',
    'report.csv',
  ]);

  const report = parseReport(readFileSync(join(out, 'report.csv')));
  const paths = report.map(({ output_url }) => output_url!);
  expect(readFileSync(join(out, 'output.csv'), 'utf8')).toBe(String(catalogue.output(paths)));
  const stored = paths.filter(Boolean);
  expect(stored).toHaveLength(COUNTS.processed);
  expect(
    stored.every(
      (path) => /^images\/\d+-\d-[\w-]+\.(jpg|png|webp|gif)$/.test(path) && existsSync(join(out, path)),
    ),
  ).toBe(true);
  expect(
    await checkPictures(async (row, position) =>
      readFileSync(join(out, paths[indexOf(catalogue, row, position)]!)),
    ),
  ).toEqual([]);
});

it('`halve run` says why images failed, in words, and where the files are', async () => {
  const origin = await startOrigin({
    '*': { status: 404 },
    '/page.jpg': { body: Buffer.from('<html></html>') },
  });
  onTestFinished(() => origin.close());
  const folder = tempFolder();
  const out = join(folder, 'out');
  const urls = ['1.jpg', '2.jpg', 'page.jpg'].map((name) => `${origin.url}/${name}`);
  writeFileSync(join(folder, 'in.csv'), `S. No.,Product Name,Input Image Urls\n1,Mug,${urls.join('|')}\n`);
  const failed = (await promisify(execFile)(process.execPath, [
    BIN,
    ...['run', join(folder, 'in.csv'), '--out', out],
  ]).catch((error) => error)) as { code: number; stderr: string };
  expect(failed.code).toBe(2);
  expect(failed.stderr.split('\n').slice(-8)).toEqual([
    '0 of 3 images processed, 3 failed',
    '  2 http_404: There is nothing at this address.',
    '  1 not_an_image: Behind the link is something else than a picture, often a web page.',
    `why each failed: ${out}/report.csv`,
    `the failed rows: ${out}/failed.csv; when their URLs are mended, run it with --out ${out}`,
    `${out}/import.csv`,
    `${out}/output.csv`,
    '',
  ]);
});

it('`halve run` exits 0 when all is good and 1 when it cannot run, naming every problem', async () => {
  const catalogue = await startCatalogue();
  const folder = tempFolder();
  const good = join(folder, 'good.csv');
  const bad = join(folder, 'bad.csv');
  writeFileSync(good, `S. No.,Product Name,Input Image Urls\n1,Mug,${catalogue.origin.url}/good.jpg\n`);
  writeFileSync(bad, 'S. No.,Product Name,Input Image Urls\n1,,http://a/1.jpg\n2,Lamp,nothing\n');
  const run = (file: string, ...more: string[]) =>
    promisify(execFile)(process.execPath, [BIN, 'run', file, '--out', join(folder, 'out'), ...more]).then(
      () => ({ code: 0, stderr: '' }),
      (error: { code: number; stderr: string }) => error,
    );
  expect((await run(good, '--public-url', 'https://cdn.example/shop/')).code).toBe(0);
  expect(readFileSync(join(folder, 'out/output.csv'), 'utf8')).toBe(
    `S. No.,Product Name,Input Image Urls,Output Image Urls\n1,Mug,${catalogue.origin.url}/good.jpg,https://cdn.example/shop/images/1-1-good.jpg\n`,
  );
  const refused = await run(bad, '--out', join(folder, 'refused'));
  expect(refused.code).toBe(1);
  expect(refused.stderr).toMatch(/2 problems.*line 2: .*line 3: /s);
  expect((await run(join(folder, 'none.csv'))).code).toBe(1);
  for (const [out, scheme] of [
    ['s3://bucket/shop', 's3://'],
    ['cloudinary://key:hidden@cloud', 'cloudinary://'],
    ['file:results', 'file:'],
  ] as const) {
    const refused = await run(good, '--out', out);
    expect([refused.code, refused.stderr]).toEqual([
      1,
      `halve: --out takes a folder; a run cannot write to ${scheme} yet, only a server can (STORAGE_URL)\n`,
    ]);
    expect(existsSync(`${scheme.split(':')[0]}:`)).toBe(false);
  }
  expect((await run(good, '--quality', '0')).stderr).toContain('--quality');
});

function indexOf({ expected }: HostileCatalogue, row: number, position: number): number {
  return expected.findIndex((image) => image.row === row && image.position === position);
}
