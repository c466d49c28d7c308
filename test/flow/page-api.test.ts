// What the page is made of, over HTTP: previews, originals and results through the server, failures, savings, least saved.
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';
import { startOrigin } from '../fakes/origin.ts';
import { photoJpeg, sample } from '../fakes/pictures.ts';
import { startService } from './service.ts';

const HEADER = 'S. No.,Product Name,Input Image Urls\n';

interface Figures {
  bytes_in: number;
  bytes_out: number;
  width: number;
  format: string;
  quality: number | null;
}

const previewOf = (url: string, body: object) =>
  fetch(`${url}/preview`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });

const problemOf = async (answer: Response) => {
  const { code, detail } = (await answer.json()) as { code: string; detail: string };
  return [answer.status, code, detail.split(':')[0]];
};

const bytesOf = async (answer: Response) => Buffer.from(await answer.arrayBuffer());

it('makes one image lighter and stores nothing, with no worker of its own', async () => {
  const jpeg = await photoJpeg(320, 240);
  const origin = await startOrigin({
    '/one.jpg': { body: jpeg },
    '/page.html': { body: '<!doctype html><script>alert(1)</script>' },
    '/large.jpg': { body: Buffer.alloc(300_000) },
  });
  onTestFinished(() => origin.close());
  const service = await startService({
    env: { WORKERS: '0', MAX_IMAGE_BYTES: '200kB' },
  });
  const answer = await previewOf(service.url, {
    url: `${origin.url}/one.jpg`,
    quality: '30',
    max_width: 160,
  });
  expect(answer.status).toBe(200);
  const form = await answer.formData();
  const part = async (name: string) => Buffer.from(await (form.get(name) as File).arrayBuffer());
  const figures = JSON.parse((await part('figures')).toString()) as Figures;
  const result = await part('result');
  expect((await part('original')).equals(jpeg)).toBe(true);
  expect(figures).toMatchObject({
    bytes_in: jpeg.length,
    bytes_out: result.length,
    width: 160,
    format: 'jpeg',
    quality: 30,
  });
  expect(result.length).toBeLessThan(jpeg.length);
  expect((form.get('result') as File).type).toBe('image/jpeg');

  for (const [path, code] of [
    ['gone.jpg', 'http_404'],
    ['page.html', 'not_an_image'],
    ['large.jpg', 'too_large'],
  ]) {
    const refused = await previewOf(service.url, { url: `${origin.url}/${path}` });
    expect(await problemOf(refused)).toEqual([422, 'image_failed', code]);
  }
  expect(await problemOf(await previewOf(service.url, { url: 'file:///etc/passwd' }))).toEqual([
    422,
    'image_failed',
    'invalid_url',
  ]);
  expect((await previewOf(service.url, { url: `${origin.url}/one.jpg`, quality: '500' })).status).toBe(400);

  expect(await service.json('/requests')).toEqual({ requests: [], next: null });
  expect(readdirSync(join(service.dataDir, 'files'))).toEqual(['.unfinished']);
  expect(readdirSync(join(service.dataDir, 'previews'))).toEqual(['.unfinished']);
  expect(await service.stop()).toBe(0);
  expect(existsSync(join(service.dataDir, 'previews'))).toBe(false);
});

it('goes no further for a preview than for an upload, and takes so many at once', async () => {
  const origin = await startOrigin({ '*': { latencyMs: 1_500, body: await photoJpeg() } });
  onTestFinished(() => origin.close());
  const closed = await startService({ env: { WORKERS: '0', ALLOW_PRIVATE_NETWORKS: 'false' } });
  expect(await problemOf(await previewOf(closed.url, { url: `${origin.url}/1.jpg` }))).toEqual([
    422,
    'image_failed',
    'blocked_address',
  ]);
  expect(origin.hits()).toBe(0);

  const open = await startService({ env: { WORKERS: '0' } });
  const answers = await Promise.all(
    Array.from({ length: 12 }, (_, index) => previewOf(open.url, { url: `${origin.url}/${index}.jpg` })),
  );
  const statuses = answers.map(({ status }) => status).sort();
  await Promise.all(answers.map(bytesOf));
  expect(statuses).toEqual([...Array<number>(10).fill(200), 503, 503]);
  expect(origin.maxConcurrent).toBe(2);
});

it('loses nothing but the preview to a picture that kills or blocks its decoder', async () => {
  const jpeg = await photoJpeg();
  const poisoned = (kind: string) => ({ body: Buffer.concat([jpeg, Buffer.from(`POISON:${kind}`)]) });
  const origin = await startOrigin({
    '/kills.jpg': poisoned('segv'),
    '/blocks.jpg': poisoned('hang'),
    '/fine.jpg': { body: jpeg },
  });
  onTestFinished(() => origin.close());
  const preload = fileURLToPath(new URL('../fakes/poison-preload.mjs', import.meta.url));
  const { url } = await startService({
    env: {
      WORKERS: '0',
      NODE_OPTIONS: `--import=${preload}`,
      COMPRESS_TIMEOUT_MS: '2000',
      LOG_LEVEL: 'silent',
    },
  });
  const [kills, blocks, fine] = await Promise.all(
    ['kills', 'blocks', 'fine'].map((name) => previewOf(url, { url: `${origin.url}/${name}.jpg` })),
  );
  expect(await problemOf(kills!)).toEqual([422, 'image_failed', 'decoder_crashed']);
  expect(await problemOf(blocks!)).toEqual([422, 'image_failed', 'decoder_timeout']);
  expect(fine!.status).toBe(200);
  await bytesOf(fine!);
  expect((await fetch(`${url}/healthz`)).status).toBe(200);
});

it('hands out originals and results of a request, and of nothing else', async () => {
  const [jpeg, png] = [await photoJpeg(320, 240), await sample('png')];
  const origin = await startOrigin({ '/one.jpg': { body: jpeg }, '/two.png': { body: png } });
  const service = await startService({ env: { WORKERS: '1' } });
  const csv = `${HEADER}1,A,"${origin.url}/one.jpg,${origin.url}/two.png,${origin.url}/gone.jpg"\n`;
  const again = await service.upload(csv);
  const kept = await service.upload(csv, { keep_originals: 'true' });
  await service.ended(again);
  await service.ended(kept);
  const picture = (id: string, seq: number, which: string) =>
    fetch(`${service.url}/status/${id}/images/${seq}/${which}`);

  const hits = origin.hits('/one.jpg');
  const original = await picture(again, 1, 'original');
  expect(Object.fromEntries(original.headers)).toMatchObject({
    'content-type': 'image/jpeg',
    'content-security-policy': "default-src 'none'; sandbox",
    'x-content-type-options': 'nosniff',
    'cross-origin-resource-policy': 'same-origin',
    'cache-control': 'private, max-age=3600',
  });
  expect((await bytesOf(original)).equals(jpeg)).toBe(true);
  expect(origin.hits('/one.jpg')).toBe(hits + 1);
  expect((await bytesOf(await picture(kept, 2, 'original'))).equals(png)).toBe(true);
  const [first] = await service.images(again);
  const delivered = await bytesOf(await fetch(first!.output_url!));
  expect((await bytesOf(await picture(again, 1, 'result'))).equals(delivered)).toBe(true);

  expect(await problemOf(await picture(again, 3, 'original'))).toEqual([422, 'image_failed', 'http_404']);
  expect((await picture(again, 3, 'result')).status).toBe(404);
  expect((await picture(again, 4, 'original')).status).toBe(404);
  expect((await picture('missing', 1, 'original')).status).toBe(404);
  expect((await picture(again, 0, 'original')).status).toBe(400);

  await origin.close();
  expect((await bytesOf(await picture(kept, 1, 'original'))).equals(jpeg)).toBe(true);
  expect(await problemOf(await picture(again, 1, 'original'))).toEqual([
    422,
    'image_failed',
    'connect_failed',
  ]);
});

it('counts failures, savings by host and format, and finds what saved least; copies count', async () => {
  const [jpeg, png] = [await photoJpeg(320, 240), await sample('png')];
  const origin = await startOrigin({ '/one.jpg': { body: jpeg }, '/two.png': { body: png } });
  onTestFinished(() => origin.close());
  const service = await startService({ env: { WORKERS: '1' } });
  const other = origin.url.replace('127.0.0.1', 'localhost');
  const id = await service.upload(
    [
      HEADER.trim(),
      `1,A,"${origin.url}/one.jpg,${origin.url}/two.png,${origin.url}/one.jpg"`,
      `2,B,"${other}/gone.jpg,${other.replace('//', '//user:secret@').toUpperCase()}/gone.jpg?x=1,${other}/gone.jpg"`,
      '3,C,http://nowhere.invalid/1.jpg',
      '',
    ].join('\n'),
  );
  const { bytes } = await service.ended(id);
  const images = await service.images(id);
  const { failures } = await service.json<{ failures: object[] }>(`/status/${id}/failures`);
  expect(failures).toEqual([
    { code: 'http_404', images: 3 },
    { code: 'dns_failed', images: 1 },
  ]);
  const of = (seqs: number[]) => {
    const chosen = images.filter(({ seq }) => seqs.includes(seq));
    const sum = (field: 'bytes_in' | 'bytes_out') =>
      chosen.reduce((total, image) => total + (image[field] ?? 0), 0);
    return {
      images: chosen.length,
      failed: chosen.filter(({ status }) => status === 'failed').length,
      bytes_in: sum('bytes_in'),
      bytes_out: sum('bytes_out'),
    };
  };
  const statistics = await service.json<{ tenths: number[]; unchanged: number }>(`/status/${id}/statistics`);
  expect(statistics).toMatchObject({
    hosts: [
      { host: `127.0.0.1:${origin.port}`, ...of([1, 2, 3]) },
      { host: `localhost:${origin.port}`, ...of([4, 5, 6]) },
      { host: 'nowhere.invalid', ...of([7]) },
    ],
    formats: [
      { format: 'jpeg', ...of([1, 3]) },
      { format: 'png', ...of([2]) },
    ],
  });
  expect(of([1, 2, 3])).toMatchObject({ bytes_in: bytes.in, bytes_out: bytes.out });
  const shareOf = (seq: number) => images[seq - 1]!.bytes_out! / images[seq - 1]!.bytes_in!;
  const tenths = Array<number>(10).fill(0);
  let unchanged = 0;
  for (const seq of [1, 2, 3]) {
    if (images[seq - 1]!.kept_original) unchanged++;
    else tenths[Math.floor((1 - shareOf(seq)) * 10)]!++;
  }
  expect([statistics.tenths, statistics.unchanged]).toEqual([tenths, unchanged]);

  const pageOf = (query: string) =>
    service.json<{ images: { seq: number }[]; next: string | null }>(`/status/${id}/images?${query}`);
  const seqs = async (query: string) => {
    const page = await pageOf(query);
    return [page.images.map(({ seq }) => seq), page.next];
  };
  const ranked = [1, 2, 3].sort((one, two) => shareOf(two) - shareOf(one) || one - two);
  expect(await seqs('sort=least_saved&limit=2')).toEqual([ranked.slice(0, 2), '2']);
  expect(await seqs('sort=least_saved&limit=2&cursor=2')).toEqual([ranked.slice(2), null]);
  expect(await seqs('status=failed&limit=3')).toEqual([[4, 5, 6], '6']);
  expect(await seqs('status=failed&limit=3&cursor=6')).toEqual([[7], null]);
  expect(await seqs('code=http_404&limit=2&cursor=4')).toEqual([[5, 6], '6']);
  expect(await seqs('code=no_such')).toEqual([[], null]);
});
