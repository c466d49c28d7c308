// A column that is added to the table of result columns goes the whole way without another line: it is reported,
// recorded, read, shown and written into report.csv.
import { join } from 'node:path';
import { Readable } from 'node:stream';
import Sqlite from 'libsql';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { z } from 'zod';
import { createFinisher } from '../../src/finish/finish-request.ts';
import { imageSchema, presentImage } from '../../src/http/present.ts';
import { toRequestOptions, uploadFields } from '../../src/intake/options.ts';
import { createIntake } from '../../src/intake/submit.ts';
import type { Log, Storage } from '../../src/ports.ts';
import { openRecords, type Records } from '../../src/records/open-records.ts';
import { createDiskStorage } from '../../src/storage/disk.ts';
import { systemClock } from '../../src/util/clock.ts';
import { createLinks } from '../../src/util/links.ts';
import { createMetrics } from '../../src/util/telemetry/metrics.ts';
import { FAILURE, LEASE, record, success } from '../contracts/records.ts';
import { read } from '../contracts/storage.ts';
import { createDatabase, postgresMissing, query } from '../fakes/postgres.ts';
import { tempFolder } from '../fakes/temp-folder.ts';

vi.mock('../../src/result-columns.ts', async (load) => {
  const module = await load<typeof import('../../src/result-columns.ts')>();
  const score = {
    from: 'outcome',
    sql: 'bigint',
    value: z.number().int(),
    about: 'How good it is',
    report: 'end',
  };
  const flagged = { from: 'outcome', sql: 'integer', value: z.boolean(), mayLack: true, report: 'end' };
  Object.assign(module.RESULT_COLUMNS, { score, flagged });
  return module;
});

const SILENT: Log = { debug() {}, info() {}, warn() {}, error() {} };
const metrics = createMetrics({ shown: false });

async function upload(records: Records, storage: Storage, csv: string): Promise<string> {
  const limits = { maxUploadBytes: 1_000, maxRows: 10 };
  const intake = createIntake({ records, storage, limits, metrics });
  const options = toRequestOptions(uploadFields.parse({}));
  const received = await intake.receive(Readable.from([Buffer.from(csv)]), 'a.csv', options);
  const submission = { options, owner: '', webhookUrl: null, idempotencyKey: null };
  const accepted = await intake.accept(received, submission);
  return accepted.request_id;
}

const CSV = 'S. No.,Product Name,Input Image Urls\n1,a,http://o/1\n2,b,http://o/2\n3,c,http://o/1\n';

const missing = await postgresMissing();
const COLUMNS = ['add column score bigint', 'add column flagged integer'];

/** What a migration does. */
const DATABASES: Record<string, () => Promise<{ url: string; alter(): Promise<void> }>> = {
  SQLite: async () => {
    const path = join(tempFolder(), 'halve.sqlite');
    return {
      url: `sqlite:${path}`,
      async alter() {
        const database = new Sqlite(path);
        for (const column of COLUMNS) database.exec(`alter table images ${column}`);
        database.close();
      },
    };
  },
  PostgreSQL: async () => {
    const url = await createDatabase();
    return {
      url,
      async alter() {
        for (const column of COLUMNS) await query(url, `alter table images ${column}`);
      },
    };
  },
};

describe.each(Object.entries(DATABASES))('a new column on %s', (name, make) => {
  it.skipIf(name === 'PostgreSQL' && missing)('goes from the report of an image to report.csv', async () => {
    const { url, alter } = await make();
    await (await openRecords({ url, clock: systemClock })).close();
    await alter();
    const records = await openRecords({ url, clock: systemClock });
    onTestFinished(() => records.close());
    const storage = createDiskStorage({ root: tempFolder(), publicUrl: () => '/', alone: true });
    const id = await upload(records, storage, CSV);
    for (const image of await records.due.claimImages(10, LEASE)) {
      const made = { ...success(image), score: 5_000_000_000, flagged: true };
      await record(records, image, image.seq === 1 ? made : FAILURE);
    }
    const images = await records.results.list(id, { cursor: 0, limit: 10 });
    expect(images).toMatchObject([
      { seq: 1, score: 5_000_000_000, flagged: 1 },
      { seq: 2, score: null, flagged: null },
      { seq: 3, score: 5_000_000_000, flagged: 1 },
    ]);

    const request = (await records.requests.get(id))!;
    expect(images.map((image) => imageSchema.parse(presentImage(image, request, storage)))).toMatchObject([
      { seq: 1, error: null, score: 5_000_000_000, flagged: true },
      { seq: 2, error: { code: 'http_404' }, score: null, flagged: null },
      { seq: 3, error: null, score: 5_000_000_000, flagged: true },
    ]);
    const described: Record<string, z.ZodType> = imageSchema.shape;
    expect(described.score?.description).toBe('How good it is');

    const finish = createFinisher({
      ...{ records, storage, metrics, log: SILENT, onFinished() {} },
      links: createLinks(() => 'http://halve'),
    });
    await finish({ request_id: id });
    const report = String(await read(storage, `${id}/report.csv`));
    const lines = report.split('\r\n').map((line) => line.split(',').slice(-6));
    expect(lines).toEqual([
      ['original_url', 'product_name', 's_no', 'column', 'score', 'flagged'],
      ['', 'a', '1', 'Input Image Urls', '5000000000', 'true'],
      ['', 'b', '2', 'Input Image Urls', '', ''],
      ['', 'c', '3', 'Input Image Urls', '5000000000', 'true'],
      [''],
    ]);
  });
});
