// The spans of one request, as a collector gets them; and a collector, or an SDK, that is not there.
import { randomBytes } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';
import { startOrigin } from '../fakes/origin.ts';
import { type CollectedSpan, startCollector } from '../fakes/otlp.ts';
import { photoJpeg } from '../fakes/pictures.ts';
import { startReceiver } from '../fakes/webhook-receiver.ts';
import { startService } from './service.ts';

const HEADER = 'S. No.,Product Name,Input Image Urls\n';
const SECRET = 'canary-of-a-signed-url';
const IMAGES = 10;
const STAGES = ['fetch', 'wait', 'compress', 'store', 'record'];
const preload = fileURLToPath(new URL('../fakes/missing-package.mjs', import.meta.url));

const environment = (url: string) => ({
  OTEL_EXPORTER_OTLP_ENDPOINT: url,
  OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
  OTEL_BSP_SCHEDULE_DELAY: '100',
  WORKERS: '1',
});

async function startSite() {
  const body = await photoJpeg(320, 240);
  const origin = await startOrigin({
    '*': { body },
    '/gone.jpg': { status: 404 },
    '/late.jpg': [{ status: 503 }, { body }],
  });
  onTestFinished(() => origin.close());
  const names = ['gone.jpg', 'late.jpg', ...Array.from({ length: IMAGES - 2 }, (_, index) => `${index}.jpg`)];
  return (
    HEADER + names.map((name, index) => `${index + 1},Mug,${origin.url}/${name}?sig=${SECRET}\n`).join('')
  );
}

it('sends one span an attempt with its stages, and no end of any URL', async () => {
  const collector = await startCollector();
  const csv = await startSite();
  const receiver = await startReceiver((_request, response) => void response.end('ok'));
  onTestFinished(() => receiver.close());
  const service = await startService({
    env: {
      ...environment(collector.url),
      WEBHOOK_SECRET: `whsec_${Buffer.alloc(24, SECRET).toString('base64')}`,
    },
  });
  const traceId = randomBytes(16).toString('hex');
  const caller = randomBytes(8).toString('hex');
  const id = await service.upload(
    csv,
    { webhook_url: `${receiver.url}/${SECRET}?token=${SECRET}` },
    { traceparent: `00-${traceId}-${caller}-01`, 'x-request-id': 'from-the-shop' },
  );
  const response = await service.ended(id);
  expect(response.images).toMatchObject({ processed: IMAGES - 1, failed: 1 });
  await expect.poll(() => receiver.hits.length, { timeout: 30_000 }).toBe(1);
  await fetch(`${service.url}/healthz`);
  expect(await service.stop()).toBe(0);
  expect(service.errors()).toBe('');

  const spans = collector.spans();
  const named = (name: string) => spans.filter((span) => span.name === name);
  const byId = new Map(spans.map((span) => [span.spanId, span]));
  expect(byId.size).toBe(spans.length);
  const parent = (span: CollectedSpan) => byId.get(span.parentSpanId ?? '')?.name ?? null;

  // The call, in the trace of its caller, and within it the intake.
  const [call] = named('POST /upload');
  expect([named('POST /upload').length, call!.traceId, call!.parentSpanId, call!.kind]).toEqual([
    1,
    traceId,
    caller,
    2,
  ]);
  expect(call!.attributes).toEqual({
    'http.request.method': 'POST',
    'http.route': '/upload',
    'http.response.status_code': 202,
    http_id: 'from-the-shop',
  });
  const [upload] = named('upload');
  expect([upload!.parentSpanId, upload!.attributes]).toEqual([
    call!.spanId,
    { request_id: id, rows: IMAGES, images: IMAGES },
  ]);
  expect(named('GET /healthz')).toEqual([]);

  // One span an attempt, each a trace of its own.
  const images = named('image');
  expect(images).toHaveLength(IMAGES + 1);
  expect(new Set(images.map((span) => span.traceId)).size).toBe(IMAGES + 1);
  expect(images.map(parent)).toEqual(Array(IMAGES + 1).fill(null));
  const seen = images.map(({ attributes: { row, attempt, outcome, code } }) => [row, attempt, outcome, code]);
  expect(seen.sort((a, b) => Number(a[0]) - Number(b[0]) || Number(a[1]) - Number(b[1]))).toEqual([
    [1, 1, 'failed', 'http_404'],
    [2, 1, 'retry', 'http_503'],
    ...Array.from({ length: IMAGES - 1 }, (_, index) => [index + 2, index === 0 ? 2 : 1, 'processed', '']),
  ]);
  for (const { attributes, status } of images) {
    expect(attributes).toMatchObject({ request_id: id, position: 1, 'server.address': '127.0.0.1' });
    expect(status.code ?? 0).toBe(attributes.outcome === 'processed' ? 0 : 2);
  }
  // Their stages follow each other within them.
  for (const image of images) {
    const stages = spans.filter((span) => span.parentSpanId === image.spanId);
    const went = image.attributes.outcome === 'processed' ? STAGES : ['fetch', 'record'];
    expect(stages.map(({ name }) => name)).toEqual(went);
    for (const [index, stage] of stages.entries()) {
      expect(stage.traceId).toBe(image.traceId);
      const [start, end] = [BigInt(stage.startTimeUnixNano), BigInt(stage.endTimeUnixNano)];
      expect(start).toBeGreaterThanOrEqual(BigInt(image.startTimeUnixNano));
      expect(end).toBeLessThanOrEqual(BigInt(image.endTimeUnixNano) + 1_000n);
      if (index > 0)
        expect(start).toBeGreaterThanOrEqual(BigInt(stages[index - 1]!.endTimeUnixNano) - 1_000n);
    }
  }
  const counted = (name: string) => named(name).length;
  expect(STAGES.map(counted)).toEqual([IMAGES + 1, IMAGES - 1, IMAGES - 1, IMAGES - 1, IMAGES + 1]);

  expect(named('finish').map(({ attributes }) => attributes)).toEqual([
    { request_id: id, outcome: 'completed' },
  ]);
  expect(named('webhook delivery').map(({ kind, attributes }) => [kind, attributes])).toEqual([
    [
      3,
      {
        request_id: id,
        attempt: 1,
        'server.address': '127.0.0.1',
        outcome: 'delivered',
        'http.response.status_code': 200,
      },
    ],
  ]);

  for (const resource of collector.resources()) {
    expect(resource).toMatchObject({ 'service.name': 'halve' });
    expect(Object.keys(resource).filter((name) => name.startsWith('process.'))).toEqual([]);
  }
  const sent = collector.payloads().join('\n');
  expect(sent).not.toContain(SECRET);
  expect(sent).not.toContain('.jpg');
  expect(sent).not.toContain('whsec_');
  expect(sent).not.toMatch(/https?:\/\//);
});

it('stops in time without a collector that answers, and says so once at most', async () => {
  const collector = await startCollector({ silent: true });
  const service = await startService({
    env: {
      ...environment(collector.url),
      OTEL_EXPORTER_OTLP_TIMEOUT: '90000',
      OTEL_BSP_EXPORT_TIMEOUT: '90000',
    },
  });
  const id = await service.upload(await startSite());
  await service.ended(id);
  await expect.poll(() => collector.payloads().length, { timeout: 30_000 }).toBeGreaterThan(0);
  const asked = performance.now();
  expect(await service.stop()).toBe(0);
  expect(performance.now() - asked).toBeLessThan(60_000);

  const dead = await startService({
    env: { ...environment('http://user:canary@127.0.0.1:1'), OTEL_EXPORTER_OTLP_TIMEOUT: '100' },
  });
  // Each of these is an export that fails.
  for (let call = 0; call < 3; call++) {
    await fetch(`${dead.url}/requests`);
    await new Promise((resolve) => setTimeout(resolve, 300));
  }
  await expect.poll(() => dead.errors(), { timeout: 30_000 }).toContain('traces could not be sent');
  expect(await dead.stop()).toBe(0);
  expect(dead.errors().match(/traces could not be sent/g)).toHaveLength(1);
  expect(dead.errors()).not.toContain('canary');
});

it('goes on without the SDK, and does not load it unasked', async () => {
  const env = {
    NODE_OPTIONS: `--import=${preload}`,
    MISSING_PACKAGE: '@opentelemetry/sdk-node',
    WORKERS: '1',
  };
  const asked = await startService({ env: { ...env, OTEL_TRACES_EXPORTER: 'otlp' } });
  expect(await asked.stop()).toBe(0);
  expect(asked.errors().match(/npm install \\?"@opentelemetry\/sdk-node@\^/g)).toHaveLength(1);
  const unasked = await startService({
    env: { ...env, OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:1', OTEL_SDK_DISABLED: 'true' },
  });
  expect(await unasked.stop()).toBe(0);
  expect(unasked.errors()).toBe('');
});
