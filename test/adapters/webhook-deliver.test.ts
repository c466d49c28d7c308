// One attempt at a delivery against real servers on the loopback address: what is sent, and every kind of answer.
import { once } from 'node:events';
import type { RequestListener } from 'node:http';
import { Webhook } from 'standardwebhooks';
import { Agent } from 'undici';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sendWebhook } from '../../src/webhook/deliver.ts';
import { newWebhookSecret } from '../../src/webhook/sign.ts';
import { startReceiver } from '../fakes/webhook-receiver.ts';

const secret = newWebhookSecret();
const body = '{"type":"request.completed","request_id":"Grüße"}';
const closing: (() => Promise<unknown>)[] = [];
let dispatcher: Agent;

beforeEach(() => {
  dispatcher = new Agent();
  closing.push(() => dispatcher.destroy());
});
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function receiver(answer: RequestListener) {
  const started = await startReceiver(answer);
  closing.push(started.close);
  return started;
}

function send(url: string, options: { timeoutMs?: number; now?: number; dispatcher?: Agent } = {}) {
  return sendWebhook({ dispatcher, url, id: 'dlv_1', body, secret, now: Date.now(), ...options });
}

describe('an answer', () => {
  it.each([200, 201, 204, 299])('%i is delivered: one POST, signed, byte for byte', async (status) => {
    const { hits, url } = await receiver((_, response) => response.writeHead(status).end());
    const result = await send(`${url}/hooks/a?b=c`);
    expect(result).toEqual({
      outcome: 'delivered',
      http_status: status,
      error: null,
      retry_after_ms: null,
      duration_ms: expect.any(Number),
      response_excerpt: '',
    });
    expect(hits).toHaveLength(1);
    const [{ request, body: received }] = hits as [(typeof hits)[0]];
    expect([request.method, request.url, received]).toEqual(['POST', '/hooks/a?b=c', body]);
    expect(request.headers).toMatchObject({
      'content-type': 'application/json',
      'content-length': String(Buffer.byteLength(body)),
      'user-agent': expect.stringMatching(/^halve\/\d+\.\d+\.\d+/),
      'webhook-id': 'dlv_1',
    });
    expect(new Webhook(secret).verify(received, request.headers as Record<string, string>)).toEqual(
      JSON.parse(body),
    );
  });

  it('keeps the id over attempts and makes the timestamp new', async () => {
    const { hits, url } = await receiver((_, response) => response.end());
    const now = 1_800_000_000_999;
    await send(url, { now });
    await send(url, { now: now + 5_000 });
    const headers = hits.map(({ request }) => request.headers);
    expect(headers.map((one) => one['webhook-id'])).toEqual(['dlv_1', 'dlv_1']);
    expect(headers.map((one) => one['webhook-timestamp'])).toEqual(['1800000000', '1800000005']);
    expect(new Set(headers.map((one) => one['webhook-signature'])).size).toBe(2);
  });

  it.each([301, 302, 303, 307, 308])('%i is a failure and not followed', async (status) => {
    const target = await receiver((_, response) => response.end());
    const { hits, url } = await receiver((_, response) =>
      response.writeHead(status, { location: target.url }).end(),
    );
    expect(await send(url)).toMatchObject({ outcome: 'retry', http_status: status });
    expect([hits.length, target.hits.length]).toEqual([1, 0]);
  });

  it('410 means stop', async () => {
    const { url } = await receiver((_, response) => response.writeHead(410).end('no more, please'));
    expect(await send(url)).toMatchObject({
      outcome: 'gone',
      http_status: 410,
      error: 'the receiver answered 410',
      response_excerpt: 'no more, please',
    });
  });

  it.each([400, 401, 404, 408, 500, 502, 503, 504])('%i is to be tried again', async (status) => {
    const { hits, url } = await receiver((_, response) => response.writeHead(status).end('sorry'));
    expect(await send(url)).toMatchObject({
      outcome: 'retry',
      http_status: status,
      error: `the receiver answered ${status}`,
      retry_after_ms: null,
    });
    expect(hits).toHaveLength(1);
  });

  it.each([
    [429, '120', 120_000],
    [429, ['120', '9'], 120_000],
    [429, '-120', null],
    [503, 'Thu, 15 Jan 2026 12:01:30 GMT', 90_000],
    [503, 'Thu Jan 15 12:01:30 2026', 90_000],
    [503, 'Thu, 15 Jan 2026 11:00:00 GMT', 0],
    [503, '9'.repeat(400), 86_400_000],
    [503, 'Fri, 01 Jan 2100 00:00:00 GMT', 86_400_000],
  ])('%i may say when: %j', async (status, when, retry_after_ms) => {
    const now = Date.UTC(2026, 0, 15, 12);
    const { url } = await receiver((_, response) =>
      response.writeHead(status, { 'retry-after': when as string }).end(),
    );
    expect(await send(url, { now })).toMatchObject({ http_status: status, retry_after_ms });
  });

  it('is kept up to 512 bytes, and its connection used again', async () => {
    const { hits, url } = await receiver((_, response) => response.end('x'.repeat(40_000)));
    const single = new Agent({ connections: 1 });
    closing.push(() => single.destroy());
    expect((await send(url, { dispatcher: single })).response_excerpt).toBe('x'.repeat(512));
    await send(url, { dispatcher: single });
    const ports = hits.map(({ request }) => request.socket.remotePort);
    expect(ports).toHaveLength(2);
    expect(new Set(ports).size).toBe(1);
  });

  it('without an end is given up and its connection closed', async () => {
    let written = 0;
    let closed = Promise.resolve<unknown>(undefined);
    const { url } = await receiver((_, response) => {
      closed = once(response, 'close');
      const more = () => {
        while (!response.destroyed && response.write('y'.repeat(16_384))) written += 16_384;
      };
      response.on('drain', more).writeHead(200);
      more();
    });
    expect(await send(url)).toMatchObject({ outcome: 'delivered', response_excerpt: 'y'.repeat(512) });
    await closed;
    // 64 KiB are read; what more was written sat in the sockets' buffers.
    expect(written).toBeLessThan(16 * 1024 * 1024);
  });

  it('counts as soon as its status is there: a slow or broken body changes nothing', async () => {
    const slow = await receiver((_, response) => response.writeHead(200).write('ok'));
    const broken = await receiver((_, response) => {
      response.writeHead(200, { 'content-length': '100' });
      response.write('ok', () => response.destroy());
    });
    const delivered = { outcome: 'delivered', http_status: 200, error: null, response_excerpt: 'ok' };
    const result = await send(slow.url, { timeoutMs: 200 });
    expect(result).toMatchObject(delivered);
    expect(result.duration_ms).toBeGreaterThanOrEqual(190);
    expect(result.duration_ms).toBeLessThan(5_000);
    expect(await send(broken.url)).toMatchObject(delivered);
  });
});

it('credentials in the URL are sent as Basic authorization and not in the address', async () => {
  const { hits, url } = await receiver((_, response) => response.end());
  await send(url.replace('//', '//us%40er:p%3Ass%zz@'));
  expect(hits).toHaveLength(1);
  expect(hits[0]?.request.headers.authorization).toBe(
    `Basic ${Buffer.from('us@er:p:ss%zz').toString('base64')}`,
  );
  expect(hits[0]?.request.headers.host).toBe(url.slice('http://'.length));
});

it('a secret that is none is the caller’s fault and thrown', async () => {
  await expect(
    sendWebhook({ dispatcher, url: 'http://127.0.0.1:9', id: 'x', body, secret: 'whsec_', now: 0 }),
  ).rejects.toThrow('Secret');
});
