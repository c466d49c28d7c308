// What Prometheus is told, in exact numbers: of a server after a request, and of a worker at its own port.
import { once } from 'node:events';
import { get } from 'node:http';
import { describe, expect, it, onTestFinished } from 'vitest';
import { startOrigin } from '../fakes/origin.ts';
import { photoJpeg } from '../fakes/pictures.ts';
import { startReceiver } from '../fakes/webhook-receiver.ts';
import { fleetMissing, startFleet } from './fleet.ts';
import { startService } from './service.ts';

const HEADER = 'S. No.,Product Name,Input Image Urls\n';

/** Every series by its name and labels. */
async function scrape(url: string, headers = {}): Promise<Map<string, number>> {
  const text = await (await fetch(`${url}/metrics`, { headers })).text();
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return new Map(lines.map((line) => [line.replace(/ \S+$/, ''), Number(/ (\S+)$/.exec(line)![1])]));
}

async function startSite() {
  const origin = await startOrigin({
    '*': { body: await photoJpeg(320, 240) },
    '/gone.jpg': { status: 404 },
    '/odd.jpg': { status: 499 },
  });
  onTestFinished(() => origin.close());
  const names = ['1.jpg', '2.jpg', '3.jpg', '4.jpg', 'gone.jpg', 'odd.jpg'];
  return HEADER + names.map((name, index) => `${index + 1},Mug,${origin.url}/${name}\n`).join('');
}

it('counts calls, uploads, images and their stages, webhooks and processes', async () => {
  const csv = await startSite();
  const receiver = await startReceiver((_request, response) => void response.end('ok'));
  onTestFinished(() => receiver.close());
  const service = await startService({ env: { WORKERS: '1', LOG_LEVEL: 'silent' } });
  const id = await service.upload(csv, { webhook_url: `${receiver.url}/hook` });
  await service.ended(id);
  await expect.poll(() => receiver.hits.length, { timeout: 30_000 }).toBe(1);
  await expect(service.upload(`${HEADER}1,A,no URL\n`)).rejects.toThrow('invalid_csv');
  for (const path of ['/nothing?secret=1', '/nothing/else', `/status/${id}?x=1`])
    await fetch(service.url + path);
  // The request has ended, so its stream does at once; this one stays as long as its reader.
  const slow = await service.upload(`${HEADER}1,A,http://127.0.0.1:1/1.jpg\n`);
  const reader = get(`${service.url}/status/${slow}/events`, { agent: false }).on('error', () => {});
  await once(reader, 'response');

  const { bytes } = await service.status(id);
  const size = csv.length + `${HEADER}1,A,no URL\n`.length + `${HEADER}1,A,http://127.0.0.1:1/1.jpg\n`.length;
  await expect
    .poll(async () => (await scrape(service.url)).get('halve_webhook_duration_seconds_count'), {
      timeout: 30_000,
    })
    .toBe(1);
  const series = await scrape(service.url);
  const expected = {
    'halve_images_total{status="processed",code=""}': 4,
    'halve_images_total{status="failed",code="http_404"}': 1,
    'halve_images_total{status="failed",code="http_4xx"}': 1,
    halve_bytes_in_total: bytes.in,
    halve_bytes_out_total: bytes.out,
    halve_image_duration_seconds_count: 6,
    'halve_image_stage_duration_seconds_count{stage="wait"}': 4,
    'halve_image_stage_duration_seconds_count{stage="compress"}': 4,
    'halve_image_stage_duration_seconds_count{stage="store"}': 4,
    'halve_requests_finished_total{status="completed"}': 1,
    halve_finish_duration_seconds_count: 1,
    'halve_webhook_attempts_total{outcome="delivered"}': 1,
    'halve_uploads_total{code=""}': 2,
    'halve_uploads_total{code="invalid_csv"}': 1,
    halve_upload_rows_total: 7,
    halve_upload_bytes_total: size,
    halve_uploads_receiving: 0,
    halve_event_streams_open: 1,
    'halve_http_request_duration_seconds_count{method="POST",route="/upload",status="202"}': 2,
    'halve_http_request_duration_seconds_count{method="POST",route="/upload",status="422"}': 1,
    'halve_http_request_duration_seconds_count{method="GET",route="none",status="404"}': 2,
    halve_requests_active: 1,
    halve_image_processes: 1,
    halve_database_connections_waiting: 0,
  };
  expect(Object.fromEntries(Object.keys(expected).map((name) => [name, series.get(name)]))).toEqual(expected);
  // The image that cannot be connected to has been tried once at least, and is waiting or being tried again.
  expect(series.get('halve_image_stage_duration_seconds_count{stage="fetch"}')).toBeGreaterThanOrEqual(6);
  const routes = new Set([...series.keys()].flatMap((name) => /route="([^"]*)"/.exec(name)?.[1] ?? []));
  expect([...routes].sort()).toEqual(['/metrics', '/status/:request_id', '/upload', 'none']);

  reader.destroy();
  process.kill(service.imageProcesses()[0]!, 'SIGKILL');
  await expect
    .poll(
      async () => {
        const now = await scrape(service.url);
        return [
          now.get('halve_event_streams_open'),
          now.get('halve_image_process_ends_total{reason="killed"}'),
        ];
      },
      { timeout: 30_000 },
    )
    .toEqual([0, 1]);
  expect(await service.stop()).toBe(0);
});

const missing = await fleetMissing();

describe.skipIf(missing)(missing ?? 'a worker', () => {
  it('shows its own metrics and its health, the metrics to those with a key', async () => {
    const csv = await startSite();
    const key = 'a-key-for-prometheus';
    const { server, addWorker } = await startFleet({ workers: 0 });
    const worker = await addWorker({ METRICS_PORT: '0', API_KEYS: `prometheus:${key}` });
    const url = /metrics at (http:\S+)\/metrics/.exec(worker.match.input)![1]!;
    const id = await server.upload(csv);
    await server.ended(id);
    expect((await fetch(`${url}/healthz`)).status).toBe(200);
    expect((await fetch(`${url}/metrics`)).status).toBe(401);
    expect((await fetch(`${url}/status/${id}`, { headers: { authorization: `Bearer ${key}` } })).status).toBe(
      404,
    );
    const headers = { authorization: `Bearer ${key}` };
    await expect
      .poll(
        async () => (await scrape(url, headers)).get('halve_requests_finished_total{status="completed"}'),
        { timeout: 30_000 },
      )
      .toBe(1);
    const [its, ours] = [await scrape(url, headers), await scrape(server.url)];
    const processed = 'halve_images_total{status="processed",code=""}';
    expect([its.get(processed), ours.get(processed)]).toEqual([4, undefined]);
    expect([its.get('halve_image_processes'), ours.get('halve_image_processes')]).toEqual([1, 0]);
    expect([its.get('halve_queue_oldest_age_seconds'), its.get('halve_queue_depth')]).toEqual([0, 0]);
    expect(await worker.stop()).toBe(0);
    await expect(fetch(`${url}/healthz`)).rejects.toThrow();
    expect(await server.stop()).toBe(0);
  });
});
