// A request before it is one: opened, filled with rows, accepted; and kept alive meanwhile.
import { type Kysely, sql, type Transaction } from 'kysely';
import { bound } from '../util/bound.ts';
import type { Connection } from './connection/connect.ts';
import { type Columns, pagesOf, tableOf } from './connection/table-of.ts';
import { DatabaseUnavailableError } from './connection/unavailable.ts';
import type { Database } from './schema.ts';

/** What is known of a request when its file has been read. */
export interface RequestDetails {
  /** Name of the API key that uploaded it; nobody's when left out. */
  owner?: string;
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

/** An upload whose owner gave no sign of life for this long was cut off. */
const LEASE_MS = 10 * 60_000;
const RENEW_MS = 60_000;

const PRODUCT: Columns<NewProduct> = {
  row: { type: 'integer', of: ({ row }) => row },
  name: { type: 'text', of: ({ name }) => name },
};
const IMAGE: Columns<NewImage> = {
  seq: { type: 'integer', of: ({ seq }) => seq },
  row: { type: 'integer', of: ({ row }) => row },
  position: { type: 'integer', of: ({ position }) => position },
  input_url: { type: 'text', of: ({ input_url }) => input_url },
  copy_of: { type: 'integer', of: ({ copy_of }) => copy_of },
};

/** `underWay` holds the uploads of this process; what removes one takes it out. */
export function createReceiving(connection: Connection, underWay: Set<string>) {
  const receiving: Receiving = { ...connection, underWay };
  // One that fails is made up for by the next, long before the lease ends.
  const timer = setInterval(() => void renew(receiving).catch(() => {}), RENEW_MS).unref();
  return {
    ...bound(receiving, { receive, addRows, accept, findIdempotencyKey }),
    /** Stops keeping uploads alive. */
    close: () => clearInterval(timer),
  };
}

interface Receiving extends Connection {
  underWay: Set<string>;
}

const until = ({ now }: Connection) => sql<number>`${now()} + ${LEASE_MS}`;

async function renew({ underWay, ...connection }: Receiving): Promise<void> {
  if (underWay.size === 0) return;
  await connection.db
    .updateTable('requests')
    .set({ receiving_until: until(connection) })
    .where('id', 'in', [...underWay])
    .where('status', '=', sql.lit('receiving'))
    .execute();
}

/** Opens a request that nobody sees until `accept`; so that whatever is stored for it has an owner from the start. */
async function receive(receiving: Receiving, id: string, fileName: string): Promise<void> {
  receiving.underWay.add(id);
  await receiving.db
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
      created_at: receiving.now(),
      started_at: null,
      completed_at: null,
      finish_due_at: null,
      receiving_until: until(receiving),
    })
    .execute();
}

/**
 * Adds rows to a request that is being received, in one transaction.
 * @throws DatabaseUnavailableError when it was taken for cut off meanwhile.
 */
async function addRows(
  connection: Connection,
  requestId: string,
  products: NewProduct[],
  images: NewImage[],
): Promise<void> {
  const { kind } = connection;
  await connection.transaction(async (transaction) => {
    // What is lost to a power cut here is lost with the request: only `accept` is a promise.
    if (kind === 'PostgreSQL') await sql`set local synchronous_commit = off`.execute(transaction);
    const { numUpdatedRows } = await transaction
      .updateTable('requests')
      .set({ receiving_until: until(connection) })
      .where('id', '=', requestId)
      .where('status', '=', sql.lit('receiving'))
      .executeTakeFirstOrThrow();
    if (numUpdatedRows === 0n) throw takenForCutOff(requestId);
    for (const items of pagesOf(products, { kind, columns: PRODUCT })) {
      await sql`with ${tableOf('product', { kind, columns: PRODUCT, items })}
        insert into products (request_id, "row", name) select ${requestId}, "row", name from product`.execute(
        transaction,
      );
    }
    for (const items of pagesOf(images, { kind, columns: IMAGE })) {
      await sql`with ${tableOf('image', { kind, columns: IMAGE, items })}
        insert into images (request_id, seq, "row", "position", input_url, copy_of, status)
        select ${requestId}, seq, "row", "position", input_url, copy_of,
          case when copy_of is null then 'pending' end from image`.execute(transaction);
    }
  });
}

/** Makes a received request pending, all of it or none, and resolves when that would survive a power cut. */
async function accept(
  receiving: Receiving,
  requestId: string,
  details: RequestDetails,
  idempotency: IdempotencyKey | null,
): Promise<Acceptance> {
  const acceptance = await receiving.durably<Acceptance>(async (transaction) => {
    const earlier = idempotency && (await claimKey(receiving, transaction, requestId, idempotency));
    if (earlier) return { accepted: false, ...earlier };
    const { numUpdatedRows } = await transaction
      .updateTable('requests')
      .set({ ...details, status: 'pending', created_at: receiving.now(), receiving_until: null })
      .where('id', '=', requestId)
      .where('status', '=', sql.lit('receiving'))
      .executeTakeFirstOrThrow();
    if (numUpdatedRows === 0n) throw takenForCutOff(requestId);
    return { accepted: true };
  });
  if (acceptance.accepted) receiving.underWay.delete(requestId);
  return acceptance;
}

async function findIdempotencyKey(
  { db }: Connection,
  key: string,
): Promise<{ fingerprint: string; request_id: string } | null> {
  return (await findKey(db, key).executeTakeFirst()) ?? null;
}

/** Takes the key for this request. Answers whose it is when it is another's; waits for one that is about to commit. */
async function claimKey(
  { now }: Connection,
  transaction: Transaction<Database>,
  requestId: string,
  idempotency: IdempotencyKey,
): Promise<{ fingerprint: string; request_id: string } | null> {
  for (;;) {
    const { numInsertedOrUpdatedRows: inserted } = await transaction
      .insertInto('idempotency_keys')
      .values({ ...idempotency, request_id: requestId, created_at: now() })
      .onConflict((conflict) => conflict.column('key').doNothing())
      .executeTakeFirstOrThrow();
    if (inserted === 1n) return null;
    const earlier = await findKey(transaction, idempotency.key).executeTakeFirst();
    // Without one, the earlier request was deleted between the two statements.
    if (earlier) return earlier;
  }
}

function findKey(db: Kysely<Database> | Transaction<Database>, key: string) {
  return db.selectFrom('idempotency_keys').select(['fingerprint', 'request_id']).where('key', '=', key);
}

function takenForCutOff(id: string): DatabaseUnavailableError {
  return new DatabaseUnavailableError(
    'busy',
    new Error(`the upload ${id} was silent for too long and was removed`),
  );
}
