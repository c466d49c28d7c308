// What one caller may ask for: calls a minute, uploads and event streams at once; counted exactly, told, and freed again.
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { type ClientRequest, get, type IncomingMessage, request } from 'node:http';
import { connect } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { startOrigin } from '../fakes/origin.ts';
import { photoJpeg } from '../fakes/pictures.ts';
import { fleetMissing, startFleet } from './fleet.ts';
import { type Service, startService } from './service.ts';

const CSV = 'S. No.,Product Name,Input Image Urls\n1,A,http://a.example/1.jpg\n';
const KEYS = { first: 'key-of-the-first-team', second: 'key-of-the-second-team' };
const API_KEYS = `first:${KEYS.first},second:${KEYS.second}`;

interface Asking {
  method?: string;
  key?: string;
  /** As a proxy would tell it. */
  from?: string;
  headers?: Record<string, string>;
  body?: string;
}

async function ask(url: string, path: string, { method = 'GET', key, from, headers, body }: Asking = {}) {
  const response = await fetch(url + path, {
    method,
    headers: {
      ...(key && { authorization: `Bearer ${key}` }),
      ...(from && { 'x-forwarded-for': from }),
      ...headers,
    },
    ...(body !== undefined && { body }),
  });
  const text = await response.text();
  return {
    status: response.status,
    type: response.headers.get('content-type'),
    left: response.headers.get('ratelimit-remaining'),
    limit: response.headers.get('ratelimit-limit'),
    reset: Number(response.headers.get('ratelimit-reset')),
    retryAfter: Number(response.headers.get('retry-after')),
    code: response.ok ? null : (JSON.parse(text) as { code: string }).code,
    text,
  };
}

async function statuses(times: number, url: string, path: string, asking?: Asking): Promise<number[]> {
  const all = [];
  for (let n = 0; n < times; n++) all.push((await ask(url, path, asking)).status);
  return all;
}
const repeated = (...runs: [status: number, times: number][]) =>
  runs.flatMap(([status, times]) => Array.from({ length: times }, () => status));

it('lets so many calls a minute through, says how many are left, and refuses the next; open routes do not count', async () => {
  const service = await startService({ env: { WORKERS: '0', RATE_LIMIT_PER_MINUTE: '20' } });
  for (const path of ['/', '/healthz', '/readyz', '/openapi.json', '/docs', '/files/x'])
    expect([path, (await ask(service.url, path, {})).left]).toEqual([path, null]);
  for (let left = 19; left >= 0; left--) {
    const answer = await ask(service.url, left % 2 ? '/requests' : '/status/x');
    expect(answer).toMatchObject({ status: left % 2 ? 200 : 404, limit: '20', left: String(left) });
    expect(answer.reset).toBeGreaterThan(0);
    expect(answer.reset).toBeLessThanOrEqual(60);
  }
  for (let over = 0; over < 3; over++) {
    const refused = await ask(service.url, '/requests');
    expect(refused).toMatchObject({ status: 429, code: 'rate_limited', limit: '20', left: '0' });
    expect(refused.type).toContain('application/problem+json');
    expect(refused.retryAfter).toBeGreaterThan(0);
    expect(refused.retryAfter).toBeLessThanOrEqual(60);
  }
  expect(
    await ask(service.url, '/upload', { method: 'POST', body: CSV, headers: { 'content-type': 'text/csv' } }),
  ).toMatchObject({ status: 429, code: 'rate_limited' });
  expect((await ask(service.url, '/healthz')).status).toBe(200);
  expect(await service.stop()).toBe(0);
});

it('counts nothing where there are no keys and no limit was set', async () => {
  const service = await startService({ env: { WORKERS: '0' } });
  expect(await ask(service.url, '/requests')).toMatchObject({ status: 200, limit: null });
  expect(await service.stop()).toBe(0);
  const keyed = await startService({ env: { WORKERS: '0', API_KEYS } });
  expect(await ask(keyed.url, '/requests', { key: KEYS.first })).toMatchObject({
    status: 200,
    limit: '3000',
  });
  expect(await keyed.stop()).toBe(0);
});

it('counts by key; wrong keys by address, which is then not listened to, whatever key it sends', async () => {
  const service = await startService({
    env: { WORKERS: '0', API_KEYS, RATE_LIMIT_PER_MINUTE: '10', TRUST_PROXY: '127.0.0.1' },
  });
  const { url } = service;
  expect(await statuses(12, url, '/requests', { key: KEYS.first })).toEqual(repeated([200, 10], [429, 2]));
  // From wherever it is sent.
  expect(await statuses(1, url, '/requests', { key: KEYS.first, from: '203.0.113.9' })).toEqual([429]);
  expect(await statuses(5, url, '/requests', { key: KEYS.second })).toEqual(repeated([200, 5]));
  const guessing = { key: 'no-key-of-anybody', from: '203.0.113.7' };
  expect(await statuses(12, url, '/requests', guessing)).toEqual(repeated([401, 10], [429, 2]));
  expect(await statuses(1, url, '/requests', { key: KEYS.second, from: '203.0.113.7' })).toEqual([429]);
  expect(await statuses(1, url, '/requests', { key: KEYS.second, from: '203.0.113.8' })).toEqual([200]);
  expect((await ask(url, '/healthz', { from: '203.0.113.7' })).status).toBe(200);
  const webhook = { method: 'POST', body: '{}', from: '203.0.113.20' };
  expect(await statuses(12, url, '/webhook', webhook)).toEqual(repeated([401, 10], [429, 2]));
  expect(await service.stop()).toBe(0);
});

it('believes X-Forwarded-For of a proxy that it was told of, and of nobody else', async () => {
  const env = { WORKERS: '0', RATE_LIMIT_PER_MINUTE: '3' };
  const from = (n: number) => ({ from: `203.0.113.${n}` });
  const stranger = await startService({ env });
  expect([
    ...(await statuses(2, stranger.url, '/requests', from(1))),
    ...(await statuses(2, stranger.url, '/requests', from(2))),
  ]).toEqual([200, 200, 200, 429]);
  expect(stranger.errors().match(/set TRUST_PROXY/g)).toEqual(['set TRUST_PROXY']);
  expect(await stranger.stop()).toBe(0);
  for (const TRUST_PROXY of ['127.0.0.0/8', '1']) {
    const behind = await startService({ env: { ...env, TRUST_PROXY } });
    expect(await statuses(4, behind.url, '/requests', from(1))).toEqual([200, 200, 200, 429]);
    // What the client wrote itself stands in front of what the proxy added.
    expect(await statuses(1, behind.url, '/requests', { from: '198.51.100.1, 203.0.113.1' })).toEqual([429]);
    const forged = { 'x-forwarded-host': 'evil.example', 'x-forwarded-proto': 'https' };
    const accepted = await ask(behind.url, '/upload', {
      ...from(2),
      method: 'POST',
      body: CSV,
      headers: { 'content-type': 'text/csv', ...forged },
    });
    const { status_url } = JSON.parse(accepted.text) as { status_url: string };
    expect(status_url).toMatch(`${behind.url}/status/`);
    expect(behind.errors()).not.toMatch('TRUST_PROXY');
    expect(await behind.stop()).toBe(0);
  }
});

describe.skipIf(await fleetMissing())('servers of a fleet', () => {
  it('count together, and answer although Redis is frozen or gone', async () => {
    const { server, addServer, redis } = await startFleet({
      workers: 0,
      env: { RATE_LIMIT_PER_MINUTE: '10', API_KEYS },
    });
    const other = await addServer();
    const first = { key: KEYS.first };
    expect(await statuses(6, server.url, '/requests', first)).toEqual(repeated([200, 6]));
    expect(await statuses(6, other.url, '/requests', first)).toEqual(repeated([200, 4], [429, 2]));
    expect(await statuses(1, server.url, '/requests', first)).toEqual([429]);
    expect(await statuses(1, server.url, '/requests', { key: KEYS.second })).toEqual([200]);
    redis.freeze();
    const askedAt = performance.now();
    expect(await ask(server.url, '/requests', first)).toMatchObject({ status: 200, limit: null });
    // Twice the quarter of a second that a count may take, and not the seconds that other calls to Redis have.
    expect(performance.now() - askedAt).toBeLessThan(4_000);
    redis.thaw();
    await redis.kill();
    expect(await statuses(15, server.url, '/requests', first)).toEqual(repeated([200, 15]));
    expect([await server.stop(), await other.stop()]).toEqual([0, 0]);
  });
});

/** An upload of which everything but the last byte has been sent. */
function beginUpload(url: string, headers: Record<string, string> = {}): ClientRequest {
  const upload = request(`${url}/upload`, {
    method: 'POST',
    headers: { 'content-type': 'text/csv', 'content-length': CSV.length, ...headers },
  });
  upload.on('error', () => {});
  onTestFinished(() => void upload.destroy());
  upload.write(CSV.slice(0, -1));
  return upload;
}

async function endUpload(upload: ClientRequest): Promise<number> {
  upload.end(CSV.slice(-1));
  const [response] = (await once(upload, 'response')) as [IncomingMessage];
  response.resume();
  return response.statusCode!;
}

const upload = (service: Service, from?: string) =>
  ask(service.url, '/upload', {
    method: 'POST',
    body: CSV,
    headers: { 'content-type': 'text/csv' },
    ...(from && { from }),
  });

it('takes so many uploads at once of one caller, four times as many of all, and frees what was cut', async () => {
  const service = await startService({
    env: { WORKERS: '0', MAX_UPLOADS_AT_ONCE: '2', TRUST_PROXY: '127.0.0.1' },
  });
  const { url } = service;
  const spooled = () => readdirSync(join(service.dataDir, 'files/.unfinished')).length;
  /** Two uploads each of so many callers, all of them being received. */
  async function hold(callers: number[]): Promise<ClientRequest[]> {
    for (;;) {
      await expect.poll(spooled, { timeout: 20_000 }).toBe(0);
      const from = callers.flatMap((n) => [n, n]).map((n) => ({ 'x-forwarded-for': `203.0.113.${n}` }));
      const begun = from.map((headers) => beginUpload(url, headers));
      let answered = false;
      for (const one of begun) one.once('response', () => (answered = true));
      await expect.poll(() => answered || spooled() === begun.length, { timeout: 20_000 }).toBe(true);
      if (!answered) return begun;
      // The slot of one that was cut is free a moment after its file is gone.
      for (const one of begun) one.destroy();
    }
  }
  const mine = await hold([1]);
  const refused = await upload(service, '203.0.113.1');
  expect(refused).toMatchObject({ status: 429, code: 'too_many_uploads', retryAfter: 5 });
  expect((await upload(service, '203.0.113.2')).status).toBe(202);
  expect(await endUpload(mine[0]!)).toBe(202);
  expect((await upload(service, '203.0.113.1')).status).toBe(202);
  mine[1]!.destroy();
  const all = await hold([1, 2, 3, 4]);
  expect(await upload(service, '203.0.113.5')).toMatchObject({ status: 429, code: 'too_many_uploads' });
  expect(await Promise.all(all.map(endUpload))).toEqual(repeated([202, 8]));
  expect((await upload(service, '203.0.113.5')).status).toBe(202);
  expect(await service.stop()).toBe(0);
});

it('keeps so many event streams of one caller, and frees those whose readers vanish, pipelined ones too', async () => {
  const service = await startService({ env: { WORKERS: '0', MAX_EVENT_STREAMS: '3' } });
  const id = await service.upload(CSV);
  const events = `/status/${id}/events`;
  async function openStream(): Promise<IncomingMessage> {
    const asked = get(service.url + events).on('error', () => {});
    const [response] = (await once(asked, 'response')) as [IncomingMessage];
    response.on('error', () => {});
    onTestFinished(() => void response.destroy());
    return response;
  }
  const three = () => Promise.all([openStream(), openStream(), openStream()]);
  /** Opens and drops three until all of them were given. */
  const expectFree = () =>
    expect
      .poll(
        async () => {
          const streams = await three();
          for (const stream of streams) stream.destroy();
          return streams.map(({ statusCode }) => statusCode);
        },
        { timeout: 20_000 },
      )
      .toEqual([200, 200, 200]);
  for (let round = 0; round < 5; round++) {
    const { hostname, port } = new URL(service.url);
    const socket = connect({ host: hostname, port: Number(port) }).on('error', () => {});
    // Three on one connection: the second and third answer wait for the end of the first.
    socket.write(`GET ${events} HTTP/1.1\r\nhost: localhost\r\n\r\n`.repeat(3));
    await once(socket, 'data');
    const refused = () => ask(service.url, events, { headers: { connection: 'close' } });
    expect(await refused()).toMatchObject({ status: 429, code: 'too_many_streams', retryAfter: 5 });
    socket.destroy();
    await expectFree();
  }
  expect(await service.stop()).toBe(0);
});

it('waits for its own work longer than for a sender: an answer that takes its time is no stalled connection', async () => {
  const origin = await startOrigin({ '*': { body: await photoJpeg(64, 48), latencyMs: 3_000 } });
  onTestFinished(() => origin.close());
  const service = await startService({ env: { WORKERS: '1', UPLOAD_STALL_MS: '500' } });
  const answer = await ask(service.url, '/preview', {
    method: 'POST',
    body: JSON.stringify({ url: `${origin.url}/1.jpg` }),
    headers: { 'content-type': 'application/json' },
  });
  expect(answer.status).toBe(200);
  expect(await service.stop()).toBe(0);
});

it('refuses new work while it cannot keep up, and goes on with the rest', async () => {
  const service = await startService({ env: { WORKERS: '0' } });
  const id = await service.upload(CSV);
  const deadline = Date.now() + 60_000;
  let refused: Awaited<ReturnType<typeof ask>> | undefined;
  // A process that hardly gets to run: stopped for seconds, let go for moments.
  while (refused?.code !== 'overloaded') {
    if (Date.now() > deadline) throw new Error('never overloaded');
    process.kill(service.pid, 'SIGSTOP');
    const answer = ask(service.url, '/requests');
    await new Promise((resolve) => setTimeout(resolve, 2_500));
    process.kill(service.pid, 'SIGCONT');
    refused = await answer;
  }
  expect(refused).toMatchObject({ status: 503, retryAfter: 5 });
  expect(await statuses(1, service.url, `/status/${id}`)).toEqual([200]);
  expect(await statuses(1, service.url, '/healthz')).toEqual([200]);
  await expect.poll(async () => (await ask(service.url, '/requests')).status, { timeout: 20_000 }).toBe(200);
  expect((await upload(service)).status).toBe(202);
  expect(await service.stop()).toBe(0);
});
