// Uploads: every way to send one, every way to be refused, and that a refused or cut-off one leaves nothing behind.

import { readdirSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { type Origin, startOrigin } from '../fakes/origin.ts';
import { photoJpeg } from '../fakes/pictures.ts';
import { pause, type Service, startService } from './service.ts';

const HEADER = 'S. No.,Product Name,Input Image Urls\n';

async function startPictures(): Promise<Origin> {
  const jpeg = await photoJpeg();
  const origin = await startOrigin({ '*': { body: jpeg } });
  onTestFinished(() => origin.close());
  return origin;
}

const storedFolders = (service: Service) =>
  readdirSync(join(service.dataDir, 'files')).filter((name) => name !== '.unfinished');
const unfinishedFiles = (service: Service) => readdirSync(join(service.dataDir, 'files/.unfinished'));

interface Problem {
  type: string;
  status: number;
  code: string;
  detail: string;
  errors?: { line: number; row: number; column: string; code: string }[];
}

async function post(
  service: Service,
  path: string,
  init: RequestInit,
): Promise<{ response: Response; body: Problem }> {
  const response = await fetch(service.url + path, { method: 'POST', ...init });
  return { response, body: (await response.json()) as Problem };
}

const csvBody = (text: string, headers: Record<string, string> = {}): RequestInit => ({
  body: text,
  headers: { 'content-type': 'text/csv', ...headers },
});

function formOf(text: string): FormData {
  const form = new FormData();
  form.set('file', new Blob([text]), 'a.csv');
  form.set('quality', '50');
  return form;
}

it('refuses a file with every problem in one answer, and keeps nothing of it', async () => {
  const service = await startService();
  const text = `${HEADER}1,,http://a.example/1.jpg\n2,Lamp,\n\n3,Chair,"http://a.example/1.jpg, not a url"\n4,"open,http://a.example/1.jpg\n`;
  const { response, body } = await post(service, '/upload', csvBody(text));
  expect(response.status).toBe(422);
  expect(response.headers.get('content-type')).toContain('application/problem+json');
  expect(body).toMatchObject({ status: 422, code: 'invalid_csv' });
  expect(body.errors!.map(({ line, row, code }) => [line, row, code])).toEqual([
    [2, 1, 'empty_name'],
    [3, 2, 'no_url'],
    [5, 3, 'invalid_url'],
    [6, 4, 'unclosed_quote'],
  ]);
  const validated = await post(service, '/validate', csvBody(text));
  expect(validated.response.status).toBe(200);
  expect(validated.body).toMatchObject({ valid: false, problems: body.errors });

  const many = HEADER + '1,,\n'.repeat(3000);
  const capped = await post(service, '/upload', csvBody(many));
  expect(capped.body.errors).toHaveLength(1001);
  expect(capped.body.errors!.at(-1)!.code).toBe('too_many_problems');
  expect(storedFolders(service)).toEqual([]);
  expect((await service.json<{ requests: unknown[] }>('/requests')).requests).toEqual([]);
  expect(await service.stop()).toBe(0);
});

it('takes a form in any order, a plain body, and columns of any name', async () => {
  const origin = await startPictures();
  const service = await startService();
  const named = `id;Titel;Bilder\n1;Größe;${origin.url}/1.jpg\n`;
  // The columns are named behind the file.
  const form = new FormData();
  form.set('file', new Blob([named]), 'katalog.csv');
  form.set('url_column', 'bilder');
  form.set('name_column', 'Titel');
  form.set('quality', '');
  const { response, body } = await post(service, '/upload/', { body: form });
  expect([response.status, body]).toMatchObject([202, { status: 'pending', products: 1, images: 1 }]);
  const { request_id, status_url } = body as unknown as { request_id: string; status_url: string };
  expect(response.headers.get('location')).toBe(`/status/${request_id}`);
  expect(status_url).toBe(`${service.url}/status/${request_id}`);
  expect(await service.ended(request_id)).toMatchObject({ status: 'completed', file_name: 'katalog.csv' });

  const query =
    '/upload?url_column=Bilder&name_column=Titel&quality=30&format=webp&max_width=100&keep_originals=true';
  const plain = await post(service, query, csvBody(named));
  const id = (plain.body as unknown as { request_id: string }).request_id;
  await service.ended(id);
  const [image] = await service.images(id);
  expect(image).toMatchObject({ status: 'processed', format: 'webp', width: 100, quality: 30 });
  const original = Buffer.from(
    await (await fetch((image as unknown as { original_url: string }).original_url)).arrayBuffer(),
  );
  expect(original.equals(await photoJpeg())).toBe(true);
  expect(await service.stop()).toBe(0);
});

it('names what is wrong with an upload that is none', async () => {
  const service = await startService({ env: { MAX_UPLOAD_BYTES: '100KB' } });
  const cases: [string, RequestInit, number, string][] = [
    ['/upload', { body: new FormData() }, 400, 'missing_file'],
    [
      '/upload',
      { body: '{}', headers: { 'content-type': 'application/json' } },
      415,
      'unsupported_media_type',
    ],
    ['/upload?quality=0', csvBody(`${HEADER}1,A,http://a.example/\n`), 422, 'invalid_option'],
    ['/upload?webhook_url=ftp://x', csvBody(`${HEADER}1,A,http://a.example/\n`), 422, 'invalid_option'],
    ['/upload', csvBody(''), 422, 'invalid_csv'],
    ['/upload', csvBody('x'.repeat(200_000)), 413, 'upload_too_large'],
    ['/upload', csvBody('x'.repeat(10_000_000)), 413, 'upload_too_large'],
    ['/upload', { body: formOf('x'.repeat(200_000)) }, 413, 'upload_too_large'],
    ['/upload', csvBody(HEADER, { 'idempotency-key': 'k'.repeat(256) }), 400, 'invalid_request'],
    ['/nothing', {}, 404, 'not_found'],
  ];
  for (const [path, init, status, code] of cases) {
    const { body } = await post(service, path, init);
    expect([path, body.status, body.code]).toEqual([path, status, code]);
  }
  // Without a length the limit is found while reading.
  let sent = 0;
  const unmeasured = new ReadableStream({
    pull(controller) {
      if (++sent > 1_000) return controller.close();
      controller.enqueue(Buffer.from(`1,A,http://a.example/${'x'.repeat(10_000)}\n`));
    },
  });
  const refused = await fetch(`${service.url}/upload`, {
    method: 'POST',
    body: unmeasured,
    headers: { 'content-type': 'text/csv' },
    duplex: 'half',
  } as RequestInit).then(
    (response) => response.status,
    () => 413, // the connection may be closed before the answer is read
  );
  expect(refused).toBe(413);
  await expect.poll(() => [storedFolders(service), unfinishedFiles(service)]).toEqual([[], []]);
  expect(await service.stop()).toBe(0);
});

it.each(['text/csv', 'multipart/form-data; boundary=b'])(
  'keeps nothing of an upload that is cut off (%s)',
  async (type) => {
    const service = await startService();
    const start = type.startsWith('multi')
      ? `--b\r\ncontent-disposition: form-data; name="file"; filename="a.csv"\r\n\r\n${HEADER}`
      : HEADER;
    for (let cut = 0; cut < 5; cut++) {
      const upload = request(`${service.url}/upload`, {
        method: 'POST',
        headers: { 'content-type': type, 'content-length': 1_000_000 },
      });
      upload.on('error', () => {});
      upload.write(start + `1,A,http://a.example/1.jpg\n`.repeat(1000 * cut));
      await expect.poll(() => unfinishedFiles(service).length).toBe(1);
      upload.destroy();
      await expect
        .poll(() => [storedFolders(service), unfinishedFiles(service)], { timeout: 10_000 })
        .toEqual([[], []]);
    }
    expect((await service.json<{ requests: unknown[] }>('/requests')).requests).toEqual([]);
    expect(await service.stop()).toBe(0);
  },
);

it('makes one request of twenty uploads at once with one Idempotency-Key, also after a kill', async () => {
  const origin = await startPictures();
  let service = await startService();
  const csv = `${HEADER}1,A,${origin.url}/1.jpg\n`;
  const headers = { 'idempotency-key': 'order-66' };
  const ids = await Promise.all(Array.from({ length: 20 }, () => service.upload(csv, {}, headers)));
  expect(new Set(ids).size).toBe(1);
  const other = await post(service, '/upload?quality=20', csvBody(csv, headers));
  expect([other.body.status, other.body.code]).toEqual([422, 'idempotency_key_reused']);
  await service.kill();
  service = await startService({ dataDir: service.dataDir });
  expect(await service.upload(csv, {}, headers)).toBe(ids[0]);
  await service.ended(ids[0]!);
  expect(storedFolders(service)).toEqual([ids[0]]);
  expect((await service.json<{ requests: unknown[] }>('/requests')).requests).toHaveLength(1);
  expect(await service.stop()).toBe(0);
});

it('begins a small upload at once behind a large one', async () => {
  const jpeg = await photoJpeg();
  const origin = await startOrigin({ '*': { body: jpeg, latencyMs: 10 } });
  onTestFinished(() => origin.close());
  const service = await startService();
  const rows = (name: string, count: number) =>
    Array.from({ length: count }, (_, index) => `${index + 1},A,${origin.url}/${name}-${index}.jpg\n`).join(
      '',
    );
  const large = await service.upload(HEADER + rows('large', 50_000));
  await service.until(large, ({ images }) => images.processed > 100);
  const small = await service.upload(HEADER + rows('small', 10));
  expect(await service.ended(small)).toMatchObject({ images: { processed: 10 } });
  const { images } = await service.status(large);
  expect(images.processed).toBeLessThan(2_000);

  const cancelled = await service.json<{ status: string; images: { cancelled: number } }>(
    `/requests/${large}/cancel`,
    { method: 'POST' },
  );
  expect(cancelled.status).toBe('cancelled');
  const done = await service.ended(large);
  expect(done.images.processed + done.images.cancelled).toBe(50_000);
  const before = origin.hits();
  await pause(1_000);
  expect(origin.hits()).toBe(before);
  expect((await service.file('output', large)).toString().split('\n')).toHaveLength(50_002);
  expect(await service.stop()).toBe(0);
});
