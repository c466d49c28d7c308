// The queue board of a fleet: whoever has a key may look, nobody may touch, and nobody sees whose work it is.
import { describe, expect, it, onTestFinished } from 'vitest';
import { createDatabase } from '../fakes/postgres.ts';
import { startRedis } from '../fakes/redis.ts';
import { named, openPage, skip } from './browser.ts';
import { fleetMissing, SECRET } from './fleet.ts';
import { type Service, startService } from './service.ts';

const missing = await fleetMissing();
const SHOP = '0123456789abcdef-shop';
const OTHER = 'fedcba9876543210-other';
const IMAGES = 30;
const BASIC = `Basic ${Buffer.from(`other:${OTHER}`).toString('base64')}`;

interface Board {
  queues: {
    name: string;
    readOnlyMode: boolean;
    counts: Record<string, number>;
    jobs: { id: string; name: string; data: object; failedReason?: string; stacktrace: string[] }[];
  }[];
}

async function startServer(env: Record<string, string> = {}) {
  const redis = await startRedis();
  const service = await startService({
    env: {
      DATABASE_URL: await createDatabase(),
      REDIS_URL: redis.url,
      WEBHOOK_SECRET: SECRET,
      WORKERS: '0',
      API_KEYS: `shop:${SHOP},other:${OTHER}`,
      ...env,
    },
  });
  return { redis, service };
}

/** Work that nobody does: it waits in Redis, one job of it with a failed attempt behind it. */
async function addWork({ service, redis }: Awaited<ReturnType<typeof startServer>>): Promise<string> {
  const rows = Array.from(
    { length: IMAGES },
    (_, index) => `1,Secret Mug,http://secret.example/${index}.jpg`,
  );
  const id = await service.upload(
    `S. No.,Product Name,Input Image Urls\n${rows.join('\n')}\n`,
    {},
    { authorization: `Bearer ${SHOP}` },
  );
  // Without a worker the mark of the fleet is that of one process.
  await expect
    .poll(async () => (await look(service)).queues[0]!.counts.waiting, { timeout: 30_000 })
    .toBe(IMAGES);
  await redis.asking(async (client) => {
    const [job] = await client.lrange('halve:image:wait', 0, 0);
    const error = `Error: http://secret.example/0.jpg of ${id}`;
    await client.hset(`halve:image:${job}`, 'failedReason', error, 'stacktrace', JSON.stringify([error]));
  });
  return id;
}

const ask = (service: Service, path: string, authorization?: string, method = 'GET') =>
  fetch(`${service.url}/admin/queues${path}`, {
    method,
    ...(authorization && { headers: { authorization } }),
  });

async function look(service: Service, query = ''): Promise<Board> {
  const answer = await ask(service, `/api/queues${query}`, `Bearer ${OTHER}`);
  expect(answer.status).toBe(200);
  return (await answer.json()) as Board;
}

describe.skipIf(missing)(missing ?? 'the queue board', () => {
  it('is shown to every key, also as a browser sends it, and to nobody else', async () => {
    const { service } = await startServer();
    for (const path of ['', '/', '/queue/image', '/api/queues', '/static/favicon.ico']) {
      for (const wrong of [
        undefined,
        'Bearer wrong',
        `Basic ${Buffer.from(`shop:${OTHER}`).toString('base64')}`,
      ]) {
        const refused = await ask(service, path, wrong);
        expect([path, refused.status, refused.headers.get('www-authenticate')]).toEqual([
          path,
          401,
          'Basic realm="halve"',
        ]);
        expect(await refused.json()).toMatchObject({ code: 'unauthorized' });
      }
      for (const right of [`Bearer ${SHOP}`, BASIC]) {
        const shown = await ask(service, path, right);
        await shown.arrayBuffer();
        expect([path, shown.status]).toEqual([path, 200]);
        expect(shown.headers.get('content-security-policy')).toMatch(
          /^default-src 'none';.* frame-ancestors 'none'$/,
        );
        expect(shown.headers.get('x-content-type-options')).toBe('nosniff');
      }
    }
    const page = await ask(service, '', BASIC);
    expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(await page.text()).toContain('<title>halve queues</title>');
    // Basic is for the board alone.
    const api = await fetch(`${service.url}/requests`, { headers: { authorization: BASIC } });
    expect([api.status, api.headers.get('www-authenticate')]).toEqual([401, 'Bearer']);
    expect(await service.stop()).toBe(0);
  });

  it('tells how much waits, but not of whom, and lets nothing be changed', async () => {
    const world = await startServer();
    const { service, redis } = world;
    const id = await addWork(world);
    const jobIds: string[] = [];
    const texts: string[] = [];
    for (const page of [1, 2, 3]) {
      const { queues } = await look(service, `?activeQueue=image&status=waiting&page=${page}&jobsPerPage=10`);
      expect(queues.map(({ name, readOnlyMode }) => [name, readOnlyMode])).toEqual([
        ['image', true],
        ['finish', true],
        ['deliver', true],
      ]);
      expect(queues[0]!.jobs).toHaveLength(10);
      for (const { data } of queues[0]!.jobs) {
        expect(Object.keys(data).sort()).toEqual(['attempts', 'claim', 'position', 'row', 'seq']);
      }
      jobIds.push(...queues[0]!.jobs.map((job) => job.id));
      texts.push(JSON.stringify(queues));
    }
    expect(new Set(jobIds).size).toBe(IMAGES);
    const failed = texts.join().match(/"failedReason":"[^"]*"/g);
    expect(failed).toEqual(['"failedReason":"The log of the worker says why, under the id of this job."']);
    for (const jobId of jobIds) {
      for (const path of ['', '/logs', '/flow']) {
        const answer = await ask(service, `/api/queues/image/${jobId}${path}`, BASIC);
        expect([path, answer.status]).toEqual([path, 200]);
        texts.push(await answer.text());
      }
    }
    for (const path of [
      '',
      '/queue/image',
      `/queue/image/${jobIds[0]}`,
      '/api/redis/stats',
      '/api/job-schedulers',
    ]) {
      texts.push(await (await ask(service, path, BASIC)).text());
    }
    expect(texts).toHaveLength(3 + 3 * IMAGES + 5);
    for (const secret of [id, id.replaceAll('-', ''), 'ecret', 'http://']) {
      expect([secret, texts.filter((text) => text.includes(secret))]).toEqual([secret, []]);
    }

    const keys = () =>
      redis.asking(async (client) => [
        (await client.keys('halve:image:*')).length,
        await client.llen('halve:image:wait'),
        await client.hgetall('halve:image:meta'),
      ]);
    const before = await keys();
    for (const [method, path] of [
      ['PUT', '/api/queues/pause'],
      ['PUT', '/api/queues/image/pause'],
      ['PUT', '/api/queues/image/empty'],
      ['PUT', '/api/queues/image/obliterate'],
      ['PUT', '/api/queues/image/clean/waiting'],
      ['PUT', '/api/queues/image/retry/failed'],
      ['PUT', `/api/queues/image/${jobIds[0]}/retry`],
      ['PUT', `/api/queues/image/${jobIds[0]}/clean`],
      ['PATCH', `/api/queues/image/${jobIds[0]}/update-data`],
      ['POST', '/api/queues/image/add'],
    ] as const) {
      expect([path, (await ask(service, path, BASIC, method)).status]).toEqual([path, 404]);
      expect([path, (await ask(service, path, undefined, method)).status]).toEqual([path, 401]);
    }
    expect(await keys()).toEqual(before);
    expect(await service.stop()).toBe(0);
  });

  it('says that Redis is down, and neither it nor the end of the server waits for it', async () => {
    const { service, redis } = await startServer();
    await look(service);
    await redis.kill();
    const answer = await ask(service, '/api/queues', BASIC);
    expect([answer.status, await answer.json()]).toEqual([
      503,
      expect.objectContaining({ code: 'unavailable', detail: 'Redis does not answer.' }),
    ]);
    expect((await ask(service, '', BASIC)).status).toBe(200);
    await redis.start();
    await expect
      .poll(async () => (await ask(service, '/api/queues', BASIC)).status, { timeout: 20_000 })
      .toBe(200);
    redis.freeze();
    expect((await ask(service, '/api/queues', BASIC)).status).toBe(503);
    expect(await service.stop()).toBe(0);
  });

  it('is not there without a fleet', async () => {
    const service = await startService({ env: { WORKERS: '0' } });
    expect((await ask(service, '')).status).toBe(404);
    expect((await ask(service, '/api/queues')).status).toBe(404);
    expect(await service.stop()).toBe(0);
  });

  it.skipIf(skip)(named('runs in a browser under its policy'), async () => {
    const world = await startServer();
    const { service } = world;
    await addWork(world);
    const { page: ours } = await openPage(service.url, { expected: /status of 401/ });
    const browser = ours.context().browser()!;
    const context = await browser.newContext({ httpCredentials: { username: 'other', password: OTHER } });
    onTestFinished(() => context.close());
    const board = await context.newPage();
    const wrong: string[] = [];
    board.on('pageerror', (error) => wrong.push(String(error)));
    board.on('response', (response) => {
      if (response.status() >= 400 && response.status() !== 401) wrong.push(response.url());
    });
    board.on('console', (message) => {
      // Its page names fonts of another host, which the policy keeps the browser from asking for.
      if (message.type() === 'error' && !/fonts\.googleapis\.com/.test(message.text()))
        wrong.push(message.text());
    });
    await board.goto(`${service.url}/admin/queues`);
    await board.getByText(`${IMAGES} Jobs`).waitFor();
    await board.getByRole('link', { name: 'image' }).first().click();
    await board.getByText('position:').first().waitFor();
    expect(await board.getByText('ecret').count()).toBe(0);
    expect(wrong).toEqual([]);
  });
});
