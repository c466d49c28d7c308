// The life of a request over HTTP: events, files before and after, retry, delete, webhooks with replay.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createParser } from 'eventsource-parser';
import openapiTS, { astToString } from 'openapi-typescript';
import { expect, it, onTestFinished } from 'vitest';
import { startOrigin } from '../fakes/origin.ts';
import { photoJpeg } from '../fakes/pictures.ts';
import { startReceiver } from '../fakes/webhook-receiver.ts';
import { startHoldingOrigin } from './holding-origin.ts';
import { type RequestBody, startService } from './service.ts';

const HEAD = '// The API as types, made from /openapi.json. Not written by hand.\n';
const HEADER = 'S. No.,Product Name,Input Image Urls\n';

interface Delivery {
  id: string;
  status: string;
  attempts: { attempt: number; http_status: number | null; error: string | null }[];
}

it('tells its progress, has its files in the end, and is forgotten whole', async () => {
  const origin = await startHoldingOrigin();
  const service = await startService();
  const id = await service.upload(`${HEADER}1,A,${origin.url}/1.jpg\n2,B,${origin.url}/held.jpg\n`);
  await service.until(id, ({ images }) => images.processed === 1);
  for (const kind of ['output', 'report', 'failed']) {
    const early = await fetch(`${service.url}/${kind}_csv/${id}`);
    expect([early.status, early.headers.get('retry-after')]).toEqual([409, '5']);
    expect(await early.json()).toMatchObject({ code: 'not_ready' });
  }
  expect(await service.status(id)).toMatchObject({
    status: 'processing',
    progress: 50,
    output_csv_url: null,
  });
  expect(
    await fetch(`${service.url}/requests/${id}/retry`, { method: 'POST' }).then(({ status }) => status),
  ).toBe(409);

  const events = await fetch(`${service.url}/status/${id}/events`);
  expect(events.headers.get('content-type')).toBe('text/event-stream');
  origin.release();
  const told: { name: string | undefined; body: RequestBody }[] = [];
  const parser = createParser({
    onEvent: ({ event, data }) => told.push({ name: event, body: JSON.parse(data) as RequestBody }),
  });
  parser.feed(await events.text());
  expect(told[0]).toMatchObject({ name: 'progress', body: { progress: 50 } });
  expect(told.at(-1)).toMatchObject({
    name: 'done',
    body: { status: 'completed', progress: 100, images: { processed: 2 } },
  });
  expect(told.map(({ body }) => body.progress)).toEqual(
    told.map(({ body }) => body.progress).sort((a, b) => a - b),
  );

  const done = await service.status(id);
  expect(done.failed_csv_url).toBeNull();
  expect(await fetch(`${service.url}/failed_csv/${id}`).then(({ status }) => status)).toBe(404);
  expect((await fetch(done.output_csv_url!)).headers.get('content-type')).toBe('text/csv; charset=utf-8');

  const [image] = await service.images(id);
  const file = await fetch(image!.output_url!);
  expect(Object.fromEntries(file.headers)).toMatchObject({
    'content-type': 'image/jpeg',
    'content-security-policy': "default-src 'none'; sandbox",
    'x-content-type-options': 'nosniff',
    'cache-control': 'public, max-age=31536000, immutable',
  });
  for (const path of [
    `${id}/output.csv`,
    '.unfinished/x',
    '..%2fhalve.sqlite',
    `${id}/..%2f..%2fhalve.sqlite`,
  ]) {
    expect((await fetch(`${service.url}/files/${path}`)).status).toBeGreaterThanOrEqual(400);
  }

  expect((await fetch(`${service.url}/requests/${id}`, { method: 'DELETE' })).status).toBe(204);
  expect((await fetch(`${service.url}/status/${id}`)).status).toBe(404);
  expect((await fetch(image!.output_url!)).status).toBe(404);
  expect(existsSync(join(service.dataDir, 'files', id))).toBe(false);
  expect((await fetch(`${service.url}/requests/${id}`, { method: 'DELETE' })).status).toBe(404);
  expect(await service.stop()).toBe(0);
});

it('processes the failed images again on demand, and only those', async () => {
  const jpeg = await photoJpeg();
  const origin = await startOrigin({
    '/good.jpg': { body: jpeg },
    '/late.jpg': [{ status: 404 }, { body: jpeg }],
  });
  onTestFinished(() => origin.close());
  const receiver = await startReceiver((_request, response) => void response.end());
  onTestFinished(() => receiver.close());
  const service = await startService();
  const id = await service.upload(
    `${HEADER}1,A,"${origin.url}/late.jpg,${origin.url}/good.jpg,${origin.url}/late.jpg"\n`,
    {
      webhook_url: `${receiver.url}/hook`,
    },
  );
  expect(await service.ended(id)).toMatchObject({ status: 'completed', images: { processed: 1, failed: 2 } });
  expect((await service.file('failed', id)).toString()).toContain('http_404');
  const again = await service.json<RequestBody>(`/requests/${id}/retry`, { method: 'POST' });
  expect(again).toMatchObject({
    status: 'processing',
    images: { failed: 0, pending: 2 },
    output_csv_url: null,
  });
  expect(await service.ended(id)).toMatchObject({
    status: 'completed',
    images: { processed: 3, failed: 0 },
    failed_csv_url: null,
  });
  expect([origin.hits('/late.jpg'), origin.hits('/good.jpg')]).toEqual([2, 1]);
  const urls = (await service.images(id)).map(({ output_url }) => output_url);
  expect(urls[0]).toBe(urls[2]);
  expect((await service.file('output', id)).toString()).toBe(
    `${HEADER.trim()},Output Image Urls\n1,A,"${origin.url}/late.jpg,${origin.url}/good.jpg,${origin.url}/late.jpg","${urls.join(',')}"\n`,
  );
  // Each end is an event of its own.
  await expect.poll(() => receiver.hits.length, { timeout: 10_000 }).toBe(2);
  expect(new Set(receiver.hits.map(({ request: { headers } }) => headers['webhook-id'])).size).toBe(2);
  expect(
    await fetch(`${service.url}/requests/${id}/retry`, { method: 'POST' }).then(({ status }) => status),
  ).toBe(409);
  expect(await service.stop()).toBe(0);
});

it('delivers to its own receiver, logs it, and replays under the same id', async () => {
  const jpeg = await photoJpeg();
  const origin = await startOrigin({ '*': { body: jpeg } });
  onTestFinished(() => origin.close());
  const service = await startService();
  const id = await service.upload(`${HEADER}1,A,${origin.url}/1.jpg\n`, {
    webhook_url: `${service.url}/webhook/`,
  });
  await service.ended(id);
  const deliveries = async () =>
    (await service.json<{ deliveries: Delivery[] }>(`/requests/${id}/deliveries`)).deliveries;
  await expect
    .poll(async () => (await deliveries()).map(({ status }) => status), { timeout: 10_000 })
    .toEqual(['delivered']);
  const [delivery] = await deliveries();
  expect(delivery!.attempts).toMatchObject([{ attempt: 1, http_status: 200, error: null }]);
  await service.json(`/deliveries/${delivery!.id}/redeliver`, { method: 'POST' });
  await expect.poll(async () => (await deliveries())[0]!.attempts.length, { timeout: 10_000 }).toBe(2);
  const { received } = await service.json<{
    received: { id: string; times: number; verified: boolean; payload: unknown }[];
  }>('/webhook');
  const [image] = await service.images(id);
  expect(received).toMatchObject([
    {
      id: delivery!.id,
      times: 2,
      verified: true,
      payload: {
        type: 'request.completed',
        request_id: id,
        status: 'completed',
        images: { total: 1, processed: 1, failed: 0, pending: 0 },
        output_csv_url: `${service.url}/output_csv/${id}`,
        output_images: [image!.output_url],
        output_images_truncated: false,
      },
    },
  ]);
  const forged = await fetch(`${service.url}/webhook`, {
    method: 'POST',
    body: '{}',
    headers: {
      'webhook-id': 'msg_1',
      'webhook-timestamp': String(Math.floor(Date.now() / 1000)),
      'webhook-signature': 'v1,AAAA',
    },
  });
  expect(forged.status).toBe(401);
  expect(await service.stop()).toBe(0);
});

it('keeps trying a receiver that is down, under one id, over a restart', async () => {
  const jpeg = await photoJpeg();
  const origin = await startOrigin({ '*': { body: jpeg } });
  onTestFinished(() => origin.close());
  const receiver = await startReceiver((_request, response) => {
    response.statusCode = receiver.hits.length < 2 ? 503 : 204;
    response.end();
  });
  onTestFinished(() => receiver.close());
  let service = await startService();
  const id = await service.upload(`${HEADER}1,A,${origin.url}/1.jpg\n`, {
    webhook_url: `${receiver.url}/hook`,
  });
  await service.ended(id);
  await expect.poll(() => receiver.hits.length, { timeout: 10_000 }).toBe(1);
  await service.kill();
  service = await startService({ dataDir: service.dataDir });
  await expect.poll(() => receiver.hits.length, { timeout: 15_000 }).toBe(2);
  const [first, second] = receiver.hits;
  expect(second!.request.headers['webhook-id']).toBe(first!.request.headers['webhook-id']);
  expect(second!.body).toBe(first!.body);
  expect(await service.stop()).toBe(0);
});

it('describes itself: OpenAPI, documents, health, metrics', async () => {
  const service = await startService({ env: { WORKERS: '2' } });
  const api = await service.json<{ openapi: string; paths: Record<string, object> }>('/openapi.json');
  expect(api.openapi).toBe('3.1.0');
  expect(
    Object.entries(api.paths)
      .flatMap(([path, methods]) => Object.keys(methods).map((method) => `${method} ${path}`))
      .sort(),
  ).toEqual([
    'delete /requests/{request_id}',
    'get /failed_csv/{request_id}',
    'get /healthz',
    'get /import/{request_id}',
    'get /input_csv/{request_id}',
    'get /metrics',
    'get /output/{request_id}',
    'get /output_csv/{request_id}',
    'get /readyz',
    'get /report_csv/{request_id}',
    'get /requests',
    'get /requests/{request_id}/deliveries',
    'get /status/{request_id}',
    'get /status/{request_id}/events',
    'get /status/{request_id}/failures',
    'get /status/{request_id}/images',
    'get /status/{request_id}/images/{seq}/original',
    'get /status/{request_id}/images/{seq}/result',
    'get /status/{request_id}/statistics',
    'get /webhook',
    'get /zip/{request_id}',
    'post /deliveries/{delivery_id}/redeliver',
    'post /preview',
    'post /requests/{request_id}/cancel',
    'post /requests/{request_id}/retry',
    'post /upload',
    'post /validate',
    'post /webhook',
  ]);
  // The page's types are made from this document; `npx vitest run test/flow/requests.test.ts -u` makes them anew.
  await expect(`${HEAD}${astToString(await openapiTS(JSON.stringify(api)))}`).toMatchFileSnapshot(
    '../../web/src/api.d.ts',
  );
  for (const path of ['/', '/docs', '/healthz', '/readyz', '/metrics'])
    expect([path, (await fetch(service.url + path)).status]).toEqual([path, 200]);
  expect(await (await fetch(`${service.url}/metrics`)).text()).toContain('halve_image_processes 2');
  expect(await service.stop()).toBe(0);
}, 60_000);
