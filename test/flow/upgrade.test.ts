// What an older version left is taken up by this one; what a newer one wrote is refused.
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Kysely, Migrator } from 'kysely';
import Sqlite from 'libsql';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openPostgres } from '../../src/records/connection/postgres.ts';
import * as initial from '../../src/records/migrations/001-initial.ts';
import { verifySignature } from '../../src/webhook/sign.ts';
import { startOrigin } from '../fakes/origin.ts';
import { photoJpeg } from '../fakes/pictures.ts';
import { createDatabase, postgresMissing, query } from '../fakes/postgres.ts';
import { tempFolder } from '../fakes/temp-folder.ts';
import { startReceiver } from '../fakes/webhook-receiver.ts';
import { type Service, startService } from './service.ts';

const missing = await postgresMissing();
const OLD = fileURLToPath(new URL('../fixtures/data-0.1/', import.meta.url));
const SECRET = `whsec_${Buffer.alloc(24, 'old data').toString('base64')}`;
const ENDED = '98457438-f865-4aa6-9f16-7ab5a47e9c20';
const UNFINISHED = '83b5dbdb-6905-4d8d-8862-5374c7b49db4';
const PUBLIC = 'http://halve.example';

/** A copy of the old data whose images and webhooks are where this test serves them. */
async function copyOldData() {
  const origin = await startOrigin({ '*': { body: await photoJpeg(160, 120) } });
  onTestFinished(() => origin.close());
  const receiver = await startReceiver((_request, response) => void response.end('ok'));
  onTestFinished(() => receiver.close());
  const here = (text: string) =>
    text.replaceAll('http://127.0.0.1:18001', origin.url).replaceAll('http://127.0.0.1:18002', receiver.url);
  const dataDir = tempFolder();
  cpSync(join(OLD, 'files'), join(dataDir, 'files'), { recursive: true });
  const input = join(dataDir, 'files', UNFINISHED, 'input.csv');
  writeFileSync(input, here(readFileSync(input, 'utf8')));
  return { origin, receiver, dataDir, dump: here(readFileSync(join(OLD, 'halve.sql'), 'utf8')) };
}

function loadSqlite(dataDir: string, dump: string): void {
  const database = new Sqlite(join(dataDir, 'halve.sqlite'));
  database.exec(dump);
  database.close();
}

/** The schema as the first version makes it there, with the rows of the dump. */
async function loadPostgres(url: string, dump: string): Promise<void> {
  const db = new Kysely<unknown>({ dialect: openPostgres(url, { migrating: true }).dialect });
  const provider = { getMigrations: async () => ({ '001-initial': initial }) };
  const { error } = await new Migrator({ db, provider }).migrateToLatest();
  await db.destroy();
  if (error) throw error;
  const inserts = dump.split('\n').filter((line) => /^insert into "(?!kysely)/.test(line));
  expect(inserts).toHaveLength(2 + 15 + 17 + 1 + 1);
  // Of images that were being worked, the leases have run out, however young the fixture is.
  await query(url, ...inserts, 'update images set due_at = 1 where leased = 1');
}

/** The first version made no file to import; the ZIP has what there is. */
async function expectNoImport({ url }: Service, id: string, files: string[]): Promise<void> {
  const missing = await fetch(`${url}/import/${id}`);
  expect([missing.status, await missing.json()]).toMatchObject([404, { code: 'not_found' }]);
  const zip = Buffer.from(await (await fetch(`${url}/zip/${id}`)).arrayBuffer()).toString('latin1');
  const names = [...zip.matchAll(/PK\x01\x02.{42}([a-z]+\.csv|images\/[\w-]+\.jpg)/gs)].map(
    ([, name]) => name!,
  );
  expect(names.filter((name) => !name.startsWith('images/'))).toEqual(files);
  expect(names.filter((name) => name.startsWith('images/')).length).toBeGreaterThan(2);
}

async function expectTakenUp(
  { origin, receiver, dataDir }: Awaited<ReturnType<typeof copyOldData>>,
  env: Record<string, string>,
): Promise<void> {
  const server = await startService({
    dataDir,
    env: {
      WORKERS: '1',
      PUBLIC_URL: PUBLIC,
      ALLOW_PRIVATE_NETWORKS: 'true',
      WEBHOOK_SECRET: SECRET,
      RETENTION_DAYS: '0',
      ...env,
    },
  });

  // What had ended is as it was.
  expect(await server.status(ENDED)).toMatchObject({
    status: 'completed',
    progress: 100,
    products: 3,
    images: { total: 5, processed: 4, failed: 1, pending: 0, cancelled: 0 },
    output_csv_url: `${PUBLIC}/output_csv/${ENDED}`,
    output_url: `${PUBLIC}/output/${ENDED}`,
    import_url: null,
    zip_url: `${PUBLIC}/zip/${ENDED}`,
  });
  await expectNoImport(server, ENDED, ['output.csv', 'report.csv', 'failed.csv']);
  for (const kind of ['input', 'output', 'report', 'failed'] as const) {
    expect(await server.file(kind, ENDED)).toEqual(readFileSync(join(OLD, 'files', ENDED, `${kind}.csv`)));
  }
  const ended = await server.images(ENDED);
  expect(ended.map(({ row, position, status }) => [row, position, status])).toEqual([
    [1, 1, 'processed'],
    [1, 2, 'processed'],
    [2, 1, 'failed'],
    [3, 1, 'processed'],
    [3, 2, 'processed'],
  ]);
  expect(ended[0]!.output_url).toBe(ended[4]!.output_url);
  for (const { output_url } of ended.filter(({ output_url }) => output_url !== null)) {
    expect((await fetch(output_url!.replace(PUBLIC, server.url))).status).toBe(200);
  }

  // Its webhook goes out under the id that it had.
  await expect.poll(() => receiver.hits.length, { timeout: 60_000 }).toBe(1);
  const [{ request, body }] = receiver.hits as [(typeof receiver.hits)[number]];
  expect(request.headers['webhook-id']).toBe(`msg_${ENDED.replaceAll('-', '')}_0`);
  expect(verifySignature(request.headers, body, SECRET)).toMatchObject({ valid: true });
  expect(JSON.parse(body)).toMatchObject({ request_id: ENDED, type: 'request.completed' });

  // What was in the middle goes on: what was done is not done again.
  const taken = await server.ended(UNFINISHED);
  expect(taken).toMatchObject({
    status: 'completed',
    images: { total: 12, processed: 12, failed: 0, pending: 0, cancelled: 0 },
  });
  expect(origin.requests.map(({ path }) => path).sort()).toEqual(
    [5, 6, 7, 8, 9, 10, 11, 12].map((n) => `/slow-${n}.jpg`).sort(),
  );
  const rows = (await server.file('output', UNFINISHED)).toString().split('\r\n');
  expect(rows).toHaveLength(14);
  expect(rows[0]).toBe('S. No.;Product Name;Input Image Urls;Note;Output Image Urls');
  for (let n = 1; n <= 12; n++) {
    const output = `${PUBLIC}/files/${UNFINISHED}/${n}-1-slow-${n}.jpg`;
    expect(rows[n]).toBe(`${n};"Tee, No. ${n}";${origin.url}/slow-${n}.jpg;é;${output}`);
    expect((await fetch(output.replace(PUBLIC, server.url))).status).toBe(200);
  }

  expect(await server.status(UNFINISHED)).toMatchObject({ import_url: null, failed_csv_url: null });
  await expectNoImport(server, UNFINISHED, ['output.csv', 'report.csv']);

  // And what is new works on what is old.
  expect(await server.json(`/requests/${ENDED}/retry`, { method: 'POST' })).toBeTruthy();
  expect(await server.ended(ENDED)).toMatchObject({ images: { total: 5, processed: 5, failed: 0 } });
  expect((await server.images(ENDED))[2]).toMatchObject({ status: 'processed', error: null });
  expect(server.errors()).not.toMatch(/"level":(50|60)/);
  expect(await server.stop()).toBe(0);
}

it('takes up the data folder of the first version', async () => {
  const old = await copyOldData();
  loadSqlite(old.dataDir, old.dump);
  await expectTakenUp(old, {});
});

it.skipIf(missing)('takes up a PostgreSQL database of the first version', async () => {
  const old = await copyOldData();
  const url = await createDatabase();
  await loadPostgres(url, old.dump);
  await expectTakenUp(old, { DATABASE_URL: url });
});

describe('a database of a newer version', () => {
  const NEWER =
    'halve: the database was written by a newer version of halve (it has 999-later): start that version, or give this one the backup from before it\n';
  const LATER =
    "insert into kysely_migration (name, timestamp) values ('999-later', '2030-01-01T00:00:00.000Z')";

  it('is refused in one line on SQLite, and not changed', async () => {
    const dataDir = tempFolder();
    const server = await startService({ dataDir, env: { WORKERS: '1' } });
    expect(await server.stop()).toBe(0);
    const path = join(dataDir, 'halve.sqlite');
    const database = new Sqlite(path);
    database.exec(LATER);
    database.exec('pragma wal_checkpoint(truncate)');
    database.close();
    const before = readFileSync(path);
    await expect(startService({ dataDir, env: { WORKERS: '1' } })).rejects.toThrow(
      `halve ended (1): ${NEWER}`,
    );
    expect(readFileSync(path).equals(before)).toBe(true);
  });

  it.skipIf(missing)('is refused in one line on PostgreSQL', async () => {
    const url = await createDatabase();
    const env = { WORKERS: '1', DATABASE_URL: url };
    const server = await startService({ env });
    expect(await server.stop()).toBe(0);
    await query(url, LATER);
    await expect(startService({ env })).rejects.toThrow(`halve ended (1): ${NEWER}`);
  });
});
