// Manners and guard as the whole program shows them: connections per host, retries, and no private address when exposed.
import { request } from 'node:http';
import { connect } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { type Origin, type OriginOptions, type Routes, startOrigin } from '../fakes/origin.ts';
import { photoJpeg } from '../fakes/pictures.ts';
import { startReceiver } from '../fakes/webhook-receiver.ts';
import { startService } from './service.ts';

const HEADER = 'S. No.,Product Name,Input Image Urls\n';
const rows = (urls: string[]) => HEADER + urls.map((url, index) => `${index + 1},A,${url}\n`).join('');

async function open(routes: Routes, options?: OriginOptions): Promise<Origin> {
  const origin = await startOrigin(routes, options);
  onTestFinished(() => origin.close());
  return origin;
}

it('opens no more connections to a host than allowed, over all image processes and behind redirects', async () => {
  const jpeg = await photoJpeg(64, 48);
  const target = await open({ '*': { body: jpeg, latencyMs: 10 } });
  const redirecting = await open({
    '*': (request, response) =>
      void response.writeHead(302, { location: `${target.url}${request.url}` }).end(),
  });
  const service = await startService({ env: { FETCH_PER_HOST: '3', FETCH_CONCURRENCY: '16', WORKERS: '2' } });
  const numbers = Array.from({ length: 60 }, (_, index) => index);
  const id = await service.upload(
    rows(numbers.flatMap((n) => [`${target.url}/${n}.jpg`, `${redirecting.url}/r${n}.jpg`])),
  );
  expect(await service.ended(id)).toMatchObject({ images: { processed: 120, failed: 0 } });
  expect([target.hits(), redirecting.hits()]).toEqual([120, 60]);
  expect(target.maxConcurrent).toBe(3);
  expect(redirecting.maxConcurrent).toBeLessThanOrEqual(3);
  expect(await service.stop()).toBe(0);
});

it('tries again what may pass, not before Retry-After, and not what will not', async () => {
  const jpeg = await photoJpeg(64, 48);
  const origin = await open({
    '/flapping.jpg': [{ status: 503 }, { status: 500 }, { body: jpeg }],
    '/busy.jpg': [{ status: 429, headers: { 'retry-after': '2' } }, { body: jpeg }],
    '/down.jpg': { status: 502 },
    '/gone.jpg': { status: 410 },
  });
  const service = await startService({ env: { FETCH_ATTEMPTS: '3' } });
  const id = await service.upload(
    rows(['flapping', 'busy', 'down', 'gone'].map((name) => `${origin.url}/${name}.jpg`)),
  );
  await service.ended(id);
  const images = await service.images(id);
  expect(images.map(({ status, error, attempts }) => [status, error?.code ?? null, attempts])).toEqual([
    ['processed', null, 3],
    ['processed', null, 2],
    ['failed', 'http_502', 3],
    ['failed', 'http_410', 1],
  ]);
  expect(['flapping', 'busy', 'down', 'gone'].map((name) => origin.hits(`/${name}.jpg`))).toEqual([
    3, 2, 3, 1,
  ]);
  const [first, second] = origin.requests.filter(({ path }) => path === '/busy.jpg');
  expect(second!.at - first!.at).toBeGreaterThanOrEqual(2_000);
  expect(await service.stop()).toBe(0);
});

it('connects to no private address when that is not allowed, neither for images nor for webhooks', async () => {
  const jpeg = await photoJpeg(64, 48);
  const secret = await open({ '*': { body: jpeg } });
  const allowed = await open({
    '/good.jpg': { body: jpeg },
    '/redirect.jpg': { status: 302, headers: { location: `${secret.url}/inside.jpg` } },
  });
  const receiver = await startReceiver((_request, response) => void response.end());
  onTestFinished(() => receiver.close());
  const service = await startService({
    env: { ALLOW_PRIVATE_NETWORKS: 'false', ALLOWED_HOSTS: `127.0.0.1:${allowed.port}` },
  });
  const blocked = [
    `http://127.0.0.1:${secret.port}/`,
    `http://localhost:${secret.port}/`,
    `http://0x7f.1:${secret.port}/`,
    `http://2130706433:${secret.port}/`,
    `http://[::ffff:127.0.0.1]:${secret.port}/`,
    `http://0:${secret.port}/`,
    `${allowed.url}/redirect.jpg`,
  ];
  const id = await service.upload(rows([`${allowed.url}/good.jpg`, ...blocked]), {
    webhook_url: `${receiver.url}/hook`,
  });
  await service.ended(id);
  expect((await service.images(id)).map(({ error }) => error?.code ?? null)).toEqual([
    null,
    ...blocked.map(() => 'blocked_address'),
  ]);
  const deliveries = async () =>
    (
      await service.json<{ deliveries: { status: string; attempts: { error: string }[] }[] }>(
        `/requests/${id}/deliveries`,
      )
    ).deliveries;
  await expect.poll(async () => (await deliveries())[0]?.status, { timeout: 10_000 }).toBe('failed');
  expect((await deliveries())[0]!.attempts).toHaveLength(1);
  expect([secret.hits(), secret.connections, receiver.hits.length]).toEqual([0, 0, 0]);
  expect(await service.stop()).toBe(0);
});

it('asks for a key when there are keys', async () => {
  const service = await startService({ env: { API_KEYS: 'team:0123456789abcdef,other:fedcba9876543210' } });
  const ask = (path: string, key?: string, method = 'GET') =>
    fetch(service.url + path, { method, ...(key && { headers: { authorization: `Bearer ${key}` } }) }).then(
      ({ status }) => status,
    );
  for (const path of [
    '/requests',
    '/status/x',
    '/output_csv/x',
    '/metrics',
    '/webhook?x=1'.replace('/webhook?x=1', '/requests/x/deliveries'),
  ]) {
    expect([path, await ask(path), await ask(path, 'wrong')]).toEqual([path, 401, 401]);
  }
  expect(await ask('/upload', undefined, 'POST')).toBe(401);
  expect(await ask('/requests', '0123456789abcdef')).toBe(200);
  expect(await ask('/requests', 'fedcba9876543210')).toBe(200);
  expect([await ask('/healthz'), await ask('/readyz'), await ask('/')]).toEqual([200, 200, 200]);
  expect(await service.stop()).toBe(0);
});

it('answers no other website that is open in a browser on this machine', async () => {
  const service = await startService({ env: { WORKERS: '0', PUBLIC_URL: 'https://halve.shop.example' } });
  const port = new URL(service.url).port;
  /** The status of a call, and whether anything in it would let another website read it. */
  const ask = (headers: Record<string, string>, method = 'POST', path = '/validate') =>
    new Promise<[number, boolean]>((resolve, reject) => {
      request(`${service.url}${path}`, { method, headers }, (response) => {
        response.resume();
        const shared = Object.keys(response.headers).some((name) => name.startsWith('access-control-'));
        resolve([response.statusCode!, shared]);
      })
        .on('error', reject)
        .end();
    });
  const here = `127.0.0.1:${port}`;
  const passes: Record<string, string>[] = [
    // As a program, as the page, by every name that this machine and PUBLIC_URL give it.
    { host: here },
    { host: here, origin: `http://${here}` },
    { host: `localhost:${port}`, origin: `http://localhost:${port}` },
    { host: `127.1.2.3:${port}` },
    { host: `[::1]:${port}`, origin: `http://[::1]:${port}` },
    { host: 'halve.shop.example', origin: 'https://halve.shop.example' },
  ];
  for (const headers of passes) expect([headers, ...(await ask(headers))]).toEqual([headers, 400, false]);
  const foreign = [
    'rebound.example',
    `rebound.example:${port}`,
    `localhost.rebound.example:${port}`,
    `127.0.0.1.rebound.example`,
    `localhost@rebound.example`,
    `[2001:db8::1]:${port}`,
    `[::ffff:127.0.0.1]:${port}`,
    'halve.shop.example:8000',
  ];
  for (const host of foreign) {
    for (const [method, path] of [
      ['POST', '/validate'],
      ['GET', '/requests'],
      ['GET', '/'],
      ['GET', '/openapi.json'],
      ['POST', '/webhook'],
    ] as const) {
      expect([host, path, ...(await ask({ host }, method, path))]).toEqual([host, path, 403, false]);
    }
  }
  const origins = [
    'https://evil.example',
    'null',
    `http://localhost:${port}`,
    'http://127.0.0.1',
    `http://${here}.evil.example`,
    'halve.shop.example',
    '',
  ];
  for (const origin of origins) {
    expect([origin, ...(await ask({ host: here, origin }))]).toEqual([origin, 403, false]);
    // Reading is the browser's to refuse: nothing lets it pass the answer on.
    expect([origin, ...(await ask({ host: here, origin }, 'GET', '/requests'))]).toEqual([
      origin,
      200,
      false,
    ]);
    const preflight = { host: here, origin, 'access-control-request-method': 'POST' };
    expect([origin, ...(await ask(preflight, 'OPTIONS'))]).toEqual([origin, 403, false]);
  }
  const first = async (head: string) =>
    (await raw(Number(port), `${head}\r\nConnection: close\r\n\r\n`)).slice(0, 12);
  expect(await first('GET /requests HTTP/1.1')).toBe('HTTP/1.1 400');
  expect(await first('GET /requests HTTP/1.1\r\nHost:')).toBe('HTTP/1.1 403');
  expect(await first('GET /requests HTTP/1.0')).toBe('HTTP/1.1 403');
  expect(await first(`GET /requests HTTP/1.1\r\nHost: ${here}`)).toBe('HTTP/1.1 200');
  expect(await service.stop()).toBe(0);
});

/** All that is answered to these very bytes. */
async function raw(port: number, text: string): Promise<string> {
  const socket = connect(port, '127.0.0.1').setEncoding('latin1');
  socket.end(text);
  let answer = '';
  for await (const part of socket) answer += part as string;
  return answer;
}
