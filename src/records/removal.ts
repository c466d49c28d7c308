// Taking requests away: hidden at once, their rows removed in pages, and found again when a crash came in between.
import { sql } from 'kysely';
import { bound } from '../util/bound.ts';
import type { Connection } from './connection/connect.ts';

/** Rows removed in one statement, so that no other write waits long. */
const DELETE_ROWS = 2_000;

export function createRemoval(connection: Connection, underWay: Set<string>) {
  return bound({ ...connection, underWay }, { hide, listForgotten, listExpired, removeRows });
}

interface Removal extends Connection {
  underWay: Set<string>;
}

/** Hides a request; `removeRows` takes the rest away. False when there is none. */
async function hide({ db }: Connection, id: string): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('requests')
    .set({ status: 'deleting', finish_due_at: null })
    .where('id', '=', id)
    .where('status', '!=', 'deleting')
    .executeTakeFirstOrThrow();
  return numUpdatedRows === 1n;
}

/**
 * Hides what was being received by a process that gave no sign of life for the length of its lease, and lists all
 * that is hidden. From then on its owner, should it wake up, cannot accept it any more.
 */
async function listForgotten({ db, now, underWay }: Removal): Promise<string[]> {
  let silent = db
    .updateTable('requests')
    .set({ status: 'deleting' })
    .where('status', '=', sql.lit('receiving'))
    .where(sql<boolean>`coalesce(receiving_until, 0) < ${now()}`);
  // Not what this process is receiving itself, whatever the clock did meanwhile.
  if (underWay.size > 0) silent = silent.where('id', 'not in', [...underWay]);
  await silent.execute();
  const rows = await db
    .selectFrom('requests')
    .select('id')
    .where('status', '=', sql.lit('deleting'))
    .execute();
  return rows.map(({ id }) => id);
}

/** Requests that ended more than `ageMs` ago, oldest first. */
async function listExpired({ db, now }: Connection, ageMs: number, limit: number): Promise<string[]> {
  const rows = await db
    .selectFrom('requests')
    .select('id')
    .where('status', 'in', ['completed', 'failed', 'cancelled'])
    .where('completed_at', '<', sql<number>`${now()} - ${ageMs}`)
    .orderBy('completed_at')
    .limit(limit)
    .execute();
  return rows.map(({ id }) => id);
}

/** Hides a request and removes every row of it, in pages, the request itself last. */
async function removeRows({ db, transaction: transact, underWay }: Removal, id: string): Promise<void> {
  underWay.delete(id);
  await db
    .updateTable('requests')
    .set({ status: 'deleting', finish_due_at: null })
    .where('id', '=', id)
    .execute();
  await transact(async (transaction) => {
    // The deliveries first: what is sending one logs its attempt before, or finds that it is gone.
    const deliveries = await transaction
      .deleteFrom('deliveries')
      .where('request_id', '=', id)
      .returning('id')
      .execute();
    const ids = deliveries.map((delivery) => delivery.id);
    if (ids.length > 0)
      await transaction.deleteFrom('delivery_attempts').where('delivery_id', 'in', ids).execute();
  });
  await db.deleteFrom('idempotency_keys').where('request_id', '=', id).execute();
  await db.deleteFrom('received_webhooks').where('request_id', '=', id).execute();
  await removeNumbered(db, 'images', id);
  await removeNumbered(db, 'products', id);
  await db.deleteFrom('requests').where('id', '=', id).execute();
}

const NUMBERED = { images: 'seq', products: 'row' };

/** By ranges of the number: `limit` would walk over what was deleted before, again for every page. */
async function removeNumbered(db: Connection['db'], table: keyof typeof NUMBERED, id: string): Promise<void> {
  const number = NUMBERED[table];
  const { rows } = await sql<{ last: number | null }>`
    select max(${sql.ref(number)}) as last from ${sql.table(table)} where request_id = ${id}`.execute(db);
  const last = rows[0]?.last ?? 0;
  for (let after = 0; after < last; after += DELETE_ROWS) {
    await sql`delete from ${sql.table(table)} where request_id = ${id}
      and ${sql.ref(number)} > ${after} and ${sql.ref(number)} <= ${after + DELETE_ROWS}`.execute(db);
    await new Promise(setImmediate);
  }
}
