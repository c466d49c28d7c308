// Ended requests that are to be published, and how far each is: the outbox of the publisher.
import { sql } from 'kysely';
import type { Connection } from './connection/connect.ts';
import type { RequestRecord } from './schema.ts';

/** A request under a lease. Opened again meanwhile it has another revision, and this claim counts no more. */
export type PublishClaim = Pick<RequestRecord, 'id' | 'revision' | 'published_seq'>;

export function createPublishing({ db, now }: Connection) {
  const claimed = ({ id, revision }: PublishClaim) =>
    db
      .updateTable('requests')
      .where('id', '=', id)
      .where('revision', '=', revision)
      .where('publish_due_at', 'is not', null);

  return {
    /** Takes the request that has been due longest, under a lease. */
    async claim(leaseMs: number): Promise<PublishClaim | null> {
      const row = await db
        .updateTable('requests')
        .set({ publish_due_at: sql<number>`${now()} + ${leaseMs}` })
        .where('id', 'in', (from) =>
          from
            .selectFrom('requests')
            .select('id')
            .where('publish_due_at', '<=', now())
            .where('status', 'in', ['completed', 'failed', 'cancelled'])
            .orderBy('publish_due_at')
            .limit(1),
        )
        // Looked at again when another process had the row first.
        .where('publish_due_at', '<=', now())
        .returning(['id', 'revision', 'published_seq'])
        .executeTakeFirst();
      return row ?? null;
    },

    /** Notes that everything up to `seq` is published, and renews the lease. False when the claim counts no more. */
    async reached(claim: PublishClaim, seq: number, leaseMs: number): Promise<boolean> {
      const { numUpdatedRows } = await claimed(claim)
        .set({ published_seq: seq, publish_due_at: sql<number>`${now()} + ${leaseMs}` })
        .executeTakeFirstOrThrow();
      return numUpdatedRows === 1n;
    },

    async done(claim: PublishClaim): Promise<void> {
      await claimed(claim).set({ publish_due_at: null }).execute();
    },

    /** Gives the claim back: it is due again at once. */
    async release(claim: PublishClaim): Promise<void> {
      await claimed(claim).set({ publish_due_at: now() }).execute();
    },
  };
}
