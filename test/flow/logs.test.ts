// The log at its most talkative, with secrets in every place that it could take one from.
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it, onTestFinished } from 'vitest';
import { startOrigin } from '../fakes/origin.ts';
import { photoJpeg } from '../fakes/pictures.ts';
import { createDatabase, postgresMissing } from '../fakes/postgres.ts';
import { tempFolder } from '../fakes/temp-folder.ts';
import { BIN, startService } from './service.ts';

const KEY = 'canary-api-key-0123456789';
/** Nothing listens there. */
const DEAD = '127.0.0.1:1';
const SECRET = `whsec_${Buffer.alloc(24, 'canary').toString('base64')}`;
const HEADER = 'S. No.,Product Name,Input Image Urls\n';
const POISON = fileURLToPath(new URL('../fakes/poison-preload.mjs', import.meta.url));
const authorization = { authorization: `Bearer ${KEY}` };
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}$/;

interface Line {
  msg: string;
  level: number;
  http_id?: string;
  request_id?: string;
  route?: string;
  status?: number;
}

/** Every line as JSON; fails when a secret is in one of them, or one is no JSON. */
function linesOf(text: string): Line[] {
  expect(text).not.toMatch(/canary/i);
  expect(text).not.toContain(SECRET.slice(6, 20));
  const lines = text.split('\n').filter(Boolean);
  return lines.map((line) => JSON.parse(line) as Line);
}

it('has no secret and no end of a URL, and one line for each event', async () => {
  const jpeg = await photoJpeg(320, 240);
  const poison = Buffer.concat([jpeg, Buffer.from('POISON:segv')]);
  const origin = await startOrigin({
    '*': { status: 404 },
    '/canary-good.jpg': { body: jpeg },
    '/canary-poison.jpg': { body: poison },
  });
  onTestFinished(() => origin.close());
  const service = await startService({
    env: {
      LOG_LEVEL: 'debug',
      API_KEYS: `shop:${KEY}`,
      WEBHOOK_SECRET: SECRET,
      WORKERS: '1',
      NODE_OPTIONS: `--import=${POISON}`,
    },
  });
  let printed = '';
  service.child.stdout.on('data', (text: string) => (printed += text));
  const urls = [
    `${origin.url}/canary-good.jpg?X-Signature=canary-signed`,
    `${origin.url}/canary-gone.jpg?X-Signature=canary-signed`,
    `${origin.url}/canary-poison.jpg?X-Signature=canary-signed`,
    `${origin.url.replace('://', '://canary-user:canary-password@')}/canary-other.jpg`,
  ];
  const csv = HEADER + urls.map((url, index) => `${index + 1},canary-product,${url}\n`).join('');
  const accepted = await fetch(
    `${service.url}/upload?webhook_url=${encodeURIComponent(`http://canary:canary@${DEAD}/canary?token=canary`)}`,
    {
      method: 'POST',
      headers: { ...authorization, 'content-type': 'text/csv', 'x-request-id': 'shop-7.A' },
      body: csv,
    },
  );
  expect([accepted.status, accepted.headers.get('x-request-id')]).toEqual([202, 'shop-7.A']);
  const { request_id: id } = (await accepted.json()) as { request_id: string };
  const events = await fetch(`${service.url}/status/${id}/events`, { headers: authorization });
  expect(events.headers.get('x-request-id')).toMatch(UUID);
  expect(await events.text()).toContain('event: done');
  await expect.poll(() => service.errors(), { timeout: 30_000 }).toContain('a webhook was sent');

  const answers: [string, Record<string, string>, number][] = [
    ['/requests', { authorization: 'Bearer canary-wrong' }, 401],
    [`/status/canary?key=canary`, authorization, 404],
    ['/canary/canary?canary', authorization, 404],
    ['/%ZZcanary', authorization, 400],
    ['/healthz', { 'x-request-id': 'canary not sane' }, 200],
    ['/healthz', { 'x-request-id': 'c'.repeat(65) }, 200],
  ];
  for (const [path, headers, status] of answers) {
    const answer = await fetch(service.url + path, { headers });
    expect([path, answer.status]).toEqual([path, status]);
    expect(answer.headers.get('x-request-id')).toMatch(UUID);
    if (status !== 200) expect(answer.headers.get('content-type')).toBe('application/problem+json');
  }
  expect(await service.stop()).toBe(0);

  expect(printed).toBe('');
  const lines = linesOf(service.errors());
  const said = (message: string) => lines.filter(({ msg }) => msg === message);
  expect(said('a request ended')).toMatchObject([
    {
      level: 30,
      request_id: id,
      status: 'completed',
      images_total: 4,
      images_processed: 1,
      images_failed: 3,
    },
  ]);
  expect(said('a webhook was sent')).toMatchObject([
    { level: 40, request_id: id, attempt: 1, outcome: 'retry' },
  ]);
  const deaths = said('an image process ended');
  expect(deaths.length).toBeGreaterThanOrEqual(2);
  for (const death of deaths)
    expect(death).toMatchObject({ level: 40, image: { request_id: id, row: 3, position: 1 } });
  const calls = said('a call was answered');
  // A URL that is none comes to no route, and so to no hook.
  expect(calls.map(({ level, route, status }) => [level, route, status])).toEqual([
    [20, '/upload', 202],
    [20, '/requests', 401],
    [20, '/status/:request_id', 404],
    [20, 'none', 404],
    [20, '/healthz', 200],
    [20, '/healthz', 200],
  ]);
  expect(calls[0]!.http_id).toBe('shop-7.A');
  expect(new Set(calls.map(({ http_id }) => http_id)).size).toBe(calls.length);
});

it('says why a call failed, with its id and without the address of the storage', async () => {
  const service = await startService({
    env: {
      LOG_LEVEL: 'debug',
      WORKERS: '1',
      STORAGE_URL: `s3://canary?endpoint=http://${DEAD}&region=canary`,
      AWS_ACCESS_KEY_ID: 'canary-id',
      AWS_SECRET_ACCESS_KEY: 'canary-secret',
    },
  });
  const answer = await fetch(`${service.url}/upload?base_url=http://canary.example/`, {
    method: 'POST',
    headers: { 'content-type': 'text/csv', 'x-request-id': 'lost' },
    body: `${HEADER}1,canary,http://${DEAD}/canary.jpg\n`,
  });
  expect(answer.status).toBe(503);
  expect(await service.stop()).toBe(0);
  // The SDK has a word of its own about the age of Node.
  const own = service
    .errors()
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .join('\n');
  expect(service.errors()).not.toMatch(/canary/);
  expect(linesOf(own).filter(({ msg }) => msg === 'a call failed')).toMatchObject([
    { level: 50, http_id: 'lost', route: '/upload', method: 'POST' },
  ]);
});

const missing = await postgresMissing();

it.skipIf(missing)('has nothing of the addresses of a dead Redis and a dead PostgreSQL', async () => {
  const database = new URL(await createDatabase());
  database.password = 'canary-database';
  const env = {
    LOG_LEVEL: 'debug',
    DATABASE_URL: database.href,
    REDIS_URL: `redis://canary-user:canary-redis@${DEAD}/0?prefix=halve`,
    WEBHOOK_SECRET: SECRET,
    WORKERS: '0',
  };
  const service = await startService({ env });
  expect((await fetch(`${service.url}/readyz`)).status).toBe(503);
  await expect.poll(() => service.errors(), { timeout: 30_000 }).toContain('Redis does not answer');
  expect(await service.stop()).toBe(0);
  expect(linesOf(service.errors()).length).toBeGreaterThan(0);

  for (const url of [
    `postgres://canary:canary-database@${DEAD}/canary?sslmode=disable`,
    // A slash in a password makes it look like a host.
    `postgres://canary:canary/word@${DEAD}/canary`,
  ]) {
    const { code, stderr } = await promisify(execFile)(process.execPath, [BIN, 'serve', '--port', '0'], {
      env: { ...process.env, DATA_DIR: tempFolder(), DATABASE_URL: url, LOG_LEVEL: 'debug' },
    }).then(
      () => ({ code: 0, stderr: '' }),
      (error: { code: number; stderr: string }) => error,
    );
    expect([url, code]).toEqual([url, 1]);
    expect(stderr).not.toMatch(/canary/);
    expect(stderr).toMatch(/^halve: .+\n$/);
  }
});
