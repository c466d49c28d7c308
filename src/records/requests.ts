// The life of an accepted request: listed, cancelled, opened again, finished.
import { type Selectable, sql } from 'kysely';
import { shapeOf } from '../table/shape.ts';
import { tableOptionsOf } from '../table/table-options.ts';
import { bound } from '../util/bound.ts';
import { DEFAULT_KEY_TEMPLATE } from '../util/key-template.ts';
import { claimDue } from './claim-due.ts';
import type { Connection } from './connection/connect.ts';
import { correctUrls, type UrlCorrection } from './corrections.ts';
import type { DeliveryRecord, RequestRecord, RequestStatus, RequestsTable } from './schema.ts';

const SHOWN: RequestStatus[] = ['pending', 'processing', 'completed', 'failed', 'cancelled'];

/** Rows changed by one statement, so that none takes longer than a statement may. */
const RETRY_ROWS = 50_000;

export function createRequests(connection: Connection) {
  return bound(connection, {
    get,
    getByDelivery,
    listActive,
    productName,
    list,
    cancel,
    retry,
    claimFinishing,
    finish,
  });
}

/** The request, or null when there is none to show. */
async function get({ db }: Connection, id: string): Promise<RequestRecord | null> {
  const row = await db
    .selectFrom('requests')
    .selectAll()
    .where('id', '=', id)
    .where('status', 'in', SHOWN)
    .executeTakeFirst();
  return row ? parsed(row) : null;
}

/** The request that a delivery is of, or null when there is none to show. */
async function getByDelivery({ db }: Connection, deliveryId: string): Promise<RequestRecord | null> {
  const row = await db
    .selectFrom('deliveries')
    .innerJoin('requests', 'requests.id', 'deliveries.request_id')
    .selectAll('requests')
    .where('deliveries.id', '=', deliveryId)
    .where('requests.status', 'in', SHOWN)
    .executeTakeFirst();
  return row ? parsed(row) : null;
}

/** Which of these are still to be worked: accepted, not ended, not cancelled. */
async function listActive({ db }: Connection, ids: string[]): Promise<string[]> {
  const rows = await db
    .selectFrom('requests')
    .select('id')
    .where('id', 'in', ids)
    .where('status', 'in', ['pending', 'processing'])
    .execute();
  return rows.map(({ id }) => id);
}

async function productName({ db }: Connection, id: string, row: number): Promise<string> {
  const { name } = await db
    .selectFrom('products')
    .select('name')
    .where('request_id', '=', id)
    .where('row', '=', row)
    .executeTakeFirstOrThrow();
  return name;
}

/** Newest first. `before` is the last request of the page before. */
async function list(
  { db }: Connection,
  page: {
    limit: number;
    status?: RequestStatus | undefined;
    /** Part of the file's name, in whatever case, or the beginning of the id. */
    search?: string | undefined;
    before?: { created_at: number; id: string } | undefined;
    /** Only what belongs to one of these; without, all. */
    owners?: string[] | undefined;
  },
): Promise<RequestRecord[]> {
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
  if (!page.owners) return (await query.execute()).map(parsed);
  // A page of each, joined: an index has the order of time for one owner at a time.
  const [first, ...others] = page.owners.map((owner) =>
    db.selectFrom(query.where('owner', '=', owner).as('page')).selectAll(),
  );
  const rows = await others
    .reduce((all, next) => all.unionAll(next), first!)
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .limit(page.limit)
    .execute();
  return rows.map(parsed);
}

/** Stops a request that has not ended; its finisher writes what there is. False when it had ended. */
async function cancel({ db, now }: Connection, id: string): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('requests')
    .set({ status: 'cancelled', finish_due_at: now() })
    .where('id', '=', id)
    .where('status', 'in', ['pending', 'processing'])
    .executeTakeFirstOrThrow();
  return numUpdatedRows === 1n;
}

/**
 * Opens an ended request again for its failed and never-worked images, with other URLs for some of them. Its next end
 * is an event of its own, and due at once when the other URLs are all of images that are processed already.
 * Returns how many images will be worked again (copies counted), or null when the request has not ended.
 */
async function retry(
  connection: Connection,
  id: string,
  corrections: UrlCorrection[] = [],
): Promise<number | null> {
  const { lock, now, transaction: transact } = connection;
  return transact(async (transaction) => {
    const request = await transaction
      .selectFrom('requests')
      .selectAll()
      .where('id', '=', id)
      .where('status', 'in', ['completed', 'failed', 'cancelled'])
      .where('finish_due_at', 'is', null)
      .modifyEnd(lock.wait)
      .executeTakeFirst();
    if (!request) return null;
    if (request.images_processed === request.images_total) return 0;
    const { images_processed, bytes_in, bytes_out } =
      corrections.length > 0 ? await correctUrls(connection, transaction, { id, corrections }) : request;
    const again = request.images_total - images_processed;
    for (let after = 0; after < request.images_total; after += RETRY_ROWS) {
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
        .where('seq', '>', after)
        .where('seq', '<=', after + RETRY_ROWS)
        .where('status', 'in', ['failed', 'pending'])
        .execute();
    }
    await transaction
      .updateTable('requests')
      .set({
        status: 'processing',
        images_processed,
        images_failed: 0,
        bytes_in,
        bytes_out,
        finish_due_at: again === 0 ? now() : null,
        completed_at: null,
        revision: request.revision + 1,
        dispatched_at: 0,
      })
      .where('id', '=', id)
      .execute();
    return again;
  });
}

/** Takes requests that wait to be finished, under a lease. */
function claimFinishing(connection: Connection, limit: number, leaseMs: number) {
  return claimDue(connection, { table: 'requests', column: 'finish_due_at', limit, leaseMs });
}

/**
 * Ends a request once: sets its final status and adds the webhook delivery in the same transaction.
 * False when another finisher was first, or the request is gone.
 */
async function finish(
  { now, durably }: Connection,
  request: Pick<RequestRecord, 'id' | 'revision'>,
  status: 'completed' | 'failed' | 'cancelled',
  delivery: Pick<DeliveryRecord, 'id' | 'type' | 'url' | 'body'> | null,
): Promise<boolean> {
  return durably(async (transaction) => {
    const { numUpdatedRows } = await transaction
      .updateTable('requests')
      .set({ status, completed_at: now(), finish_due_at: null, publish_due_at: now(), published_seq: 0 })
      .where('id', '=', request.id)
      .where('revision', '=', request.revision)
      .where('finish_due_at', 'is not', null)
      .where('status', 'in', status === 'cancelled' ? ['cancelled'] : ['pending', 'processing'])
      .executeTakeFirstOrThrow();
    if (numUpdatedRows === 0n) return false;
    if (delivery) {
      await transaction
        .insertInto('deliveries')
        .values({
          ...delivery,
          request_id: request.id,
          next_attempt_at: now(),
          created_at: now(),
          delivered_at: null,
        })
        .onConflict((conflict) => conflict.column('id').doNothing())
        .execute();
    }
    return true;
  });
}

function parsed(row: Selectable<RequestsTable>): RequestRecord {
  const options = JSON.parse(row.options);
  return {
    ...row,
    // A request of before there were templates names none.
    options: { key_template: DEFAULT_KEY_TEMPLATE, ...options, ...tableOptionsOf(options) },
    csv: shapeOf(JSON.parse(row.csv)),
  };
}
