// The contract held to: every documented answer is had from the real program and is as documented; and requests of all
// kinds, right and wrong, get no other.
import { execFile } from 'node:child_process';
import { rmSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';
import type { OpenApi } from '../../src/http/documents/openapi-types.ts';
import { startOrigin } from '../fakes/origin.ts';
import { photoJpeg } from '../fakes/pictures.ts';
import { startReceiver } from '../fakes/webhook-receiver.ts';
import { pause, startService } from './service.ts';

const BENCH = new URL('../../bench/', import.meta.url);

interface Wire {
  method: string;
  path: string;
  headers: Record<string, string>;
  body?: Buffer;
}
interface Answered {
  status: number;
  type: string;
  body: string;
}
// The same judge and sender as of `npm run fuzz:http`, which are plain JavaScript.
const { createJudge } = (await import(new URL('http-judge.mjs', BENCH).href)) as {
  createJudge(
    api: OpenApi,
  ): (wire: Wire, answer: Answered) => { operation: string | null; wrong: string | null };
};
const { send, closeConnections } = (await import(new URL('http-send.mjs', BENCH).href)) as {
  send(url: string, wire: Wire): Promise<Answered>;
  closeConnections(): void;
};

const NOBODY = '00000000-0000-4000-8000-000000000000';
const TOO_LONG = 'x'.repeat(150);
const HEAD = 'S. No.,Product Name,Input Image Urls\n';
const MAX_UPLOAD_BYTES = 50_000;
const MEGABYTE = 1024 * 1024;
const KEY = 'a-key-for-the-test';

/** Answers that are documented and that nothing here brings about, each with the reason. */
const NOT_PROVOKED: Record<string, string> = Object.fromEntries(
  [
    'POST /upload',
    'POST /validate',
    'GET /requests',
    'GET /status/{request_id}/images',
    'GET /status/{request_id}/failures',
    'GET /status/{request_id}/statistics',
  ].map((operation) => [`${operation} 503`, 'overload takes seconds of a stopped process: limits.test.ts']),
);

it('gives every documented answer, as documented', async () => {
  const picture = await photoJpeg(64, 48);
  const held: ServerResponse[] = [];
  const hold = (_: IncomingMessage, response: ServerResponse) => void held.push(response);
  const origin = await startOrigin({
    '/mug.jpg': { body: picture },
    '/looked-at.jpg': hold,
    '/worked.jpg': (_request, response) => void response.on('error', () => {}),
  });
  onTestFinished(() => origin.close());
  const receiver = await startReceiver((_request, response) => void response.end('ok'));
  onTestFinished(() => receiver.close());
  onTestFinished(closeConnections);
  const env = { MAX_UPLOAD_BYTES: String(MAX_UPLOAD_BYTES), FETCH_TIMEOUT_MS: '60000', FETCH_ATTEMPTS: '1' };
  const server = await startService({ env: { ...env, WORKERS: '1' } });
  const keyed = await startService({ env: { ...env, WORKERS: '0', API_KEYS: `test:${KEY}` } });
  const api = await server.json<OpenApi>('/openapi.json');
  const judge = createJudge(api);
  const documented = Object.entries(api.paths).flatMap(([path, methods]) =>
    Object.entries(methods).flatMap(([method, { responses }]) =>
      Object.keys(responses).map((status) => `${method.toUpperCase()} ${path} ${status}`),
    ),
  );
  const provoked = new Set<string>();
  const wrongs: string[] = [];

  /** Sends one request and notes which documented answer it got. */
  async function provoke(
    operation: string,
    /** null: any that is documented. */
    status: number | null,
    given: {
      values?: Record<string, string>;
      query?: string;
      type?: string;
      body?: string | Buffer;
      /** Of the body, as it is announced. */
      length?: number;
    } = {},
    { url = server.url, headers = {} as Record<string, string> } = {},
  ): Promise<string> {
    const { values = {}, query = '', type, body, length } = given;
    const [method, template] = operation.split(' ') as [string, string];
    const path = template.replace(/\{(\w+)\}/g, (_, name: string) => values[name] ?? NOBODY) + query;
    const bytes = body === undefined ? undefined : Buffer.from(body);
    const wire: Wire = {
      method,
      path,
      headers: {
        ...headers,
        ...(type !== undefined && { 'content-type': type }),
        ...(bytes && { 'content-length': String(length ?? bytes.length) }),
      },
      ...(bytes && { body: bytes }),
    };
    const answer = await send(url, wire);
    const judged = judge(wire, answer);
    expect(judged.operation).toBe(operation);
    if (judged.wrong) wrongs.push(`${operation}: ${judged.wrong}`);
    if (status !== null && answer.status !== status)
      wrongs.push(`${operation}: ${answer.status}, not ${status}: ${answer.body.slice(0, 200)}`);
    provoked.add(`${operation} ${answer.status}`);
    return answer.body;
  }
  const uploaded = async (name: string, query = '') => {
    const body = `${HEAD}1,Mug,"${origin.url}/${name},${origin.url}/missing.jpg"\n`;
    const answer = await provoke('POST /upload', 202, { query, type: 'text/csv', body });
    return (JSON.parse(answer) as { request_id: string }).request_id;
  };

  const hook = `?keep_originals=true&webhook_url=${encodeURIComponent(`${receiver.url}/hook`)}`;
  const request_id = await uploaded('mug.jpg', hook);
  await server.ended(request_id);
  const working = { values: { request_id: await uploaded('worked.jpg') } };
  const ended = { values: { request_id } };
  const tooLong = { values: { request_id: TOO_LONG, delivery_id: TOO_LONG, seq: '1' } };

  for (const operation of ['POST /upload', 'POST /validate']) {
    const csv = (body: string) => ({ type: 'text/csv', body });
    if (operation === 'POST /validate')
      await provoke(operation, 200, csv(`${HEAD}1,Mug,http://x.example/a.jpg\n`));
    await provoke(operation, 400, { type: 'multipart/form-data; boundary=b', body: '--b--\r\n' });
    await provoke(operation, 413, csv(HEAD + '1,Mug,http://x.example/a.jpg\n'.repeat(MAX_UPLOAD_BYTES / 20)));
    await provoke(operation, 415, { type: 'application/xml', body: '<a/>' });
    await provoke(operation, 422, { query: '?quality=900', ...csv(`${HEAD}1,Mug,http://x.example/a.jpg\n`) });
  }
  for (const rest of ['', '/images', '/events', '/failures', '/statistics']) {
    const operation = `GET /status/{request_id}${rest}`;
    await provoke(operation, 200, ended);
    await provoke(operation, 400, tooLong);
    await provoke(operation, 404);
  }
  const files = ['output_csv', 'input_csv', 'report_csv', 'failed_csv', 'output', 'import', 'zip'];
  for (const file of files) {
    const operation = `GET /${file}/{request_id}`;
    await provoke(operation, 200, ended);
    await provoke(operation, 400, tooLong);
    await provoke(operation, 404);
    if (file !== 'input_csv') await provoke(operation, 409, working);
  }
  for (const [rest, kept] of [
    ['original', '1'],
    ['result', '1'],
  ]) {
    const operation = `GET /status/{request_id}/images/{seq}/${rest}`;
    await provoke(operation, 200, { values: { request_id, seq: kept! } });
    await provoke(operation, 400, { values: { request_id, seq: '0' } });
    await provoke(operation, 404, { values: { request_id, seq: '3' } });
  }
  const failed = { values: { request_id, seq: '2' } };
  await provoke('GET /status/{request_id}/images/{seq}/original', 422, failed);

  const json = (value: unknown) => ({ type: 'application/json', body: JSON.stringify(value) });
  await provoke('POST /preview', 200, json({ url: `${origin.url}/mug.jpg` }));
  await provoke('POST /preview', 400, json({}));
  await provoke('POST /preview', 413, json({ url: 'x'.repeat(2 * MEGABYTE) }));
  await provoke('POST /preview', 415, { type: 'application/xml', body: '<a/>' });
  await provoke('POST /preview', 422, json({ url: `${origin.url}/missing.jpg` }));
  // Ten are made or wait; who comes then is told to come back.
  const looks = Array.from({ length: 12 }, () =>
    provoke('POST /preview', null, json({ url: `${origin.url}/looked-at.jpg` })),
  );
  let refused = 0;
  for (const look of looks) void look.then((body) => body.includes('"status":503') && refused++);
  await expect.poll(() => refused, { timeout: 60_000 }).toBe(2);
  await provoke('GET /status/{request_id}/images/{seq}/original', 503, failed);
  let looking = true;
  const all = Promise.all(looks).finally(() => {
    looking = false;
  });
  while (looking) {
    for (const response of held.splice(0))
      response.writeHead(200, { 'content-type': 'image/jpeg' }).end(picture);
    await pause(20);
  }
  await all;
  expect(refused).toBe(2);

  await provoke('GET /requests', 200);
  await provoke('GET /requests', 400, { query: '?limit=0' });
  await provoke('POST /requests/{request_id}/retry', 409, working);
  await provoke('POST /requests/{request_id}/cancel', 200, working);
  await provoke('POST /requests/{request_id}/cancel', 409, ended);
  const deliveries = await provoke('GET /requests/{request_id}/deliveries', 200, ended);
  const [{ id: delivery_id }] = (JSON.parse(deliveries) as { deliveries: [{ id: string }] }).deliveries;
  await provoke('POST /deliveries/{delivery_id}/redeliver', 202, { values: { delivery_id } });
  await provoke('POST /requests/{request_id}/retry', 202, ended);
  await server.ended(request_id);
  await provoke('DELETE /requests/{request_id}', 204, ended);
  for (const operation of [
    'POST /requests/{request_id}/cancel',
    'POST /requests/{request_id}/retry',
    'DELETE /requests/{request_id}',
    'GET /requests/{request_id}/deliveries',
    'POST /deliveries/{delivery_id}/redeliver',
  ]) {
    await provoke(operation, 400, tooLong);
    await provoke(operation, 404);
  }

  await provoke('POST /webhook', 200, json({ type: 'request.completed', request_id }));
  await provoke('GET /webhook', 200);
  await provoke('POST /webhook', 400, { type: 'application/json', body: '{' });
  await provoke('POST /webhook', 413, json('x'.repeat(2 * MEGABYTE)));
  await provoke('POST /webhook', 415, { type: '', body: '{}' });
  const signed = { 'webhook-id': 'msg_1', 'webhook-timestamp': '1', 'webhook-signature': 'v1,eA==' };
  await provoke('POST /webhook', 401, json({}), { headers: signed });

  for (const path of ['/healthz', '/readyz', '/metrics']) await provoke(`GET ${path}`, 200);
  rmSync(join(server.dataDir, 'files', '.unfinished'), { recursive: true });
  await provoke('GET /readyz', 503);

  // Every operation that needs a key says so before anything else.
  for (const answer of documented.filter(
    (answer) => answer.endsWith(' 401') && !answer.includes('POST /webhook'),
  )) {
    await provoke(answer.slice(0, -4), 401, {}, { url: keyed.url });
  }

  // Three bodies that never end and one call use the key's calls up; those to the receiver count by address.
  const limited = await startService({
    env: { WORKERS: '0', API_KEYS: `test:${KEY}`, RATE_LIMIT_PER_MINUTE: '4', UPLOAD_STALL_MS: '500' },
  });
  const withKey = { url: limited.url, headers: { authorization: `Bearer ${KEY}` } };
  for (const [path, type] of [
    ['upload', 'text/csv'],
    ['validate', 'text/csv'],
    ['preview', 'application/json'],
    ['webhook', 'application/json'],
  ])
    await provoke(`POST /${path}`, 408, { type: type!, body: '{', length: 100 }, withKey);
  await provoke('GET /requests', 200, {}, withKey);
  for (let call = 2; call <= 4; call++) await provoke('POST /webhook', null, json({}), { url: limited.url });
  for (const answer of documented.filter((answer) => answer.endsWith(' 429')))
    await provoke(answer.slice(0, -4), 429, {}, withKey);

  expect(wrongs).toEqual([]);
  const missing = documented.filter((answer) => !provoked.has(answer) && !(answer in NOT_PROVOKED));
  expect(missing).toEqual([]);
  expect(Object.keys(NOT_PROVOKED).filter((answer) => provoked.has(answer))).toEqual([]);
  expect(provoked.size).toBeGreaterThan(100);
  await server.kill();
  await keyed.kill();
  await limited.kill();
});

it('answers a thousand requests of all kinds as documented', async () => {
  const script = fileURLToPath(new URL('fuzz-http.mjs', BENCH));
  const { code, out } = await new Promise<{ code: number; out: string }>((resolve) => {
    execFile(process.execPath, [script, '--requests', '1000', '--seed', '1'], (error, stdout, stderr) =>
      resolve({ code: error ? Number(error.code) : 0, out: stdout + stderr }),
    );
  });
  expect(out).toMatch(/\n1008 answers, 0 faults\n$/);
  expect(code).toBe(0);
});
