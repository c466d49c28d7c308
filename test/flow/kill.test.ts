// A 202 is a promise: kill -9 of everything, five times in one request, and what the promise still holds.
import { createHash } from 'node:crypto';
import sharp from 'sharp';
import { expect, it, onTestFinished } from 'vitest';
import { startOrigin } from '../fakes/origin.ts';
import { photoJpeg } from '../fakes/pictures.ts';
import { tempFolder } from '../fakes/temp-folder.ts';
import { startReceiver } from '../fakes/webhook-receiver.ts';
import { pause, startService } from './service.ts';

const IMAGES = 300;
const KILLS = 5;
/** Two processes with eight images each in flight. */
const IN_FLIGHT = 16;
const env = { WORKERS: '2', FETCH_CONCURRENCY: '8' };

it('keeps its promise over five kill -9 of the whole tree', async () => {
  const jpeg = await photoJpeg(640, 480);
  const origin = await startOrigin({ '*': { body: jpeg, latencyMs: 5 } });
  onTestFinished(() => origin.close());
  const receiver = await startReceiver((_request, response) => void response.end('ok'));
  onTestFinished(() => receiver.close());
  const dataDir = tempFolder();
  const rows = Array.from(
    { length: IMAGES },
    (_, index) => `${index + 1},"Product ${index + 1}",${origin.url}/${index + 1}.jpg`,
  );
  const csv = `S. No.,Product Name,Input Image Urls\r\n${rows.join('\r\n')}\r\n`;

  // The output URLs hold the port, so every start takes the first one's.
  let service = await startService({ dataDir, env });
  const port = Number(new URL(service.url).port);
  const id = await service.upload(csv, { webhook_url: `${receiver.url}/hook` });
  let progress = 0;
  let kills = 0;
  for (; kills < KILLS; kills++) {
    const at = progress + 5 + Math.floor(Math.random() * 12);
    const request = await service.until(id, (current) => current.progress >= at);
    await pause(Math.random() * 20);
    await service.kill();
    service = await startService({ dataDir, env, port });
    const after = await service.status(id);
    expect(after.images.processed).toBeGreaterThanOrEqual(request.images.processed);
    progress = after.progress;
  }
  const request = await service.ended(id);
  expect(request).toMatchObject({
    status: 'completed',
    images: { total: IMAGES, processed: IMAGES, failed: 0, pending: 0 },
  });

  // Exact counts, every output decodes and is what was recorded, the CSV is exact.
  const images = await service.images(id);
  expect(images.map(({ row, position, status }) => [row, position, status])).toEqual(
    rows.map((_, index) => [index + 1, 1, 'processed']),
  );
  for (const image of images) {
    const body = Buffer.from(await (await fetch(image.output_url!)).arrayBuffer());
    expect(createHash('sha256').update(body).digest('hex')).toBe(image.sha256);
    if (image.row % 25 === 0) expect((await sharp(body).raw().toBuffer()).length).toBe(640 * 480 * 3);
  }
  expect(String(await service.file('output', id))).toBe(
    `S. No.,Product Name,Input Image Urls,Output Image Urls\r\n${rows.map((row, index) => `${row},${images[index]!.output_url}`).join('\r\n')}\r\n`,
  );

  // At most what was in flight is fetched again.
  expect(origin.hits()).toBeGreaterThanOrEqual(IMAGES);
  expect(origin.hits()).toBeLessThanOrEqual(IMAGES + kills * IN_FLIGHT);

  // One webhook id.
  await expect
    .poll(
      async () =>
        (
          await service.json<{ deliveries: { status: string }[] }>(`/requests/${id}/deliveries`)
        ).deliveries.map(({ status }) => status),
      { timeout: 20_000 },
    )
    .toEqual(['delivered']);
  expect(new Set(receiver.hits.map(({ request: { headers } }) => headers['webhook-id'])).size).toBe(1);
  expect(await service.stop()).toBe(0);
});

it('drains on SIGTERM: exits 0, and nothing that was in flight is fetched again', async () => {
  const jpeg = await photoJpeg(640, 480);
  const origin = await startOrigin({ '*': { body: jpeg, latencyMs: 20 } });
  onTestFinished(() => origin.close());
  const dataDir = tempFolder();
  const first = await startService({ dataDir, env });
  const rows = Array.from(
    { length: 200 },
    (_, index) => `${index + 1},Product,${origin.url}/${index + 1}.jpg`,
  );
  const id = await first.upload(`S. No.,Product Name,Input Image Urls\n${rows.join('\n')}\n`);
  await first.until(id, ({ images }) => images.processed >= 50);
  expect(await first.stop()).toBe(0);
  const second = await startService({ dataDir, env });
  expect(await second.ended(id)).toMatchObject({ images: { processed: 200 } });
  expect(origin.hits()).toBe(200);
  expect(await second.stop()).toBe(0);
});
