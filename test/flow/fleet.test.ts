// One server that only serves and several workers, over PostgreSQL and Redis: the same promises as in one process.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { describe, expect, it, onTestFinished } from 'vitest';
import { startOrigin } from '../fakes/origin.ts';
import { photoJpeg } from '../fakes/pictures.ts';
import { postgresPrograms, startPostgres } from '../fakes/postgres.ts';
import { startReceiver } from '../fakes/webhook-receiver.ts';
import { fleetMissing, IN_HAND, SECRET, startFleet } from './fleet.ts';
import { BIN, type Service } from './service.ts';

const missing = await fleetMissing();

async function startSite(images: number, latencyMs: number) {
  const origin = await startOrigin({ '*': { body: await photoJpeg(320, 240), latencyMs } });
  onTestFinished(() => origin.close());
  const receiver = await startReceiver((_request, response) => void response.end('ok'));
  onTestFinished(() => receiver.close());
  const rows = Array.from(
    { length: images },
    (_, index) => `${index + 1},"Product ${index + 1}",${origin.url}/${index + 1}.jpg`,
  );
  return { origin, receiver, rows, csv: `S. No.,Product Name,Input Image Urls\r\n${rows.join('\r\n')}\r\n` };
}

/** Every row ended once, every output is what was recorded, the CSV is exact. */
async function expectExact(server: Service, id: string, rows: string[]): Promise<void> {
  const images = await server.images(id);
  expect(images.map(({ row, status }) => [row, status])).toEqual(
    rows.map((_, index) => [index + 1, 'processed']),
  );
  for (const image of images) {
    const body = Buffer.from(await (await fetch(image.output_url!)).arrayBuffer());
    expect(createHash('sha256').update(body).digest('hex')).toBe(image.sha256);
  }
  expect(String(await server.file('output', id))).toBe(
    `S. No.,Product Name,Input Image Urls,Output Image Urls\r\n${rows.map((row, index) => `${row},${images[index]!.output_url}`).join('\r\n')}\r\n`,
  );
}

describe.skipIf(missing)('a fleet', () => {
  it('loses nothing to a killed worker and an emptied Redis', async () => {
    const { origin, receiver, rows, csv } = await startSite(500, 20);
    const { server, workers, redis } = await startFleet({ workers: 2 });
    const id = await server.upload(csv, { webhook_url: `${receiver.url}/hook` });
    await server.until(id, ({ images }) => images.processed >= 100);
    await workers[0]!.kill();
    await server.until(id, ({ images }) => images.processed >= 250);
    await redis.flush();
    const ended = await server.ended(id, 120_000);
    expect(ended).toMatchObject({ status: 'completed', images: { processed: 500, failed: 0, pending: 0 } });
    await expectExact(server, id, rows);
    expect(origin.hits()).toBeGreaterThanOrEqual(500);
    expect(origin.hits()).toBeLessThanOrEqual(500 + 3 * IN_HAND);
    await expect.poll(() => receiver.hits.length, { timeout: 60_000 }).toBeGreaterThanOrEqual(1);
    expect(new Set(receiver.hits.map(({ request }) => request.headers['webhook-id'])).size).toBe(1);
    expect(await workers[1]!.stop()).toBe(0);
    expect(await server.stop()).toBe(0);
  });

  it('drains a worker on SIGTERM: what it had begun is not fetched again, the rest goes to another at once', async () => {
    const { origin, rows, csv } = await startSite(200, 30);
    const { server, workers, addWorker } = await startFleet({ workers: 1 });
    const id = await server.upload(csv);
    await server.until(id, ({ images }) => images.processed >= 50);
    expect(await workers[0]!.stop()).toBe(0);
    expect((await server.status(id)).images.processed).toBeLessThan(200);
    await addWorker();
    await server.ended(id);
    await expectExact(server, id, rows);
    expect(origin.hits()).toBe(200);
  });

  it('accepts and answers while Redis is down, says so, and works when it is back', async () => {
    const { origin, rows, csv } = await startSite(60, 10);
    const { server, workers, redis } = await startFleet({ workers: 2 });
    expect((await fetch(`${server.url}/readyz`)).status).toBe(200);
    await redis.kill();
    const id = await server.upload(csv);
    expect(await server.status(id)).toMatchObject({ status: 'pending', images: { total: 60, pending: 60 } });
    const ready = await fetch(`${server.url}/readyz`);
    expect([ready.status, ready.headers.get('retry-after')]).toEqual([503, '5']);
    expect((await ready.json()) as object).toMatchObject({ detail: 'redis does not answer' });
    expect((await fetch(`${server.url}/metrics`)).status).toBe(200);
    await redis.start();
    await server.ended(id);
    await expectExact(server, id, rows);
    expect(origin.hits()).toBe(60);
    await expect.poll(async () => (await fetch(`${server.url}/readyz`)).status).toBe(200);
    for (const { errors } of [server, ...workers]) expect(errors().split('\n').length).toBeLessThan(15);
  });

  it('stops fetching within a second of a cancel that came to a server', async () => {
    const { origin, csv } = await startSite(400, 300);
    const { server } = await startFleet({ workers: 2 });
    const id = await server.upload(csv);
    await server.until(id, ({ images }) => images.processed >= 10);
    await server.json(`/requests/${id}/cancel`, { method: 'POST' });
    const cancelledAt = Date.now();
    await server.until(id, ({ status }) => status === 'cancelled');
    await expect
      .poll(async () => (await server.status(id)).output_csv_url, { timeout: 60_000 })
      .not.toBeNull();
    // The rest of the second, with room for a slow machine; then two times the latency without a fetch.
    await new Promise((resolve) => setTimeout(resolve, Math.max(0, 1_500 - (Date.now() - cancelledAt))));
    const hits = origin.hits();
    await new Promise((resolve) => setTimeout(resolve, 600));
    expect(origin.hits()).toBe(hits);
    expect(hits).toBeLessThan(400);
  });

  it('takes over from a killed and from a frozen worker, whose late results change nothing', async () => {
    const { origin, rows, csv } = await startSite(150, 40);
    const { server, workers, addWorker } = await startFleet({ workers: 2 });
    const id = await server.upload(csv);
    await server.until(id, ({ images }) => images.processed >= 30);
    workers[0]!.freeze();
    await workers[1]!.kill();
    await addWorker();
    // The locks of both end after half a minute.
    const ended = await server.ended(id);
    workers[0]!.thaw();
    await expectExact(server, id, rows);
    expect(await workers[0]!.stop()).toBe(0);
    await expectExact(server, id, rows);
    expect(await server.status(id)).toEqual(ended);
    expect(origin.hits()).toBeLessThanOrEqual(150 + 2 * IN_HAND);
  });

  it.skipIf(!postgresPrograms())('answers 503 while PostgreSQL is down, and goes on by itself', async () => {
    const { origin, rows, csv } = await startSite(200, 20);
    const postgres = await startPostgres();
    const { server, workers } = await startFleet({ workers: 2, databaseUrl: postgres.url });
    const id = await server.upload(csv);
    await server.until(id, ({ images }) => images.processed >= 40);
    await postgres.stop('immediate');
    const form = () => {
      const body = new FormData();
      body.set('file', new Blob([csv], { type: 'text/csv' }), 'a.csv');
      return { method: 'POST', body };
    };
    for (const [path, init] of [
      [`/status/${id}`, {}],
      [`/status/${id}/images`, {}],
      ['/requests', {}],
      [`/output_csv/${id}`, {}],
      ['/upload', form()],
      [`/requests/${id}/cancel`, { method: 'POST' }],
    ] as [string, RequestInit][]) {
      const answer = await fetch(server.url + path, init);
      expect([path, answer.status, answer.headers.get('retry-after')]).toEqual([path, 503, '5']);
      expect(answer.headers.get('content-type')).toContain('application/problem+json');
      expect(await answer.json()).toMatchObject({
        code: 'unavailable',
        detail: 'The database does not answer.',
      });
    }
    const ready = (await (await fetch(`${server.url}/readyz`)).json()) as { detail: string };
    expect(ready.detail).toBe('the database does not answer');
    expect((await fetch(`${server.url}/healthz`)).status).toBe(200);
    await postgres.start();
    await server.ended(id);
    await expectExact(server, id, rows);
    expect(origin.hits()).toBeLessThanOrEqual(200 + 2 * IN_HAND);
    expect((await server.json<{ requests: object[] }>('/requests')).requests).toHaveLength(1);
    for (const { errors } of [server, ...workers]) expect(errors()).not.toMatch(/UnhandledPromise/);
  });

  it('tells of its workers and its queue', async () => {
    const { server } = await startFleet({ workers: 2 });
    await expect
      .poll(async () => (await fetch(`${server.url}/metrics`)).text(), { timeout: 30_000, interval: 300 })
      .toMatch(/^halve_queue_depth 0$(.|\n)*^halve_workers_live 2$/m);
  });
});

describe('a worker that cannot be one', () => {
  const CASES: [string, string[], Record<string, string>, RegExp][] = [
    ['without a queue to share', [], {}, /^halve: a worker .*set REDIS_URL.*\n$/],
    [
      'over SQLite',
      [],
      { REDIS_URL: 'redis://127.0.0.1:1', WEBHOOK_SECRET: SECRET },
      /DATABASE_URL=postgres/,
    ],
    [
      'without the common secret',
      [],
      { REDIS_URL: 'redis://127.0.0.1:1', DATABASE_URL: 'postgres://127.0.0.1:1/x' },
      /WEBHOOK_SECRET=whsec_… must be set/,
    ],
    [
      'without processes',
      ['--workers', '0'],
      { REDIS_URL: 'redis://127.0.0.1:1', DATABASE_URL: 'postgres://127.0.0.1:1/x', WEBHOOK_SECRET: SECRET },
      /WORKERS must be at least 1/,
    ],
  ];
  it.each(CASES)('%s says why and ends with 1', (_, args, env, why) => {
    const { status, stderr } = spawnSync(process.execPath, [BIN, 'worker', ...args], {
      env: { PATH: process.env.PATH, NO_COLOR: '1', ...env },
      encoding: 'utf8',
    });
    expect(stderr).toMatch(why);
    expect(status).toBe(1);
  });
});
