// Who works on this database: every process shows itself by a heartbeat, by the database's clock.
import { type Selectable, sql } from 'kysely';
import type { Connection } from './connection/connect.ts';
import type { WorkersTable } from './schema.ts';

export type WorkerRow = Selectable<WorkersTable>;

/** Kept after the last heartbeat, so that one can see who was there. */
const FORGOTTEN_MS = 86_400_000;

export function createWorkers({ db, now }: Connection) {
  return {
    /** Enters the process or renews its heartbeat, and forgets those that have been silent for a day. */
    async beat({ id, ...worker }: Omit<WorkerRow, 'started_at' | 'heartbeat_at'>): Promise<void> {
      await db
        .insertInto('workers')
        .values({ id, ...worker, started_at: now(), heartbeat_at: now() })
        .onConflict((conflict) => conflict.column('id').doUpdateSet({ ...worker, heartbeat_at: now() }))
        .execute();
      await db
        .deleteFrom('workers')
        .where('heartbeat_at', '<', sql<number>`${now()} - ${FORGOTTEN_MS}`)
        .execute();
    },

    /** Takes the process out: it has stopped by itself. */
    async leave(id: string): Promise<void> {
      await db.deleteFrom('workers').where('id', '=', id).execute();
    },

    /** The processes that gave a sign of life within the last `withinMs`, oldest first. */
    async live(withinMs: number): Promise<WorkerRow[]> {
      return db
        .selectFrom('workers')
        .selectAll()
        .where('heartbeat_at', '>=', sql<number>`${now()} - ${withinMs}`)
        .orderBy('started_at')
        .orderBy('id')
        .execute();
    },
  };
}
