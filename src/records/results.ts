// What became of the images: recorded in batches, counted once, read in pages.
import { type Selectable, sql } from 'kysely';
import type { ClaimedImage, Clock, ImageFailure, ImageSuccess } from '../ports.ts';
import { createBatcher } from './batch.ts';
import type { Connection } from './connect.ts';
import type { ImagesTable } from './schema.ts';

/** The end of one claim: the image has ended, or is to be tried again at `retry_at`. */
export interface ImageResult {
  image: ClaimedImage;
  outcome: ImageSuccess | ImageFailure;
  /** Attempts made so far, this one included. */
  attempts: number;
  /** Milliseconds since the epoch; null when the outcome is final. */
  retry_at: number | null;
}

/** One image of a request as it is shown, copies with the result of what they are a copy of. */
export interface ImageRecord extends Omit<Selectable<ImagesTable>, NotShown> {
  product_name: string;
  status: 'pending' | 'processed' | 'failed';
}

type NotShown = 'request_id' | 'copy_of' | 'status' | 'due_at' | 'leased' | 'claims';

const FLUSH = { maxItems: 100, maxDelayMs: 25 };

export function createResults({ db }: Connection, clock: Clock) {
  const batcher = createBatcher(recordBatch, FLUSH);

  return {
    /** Resolves after the result is committed, with whether it counted: a claim that is no longer the newest does not. */
    record: batcher.add,

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

  /** One transaction: the rows still pending under the named claim, then the counters by the rows that changed. */
  async function recordBatch(results: ImageResult[]): Promise<boolean[]> {
    return db.transaction().execute(async (transaction) => {
      const rows = sql.join(results.map(valuesOf), sql`, `);
      const { rows: changed } = await sql<ChangedRow>`
        with result (request_id, seq, claims, status, due_at, attempts, output_key, original_key, error_code,
          error_message, http_status, bytes_in, bytes_out, width, height, format, quality, kept_original,
          encoder, source_quality, sha256)
        as (values ${rows})
        update images set status = result.status, due_at = result.due_at, leased = 0, attempts = result.attempts,
          output_key = result.output_key, original_key = result.original_key, error_code = result.error_code,
          error_message = result.error_message, http_status = result.http_status, bytes_in = result.bytes_in,
          bytes_out = result.bytes_out, width = result.width, height = result.height, format = result.format,
          quality = result.quality, kept_original = result.kept_original,
          encoder = result.encoder, source_quality = result.source_quality, sha256 = result.sha256
        from result
        where images.request_id = result.request_id and images.seq = result.seq
          and images.claims = result.claims and images.status = 'pending'
          and exists (select 1 from requests where requests.id = images.request_id
            and requests.status in ('pending', 'processing'))
        returning images.request_id, images.seq, images.status, images.bytes_in, images.bytes_out`.execute(
        transaction,
      );

      const ended = new Map<string, ChangedRow[]>();
      for (const row of changed) {
        if (row.status === 'pending') continue;
        const rowsOfRequest = ended.get(row.request_id);
        if (rowsOfRequest) rowsOfRequest.push(row);
        else ended.set(row.request_id, [row]);
      }
      for (const [requestId, rowsOfRequest] of ended) {
        const copies = await transaction
          .selectFrom('images')
          .select(['copy_of', (select) => select.fn.countAll<number>().as('count')])
          .where('request_id', '=', requestId)
          .where(
            'copy_of',
            'in',
            rowsOfRequest.map(({ seq }) => seq),
          )
          .groupBy('copy_of')
          .execute();
        const weights = new Map(copies.map(({ copy_of, count }) => [copy_of, 1 + Number(count)]));
        const sum = { processed: 0, failed: 0, bytesIn: 0, bytesOut: 0 };
        for (const row of rowsOfRequest) {
          const weight = weights.get(row.seq) ?? 1;
          sum[row.status as 'processed' | 'failed'] += weight;
          sum.bytesIn += weight * Number(row.bytes_in ?? 0);
          sum.bytesOut += weight * Number(row.bytes_out ?? 0);
        }
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
              then cast(${clock.now()} as bigint) else finish_due_at end`,
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
}

/** One row of VALUES. The casts give PostgreSQL the types that it cannot infer from parameters. */
function valuesOf({ image, outcome, attempts, retry_at }: ImageResult) {
  const done = outcome.status === 'processed' ? outcome : null;
  const failed = outcome.status === 'failed' && retry_at === null ? outcome : null;
  const status = done ? 'processed' : failed ? 'failed' : 'pending';
  return sql`(${image.request_id}, cast(${image.seq} as integer), cast(${image.claim} as integer), ${status},
    cast(${retry_at ?? 0} as bigint), cast(${attempts} as integer), ${done?.output_key ?? null},
    ${done?.original_key ?? null}, ${failed?.code ?? null}, ${failed?.message ?? null},
    cast(${outcome.http_status} as integer), cast(${done?.bytes_in ?? null} as bigint),
    cast(${done?.bytes_out ?? null} as bigint), cast(${done?.width ?? null} as integer),
    cast(${done?.height ?? null} as integer), ${done?.format ?? null}, cast(${done?.quality ?? null} as integer),
    cast(${done ? Number(done.kept_original) : null} as integer), ${done?.encoder ?? null},
    cast(${done?.source_quality ?? null} as integer), ${done?.sha256 ?? null})`;
}
