// What is deleted is gone, and what is older than the retention time: no row of any table names it, no object is left.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import Sqlite from 'libsql';
import { expect, it, onTestFinished } from 'vitest';
import { startOrigin } from '../fakes/origin.ts';
import { photoJpeg } from '../fakes/pictures.ts';
import { createDatabase, postgresMissing, query } from '../fakes/postgres.ts';
import { type Service, startService } from './service.ts';

const missing = await postgresMissing();

type Ask = (statement: string) => Promise<Record<string, unknown>[]>;

function sqliteOf(dataDir: string): Ask {
  return async (statement) => {
    const database = new Sqlite(join(dataDir, 'halve.sqlite'));
    try {
      const prepared = database.prepare(statement);
      if (prepared.reader) return prepared.all() as Record<string, unknown>[];
      prepared.run();
      return [];
    } finally {
      database.close();
    }
  };
}

/** How many rows of each table have the text in any column; only tables that have some. */
async function rowsNaming(text: string, tables: string[], ask: Ask): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const table of tables) {
    const rows = (await ask(`select * from ${table}`)).filter((row) => JSON.stringify(row).includes(text));
    if (rows.length > 0) counts[table] = rows.length;
  }
  return counts;
}

const TABLES: Record<'sqlite' | 'postgres', string> = {
  sqlite: "select name from sqlite_master where type = 'table' and name not like 'sqlite%'",
  postgres: "select tablename as name from pg_tables where schemaname = 'public'",
};
const EVERYTHING = {
  requests: 1,
  products: 2,
  images: 4,
  deliveries: 2,
  delivery_attempts: 2,
  idempotency_keys: 1,
  received_webhooks: 2,
};

async function startSite(): Promise<string> {
  const picture = await photoJpeg(160, 120);
  const origin = await startOrigin({ '/a.jpg': { body: picture }, '/b.jpg': { body: picture } });
  onTestFinished(() => origin.close());
  const [a, b, none] = ['a.jpg', 'b.jpg', 'none.jpg'].map((name) => `${origin.url}/${name}`);
  return `S. No.,Product Name,Input Image Urls\n1,Mug,"${a},${b}"\n2,Cup,"${a},${none}"\n`;
}

/** A request with all that may belong to one: originals, all CSVs, a retry, deliveries to the server's own receiver. */
async function makeOne(server: Service, csv: string, key: string): Promise<string> {
  const id = await server.upload(
    csv,
    { webhook_url: `${server.url}/webhook`, keep_originals: 'true' },
    { 'idempotency-key': key },
  );
  const delivered = async (times: number) =>
    expect
      .poll(
        async () => {
          const log = await server.json<{ deliveries: { status: string }[] }>(`/requests/${id}/deliveries`);
          return log.deliveries.filter(({ status }) => status === 'delivered').length;
        },
        { timeout: 60_000 },
      )
      .toBe(times);
  await server.ended(id);
  await delivered(1);
  await server.json(`/requests/${id}/retry`, { method: 'POST' });
  await server.ended(id);
  await delivered(2);
  return id;
}

const filesOf = (dataDir: string) =>
  readdirSync(join(dataDir, 'files')).filter((name) => name !== '.unfinished');

async function expectForgotten(
  kind: 'sqlite' | 'postgres',
  env: Record<string, string>,
  askOf: (dataDir: string) => Ask,
): Promise<void> {
  const csv = await startSite();
  const server = await startService({ env: { WORKERS: '1', FETCH_ATTEMPTS: '1', ...env } });
  const ask = askOf(server.dataDir);
  const deleted = await makeOne(server, csv, 'deleted');
  const expired = await makeOne(server, csv, 'expired');
  const kept = await makeOne(server, csv, 'kept');
  expect(readdirSync(join(server.dataDir, 'files', deleted)).sort()).toEqual([
    ...['1-1-a.jpg', '1-1-a.original.jpg', '1-2-b.jpg', '1-2-b.original.jpg'],
    ...['failed-1.csv', 'import-1.csv', 'input.csv', 'output-1.csv', 'report-1.csv'],
  ]);
  expect((await fetch(`${server.url}/requests/${deleted}`, { method: 'DELETE' })).status).toBe(204);
  expect(filesOf(server.dataDir).sort()).toEqual([expired, kept].sort());
  expect(await server.stop()).toBe(0);

  const tables = (await ask(TABLES[kind])).map(({ name }) => String(name));
  expect(tables).toEqual(expect.arrayContaining([...Object.keys(EVERYTHING), 'workers']));
  for (const text of [deleted, deleted.replaceAll('-', '')]) {
    expect(await rowsNaming(text, tables, ask)).toEqual({});
  }
  expect(await rowsNaming(expired, tables, ask)).toEqual({ ...EVERYTHING, delivery_attempts: undefined });
  expect(await rowsNaming(expired.replaceAll('-', ''), tables, ask)).toMatchObject({ delivery_attempts: 2 });

  // Two days later, as far as one request can tell.
  await ask(`update requests set completed_at = completed_at - ${2 * 86_400_000} where id = '${expired}'`);
  const again = await startService({
    dataDir: server.dataDir,
    env: { WORKERS: '1', RETENTION_DAYS: '1', ...env },
  });
  await expect.poll(() => filesOf(server.dataDir), { timeout: 60_000 }).toEqual([kept]);
  await expect.poll(async () => (await fetch(`${again.url}/status/${expired}`)).status).toBe(404);
  expect(await again.status(kept)).toMatchObject({ status: 'completed', images: { total: 4 } });
  expect(await again.stop()).toBe(0);
  for (const text of [expired, expired.replaceAll('-', '')]) {
    expect(await rowsNaming(text, tables, ask)).toEqual({});
  }
  expect(await rowsNaming(kept, tables, ask)).toEqual({ ...EVERYTHING, delivery_attempts: undefined });
}

it('leaves nothing of a deleted or expired request on SQLite', () => expectForgotten('sqlite', {}, sqliteOf));

it.skipIf(missing)('leaves nothing of a deleted or expired request on PostgreSQL', async () => {
  const url = await createDatabase();
  await expectForgotten('postgres', { DATABASE_URL: url }, () => (statement) => query(url, statement));
});
