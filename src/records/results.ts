// What became of the images: recorded in batches, counted once, read in pages.
import { type Selectable, sql } from 'kysely';
import type { ClaimedImage, ImageFailure, ImageSuccess } from '../ports.ts';
import { createBatcher } from './batch.ts';
import type { Connection } from './connection/connect.ts';
import { type Columns, tableOf } from './connection/table-of.ts';
import type { ImagesTable } from './schema.ts';

/** The end of one claim: the image has ended, or is to be tried again after `retry_in_ms`. */
export interface ImageResult {
  image: ClaimedImage;
  outcome: ImageSuccess | ImageFailure;
  /** Attempts made so far, this one included. */
  attempts: number;
  /** Milliseconds from now; null when the outcome is final. */
  retry_in_ms: number | null;
}

/** One image of a request as it is shown, copies with the result of what they are a copy of. */
export interface ImageRecord extends Omit<Selectable<ImagesTable>, NotShown> {
  product_name: string;
  status: 'pending' | 'processed' | 'failed';
}

type NotShown = 'request_id' | 'copy_of' | 'status' | 'due_at' | 'leased' | 'claims';

/** Outcomes that are written as soon as there are so many. */
export const RECORDED_TOGETHER = 16;
const BATCH = { enough: RECORDED_TOGETHER, maxItems: 100, maxDelayMs: 250 };

export function createResults({ kind, db, now, lock, transaction: transact }: Connection) {
  const batcher = createBatcher(recordBatch, BATCH);

  return {
    /** Resolves after the result is committed, with whether it counted: a claim that is no longer the newest does not. */
    record: batcher.add,

    /** Writes what was handed to `record` without waiting for more. */
    flush: batcher.flush,

    /** Resolves when everything handed to `record` is written. */
    drain: batcher.drain,

    /** Images in the order of the file, from after `cursor`. */
    async list(
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
        .select([
          'image.seq',
          'image.row',
          'image.position',
          'image.input_url',
          'product.name as product_name',
        ])
        .select([
          'result.status',
          'result.attempts',
          'result.output_key',
          'result.original_key',
          'result.error_code',
        ])
        .select(['result.error_message', 'result.http_status', 'result.bytes_in', 'result.bytes_out'])
        .select(['result.width', 'result.height', 'result.format', 'result.quality', 'result.kept_original'])
        .select(['result.encoder', 'result.source_quality', 'result.sha256'])
        .where('image.request_id', '=', requestId)
        .where('image.seq', '>', page.cursor)
        .orderBy('image.seq')
        .limit(page.limit);
      if (page.seqs) query = query.where('image.seq', 'in', page.seqs);
      if (page.status) query = query.where('result.status', '=', page.status);
      return (await query.execute()) as ImageRecord[];
    },
  };

  /**
   * One transaction of two statements, since on PostgreSQL each is a round trip. First the rows still pending under the
   * named claim, of requests that still run: those are held, in the order of their ids so that two batches never wait
   * for each other, and neither a cancel nor another process' batch comes in between. Then the counters by the rows that
   * changed.
   */
  async function recordBatch(results: ImageResult[]): Promise<boolean[]> {
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

      const sums = new Map<
        string,
        { processed: number; failed: number; bytesIn: number; bytesOut: number }
      >();
      for (const row of changed) {
        if (row.status === 'pending') continue;
        const sum = sums.get(row.request_id) ?? { processed: 0, failed: 0, bytesIn: 0, bytesOut: 0 };
        const weight = 1 + Number(row.copies);
        sum[row.status] += weight;
        sum.bytesIn += weight * Number(row.bytes_in ?? 0);
        sum.bytesOut += weight * Number(row.bytes_out ?? 0);
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
      const counted = new Set(changed.map(({ request_id, seq }) => `${request_id}/${seq}`));
      return results.map(({ image }) => counted.has(`${image.request_id}/${image.seq}`));
    });
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

function keptOriginal(result: ImageResult): 0 | 1 | null {
  const outcome = done(result);
  return outcome && (outcome.kept_original ? 1 : 0);
}

const WRITTEN: Columns<ImageResult> = {
  status: {
    type: 'text',
    of: (result) => (done(result) ? 'processed' : failed(result) ? 'failed' : 'pending'),
  },
  attempts: { type: 'integer', of: ({ attempts }) => attempts },
  output_key: { type: 'text', of: (result) => done(result)?.output_key ?? null },
  original_key: { type: 'text', of: (result) => done(result)?.original_key ?? null },
  error_code: { type: 'text', of: (result) => failed(result)?.code ?? null },
  error_message: { type: 'text', of: (result) => failed(result)?.message ?? null },
  http_status: { type: 'integer', of: (result) => result.outcome.http_status },
  bytes_in: { type: 'bigint', of: (result) => done(result)?.bytes_in ?? null },
  bytes_out: { type: 'bigint', of: (result) => done(result)?.bytes_out ?? null },
  width: { type: 'integer', of: (result) => done(result)?.width ?? null },
  height: { type: 'integer', of: (result) => done(result)?.height ?? null },
  format: { type: 'text', of: (result) => done(result)?.format ?? null },
  quality: { type: 'integer', of: (result) => done(result)?.quality ?? null },
  kept_original: { type: 'integer', of: (result) => keptOriginal(result) },
  encoder: { type: 'text', of: (result) => done(result)?.encoder ?? null },
  source_quality: { type: 'integer', of: (result) => done(result)?.source_quality ?? null },
  sha256: { type: 'text', of: (result) => done(result)?.sha256 ?? null },
};
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
