// Bytes that no honest client sends: each is refused or closed, none takes the server down or leaves anything.
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createDatabase, postgresMissing } from '../fakes/postgres.ts';
import { CASES, call, chunked } from './abuse-cases.ts';
import { sendRaw } from './raw.ts';
import { type Service, startService } from './service.ts';

async function expectNothingMade(service: Service): Promise<void> {
  expect(await service.json('/requests')).toEqual({ requests: [], next: null });
  const folder = join(service.dataDir, 'files');
  const left = () => [...readdirSync(folder), ...readdirSync(join(folder, '.unfinished'))];
  await expect.poll(left, { timeout: 20_000 }).toEqual(['.unfinished']);
}

describe.each([
  ['SQLite', null],
  ['PostgreSQL', await postgresMissing()],
])('on %s', (kind, missing) => {
  it.skipIf(missing)('refuses what no honest client sends, and lives', async () => {
    const env: Record<string, string> = { WORKERS: '0', UPLOAD_STALL_MS: '2000' };
    if (kind === 'PostgreSQL') env.DATABASE_URL = await createDatabase();
    const service = await startService({ env });
    const answers = [];
    for (const [name, bytes] of CASES) {
      const { statuses, codes } = await sendRaw(service.url, bytes);
      answers.push([name, statuses.filter((status) => status !== 100), codes]);
      expect([name, (await fetch(`${service.url}/healthz`)).status]).toEqual([name, 200]);
    }
    expect(answers).toEqual(
      CASES.map(([name, , status, code]) => [
        name,
        status === null ? [] : [status],
        code === undefined ? [] : [code],
      ]),
    );
    await expectNothingMade(service);
    expect(service.errors()).not.toMatch(/"level":[56]0/);
    expect(await service.stop()).toBe(0);
  });
});

it('answers pipelined requests in their order, and nothing behind a malformed one', async () => {
  const service = await startService({ env: { WORKERS: '0', UPLOAD_STALL_MS: '2000' } });
  const kept = (line: string) => `${line} HTTP/1.1\r\nhost: localhost\r\n\r\n`;
  const hundred = await sendRaw(
    service.url,
    `${kept('GET /healthz')}${kept('GET /nothing')}`.repeat(50) + call('GET /healthz'),
  );
  expect(hundred.statuses).toEqual([...Array.from({ length: 50 }, () => [200, 404]).flat(), 200]);
  // A second request hidden in what the first one's two lengths leave open.
  const hidden = await sendRaw(
    service.url,
    `POST /upload HTTP/1.1\r\nhost: localhost\r\ncontent-type: text/csv\r\ncontent-length: 4\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n${call('GET /healthz')}`,
  );
  expect([hidden.statuses, hidden.codes]).toEqual([[400], ['invalid_request']]);
  const behind = await sendRaw(service.url, `${kept('GET /healthz')}noise\r\n\r\n${call('GET /healthz')}`);
  expect(behind.statuses.at(-1)).not.toBe(500);
  expect(behind.statuses.filter((status) => status === 200).length).toBeLessThanOrEqual(1);
  await expectNothingMade(service);
  expect(await service.stop()).toBe(0);
});

it('ends headers that come byte by byte', async () => {
  const service = await startService({ env: { WORKERS: '0', UPLOAD_STALL_MS: '2000' } });
  const { hostname, port } = new URL(service.url);
  const socket = connect({ host: hostname, port: Number(port) });
  let text = '';
  socket.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk;
  });
  socket.on('error', () => {});
  socket.write('GET /healthz HTTP/1.1\r\nhost: localhost\r\nx: ');
  const drip = setInterval(() => socket.write('y'), 100);
  await once(socket, 'close');
  clearInterval(drip);
  expect(text).toMatch(/^HTTP\/1\.1 408 [\s\S]*"code":"request_timeout"/);
  expect(await service.stop()).toBe(0);
});

it('finds the limit of a body without a length while reading it, and keeps nothing', async () => {
  const service = await startService({ env: { WORKERS: '0', MAX_UPLOAD_BYTES: '100KB' } });
  const row = `1,A,http://a.example/${'x'.repeat(4_000)}.jpg\n`;
  const body = `${row.length.toString(16)}\r\n${row}\r\n`.repeat(500);
  for (const text of [`${body}0\r\n\r\n`, body]) {
    const { statuses, codes } = await sendRaw(service.url, chunked('/upload', text));
    expect([statuses, codes]).toEqual([[413], ['upload_too_large']]);
  }
  await expectNothingMade(service);
  expect(await service.stop()).toBe(0);
});
