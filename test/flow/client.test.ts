// `halve/client`, as the package exports it, against the real program.
import { createReadStream, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, request as httpRequest } from 'node:http';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import {
  createClient,
  HalveError,
  type HalveRequest,
  verifyWebhook,
  WebhookVerificationError,
} from 'halve/client';
import { expect, it, onTestFinished } from 'vitest';
import { newWebhookSecret, signedHeaders } from '../../src/webhook/sign.ts';
import { catalogueFor } from '../fakes/catalogue.ts';
import { startOrigin } from '../fakes/origin.ts';
import { photoJpeg } from '../fakes/pictures.ts';
import { tempFolder } from '../fakes/temp-folder.ts';
import { startReceiver, startServer } from '../fakes/webhook-receiver.ts';
import { startHoldingOrigin } from './holding-origin.ts';
import { startService } from './service.ts';

const HEADER = 'S. No.,Product Name,Input Image Urls\n';

it('uploads a path, bytes and a stream; waits; reads all images; downloads; removes', async () => {
  const csv = await catalogueFor();
  const folder = tempFolder();
  const path = join(folder, 'products.csv');
  writeFileSync(path, csv);
  const service = await startService({ env: { API_KEYS: 'shop:a-key-for-the-shop', WORKERS: '2' } });
  const client = createClient({ url: `${service.url}/`, apiKey: 'a-key-for-the-shop' });

  const accepted = await client.upload(path, { quality: 40, format: 'webp', idempotencyKey: 'one' });
  expect(accepted).toMatchObject({ status: 'pending', products: 12, images: 24 });
  const again = await client.upload(path, { quality: 40, format: 'webp', idempotencyKey: 'one' });
  expect(again.request_id).toBe(accepted.request_id);
  const told: HalveRequest[] = [];
  const ended = await client.wait(accepted.request_id, { onProgress: (request) => told.push(request) });
  expect(ended).toMatchObject({
    status: 'completed',
    file_name: 'products.csv',
    images: { total: 24, processed: 24, failed: 0 },
    options: { quality: '40', format: 'webp' },
  });
  expect(told.at(-1)).toEqual(ended);
  expect(new Set(told.map((request) => JSON.stringify(request))).size).toBe(told.length);
  expect(await client.status(accepted.request_id)).toEqual(ended);

  const images = [];
  for await (const image of client.images(accepted.request_id, { limit: 10 })) images.push(image);
  expect(images.map(({ seq }) => seq)).toEqual(Array.from({ length: 24 }, (_, index) => index + 1));
  expect(new Set(images.map(({ format }) => format))).toEqual(new Set(['webp']));

  expect((await client.downloadInput(accepted.request_id)).toString()).toBe(csv);
  const output = join(folder, 'output.csv');
  await client.downloadOutput(accepted.request_id, output);
  expect(readFileSync(output, 'utf8').trimEnd().split('\n')).toHaveLength(13);
  const imported = await client.downloadImport(accepted.request_id);
  expect(imported.toString().split('\n')[0]).toBe(csv.split('\n')[0]);
  expect(imported.toString().match(new RegExp(`${service.url}/files/`, 'g'))).toHaveLength(24);
  const zip = join(folder, 'results.zip');
  await client.downloadZip(accepted.request_id, zip);
  expect(readFileSync(zip).subarray(0, 4).toString('latin1')).toBe('PK\x03\x04');
  const stream = new PassThrough();
  const [report] = await Promise.all([text(stream), client.downloadReport(accepted.request_id, stream)]);
  expect(report.trimEnd().split('\n')).toHaveLength(25);
  const missing = await client
    .downloadFailed(accepted.request_id, join(folder, 'failed.csv'))
    .catch((error) => error);
  expect(missing).toBeInstanceOf(HalveError);
  expect(missing).toMatchObject({ status: 404, code: 'not_found' });
  expect(readdirSync(folder).sort()).toEqual(['output.csv', 'products.csv', 'results.zip']);

  const sources = { bytes: Buffer.from(csv), blob: new Blob([csv]), stream: createReadStream(path) };
  for (const [name, source] of Object.entries(sources)) {
    expect(await client.validate(source), name).toMatchObject({ valid: true, products: 12, images: 24 });
  }
  const streamed = await client.upload(createReadStream(path), { fileName: 'a "quoted" catálogo (1).csv' });
  expect((await client.wait(streamed.request_id)).file_name).toBe('a "quoted" catálogo (1).csv');
  const listed = [];
  for await (const request of client.requests({ limit: 1 })) listed.push(request.request_id);
  expect(listed).toEqual([streamed.request_id, accepted.request_id]);

  await client.remove(accepted.request_id);
  expect(await client.status(accepted.request_id).catch(({ status }) => status)).toBe(404);
  expect(await service.stop()).toBe(0);
});

it('says of a table what it was told: columns by text, pattern and number, in one or a list', async () => {
  const service = await startService({ env: { WORKERS: '0' } });
  const client = createClient({ url: service.url });
  const file = Buffer.from('Liste,,\nTitel,Bild,Foto\nMug,/1.jpg,/2.jpg\n');
  const said = { header_row: 2, base_url: 'http://a.example/', rows: 'strict', profile: 'none' } as const;
  for (const [url_column, url_columns] of [
    ['Foto', ['Foto']],
    ['/o/', ['Foto']],
    [
      ['#2', 'Foto'],
      ['Bild', 'Foto'],
    ],
  ] as const) {
    const checked = await client.validate(file, { ...said, url_column, name_column: 'Titel' });
    expect(checked).toMatchObject({ valid: true, url_columns, name_column: 'Titel', header_row: 2 });
  }
  const { request_id } = await client.upload(file, {
    ...said,
    url_column: ['Bild', 'Foto'],
    encoding: 'utf-8',
  });
  expect((await client.status(request_id)).options).toMatchObject({ ...said, url_column: ['Bild', 'Foto'] });
  const unknown = { qualtiy: 40 } as Parameters<typeof client.validate>[1];
  await expect(client.validate(file, unknown)).rejects.toThrow(
    'qualtiy: is no option; did you mean quality?',
  );
  expect(await service.stop()).toBe(0);
});

it('says what was refused: every problem of a file, a wrong key, a missing file, no server', async () => {
  const service = await startService({ env: { API_KEYS: 'shop:a-key-for-the-shop', WORKERS: '0' } });
  const client = createClient({ url: service.url, apiKey: 'a-key-for-the-shop' });
  const bad = Buffer.from(`${HEADER}1,,https://x.example/1.jpg\n2,B,nothing\n`);
  const refused = await client.upload(bad).catch((error) => error);
  expect(refused).toBeInstanceOf(HalveError);
  expect(refused).toMatchObject({
    status: 422,
    code: 'invalid_csv',
    errors: [
      { line: 2, row: 1, code: 'empty_name' },
      { line: 3, row: 2, code: 'invalid_url' },
    ],
  });
  expect(await client.validate(bad)).toMatchObject({ valid: false, problems: [{ line: 2 }, { line: 3 }] });
  expect(await client.upload(join(tempFolder(), 'nowhere.csv')).catch(({ code }) => code)).toBe('ENOENT');
  const stranger = createClient({ url: service.url, apiKey: 'wrong' });
  expect(await stranger.upload(bad).catch(({ status, code }) => [status, code])).toEqual([
    401,
    'unauthorized',
  ]);
  expect(await stranger.wait('x').catch(({ code }) => code)).toBe('unauthorized');
  expect(await client.wait('x').catch(({ code }) => code)).toBe('not_found');
  expect(await service.stop()).toBe(0);
  expect(await client.status('x').catch(({ status, code }) => [status, code])).toEqual([0, 'unreachable']);
  expect(await client.wait('x', { unreachableMs: 1 }).catch(({ code }) => code)).toBe('unreachable');
});

it('waits through a killed server, cancels, retries what failed', async () => {
  const origin = await startHoldingOrigin();
  let service = await startService();
  const { port } = new URL(service.url);
  const client = createClient({ url: service.url });
  const { request_id: id } = await client.upload(
    Buffer.from(`${HEADER}1,A,${origin.url}/1.jpg\n2,B,${origin.url}/held.jpg\n`),
  );
  const told: number[] = [];
  let halfWay = () => {};
  const reached = new Promise<void>((resolve) => {
    halfWay = resolve;
  });
  const waiting = client.wait(id, {
    onProgress({ progress }) {
      told.push(progress);
      if (progress === 50) halfWay();
    },
  });
  await reached;
  expect(await client.downloadOutput(id).catch(({ code }) => code)).toBe('not_ready');
  await service.kill();
  service = await startService({ dataDir: service.dataDir, port: Number(port) });
  origin.release();
  expect(await waiting).toMatchObject({ status: 'completed', images: { processed: 2 } });
  expect([told[0]! <= 50, told.at(-1)]).toEqual([true, 100]);
  expect(await client.retry(id).catch(({ status, code }) => [status, code])).toEqual([409, 'wrong_state']);
  expect(await client.cancel(id).catch(({ code }) => code)).toBe('wrong_state');
  expect(await service.stop()).toBe(0);
});

it('cancels what runs, and ends its wait when it is told to', async () => {
  const origin = await startHoldingOrigin();
  const service = await startService();
  const client = createClient({ url: service.url });
  const { request_id: id } = await client.upload(Buffer.from(`${HEADER}1,A,${origin.url}/held.jpg\n`));
  const stop = new AbortController();
  const waiting = client.wait(id, { signal: stop.signal, onProgress: () => stop.abort(new Error('enough')) });
  await expect(waiting).rejects.toThrow('enough');
  await expect(
    client.wait(id, {
      onProgress: () => {
        throw new Error('mine');
      },
    }),
  ).rejects.toThrow('mine');
  expect(await client.cancel(id)).toMatchObject({ status: 'cancelled' });
  expect(await client.wait(id)).toMatchObject({
    status: 'cancelled',
    progress: 100,
    images: { cancelled: 1 },
  });
  origin.release();
  expect(await service.stop()).toBe(0);
});

it('asks again and again where a proxy lets no events through', async () => {
  const origin = await startHoldingOrigin();
  const service = await startService();
  const asked: string[] = [];
  const proxy = createServer((request, response) => {
    asked.push(request.url!);
    if (request.url!.endsWith('/events')) return void response.writeHead(502).end();
    const { url: path, method, headers } = request;
    const passed = httpRequest(service.url + path, { method, headers }, (answer) => {
      response.writeHead(answer.statusCode!, answer.headers);
      answer.pipe(response);
      // It lasts until it was asked about twice.
      if (asked.filter((url) => url.startsWith('/status/')).length > 4) origin.release();
    });
    request.pipe(passed);
  });
  const { url, close } = await startServer(proxy);
  onTestFinished(close);
  const client = createClient({ url });
  const { request_id: id } = await client.upload(Buffer.from(`${HEADER}1,A,${origin.url}/held.jpg\n`));
  expect(await client.wait(id, { pollMs: 50 })).toMatchObject({ status: 'completed' });
  const kinds = asked.slice(1).map((path) => (path.endsWith('/events') ? 'events' : 'status'));
  expect(kinds.slice(0, 4)).toEqual(['events', 'events', 'status', 'status']);
  expect(await service.stop()).toBe(0);
});

it('leaves no half of a file behind', async () => {
  const { url, close } = await startServer(
    createServer((_request, response) => {
      response.writeHead(200, { 'content-length': 100 });
      response.write('half', () => response.destroy());
    }),
  );
  onTestFinished(close);
  const path = join(tempFolder(), 'output.csv');
  await expect(createClient({ url }).downloadOutput('x', path)).rejects.toThrow();
  expect([existsSync(path), existsSync(`${path}.unfinished`)]).toEqual([false, false]);
});

it('verifies a real webhook, and no other', async () => {
  const jpeg = await photoJpeg();
  const origin = await startOrigin({ '*': { body: jpeg } });
  onTestFinished(() => origin.close());
  const receiver = await startReceiver((_request, response) => void response.end());
  onTestFinished(() => receiver.close());
  const secret = newWebhookSecret();
  const service = await startService({ env: { WEBHOOK_SECRET: secret } });
  const client = createClient({ url: service.url });
  const { request_id: id } = await client.upload(Buffer.from(`${HEADER}1,A,${origin.url}/1.jpg\n`), {
    webhook_url: `${receiver.url}/hook`,
  });
  await client.wait(id);
  await expect.poll(() => receiver.hits.length, { timeout: 15_000 }).toBe(1);
  const [{ request, body }] = receiver.hits as [(typeof receiver.hits)[number]];
  const event = verifyWebhook(request.headers, body, secret);
  expect(event).toMatchObject({ type: 'request.completed', request_id: id, images: { processed: 1 } });
  expect(event.output_images).toHaveLength(1);
  const named = new Headers(
    Object.entries(request.headers).map(([name, value]): [string, string] => [name, String(value)]),
  );
  expect(verifyWebhook(named, Buffer.from(body), secret)).toEqual(event);
  expect(() => verifyWebhook(request.headers, `${body} `, secret)).toThrow(WebhookVerificationError);
  expect(() => verifyWebhook(request.headers, body, newWebhookSecret())).toThrow(WebhookVerificationError);
  expect(() => verifyWebhook({}, body, secret)).toThrow(WebhookVerificationError);
  const old = signedHeaders({ id: 'msg_1', timestampSeconds: 1_700_000_000, body, secret });
  expect(() => verifyWebhook(old, body, secret)).toThrow(WebhookVerificationError);

  await expect.poll(async () => (await client.deliveries(id))[0]!.status).toBe('delivered');
  const [delivery] = await client.deliveries(id);
  expect(await client.redeliver(delivery!.id)).toEqual({ id: delivery!.id, status: 'pending' });
  await expect.poll(() => receiver.hits.length, { timeout: 15_000 }).toBe(2);
  expect(receiver.hits[1]!.body).toBe(body);
  expect(await service.stop()).toBe(0);
});
