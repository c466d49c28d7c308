// Each key sees its own requests only. The OpenAPI document of the running server is walked from end to end with what one
// key has, as another key, without one and with a wrong one: a route that is added is walked too, and one that is neither
// about a request nor described here fails the test.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import type { OpenApi, Operation } from '../../src/http/documents/openapi-types.ts';
import { startOrigin } from '../fakes/origin.ts';
import { photoJpeg } from '../fakes/pictures.ts';
import { gate } from './browser.ts';
import { type ImageBody, type RequestBody, type Service, startService } from './service.ts';

const SHOP = '0123456789abcdef-shop';
const OTHER = 'fedcba9876543210-other';
const API_KEYS = `shop:${SHOP},other:${OTHER}`;
const HEADER = 'S. No.,Product Name,Input Image Urls\n';

/** Operations that name no request: what the one who has none of them is answered to an empty call. */
const SHARED: Record<string, { status: number; answer: unknown }> = {
  'get /requests': { status: 200, answer: { requests: [], next: null } },
  'get /webhook': { status: 200, answer: { received: [] } },
  'get /metrics': { status: 200, answer: expect.stringContaining('halve_') },
  'post /upload': { status: 400, answer: expect.objectContaining({ code: 'missing_file' }) },
  'post /validate': { status: 400, answer: expect.objectContaining({ code: 'missing_file' }) },
  'post /preview': { status: 400, answer: expect.objectContaining({ code: 'invalid_request' }) },
};
/** What is open says so in the document, and answers the same with any key and without. */
const OPEN: Record<string, { status: number; answer: unknown }> = {
  'get /healthz': { status: 200, answer: { status: 'ok' } },
  'get /readyz': { status: 200, answer: { status: 'ok' } },
  'post /webhook': { status: 401, answer: expect.objectContaining({ code: 'invalid_signature' }) },
};
const OPERATIONS = 28;
const NAMED = 19;

type Ids = Record<'request_id' | 'delivery_id' | 'seq', string>;

interface Call {
  name: string;
  method: string;
  path: string;
  /** The path names a request, or something of one. */
  named: boolean;
  operation: Operation;
}

/** @throws when an operation takes an id that is not known here, or a query that could be one */
function callsOf({ paths }: OpenApi): Call[] {
  const harmless = /^(status|code|sort|limit|cursor|search|idempotency-key)$/;
  const ofUpload =
    /^(webhook_url|quality|format|max_(width|height)|metadata|keep_originals|key_template|profile|(url|name)_column|header_row|rows|base_url|encoding|write_to)$/;
  return Object.entries(paths).flatMap(([path, operations]) =>
    Object.entries(operations).map(([method, operation]) => {
      const name = `${method} ${path}`;
      for (const parameter of operation.parameters ?? []) {
        const known =
          parameter.in === 'path'
            ? /^(request_id|delivery_id|seq)$/
            : path === '/upload' || path === '/validate'
              ? new RegExp(`${harmless.source}|${ofUpload.source}`)
              : harmless;
        if (!known.test(parameter.name)) throw new Error(`${name}: what is ${parameter.name}?`);
      }
      return { name, method: method.toUpperCase(), path, named: path.includes('{'), operation };
    }),
  );
}

const filled = (path: string, ids: Ids) =>
  path.replace(/\{(\w+)\}/g, (_, name: keyof Ids) => encodeURIComponent(ids[name]));

async function ask(service: Service, { method, path }: Pick<Call, 'method' | 'path'>, key?: string) {
  const headers = key === undefined ? undefined : { authorization: `Bearer ${key}` };
  const response = await fetch(service.url + path, { method, ...(headers && { headers }) });
  const text = await response.text();
  const json = text !== '' && /json/.test(response.headers.get('content-type') ?? '');
  return { status: response.status, text, answer: json ? JSON.parse(text) : text, headers: response.headers };
}

async function upload(service: Service, key: string, csv: string, fields: Record<string, string> = {}) {
  return service.upload(csv, fields, { authorization: `Bearer ${key}` });
}

const as = <T>(service: Service, key: string, path: string) =>
  service.json<T>(path, { headers: { authorization: `Bearer ${key}` } });

/** A server with a request of the shop that has one of everything, and one that does not end before `release`. */
async function startWorld() {
  const jpeg = await photoJpeg();
  const held = gate();
  const origin = await startOrigin({
    '/secret-mug.jpg': { body: jpeg },
    '/secret-held.jpg': async (_request, response) => {
      await held.passed;
      response.end(jpeg);
    },
  });
  onTestFinished(() => origin.close());
  onTestFinished(held.open);
  const service = await startService({ env: { API_KEYS, WORKERS: '1' } });
  const csv = `${HEADER}1,Secret Mug,"${origin.url}/secret-mug.jpg,${origin.url}/secret-gone.jpg"\n`;
  const id = await upload(service, SHOP, csv, {
    webhook_url: `${service.url}/webhook`,
    keep_originals: 'true',
  });
  const running = await upload(service, SHOP, `${HEADER}1,Secret Lamp,${origin.url}/secret-held.jpg\n`);
  const deliveries = () =>
    as<{ deliveries: { id: string; status: string }[] }>(service, SHOP, `/requests/${id}/deliveries`);
  await expect
    .poll(async () => (await deliveries()).deliveries.map(({ status }) => status), { timeout: 30_000 })
    .toEqual(['delivered']);
  const [delivery] = (await deliveries()).deliveries;
  await expect
    .poll(async () => (await as<RequestBody>(service, SHOP, `/status/${running}`)).status, {
      timeout: 30_000,
    })
    .toBe('processing');
  const ids: Ids = { request_id: id, delivery_id: delivery!.id, seq: '1' };
  const seen = async () => ({
    list: await as(service, SHOP, '/requests'),
    status: await as<RequestBody>(service, SHOP, `/status/${id}`),
    images: await as<{ images: ImageBody[] }>(service, SHOP, `/status/${id}/images`),
    deliveries: await deliveries(),
    received: await as<{ received: { request_id: string; times: number }[] }>(service, SHOP, '/webhook'),
  });
  return { service, origin, csv, ids, running, seen, release: held.open };
}

it('answers about a request to its own key, and to nobody else, whatever is asked', async () => {
  const { service, origin, csv, ids, running, seen, release } = await startWorld();
  const calls = callsOf(await service.json<OpenApi>('/openapi.json'));
  expect(calls.filter(({ named }) => named)).toHaveLength(NAMED);
  expect(calls).toHaveLength(OPERATIONS);
  const before = await seen();
  expect(before.status).toMatchObject({ status: 'completed', images: { processed: 1, failed: 1 } });
  expect(before.received.received).toMatchObject([{ request_id: ids.request_id, times: 1 }]);

  const nobodys: Ids = {
    request_id: '00000000-0000-4000-8000-000000000000',
    delivery_id: 'msg_00000000000040008000000000000000_0',
    seq: '1',
  };
  const notEnded: Ids = { ...ids, request_id: running };
  const answers: string[] = [];
  for (const call of calls) {
    const { name, named, operation } = call;
    const at = (which: Ids, method = call.method) => ({ method, path: filled(call.path, which) });
    const open = operation.security?.length === 0;
    if (open || !named) {
      const expected = (open ? OPEN : SHARED)[name];
      if (!expected) throw new Error(`${name}: is it about a request, shared or open? Say so here.`);
      const other = await ask(service, at(ids), OTHER);
      answers.push(other.text);
      expect([name, other.status, other.answer]).toEqual([name, expected.status, expected.answer]);
    } else {
      const other = await ask(service, at(ids), OTHER);
      answers.push(other.text);
      const missing = await ask(service, at(nobodys), OTHER);
      expect([name, other.status, other.text]).toEqual([name, 404, missing.text]);
      expect([name, (await ask(service, at(notEnded), OTHER)).text]).toEqual([name, missing.text]);
      if (call.method === 'GET')
        expect([name, (await ask(service, at(ids, 'HEAD'), OTHER)).status]).toEqual([name, 404]);
    }
    for (const key of [undefined, 'no-key-of-this-server', '']) {
      const { status, answer, text, headers } = await ask(service, at(ids), key);
      answers.push(text);
      const expected = open ? OPEN[name]! : { status: 401, answer: { code: 'unauthorized' } };
      expect([name, status]).toEqual([name, expected.status]);
      if (!open)
        expect([name, answer, headers.get('www-authenticate')]).toMatchObject([
          name,
          { code: 'unauthorized' },
          'Bearer',
        ]);
    }
  }
  // A list is not opened by what is asked of it either.
  for (const query of [
    `search=${ids.request_id}`,
    'search=catalogue',
    'status=completed',
    'cursor=9999999999999~f',
  ]) {
    const list = await ask(service, { method: 'GET', path: `/requests?${query}` }, OTHER);
    answers.push(list.text);
    expect([query, list.answer]).toEqual([query, { requests: [], next: null }]);
  }
  const secrets = [
    ids.request_id,
    running,
    ids.delivery_id,
    ids.request_id.replaceAll('-', ''),
    'ecret',
    'catalogue.csv',
    origin.url,
    ...before.images.images.flatMap(({ output_url }) => output_url ?? []),
  ];
  expect(secrets).toHaveLength(8);
  expect(answers.filter((text) => secrets.some((secret) => text.includes(secret)))).toEqual([]);
  expect(answers).toHaveLength(OPERATIONS * 4 + 4);

  expect(await seen()).toEqual(before);
  // The same walk as its own key finds everything, so it was the key that made the difference.
  const rank = ({ method }: Call) => ['GET', 'POST', 'DELETE'].indexOf(method);
  const found: Record<string, number> = {};
  for (const call of calls.filter(({ named }) => named).sort((a, b) => rank(a) - rank(b))) {
    found[call.name] = (await ask(service, { ...call, path: filled(call.path, ids) }, SHOP)).status;
  }
  expect(Object.entries(found).filter(([, status]) => status === 401 || status === 404)).toEqual([]);
  expect(Object.keys(found)).toHaveLength(NAMED);
  expect((await ask(service, { method: 'GET', path: `/status/${ids.request_id}` }, SHOP)).status).toBe(404);

  // An idempotency key is its caller's own.
  const repeated = (key: string) =>
    service.upload(csv, {}, { authorization: `Bearer ${key}`, 'idempotency-key': 'nightly' });
  const mine = await repeated(SHOP);
  expect(await repeated(SHOP)).toBe(mine);
  expect(await repeated(OTHER)).not.toBe(mine);
  release();
  expect(await service.stop()).toBe(0);
});

it('shows every key what was uploaded before there were keys, and everything once there are none again', async () => {
  const listed = async (service: Service, key = SHOP) =>
    (await as<{ requests: { request_id: string }[] }>(service, key, '/requests')).requests.map(
      ({ request_id }) => request_id,
    );
  const csv = `${HEADER}1,Mug,http://127.0.0.1:9/mug.jpg\n`;
  let service = await startService({ env: { WORKERS: '0' } });
  const { dataDir } = service;
  const early = await service.upload(csv);
  expect(await service.stop()).toBe(0);

  service = await startService({ dataDir, env: { WORKERS: '0', API_KEYS } });
  const late = await upload(service, SHOP, csv);
  expect(await listed(service, SHOP)).toEqual([late, early]);
  expect(await listed(service, OTHER)).toEqual([early]);
  expect((await ask(service, { method: 'GET', path: `/status/${early}` }, OTHER)).status).toBe(200);
  expect((await ask(service, { method: 'GET', path: `/status/${late}` }, OTHER)).status).toBe(404);
  expect(await service.stop()).toBe(0);

  service = await startService({ dataDir, env: { WORKERS: '0' } });
  expect(await listed(service)).toEqual([late, early]);
  expect(await service.stop()).toBe(0);
});

it('takes a key in every way that HTTP writes it, and asks for it as HTTP does', async () => {
  const service = await startService({ env: { API_KEYS, WORKERS: '0' } });
  const basic = (text: string) => `Basic ${Buffer.from(text).toString('base64')}`;
  const get = async (path: string, authorization?: string) => {
    const response = await fetch(service.url + path, {
      ...(authorization && { headers: { authorization } }),
    });
    await response.arrayBuffer();
    return [response.status, response.headers.get('www-authenticate')];
  };
  for (const scheme of ['Bearer', 'bearer', 'BEARER']) {
    expect(await get('/requests', `${scheme} ${SHOP}`)).toEqual([200, null]);
  }
  for (const wrong of [
    SHOP,
    `Token ${SHOP}`,
    `Bearer${SHOP}`,
    `Bearer ${SHOP}x`,
    'Bearer',
    basic(`shop:${SHOP}`),
  ]) {
    expect([wrong, await get('/requests', wrong)]).toEqual([wrong, [401, 'Bearer']]);
  }
  // There is no queue of a fleet, so no board; but who has no key does not hear that either.
  for (const wrong of [undefined, basic(`other:${SHOP}`), basic(`:${SHOP}`), basic(SHOP), 'Basic !']) {
    expect([wrong, await get('/admin/queues', wrong)]).toEqual([wrong, [401, 'Basic realm="halve"']]);
  }
  for (const right of [basic(`shop:${SHOP}`), `Bearer ${OTHER}`]) {
    expect(await get('/admin/queues', right)).toEqual([404, null]);
  }
  expect(await service.stop()).toBe(0);
});

it('gives pictures to whoever has their link, as nothing but pictures', async () => {
  const jpeg = await photoJpeg();
  const origin = await startOrigin({ '*': { body: jpeg } });
  onTestFinished(() => origin.close());
  const service = await startService({ env: { API_KEYS, WORKERS: '1' } });
  const id = await upload(service, SHOP, `${HEADER}1,Mug,${origin.url}/mug.svg\n`);
  await expect
    .poll(async () => (await as<RequestBody>(service, SHOP, `/status/${id}`)).progress, { timeout: 30_000 })
    .toBe(100);
  const { images } = await as<{ images: ImageBody[] }>(service, SHOP, `/status/${id}/images`);
  const picture = await fetch(images[0]!.output_url!);
  expect(picture.status).toBe(200);
  await picture.arrayBuffer();
  const SAFE = {
    'content-type': 'image/jpeg',
    'content-security-policy': "default-src 'none'; sandbox",
    'x-content-type-options': 'nosniff',
  };
  expect(Object.fromEntries(picture.headers)).toMatchObject(SAFE);

  // What could run is not served, even if it got there; and a page under the name of a picture stays a picture.
  const folder = join(service.dataDir, 'files', id);
  mkdirSync(folder, { recursive: true });
  const page = '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>';
  for (const name of ['x.svg', 'x.SVG', 'x.html', 'x.jpg.html', 'x.xml', 'x', 'x.toString', 'x.jpg']) {
    writeFileSync(join(folder, name), page);
  }
  const get = (name: string) => fetch(`${service.url}/files/${id}/${name}`);
  for (const name of [
    'x.svg',
    'x.SVG',
    'x.html',
    'x.jpg.html',
    'x.xml',
    'x',
    'x.toString',
    'x.jp%67.html',
    'input.csv',
    'output.csv',
  ]) {
    const answer = await get(name);
    expect([name, answer.status, await answer.text()]).toEqual([
      name,
      404,
      expect.not.stringContaining('script'),
    ]);
  }
  expect(Object.fromEntries((await get('x.jpg')).headers)).toMatchObject(SAFE);
  expect(await service.stop()).toBe(0);
});
