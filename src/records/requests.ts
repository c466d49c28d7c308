// The life of a request: received, accepted, listed, cancelled, opened again, finished, forgotten.
import { type Kysely, sql, type Transaction } from 'kysely';
import type { Clock } from '../ports.ts';
import type { Connection } from './connect.ts';
import type { Database, DeliveryRecord, RequestRecord, RequestStatus } from './schema.ts';

/** What is known of a request when its file has been read. */
export interface RequestDetails {
  options: string;
  csv: string;
  webhook_url: string | null;
  products: number;
  images_total: number;
}

export interface NewProduct {
  row: number;
  name: string;
}

export interface NewImage {
  seq: number;
  row: number;
  position: number;
  input_url: string;
  copy_of: number | null;
}

export interface IdempotencyKey {
  key: string;
  fingerprint: string;
}

/** What accepting came to: accepted; or the key stands for another request, with the same content or with another. */
export type Acceptance = { accepted: true } | { accepted: false; fingerprint: string; request_id: string };

const SHOWN: RequestStatus[] = ['pending', 'processing', 'completed', 'failed', 'cancelled'];
/** Rows of one insert: under the 32,766 parameters SQLite takes. */
const INSERT_ROWS = 500;

export function createRequests({ db, durably }: Connection, clock: Clock) {
  return {
    /** Opens a request that nobody sees until `accept`; so that whatever is stored for it has an owner from the start. */
    async receive(id: string, fileName: string): Promise<void> {
      await db
        .insertInto('requests')
        .values({
          id,
          file_name: fileName,
          status: 'receiving',
          options: '{}',
          csv: '{}',
          webhook_url: null,
          products: 0,
          images_total: 0,
          created_at: clock.now(),
          started_at: null,
          completed_at: null,
          finish_due_at: null,
        })
        .execute();
    },

    /** Adds rows to a request that is being received, in one transaction. */
    async addRows(requestId: string, products: NewProduct[], images: NewImage[]): Promise<void> {
      await db.transaction().execute(async (transaction) => {
        for (const page of pages(products, INSERT_ROWS)) {
          await transaction
            .insertInto('products')
            .values(page.map((product) => ({ request_id: requestId, ...product })))
            .execute();
        }
        for (const page of pages(images, INSERT_ROWS)) {
          await transaction
            .insertInto('images')
            .values(
              page.map(({ seq, row, position, input_url, copy_of }) => ({
                request_id: requestId,
                seq,
                row,
                position,
                input_url,
                copy_of,
                status: copy_of === null ? ('pending' as const) : null,
              })),
            )
            .execute();
        }
      });
    },

    /** Makes a received request pending, all of it or none, and resolves when that would survive a power cut. */
    async accept(
      requestId: string,
      details: RequestDetails,
      idempotency: IdempotencyKey | null,
    ): Promise<Acceptance> {
      return durably(async (transaction) => {
        if (idempotency) {
          const { numInsertedOrUpdatedRows: inserted } = await transaction
            .insertInto('idempotency_keys')
            .values({ ...idempotency, request_id: requestId, created_at: clock.now() })
            .onConflict((conflict) => conflict.column('key').doNothing())
            .executeTakeFirstOrThrow();
          if (Number(inserted) === 0) {
            const { fingerprint, request_id } = await findKey(
              transaction,
              idempotency.key,
            ).executeTakeFirstOrThrow();
            return { accepted: false, fingerprint, request_id };
          }
        }
        await transaction
          .updateTable('requests')
          .set({ ...details, status: 'pending', created_at: clock.now() })
          .where('id', '=', requestId)
          .execute();
        return { accepted: true };
      });
    },

    async findIdempotencyKey(key: string): Promise<{ fingerprint: string; request_id: string } | null> {
      return (await findKey(db, key).executeTakeFirst()) ?? null;
    },

    /** The request, or null when there is none to show. */
    async get(id: string): Promise<RequestRecord | null> {
      const request = await db
        .selectFrom('requests')
        .selectAll()
        .where('id', '=', id)
        .where('status', 'in', SHOWN)
        .executeTakeFirst();
      return request ?? null;
    },

    /** Newest first. `before` is the last request of the page before. */
    async list(page: {
      limit: number;
      status?: RequestStatus | undefined;
      /** Part of the file's name, in whatever case, or the beginning of the id. */
      search?: string | undefined;
      before?: { created_at: number; id: string } | undefined;
    }): Promise<RequestRecord[]> {
      let query = db
        .selectFrom('requests')
        .selectAll()
        .where('status', 'in', page.status ? [page.status] : SHOWN)
        .orderBy('created_at', 'desc')
        .orderBy('id', 'desc')
        .limit(page.limit);
      if (page.search) {
        const text = page.search.replace(/[\\%_]/g, '\\$&');
        const lower = text.toLowerCase();
        // SQLite's lower() knows ASCII only, so a name is looked for as it was written too.
        query = query.where(
          sql<boolean>`(lower(file_name) like ${`%${lower}%`} escape '\\'
            or file_name like ${`%${text}%`} escape '\\' or id like ${`${lower}%`} escape '\\')`,
        );
      }
      if (page.before) {
        const { created_at, id } = page.before;
        query = query.where(sql<boolean>`(created_at, id) < (${created_at}, ${id})`);
      }
      return query.execute();
    },

    /** Stops a request that has not ended; its finisher writes what there is. False when it had ended. */
    async cancel(id: string): Promise<boolean> {
      const { numUpdatedRows } = await db
        .updateTable('requests')
        .set({ status: 'cancelled', finish_due_at: clock.now() })
        .where('id', '=', id)
        .where('status', 'in', ['pending', 'processing'])
        .executeTakeFirstOrThrow();
      return Number(numUpdatedRows) === 1;
    },

    /**
     * Opens an ended request again for its failed and never-worked images. Its next end is an event of its own.
     * Returns how many images will be worked again (copies counted), or null when the request has not ended.
     */
    async retry(id: string): Promise<number | null> {
      return db.transaction().execute(async (transaction) => {
        const request = await transaction
          .selectFrom('requests')
          .selectAll()
          .where('id', '=', id)
          .where('status', 'in', ['completed', 'failed', 'cancelled'])
          .where('finish_due_at', 'is', null)
          .executeTakeFirst();
        if (!request) return null;
        const again = request.images_total - request.images_processed;
        if (again === 0) return 0;
        await transaction
          .updateTable('images')
          .set({
            status: 'pending',
            due_at: 0,
            leased: 0,
            attempts: 0,
            error_code: null,
            error_message: null,
          })
          .where('request_id', '=', id)
          .where((where) =>
            where.or([where('status', '=', sql.lit('failed')), where('status', '=', sql.lit('pending'))]),
          )
          .execute();
        await transaction
          .updateTable('requests')
          .set({
            status: 'processing',
            images_failed: 0,
            completed_at: null,
            revision: request.revision + 1,
            dispatched_at: 0,
          })
          .where('id', '=', id)
          .execute();
        return again;
      });
    },

    /** Takes requests that wait to be finished, under a lease. */
    async claimFinishing(limit: number, leaseMs: number): Promise<string[]> {
      const now = clock.now();
      const rows = await db
        .updateTable('requests')
        .set({ finish_due_at: now + leaseMs })
        .where('id', 'in', (from) =>
          from
            .selectFrom('requests')
            .select('id')
            .where('finish_due_at', 'is not', null)
            .where('finish_due_at', '<=', now)
            .orderBy('finish_due_at')
            .limit(limit),
        )
        .returning('id')
        .execute();
      return rows.map(({ id }) => id);
    },

    /**
     * Ends a request once: sets its final status and adds the webhook delivery in the same transaction.
     * False when another finisher was first, or the request is gone.
     */
    async finish(
      request: Pick<RequestRecord, 'id' | 'revision'>,
      status: 'completed' | 'failed' | 'cancelled',
      delivery: Pick<DeliveryRecord, 'id' | 'type' | 'url' | 'body'> | null,
    ): Promise<boolean> {
      return durably(async (transaction) => {
        const now = clock.now();
        const { numUpdatedRows } = await transaction
          .updateTable('requests')
          .set({ status, completed_at: now, finish_due_at: null })
          .where('id', '=', request.id)
          .where('revision', '=', request.revision)
          .where('finish_due_at', 'is not', null)
          .where('status', 'in', status === 'cancelled' ? ['cancelled'] : ['pending', 'processing'])
          .executeTakeFirstOrThrow();
        if (Number(numUpdatedRows) === 0) return false;
        if (delivery) {
          await transaction
            .insertInto('deliveries')
            .values({
              ...delivery,
              request_id: request.id,
              next_attempt_at: now,
              created_at: now,
              delivered_at: null,
            })
            .onConflict((conflict) => conflict.column('id').doNothing())
            .execute();
        }
        return true;
      });
    },
  };
}

function findKey(db: Kysely<Database> | Transaction<Database>, key: string) {
  return db.selectFrom('idempotency_keys').select(['fingerprint', 'request_id']).where('key', '=', key);
}

function* pages<T>(items: T[], size: number): Generator<T[]> {
  for (let start = 0; start < items.length; start += size) yield items.slice(start, start + size);
}
