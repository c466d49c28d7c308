// Taking requests away: hidden at once, their rows removed in pages, and found again when a crash came in between.
import { sql } from 'kysely';
import type { Connection } from './connect.ts';

/** Rows removed in one statement, so that no other write waits long. */
const DELETE_ROWS = 2_000;

export function createRemoval({ db }: Connection) {
  return {
    /** Hides a request; `removeRows` takes the rest away. False when there is none. */
    async hide(id: string): Promise<boolean> {
      const { numUpdatedRows } = await db
        .updateTable('requests')
        .set({ status: 'deleting', finish_due_at: null })
        .where('id', '=', id)
        .where('status', '!=', 'deleting')
        .executeTakeFirstOrThrow();
      return Number(numUpdatedRows) === 1;
    },

    /** Hidden requests, and those whose receiving began before `receivedBefore` and never ended. */
    async listForgotten(receivedBefore: number): Promise<string[]> {
      const rows = await db
        .selectFrom('requests')
        .select('id')
        .where((where) =>
          where.or([
            where('status', '=', 'deleting'),
            where.and([where('status', '=', 'receiving'), where('created_at', '<', receivedBefore)]),
          ]),
        )
        .execute();
      return rows.map(({ id }) => id);
    },

    /** Ended requests older than `endedBefore`. */
    async listExpired(endedBefore: number, limit: number): Promise<string[]> {
      const rows = await db
        .selectFrom('requests')
        .select('id')
        .where('status', 'in', ['completed', 'failed', 'cancelled'])
        .where('completed_at', '<', endedBefore)
        .limit(limit)
        .execute();
      return rows.map(({ id }) => id);
    },

    /** Removes every row of a hidden or never accepted request, in pages, the request itself last. */
    async removeRows(id: string): Promise<void> {
      await db
        .deleteFrom('delivery_attempts')
        .where('delivery_id', 'in', (from) =>
          from.selectFrom('deliveries').select('id').where('request_id', '=', id),
        )
        .execute();
      await db.deleteFrom('deliveries').where('request_id', '=', id).execute();
      await db.deleteFrom('idempotency_keys').where('request_id', '=', id).execute();
      for (const [table, key] of [
        ['images', 'seq'],
        ['products', 'row'],
      ] as const) {
        for (;;) {
          const { numAffectedRows } = await sql`
            delete from ${sql.table(table)} where request_id = ${id} and ${sql.ref(key)} in (
              select ${sql.ref(key)} from ${sql.table(table)} where request_id = ${id} limit ${DELETE_ROWS})`.execute(
            db,
          );
          if (Number(numAffectedRows) < DELETE_ROWS) break;
          await new Promise(setImmediate);
        }
      }
      await db.deleteFrom('requests').where('id', '=', id).execute();
    },
  };
}
