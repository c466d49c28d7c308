// What became of the images: recorded in batches, counted once, read in pages.
import { sql, type Transaction } from 'kysely';
import type { ClaimedImage, ImageOutcome } from '../ports.ts';
import { type ColumnFrom, columnEntries, type ReadColumns } from '../result-columns.ts';
import { bound } from '../util/bound.ts';
import { createBatcher } from './batch.ts';
import type { Connection } from './connection/connect.ts';
import { type Columns, tableOf } from './connection/table-of.ts';
import type { Database } from './schema.ts';

/** The end of one claim: the image has ended, or is to be tried again after `retry_in_ms`. */
export interface ImageResult {
  image: ClaimedImage;
  outcome: ImageOutcome;
  /** Attempts made so far, this one included. */
  attempts: number;
  /** Milliseconds from now; null when the outcome is final. */
  retry_in_ms: number | null;
}

/** One image of a request as it is shown, copies with the result of what they are a copy of. */
export interface ImageRecord extends ReadColumns {
  status: 'pending' | 'processed' | 'failed';
}

/** The tables of `list` that the columns stand in. */
const STANDS = { image: 'image', product: 'product', outcome: 'result', course: 'result' };
const SELECTED = columnEntries().map(([name, { from, column = name }]) =>
  sql.ref(`${STANDS[from]}.${column}`).as(name),
);

/** Outcomes that are written as soon as there are so many. */
export const RECORDED_TOGETHER = 16;
const BATCH = { enough: RECORDED_TOGETHER, maxItems: 100, maxDelayMs: 250 };

export function createResults(connection: Connection) {
  const batcher = createBatcher((results: ImageResult[]) => recordBatch(connection, results), BATCH);

  return {
    /** Resolves after the result is committed, with whether it counted: a claim that is no longer the newest does not. */
    record: batcher.add,

    /** Writes what was handed to `record` without waiting for more. */
    flush: batcher.flush,

    /** Resolves when everything handed to `record` is written. */
    drain: batcher.drain,

    ...bound(connection, { list }),
  };
}

/** Images in the order of the file, from after `cursor`. */
async function list(
  { db }: Connection,
  requestId: string,
  page: {
    cursor: number;
    limit: number;
    status?: ImageRecord['status'] | undefined;
    /** Only these. */
    seqs?: number[];
  },
): Promise<ImageRecord[]> {
  if (page.seqs?.length === 0) return [];
  let query = db
    .selectFrom('images as image')
    .innerJoin('images as result', (join) =>
      join
        .onRef('result.request_id', '=', 'image.request_id')
        .on('result.seq', '=', (on) => on.fn.coalesce('image.copy_of', 'image.seq')),
    )
    .innerJoin('products as product', (join) =>
      join.onRef('product.request_id', '=', 'image.request_id').onRef('product.row', '=', 'image.row'),
    )
    .select(SELECTED)
    .where('image.request_id', '=', requestId)
    .where('image.seq', '>', page.cursor)
    .orderBy('image.seq')
    .limit(page.limit);
  if (page.seqs) query = query.where('image.seq', 'in', page.seqs);
  if (page.status) query = query.where('result.status', '=', page.status);
  return (await query.execute()) as ImageRecord[];
}

/**
 * One transaction of two statements, since on PostgreSQL each is a round trip. First the rows still pending under the
 * named claim, of requests that still run: those are held, in the order of their ids so that two batches never wait
 * for each other, and neither a cancel nor another process' batch comes in between. Then the counters by the rows that
 * changed.
 */
async function recordBatch(
  { kind, now, lock, transaction: transact }: Connection,
  results: ImageResult[],
): Promise<boolean[]> {
  const ids = [...new Set(results.map(({ image }) => image.request_id))];
  return transact(async (transaction) => {
    // `is not distinct from` keeps the planner from the index of what is due, in which it would search a whole request
    // for each of these rows.
    const { rows: changed } = await sql<ChangedRow>`
      with running as materialized (
        select id from requests where id in (${sql.join(ids)}) and status in ('pending', 'processing')
        order by id ${lock.wait}),
      ${tableOf('result', { kind, columns: RESULT, items: results })}
      update images set leased = 0, due_at = coalesce(${now()} + result.due_in_ms, 0), ${ASSIGNMENTS}
      from result join running on running.id = result.request_id
      where images.request_id = result.request_id and images.seq = result.seq
        and images.claims = result.claims and images.status is not distinct from 'pending'
      returning images.request_id, images.seq, images.status, images.bytes_in, images.bytes_out,
        (select count(*) from images as copy where copy.request_id = images.request_id
          and copy.copy_of = images.seq) as copies`.execute(transaction);
    await count(transaction, changed, now);
    const counted = new Set(changed.map(({ request_id, seq }) => `${request_id}/${seq}`));
    return results.map(({ image }) => counted.has(`${image.request_id}/${image.seq}`));
  });
}

/** Moves the counters of the requests by the images that have ended. */
async function count(
  transaction: Transaction<Database>,
  changed: ChangedRow[],
  now: Connection['now'],
): Promise<void> {
  const sums = new Map<string, { processed: number; failed: number; bytesIn: number; bytesOut: number }>();
  for (const row of changed) {
    if (row.status === 'pending') continue;
    const sum = sums.get(row.request_id) ?? { processed: 0, failed: 0, bytesIn: 0, bytesOut: 0 };
    const weight = 1 + row.copies;
    sum[row.status] += weight;
    sum.bytesIn += weight * (row.bytes_in ?? 0);
    sum.bytesOut += weight * (row.bytes_out ?? 0);
    sums.set(row.request_id, sum);
  }
  for (const [requestId, sum] of sums) {
    await transaction
      .updateTable('requests')
      .set((set) => ({
        images_processed: set('images_processed', '+', sum.processed),
        images_failed: set('images_failed', '+', sum.failed),
        bytes_in: set('bytes_in', '+', sum.bytesIn),
        bytes_out: set('bytes_out', '+', sum.bytesOut),
        // The write that ends the last image makes the request due for finishing.
        finish_due_at: sql<number | null>`case
          when images_processed + images_failed + ${sum.processed + sum.failed} >= images_total
          then ${now()} else finish_due_at end`,
      }))
      .where('id', '=', requestId)
      .execute();
  }
}

interface ChangedRow {
  request_id: string;
  seq: number;
  status: 'pending' | 'processed' | 'failed';
  bytes_in: number | null;
  bytes_out: number | null;
  /** Images that end with it. */
  copies: number;
}

const done = ({ outcome }: ImageResult) => (outcome.status === 'processed' ? outcome : null);
/** The outcome of an image that has failed for good. */
const failed = ({ outcome, retry_in_ms }: ImageResult) =>
  outcome.status === 'failed' && retry_in_ms === null ? outcome : null;

/** What is written of the course of an image; of its outcome, what its process reported. */
const COURSE: Record<ColumnFrom<'course'>, (result: ImageResult) => unknown> = {
  status: (result) => (done(result) ? 'processed' : failed(result) ? 'failed' : 'pending'),
  attempts: ({ attempts }) => attempts,
  error_code: (result) => failed(result)?.code ?? null,
  error_message: (result) => failed(result)?.message ?? null,
  http_status: ({ outcome }) => outcome.http_status,
};
const WRITTEN: Columns<ImageResult> = {};
for (const [name, { from, sql: type }] of columnEntries()) {
  if (from === 'course') WRITTEN[name] = { type, of: COURSE[name as ColumnFrom<'course'>] };
  if (from === 'outcome')
    WRITTEN[name] = { type, of: (result) => storable(done(result)?.[name as ColumnFrom<'outcome'>]) };
}

function storable(value: string | number | boolean | null | undefined): string | number | null {
  return typeof value === 'boolean' ? Number(value) : (value ?? null);
}

const RESULT: Columns<ImageResult> = {
  request_id: { type: 'text', of: ({ image }) => image.request_id },
  seq: { type: 'integer', of: ({ image }) => image.seq },
  claims: { type: 'integer', of: ({ image }) => image.claim },
  due_in_ms: { type: 'bigint', of: ({ retry_in_ms }) => retry_in_ms },
  ...WRITTEN,
};
const ASSIGNMENTS = sql.join(
  Object.keys(WRITTEN).map((column) => sql`${sql.ref(column)} = ${sql.ref(`result.${column}`)}`),
);
