// Uploads over bad connections: cut, slow, stalled, and a hundred at once. Nothing stays of those that fail.
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { type ClientRequest, type IncomingMessage, request } from 'node:http';
import { join } from 'node:path';
import Sqlite from 'libsql';
import { expect, it, onTestFinished } from 'vitest';
import { sendRaw } from './raw.ts';
import { pause, type Service, startService } from './service.ts';

const HEADER = 'S. No.,Product Name,Input Image Urls\n';
const rowsOf = (count: number, name = 'a') =>
  Array.from({ length: count }, (_, n) => `${n + 1},A,http://a.example/${name}-${n}.jpg\n`).join('');

const SENT_AS: Record<string, (csv: string) => string> = {
  'text/csv': (csv) => csv,
  'multipart/form-data; boundary=b': (csv) =>
    `--b\r\ncontent-disposition: form-data; name="file"; filename="a.csv"\r\n\r\n${csv}\r\n--b--\r\n`,
};

/** Rows of the table of requests by status, those included that nobody sees. */
function statusesIn({ dataDir }: Service): string[] {
  const database = new Sqlite(join(dataDir, 'halve.sqlite'), { readonly: true });
  try {
    const rows = database.prepare('select status from requests').all() as { status: string }[];
    return rows.map(({ status }) => status);
  } finally {
    database.close();
  }
}

function filesOf({ dataDir }: Service): string[] {
  const folder = join(dataDir, 'files');
  return [...readdirSync(folder), ...readdirSync(join(folder, '.unfinished'))].filter(
    (n) => n !== '.unfinished',
  );
}

async function expectNothingLeft(service: Service): Promise<void> {
  await expect.poll(() => [filesOf(service), statusesIn(service)], { timeout: 20_000 }).toEqual([[], []]);
}

function begin(service: Service, type: string, length: number): ClientRequest {
  const upload = request(`${service.url}/upload`, {
    method: 'POST',
    headers: { 'content-type': type, 'content-length': length },
  });
  upload.on('error', () => {});
  onTestFinished(() => void upload.destroy());
  return upload;
}

/** Sends pieces of a body with a pause after each, and resolves with the answer's status. */
async function dribble(service: Service, type: string, body: string, pieces: number): Promise<number> {
  const upload = begin(service, type, body.length);
  const answered = once(upload, 'response') as Promise<[IncomingMessage]>;
  const size = Math.ceil(body.length / pieces);
  for (let at = 0; at < body.length && !upload.destroyed; at += size) {
    upload.write(body.slice(at, at + size));
    await pause(150);
  }
  upload.end();
  const [response] = await answered;
  response.resume();
  return response.statusCode!;
}

it.each(Object.keys(SENT_AS))(
  'keeps nothing of uploads cut near the start, in the middle and near the end (%s)',
  async (type) => {
    const service = await startService({ env: { WORKERS: '0' } });
    const body = SENT_AS[type]!(HEADER + rowsOf(20_000));
    for (const percent of [1, 50, 99]) {
      const uploads = Array.from({ length: 5 }, () => begin(service, type, body.length));
      for (const upload of uploads) upload.write(body.slice(0, Math.floor((body.length * percent) / 100)));
      await expect.poll(() => statusesIn(service), { timeout: 20_000 }).toEqual(Array(5).fill('receiving'));
      for (const upload of uploads) upload.destroy();
      await expectNothingLeft(service);
    }
    expect(await service.json('/requests')).toEqual({ requests: [], next: null });
    const id = await service.upload(HEADER + rowsOf(3));
    expect(await service.status(id)).toMatchObject({ products: 3 });
    expect([statusesIn(service), filesOf(service)]).toEqual([['pending'], [id]]);
    expect(service.errors()).not.toMatch(/nhandled|"level":[56]0/);
    expect(await service.stop()).toBe(0);
  },
);

it('takes a slow upload for longer than a stall may last, and serves others meanwhile', async () => {
  const service = await startService({ env: { WORKERS: '0', UPLOAD_STALL_MS: '2000' } });
  const slow = Object.entries(SENT_AS).map(([type, as]) =>
    dribble(service, type, as(HEADER + rowsOf(200)), 30),
  );
  const others = await Promise.all(
    Array.from({ length: 5 }, (_, n) => service.upload(HEADER + rowsOf(n + 1, `o${n}`))),
  );
  expect(new Set(others).size).toBe(5);
  expect(await Promise.all(slow)).toEqual([202, 202]);
  expect(statusesIn(service)).toEqual(Array(7).fill('pending'));
  expect(await service.stop()).toBe(0);
});

it.each(Object.keys(SENT_AS))(
  'ends an upload that stalls, and one that takes too long (%s)',
  async (type) => {
    const service = await startService({
      env: { WORKERS: '0', UPLOAD_STALL_MS: '1500', UPLOAD_TIMEOUT_MS: '4000' },
    });
    const body = SENT_AS[type]!(HEADER + rowsOf(200));
    const half = body.slice(0, body.length / 2);
    const stalled = await sendRaw(
      service.url,
      `POST /upload HTTP/1.1\r\nhost: localhost\r\ncontent-type: ${type}\r\ncontent-length: ${body.length}\r\n\r\n${half}`,
    );
    expect([stalled.statuses, stalled.codes]).toEqual([[408], ['request_timeout']]);
    await expectNothingLeft(service);
    expect(await dribble(service, type, body, 200)).toBe(408);
    await expectNothingLeft(service);
    expect(await service.stop()).toBe(0);
  },
);

it('takes a hundred uploads at once, each whole, in little memory', async () => {
  const service = await startService({ env: { WORKERS: '0' } });
  const resident = () =>
    Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${service.pid}/status`, 'utf8'))![1]) / 1024;
  // What the first upload loads and compiles is no growth.
  await service.upload(HEADER + rowsOf(1_000, 'warm'));
  const before = resident();
  let most = before;
  const watch = setInterval(() => (most = Math.max(most, resident())), 50);
  const counts = Array.from({ length: 100 }, (_, n) => 20 + n * 5);
  const ids = await Promise.all(counts.map((count, n) => service.upload(HEADER + rowsOf(count, `n${n}`))));
  clearInterval(watch);
  expect(new Set(ids).size).toBe(100);
  const products = await Promise.all(ids.map(async (id) => (await service.status(id)).products));
  expect(products).toEqual(counts);
  expect(statusesIn(service)).toEqual(Array(101).fill('pending'));
  expect(filesOf(service)).toHaveLength(101);
  expect(readdirSync(join(service.dataDir, 'files/.unfinished'))).toEqual([]);
  expect(most - before).toBeLessThan(100);
  expect(await service.stop()).toBe(0);
});
